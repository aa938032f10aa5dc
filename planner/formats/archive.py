"""The file of a backup: a zip of a manifest, the rows of each table (one JSON object a line) and the issued files.

The same from every database. A NULL is left out of its row, so that a JSON null can be told from it. Nothing is handed
out before the whole file was checked: its members, their sizes, and the sha256 of each.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from planner.errors import Unreadable

FORMAT = 1
MANIFEST = "manifest.json"
MEMBER = re.compile(r"tables/[a-z]{1,40}\.jsonl|files/[0-9a-f]{64}")
MAX_UNPACKED = 16 * 1024**3
MAX_RATIO = 300
RATIO_FROM = 1024 * 1024
MAX_MANIFEST = 64 * 1024**2
MAX_LINE = 256 * 1024**2
"""Bytes of one row: the event that begins a plan names all its occurrences."""
MAX_FILE = 256 * 1024**2
CHUNK = 1024 * 1024

NO_BACKUP = "这个文件不是 Planner 的备份，没有恢复。请选 planner backup 或「备份」页存下来的 .zip 文件。"
DAMAGED = "这份备份不完整或已损坏，没有恢复任何内容。请换一份备份，或重新拷贝一次再试。"
TOO_LARGE = "这份备份解开后太大，不像是 Planner 存的，没有恢复。请换一份备份。"
NEWER = "这份备份来自更新的 Planner（{product}），没有恢复。请先更新程序再试。"
_BAD = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What reading a damaged or forged zip raises."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; ``members`` holds the sha256 of every other member by its name."""

    format: int
    product: str
    revision: str
    at: datetime
    rows: dict[str, int]
    members: dict[str, str]


_MANIFEST = TypeAdapter(Manifest)


def table_member(table: str) -> str:
    """Return the name of the member with the rows of a table."""
    return f"tables/{table}.jsonl"


class Writer:
    """Adds members to a backup, remembering what the manifest will say of them."""

    def __init__(self, package: zipfile.ZipFile, at: datetime) -> None:
        self.rows: dict[str, int] = {}
        self.members: dict[str, str] = {}
        self._package = package
        self._at = at

    def add_table(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add the rows of a table, one at a time."""
        self.rows[table] = 0

        def lines() -> Iterator[bytes]:
            for row in rows:
                self.rows[table] += 1
                yield _line(row)

        self._add(table_member(table), lines())

    def add_file(self, data: bytes) -> None:
        """Add an issued file under its sha256."""
        self._add(f"files/{sha256(data).hexdigest()}", [data])

    def add_manifest(self, product: str, revision: str) -> None:
        """Add the manifest, as the last member."""
        manifest = Manifest(FORMAT, product, revision, self._at, dict(self.rows), dict(self.members))
        self._add(MANIFEST, [_MANIFEST.dump_json(manifest, indent=1)])

    def _add(self, name: str, chunks: Iterable[bytes]) -> None:
        entry = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        digest = sha256()
        with self._package.open(entry, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.members[name] = digest.hexdigest()


@contextmanager
def writing(stream: BinaryIO, product: str, revision: str, at: datetime) -> Iterator[Writer]:
    """Write a backup into *stream*; the manifest follows when the block ends well."""
    with zipfile.ZipFile(stream, "w") as package:
        writer = Writer(package, at)
        yield writer
        writer.add_manifest(product, revision)


def _line(row: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError:
        # Half a surrogate pair can be in pasted text; escaped, it survives.
        return json.dumps(row, separators=(",", ":")).encode() + b"\n"


class Archive:
    """A backup that was found whole."""

    def __init__(self, package: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._package = package

    @property
    def files(self) -> list[str]:
        """The sha256 of each issued file in it."""
        return [name.partition("/")[2] for name in self.manifest.members if name.startswith("files/")]

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Return the rows of a table, one at a time; raise ``Unreadable`` for a line that is none."""
        with self._package.open(table_member(table)) as member:
            while line := member.readline(MAX_LINE):
                yield _row(line)

    def read_file(self, name: str) -> bytes:
        """Return an issued file."""
        return self._package.read(f"files/{name}")


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(DAMAGED) from error
    if not isinstance(row, dict):
        raise Unreadable(DAMAGED)
    return row


@contextmanager
def opened(source: BinaryIO) -> Iterator[Archive]:
    """Open a backup; raise ``Unreadable`` unless it is whole and of a form this program knows."""
    try:
        package = zipfile.ZipFile(source)
    except _BAD as error:
        raise Unreadable(DAMAGED if _begins_as_zip(source) else NO_BACKUP) from error
    with package:
        try:
            archive = Archive(package, _checked(package))
        except _BAD as error:
            raise Unreadable(DAMAGED) from error
        yield archive


@contextmanager
def opened_file(path: Path) -> Iterator[Archive]:
    """Open a backup by its path; raise ``Unreadable`` as :func:`opened` does, and when there is no such file."""
    try:
        source = path.open("rb")
    except OSError as error:
        raise Unreadable(f"读不到文件 {path}：{error.strerror}，没有恢复。请检查文件的位置再试。") from error
    with source, opened(source) as archive:
        yield archive


def _begins_as_zip(source: BinaryIO) -> bool:
    """Tell a backup whose end is missing, where a zip keeps its list, from a file of another kind."""
    source.seek(0)
    return source.read(4) == b"PK\x03\x04"


def _checked(package: zipfile.ZipFile) -> Manifest:
    entries = package.infolist()
    _check_sizes(package, entries)
    manifest = _manifest(package)
    names = [entry.filename for entry in entries]
    tables = {name for name in manifest.members if name.startswith("tables/")}
    if sorted(names) != sorted([*manifest.members, MANIFEST]) or tables != set(map(table_member, manifest.rows)):
        raise Unreadable(DAMAGED)
    for name, expected in manifest.members.items():
        if not MEMBER.fullmatch(name) or _read_through(package, name) != (expected, _promised(manifest, name)):
            raise Unreadable(DAMAGED)
        if name.startswith("files/") and name != f"files/{expected}":
            raise Unreadable(DAMAGED)
    return manifest


def _check_sizes(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Judge a zip by what it declares; ``zipfile`` never yields more."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    stream = package.fp
    # Members that overlap would unpack the same bytes again and again.
    if stream is None or any(entry.flag_bits & 1 for entry in entries) or packed > stream.seek(0, io.SEEK_END):
        raise Unreadable(DAMAGED)
    bomb = unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(1, packed)
    files = [entry for entry in entries if entry.filename.startswith("files/")]
    if bomb or unpacked > MAX_UNPACKED or any(entry.file_size > MAX_FILE for entry in files):
        raise Unreadable(TOO_LARGE)


def _manifest(package: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in package.namelist():
        raise Unreadable(NO_BACKUP)
    if package.getinfo(MANIFEST).file_size > MAX_MANIFEST:
        raise Unreadable(TOO_LARGE)
    written = json.loads(package.read(MANIFEST))
    # A newer form may say other things of itself; this much stays.
    if isinstance(written, dict) and isinstance(written.get("format"), int) and written["format"] > FORMAT:
        raise Unreadable(NEWER.format(product=written.get("product", "")))
    return _MANIFEST.validate_python(written)


def _promised(manifest: Manifest, name: str) -> int | None:
    """Return how many rows a member is to have, None for an issued file."""
    return manifest.rows[Path(name).stem] if name.startswith("tables/") else None


def _read_through(package: zipfile.ZipFile, name: str) -> tuple[str, int | None]:
    digest, lines = sha256(), 0
    with package.open(name) as member:
        while chunk := member.read(CHUNK):
            digest.update(chunk)
            lines += chunk.count(b"\n")
    return digest.hexdigest(), lines if name.startswith("tables/") else None
