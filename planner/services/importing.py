"""Importing a plan document: read it, show it, store it once."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from planner.core import plan as core
from planner.core.plan_json import deadline_json, target_json
from planner.core.schedule import schedule
from planner.core.status import Act
from planner.errors import Invalid
from planner.formats.intake import read_text
from planner.reading.document import read_plan
from planner.store import queries
from planner.store.database import Database, Session
from planner.store.journal import Entered, append
from planner.store.models import Assignment, Item, Occurrence, Party, Plan, PlanVersion, Task

ROLES = (
    ("leader", "person", "leaders"),
    ("department", "department", "departments"),
    ("supporting", "department", "supporting"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as the office issued it."""

    filename: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The name under which the file is known again."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Imported:
    """The stored plan, and whether this call stored it or it was there before."""

    address: str
    title: str
    is_new: bool
    items: int
    tasks: int


def read_source(source: Source, year: int | None = None) -> core.Plan:
    """Return the plan a file holds; raise ``Unreadable`` when it cannot be read or holds no words."""
    return read_plan(read_text(source.data, source.filename), year=year)


def find_import(database: Database, source: Source) -> Imported | None:
    """Return the plan already imported from this very file, if any."""
    with database.read() as session:
        known = queries.known_file(session, source.sha256)
        return _summary(session, known, is_new=False) if known else None


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
    """Store a plan with its tasks and occurrences, and keep the file under *files*; a known file changes nothing.

    *year* is used only where the document names none. Raise ``Unreadable``, or ``Invalid`` when no numbered point
    or no year was found.
    """
    read = read_source(source, year)
    if not read.items:
        raise Invalid("这份文件里没有认出编号的条目，没有导入。请确认选的是工作计划或要点的正文。")
    if read.plan_year is None:
        raise Invalid("文件里没有写是哪一年的计划，没有导入。请填上计划年度后再导入。")
    if files is not None:
        _keep(source, files)
    with database.write() as session:
        known = queries.known_file(session, source.sha256)
        if known:
            return _summary(session, known, is_new=False)
        plan = _store_plan(session, read, read.plan_year, sample)
        _store_version(session, plan, read, source, at)
        _store_items(session, plan, read, at)
        _announce(session, plan, read, source, actor, at)
        # Today's reminders are decided again, now with this plan; those already made keep their unique key.
        queries.the_office(session, lock=True).reminded_through = None
        return _summary(session, plan, is_new=True)


def load_samples(database: Database, folder: Path, at: datetime) -> list[Imported]:
    """Import the sample plans of *folder* into an office that never had a plan; return those imported."""
    with database.read() as session:
        if queries.ever_had_a_plan(session):
            return []
    sources = [Source(path.name, path.read_bytes()) for path in sorted(folder.glob("*.md"))]
    return [import_plan(database, source, actor="系统", at=at, sample=True) for source in sources]


def archive_plan(database: Database, address: str, at: datetime) -> None:
    """Take the sample plan off the pages; nothing is deleted. Raise ``Invalid`` for a real plan."""
    with database.write() as session:
        plan = queries.plan_at(session, address)
        if not plan.sample:
            raise Invalid("只有示例可以移除。正式计划要留存备查。")
        plan.archived_at = at
        session.add(plan)


def _keep(source: Source, files: Path) -> None:
    files.mkdir(parents=True, exist_ok=True)
    path = files / source.sha256
    if not path.exists():
        part = files / f".{secrets.token_hex(8)}"
        part.write_bytes(source.data)
        part.replace(path)


def _summary(session: Session, plan: Plan, *, is_new: bool) -> Imported:
    return Imported(
        address=plan.address,
        title=plan.title,
        is_new=is_new,
        items=len(queries.items_of(session, plan.id)),
        tasks=len(queries.tasks_of(session, plan.id)),
    )


def _store_plan(session: Session, read: core.Plan, year: int, sample: bool) -> Plan:
    office = queries.the_office(session)
    plan = Plan(
        office_id=office.id,
        address=_free_address(f"{year}s" if sample else str(year), queries.addresses(session)),
        title=read.title or "未命名计划",
        issuer=read.issuer,
        issue_date=read.issue_date,
        year=year,
        sample=sample,
    )
    session.add(plan)
    session.flush()
    return plan


def _free_address(wanted: str, taken: Sequence[str]) -> str:
    return next(address for address in _addresses(wanted, len(taken)) if address not in taken)


def _addresses(wanted: str, taken: int) -> list[str]:
    return [wanted, *(f"{wanted}.{number}" for number in range(2, taken + 3))]


def _store_version(session: Session, plan: Plan, read: core.Plan, source: Source, at: datetime) -> None:
    session.add(
        PlanVersion(
            plan_id=plan.id,
            number=1,
            text=read.text,
            sha256=source.sha256,
            filename=Path(source.filename).name[-200:],
            imported_at=at,
            findings=[
                {"code": f.code, "message": f.message, "start": f.span.start, "end": f.span.end} for f in read.findings
            ],
        )
    )


def _store_items(session: Session, plan: Plan, read: core.Plan, at: datetime) -> None:
    parties = {(party.kind, party.name): party for party in queries.parties(session)}
    position = 0
    for place, (item, prefix) in enumerate(zip(read.items, item_codes(read.items), strict=True), start=1):
        row = Item(
            plan_id=plan.id,
            position=place,
            number=item.number,
            title=item.title,
            section=item.section,
            start=item.span.start,
            end=item.span.end,
        )
        session.add(row)
        session.flush()
        _assign(session, row, item.responsibility, parties, plan)
        for number, task in enumerate(commitments(item), start=1):
            position += 1
            _store_task(session, plan, row, task, position, f"{prefix}-{number}", at)


def commitments(item: core.Item) -> Sequence[core.Task]:
    """Return the tasks of an item; one without a separate commitment is itself the task.

    The item's own time limit holds for those of its tasks that name none.
    """
    tasks = item.tasks or (core.Task(text=item.text, span=item.span, targets=item.targets),)
    return [
        task if task.deadlines else core.Task(task.text, task.span, task.obligor, item.deadlines, task.targets)
        for task in tasks
    ]


def item_codes(items: Sequence[core.Item]) -> list[str]:
    """Return a short code for each item: its number where all are unique and plain, else its place."""
    numbers = [item.number for item in items]
    plain = all(re.fullmatch(r"\d{1,4}", number, re.ASCII) for number in numbers)
    unique = max(Counter(numbers).values(), default=0) == 1
    return numbers if plain and unique else [str(place) for place in range(1, len(items) + 1)]


def _assign(
    session: Session, item: Item, who: core.Responsibility, parties: dict[tuple[str, str], Party], plan: Plan
) -> None:
    for role, kind, field in ROLES:
        for position, name in enumerate(getattr(who, field), start=1):
            party = parties.get((kind, name.name))
            if party is None:
                party = parties[kind, name.name] = Party(office_id=plan.office_id, kind=kind, name=name.name)
                session.add(party)
                session.flush()
            session.add(Assignment(item_id=item.id, party_id=party.id, role=role, position=position))


def _store_task(
    session: Session, plan: Plan, item: Item, task: core.Task, position: int, code: str, at: datetime
) -> None:
    row = Task(
        plan_id=plan.id,
        item_id=item.id,
        position=position,
        code=code,
        title=short_title(task.text),
        obligor=task.obligor,
        start=task.span.start,
        end=task.span.end,
        deadlines=[_stored_deadline(rule) for rule in task.deadlines],
        targets=[_stored_target(target) for target in task.targets],
    )
    session.add(row)
    session.flush()
    for due in schedule(task.deadlines, plan.year, plan.issue_date):
        session.add(
            Occurrence(
                plan_id=plan.id,
                task_id=row.id,
                key=due.key,
                uid=f"{secrets.token_hex(16)}@planner",
                label=due.label,
                opens_on=due.opens_on,
                due_on=due.due_on,
                minimum=due.count,
                before_issue=due.before_issue,
                changed_at=at,
            )
        )


def _stored_deadline(rule: core.Deadline) -> dict[str, object]:
    place = {"season": rule.season, "weak": rule.weak, "start_at": rule.span.start, "end_at": rule.span.end}
    return {**deadline_json(rule), **place}


def _stored_target(target: core.Target) -> dict[str, object]:
    return {**target_json(target), "start": target.span.start, "end": target.span.end}


def short_title(text: str, limit: int = 40) -> str:
    """Return a clause as a title: on one line, cut after *limit* characters with an ellipsis."""
    line = " ".join(text.split()).strip("，。；：、 ")
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _announce(session: Session, plan: Plan, read: core.Plan, source: Source, actor: str, at: datetime) -> None:
    tasks = len(queries.tasks_of(session, plan.id))
    for act, text in (
        (Act.IMPORT, f"导入《{plan.title}》，{len(read.items)}条，{tasks}项任务"),
        (Act.ISSUE, f"下达{tasks}项任务"),
    ):
        data = {"sha256": source.sha256, "items": len(read.items), "tasks": tasks}
        append(session, plan.id, Entered(act, at, at.date(), actor, text=text, data=data))
