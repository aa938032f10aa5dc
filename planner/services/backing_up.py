"""Backing up the whole office into one file while the pages run, and restoring it into an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from planner import __version__
from planner.errors import Conflict, Unreadable, Unwritable
from planner.formats import archive
from planner.formats.archive import Archive
from planner.formats.placing import placing
from planner.services.importing import Source, keep_file
from planner.store import copying, outbox, queries
from planner.store.database import Database, known_revisions, upgrade
from planner.store.journal import chain_break

NOTE = "last-backup"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds, and how many issued files were not there, or damaged, to be put in."""

    rows: int
    files: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, as of when, and the plans whose chain of events does not hold: (title, number)."""

    at: datetime
    plans: int
    events: int
    files: int
    broken: list[tuple[str, int]]


def back_up(database: Database, files: Path, target: Path, at: datetime, *, force: bool = False) -> BackedUp:
    """Write a backup to *target*, whole or not at all; raise ``Conflict`` for a file that is there, ``Unwritable``."""
    with placing(target, "备份") as stream:
        _check_free(target, force)
        made = write_backup(database, files, stream, at)
        _check_free(target, force)
    return made


def _check_free(target: Path, force: bool) -> None:
    if target.is_dir() or (target.exists() and not force):
        raise Conflict(f"{target} 已经有了，没有覆盖它。请换一个名字，或加 --force 覆盖文件。")


def backup_stream(database: Database, files: Path, folder: Path, at: datetime) -> tuple[BinaryIO, BackedUp]:
    """Return a backup, at its beginning, as a file without a name that is gone when closed; raise ``Unwritable``."""
    with ExitStack() as undo:
        try:
            stream = undo.enter_context(TemporaryFile(dir=folder))
            made = write_backup(database, files, stream, at)
            stream.seek(0)
        except OSError as error:
            raise Unwritable.because("备份", error) from error
        undo.pop_all()
    return stream, made


def write_backup(database: Database, files: Path, stream: BinaryIO, at: datetime) -> BackedUp:
    """Write a backup into *stream* and read it through once, so that what is kept can be restored."""
    with database.snapshot() as connection:
        tables = copying.tables_in(connection)
        with archive.writing(stream, __version__, copying.revision_of(connection), at) as writer:
            for table in tables:
                writer.add_table(table.name, copying.rows_of(connection, table))
            wanted = copying.file_names(connection, tables)
            packed = [name for name in wanted if _add_file(writer, files / name)]
    with archive.opened(stream) as made:
        lacking = sum(kept and name not in packed for name, kept in wanted.items())
        return BackedUp(sum(made.manifest.rows.values()), len(made.files), lacking)


def _add_file(writer: archive.Writer, path: Path) -> bool:
    """Add an issued file; tell whether it was there and still what its name says."""
    with suppress(OSError):
        data = path.read_bytes()
        if sha256(data).hexdigest() == path.name:
            writer.add_file(data)
            return True
    return False


def restore(database: Database, files: Path, source: Path) -> Restored:
    """Restore a backup into an empty database, all of it or nothing, and bring it up to the present schema.

    Raise ``Unreadable`` for a file that is no whole backup or comes from a newer program, ``Conflict`` when the database
    holds something.
    """
    with archive.opened_file(source) as backup:
        _check_known(backup)
        with database.write() as session, _files_placed(backup, files):
            connection = session.connection()
            tables = copying.make_anew(connection, backup.manifest.revision)
            if {table.name for table in tables} != backup.manifest.rows.keys():
                raise Unreadable(archive.DAMAGED)
            for table in tables:
                copying.add_rows(connection, table, partial(backup.rows, table.name))
            copying.set_counters(connection, tables)
            upgrade(connection)
            # What was still to be sent may have gone out since the backup was made.
            outbox.mark_perhaps_sent(session)
    return _verify(database, backup)


def _check_known(backup: Archive) -> None:
    if backup.manifest.revision not in known_revisions():
        raise Unreadable(archive.NEWER.format(product=backup.manifest.product))


@contextmanager
def _files_placed(backup: Archive, files: Path) -> Iterator[None]:
    """Put the issued files in their place; take those away again that were not there when the block fails."""
    placed = []
    try:
        for name in backup.files:
            if not (files / name).exists():
                placed.append(files / name)
                keep_file(Source("", backup.read_file(name)), files)
        yield
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise


def _verify(database: Database, backup: Archive) -> Restored:
    with database.read() as session:
        plans = queries.plans_ever(session)
        breaks = [(plan.title, chain_break(session, plan.id)) for plan in plans]
        events = queries.count_events(session)
    broken = [(title, number) for title, number in breaks if number is not None]
    return Restored(backup.manifest.at, len(plans), events, len(backup.files), broken)


def note_backup(data: Path, at: datetime) -> None:
    """Remember when a backup was made; a full disk must not spoil the backup itself."""
    with suppress(OSError):
        (data / NOTE).write_text(at.isoformat(), "utf-8")


def last_backup(data: Path) -> datetime | None:
    """Return when the last backup was made, as far as it is known."""
    try:
        return datetime.fromisoformat((data / NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
