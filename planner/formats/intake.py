"""A file the clerk dropped in -> its text, or one sentence saying what to do about it."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

from planner.errors import Unreadable
from planner.formats.word import LOCKED, MAX_CHARACTERS, TOO_LONG, docx_text

MAX_BYTES = 20 * 1024 * 1024
"""Bytes of an uploaded file."""

TOO_BIG = "这个文件超过 20 MB，请删去图片或只保留计划正文后再试。"
EMPTY = "这个文件是空的，请确认选对了文件。"
NO_WORDS = "这个文件里没有文字，可能是扫描件或图片，请换用带文字的 .docx 或 .txt 文件。"
OLD_WORD = "这是旧版 Word 或 WPS 文档，请用 Word 或 WPS 打开后另存为 .docx 再试。"
NOT_TEXT = "这个文件不是文本，请用 Word 或 WPS 打开后另存为 .docx 再试。"
STRANGE_ENCODING = "这个文本文件的编码认不出来，请用记事本打开，另存为 UTF-8 编码后再试。"
NOT_WORD = "这个文件虽然叫 .docx，内容却不是 Word 文档，请用 Word 或 WPS 打开原件后另存为 .docx 再试。"
UNSUPPORTED = {
    ".doc": OLD_WORD,
    ".wps": OLD_WORD,
    ".pdf": "暂时不能读 PDF，请用 Word 或 WPS 打开后另存为 .docx 再试。",
    ".xlsx": "暂时不能读 Excel 表格，请把表格复制到 Word 里，另存为 .docx 后再试。",
    ".xls": "暂时不能读 Excel 表格，请把表格复制到 Word 里，另存为 .docx 后再试。",
    ".et": "暂时不能读表格文件，请把表格复制到 Word 里，另存为 .docx 后再试。",
}
UNKNOWN_KIND = "只能读 .docx、.txt 和 .md 文件，请另存为其中一种后再试。"

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1d\x7f]")
_PLAIN = re.compile("[\t\n\r -~\u00b7\u2010-\u2027\u2460-\u24ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_MOSTLY = 0.95
MAX_STRAY = 0.01
"""Share of control characters: converters leave a few (the cell mark of old Word files), pictures have many."""


def read_text(data: bytes, filename: str) -> str:
    """Return the text of a .txt, .md or .docx file, every line ended by a line feed.

    Text is read by its byte-order mark, else as UTF-8, as UTF-16 where the bytes plainly are that, else as GB18030.
    Raises :class:`Unreadable` with a sentence for the clerk in every other case, whatever the bytes.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(TOO_BIG)
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable(EMPTY)
    if data.startswith(_OLE):
        raise Unreadable(LOCKED if _ENCRYPTED in data else OLD_WORD)
    text = _by_kind(data, PurePath(filename).suffix.lower())
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(TOO_LONG)
    if not text.strip():
        raise Unreadable(NO_WORDS)
    return text


def _by_kind(data: bytes, kind: str) -> str:
    if kind in (".txt", ".md"):
        return _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    if kind == ".docx":
        if not data.startswith(_ZIP):
            raise Unreadable(NOT_WORD)
        return docx_text(data)
    raise Unreadable(UNSUPPORTED.get(kind, UNKNOWN_KIND))


def _decoded(data: bytes) -> str:
    if data.startswith(_ZIP):
        raise Unreadable(NOT_TEXT)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    if b"\0" in data:  # no text in UTF-8 or GB18030 has one; UTF-16 has one in every digit and line end
        return _unmarked_utf16(data)
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _strictly(data, "gb18030")


def _unmarked_utf16(data: bytes) -> str:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, "replace")
        if len(_PLAIN.findall(text)) >= _MOSTLY * len(text):
            return _strictly(data, encoding)
    raise Unreadable(NOT_TEXT)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return _checked(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise Unreadable(STRANGE_ENCODING) from error


def _checked(text: str) -> str:
    if len(_CONTROL.findall(text)) > MAX_STRAY * len(text):
        raise Unreadable(NOT_TEXT)
    return text
