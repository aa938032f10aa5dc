"""Importing a plan document: read it, keep the file, store what it says once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from planner.core import plan as core
from planner.core.calendar import WorkingDays
from planner.core.review import review_of
from planner.errors import Invalid, Unwritable
from planner.formats.intake import read_text
from planner.formats.placing import placing
from planner.formats.workday_table import published_days
from planner.services import reader
from planner.services.publishing import Origin, publish
from planner.store import queries
from planner.store.database import Database, Session
from planner.store.models import Plan
from planner.store.workdays import working_days


@dataclass(frozen=True, slots=True)
class Source:
    """A file as the office issued it."""

    filename: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The name under which the file is known again."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def origin(self) -> Origin:
        """Where a plan read from it comes from."""
        return Origin(self.filename, self.sha256)


@dataclass(frozen=True, slots=True)
class Imported:
    """The stored plan, and whether this call stored it or it was there before."""

    address: str
    title: str
    is_new: bool
    items: int
    tasks: int
    drafts: int = 0


def read_source(source: Source, year: int | None = None, days: WorkingDays | None = None) -> core.Plan:
    """Return the plan a file holds; raise ``Unreadable`` when it cannot be read or holds no words.

    Working days are counted by *days*, where no office is asked by those published.
    """
    return reader.read_plan(read_text(source.data, source.filename), year=year, days=days or published_days())


def find_import(database: Database, source: Source) -> Imported | None:
    """Return the plan already imported from this very file, if any."""
    with database.read() as session:
        known = queries.known_file(session, source.sha256)
        return summary(session, known, is_new=False) if known else None


def import_plan(
    database: Database,
    source: Source,
    *,
    actor: str,
    at: datetime,
    year: int | None = None,
    files: Path | None = None,
    sample: bool = False,
) -> Imported:
    """Store a plan as read, without a review, and keep the file under *files*; a known file changes nothing.

    *year* is used only where the document names none. Raise ``Unreadable``, or ``Invalid`` when no numbered point
    or no year was found.
    """
    with database.read() as session:
        days = working_days(session)
    read = read_source(source, year, days)
    if not read.items:
        raise Invalid("这份文件里没有认出编号的条目，没有导入。请确认选的是工作计划或要点的正文。")
    if files is not None:
        keep_file(source, files)
    with database.write() as session:
        known = queries.known_file(session, source.sha256)
        if known:
            return summary(session, known, is_new=False)
        plan = publish(session, review_of(read, []).plan, source.origin, actor=actor, at=at, sample=sample)
        return summary(session, plan, is_new=True)


def load_samples(database: Database, folder: Path, at: datetime) -> list[Imported]:
    """Import the sample plans of *folder* into an office that never had a plan; return those imported."""
    with database.read() as session:
        if queries.ever_had_a_plan(session):
            return []
    sources = [Source(path.name, path.read_bytes()) for path in sorted(folder.glob("*.md"))]
    return [import_plan(database, source, actor="系统", at=at, sample=True) for source in sources]


def keep_file(source: Source, files: Path) -> None:
    """Keep a file under the name of its content; what is there already stays. Raise ``Unwritable`` on a full disk."""
    path = files / source.sha256
    try:
        files.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable.because("原文件", error) from error
    if not path.exists():
        with placing(path, "原文件") as file:
            file.write(source.data)


def summary(session: Session, plan: Plan, *, is_new: bool) -> Imported:
    """Return what became of a file."""
    return Imported(
        address=plan.address,
        title=plan.title,
        is_new=is_new,
        items=len(queries.items_of(session, plan.id)),
        tasks=len(queries.tasks_of(session, plan.id)),
        drafts=queries.count_drafts(session, plan.id),
    )
