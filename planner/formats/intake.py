"""A file the clerk dropped in -> its text, or one sentence saying what to do about it."""

from __future__ import annotations

import codecs
import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from planner.errors import Unreadable
from planner.formats.conversion import converted
from planner.formats.package import BROKEN, LOCKED, MAX_CHARACTERS, TOO_LONG
from planner.formats.pdf import pdf_text
from planner.formats.sheet import xlsx_text

MAX_BYTES = 20 * 1024 * 1024
"""Bytes of an uploaded file."""

TOO_BIG = "这个文件超过 20 MB，请删去图片或只保留计划正文后再试。"
EMPTY = "这个文件是空的，请确认选对了文件。"
NO_WORDS = "这个文件里没有文字，可能是扫描件或图片，请换用带文字的 .docx 或 .txt 文件。"
NOT_TEXT = "这个文件不是文本，请用 Word 或 WPS 打开后另存为 .docx 再试。"
STRANGE_ENCODING = "这个文本文件的编码认不出来，请用记事本打开，另存为 UTF-8 编码后再试。"
NOT_OFFICE = "这个文件的内容和名字对不上，请用 Word、Excel 或 WPS 打开原件后另存为 .docx 或 .xlsx 再试。"
UNKNOWN_KIND = "只能读 Word、Excel、WPS、PDF 和文本文件（.docx .xlsx .doc .wps .xls .et .pdf .txt .md），请另存后再试。"

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_RTF, _PDF = b"{\\rtf", b"%PDF-"
_ENCRYPTED, _WORKBOOK, _DOCUMENT = (
    name.encode("utf-16-le") for name in ("EncryptedPackage", "Workbook", "WordDocument")
)
_TEXTS = (".txt", ".md")
_OFFICE = (".docx", ".xlsx", ".doc", ".wps", ".xls", ".et", ".pdf")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1d\x7f]")
_PLAIN = re.compile("[\t\n\r -~\u00b7\u2010-\u2027\u2460-\u24ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_MOSTLY = 0.95
MAX_STRAY = 0.01
"""Share of control characters: converters leave a few (the cell mark of old Word files), pictures have many."""


def read_text(data: bytes, filename: str) -> str:
    """Return the text of a document, every line ended by a line feed; what it is shows in its bytes, not in its name.

    Text is read by its byte-order mark, else as UTF-8, as UTF-16 where the bytes plainly are that, else as GB18030.
    Raises :class:`Unreadable` with a sentence for the clerk in every other case, whatever the bytes.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(TOO_BIG)
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable(EMPTY)
    text = _by_content(data, PurePath(filename).suffix.lower())
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(TOO_LONG)
    if not text.strip():
        raise Unreadable(NO_WORDS)
    return text


def _by_content(data: bytes, kind: str) -> str:
    if data.startswith(_OLE):
        return _older(data)
    if data.startswith(_RTF):
        return _docx_text(converted(data, "rtf", "docx"))
    if data.startswith(_ZIP):
        return _package(data)
    if _PDF in data[:1024]:
        return pdf_text(data)
    if kind in _TEXTS:
        return _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    raise Unreadable(NOT_OFFICE if kind in _OFFICE else UNKNOWN_KIND)


def _docx_text(data: bytes) -> str:
    from planner.formats.word import docx_text  # only here: it takes memory to load

    return docx_text(data)


def _older(data: bytes) -> str:
    """Return the text of a file in the container Word and Excel used before 2007, and use for locked files."""
    if _ENCRYPTED in data:
        raise Unreadable(LOCKED)
    if _DOCUMENT in data:
        return _docx_text(converted(data, "doc", "docx"))
    if _WORKBOOK in data:
        return xlsx_text(converted(data, "xls", "xlsx"))
    raise Unreadable(NOT_OFFICE)


def _package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            is_workbook = "xl/workbook.xml" in package.namelist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable(BROKEN) from error
    return xlsx_text(data) if is_workbook else _docx_text(data)


def _decoded(data: bytes) -> str:
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
