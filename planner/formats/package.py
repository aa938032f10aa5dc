"""The zip package that a .docx or .xlsx is: judged before anything in it is unpacked."""

from __future__ import annotations

import zipfile

from planner.errors import Unreadable

MAX_UNPACKED = 200 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024
"""Bytes of one XML part; an issued plan has well under a million, and a tree takes fourteen times its text."""
MAX_RATIO = 300
RATIO_FROM = 1024 * 1024
MAX_ENTRIES = 5_000
MAX_CHARACTERS = 1_000_000
"""Of text, repeated cells included: a small file may describe a gigantic table. A long plan has fifty thousand."""

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".tif", ".tiff")
TOO_LONG = "这个文件的文字超过一百万字，请只保留计划正文后再试。"
TOO_LARGE = "这个文件解开后太大，请删去图片或只保留计划正文，另存后再试。"
LOCKED = "这个文件加了密码，请取消密码后另存再试。"
BROKEN = "这个文件已损坏，请用 Word、Excel 或 WPS 打开后另存再试。"


def check_package(package: zipfile.ZipFile) -> None:
    """Raise ``Unreadable`` for a locked package or one that unpacks to too much; ``zipfile`` never yields more than declared."""
    entries = package.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(LOCKED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    bomb = unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed
    if bomb or unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES:
        raise Unreadable(TOO_LARGE)


def read_part(package: zipfile.ZipFile, name: str) -> bytes:
    """Return a part; raise ``Unreadable`` when it is too large or declares a document type, where entities live."""
    entry = package.getinfo(name)
    if entry.file_size > MAX_PART and not name.lower().endswith(PICTURES):
        raise Unreadable(TOO_LARGE)
    xml = package.read(entry)
    if b"<!DOCTYPE" in xml.replace(b"\0", b""):  # no office program writes one
        raise Unreadable(BROKEN)
    return xml
