"""Publishing: a plan as read and reviewed becomes rows, with its tasks scheduled and issued."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from planner.core import plan as core
from planner.core.calendar import Season
from planner.core.review import title_of
from planner.core.schedule import Due, schedule
from planner.core.status import Act, State
from planner.errors import Invalid
from planner.store import people, queries
from planner.store.database import Session
from planner.store.journal import Entered, append, open_with
from planner.store.models import Assignment, Item, Occurrence, Party, Plan, PlanVersion, Task
from planner.store.values import dump_deadline, dump_target, load_deadline, load_target
from planner.store.workdays import working_days

ROLES = (
    ("leader", "person", "leaders"),
    ("department", "department", "departments"),
    ("supporting", "department", "supporting"),
)
LONGEST_NAME = 40
NO_YEAR = "文件里没有写是哪一年的计划，没有导入。请填上计划年度后再导入。"


@dataclass(frozen=True, slots=True)
class Origin:
    """The file a version of a plan comes from."""

    filename: str
    sha256: str


def publish(
    session: Session,
    read: core.Plan,
    origin: Origin,
    *,
    actor: str,
    at: datetime,
    sample: bool = False,
    issued: Collection[core.Span] | None = None,
) -> Plan:
    """Store a new plan whose items all name their tasks; raise ``Invalid`` when it has no year.

    Tasks whose span is in *issued* are issued (下达), the others wait as drafts; None issues all.
    """
    plan = _store_plan(session, read, sample)
    store_version(session, plan, read, origin, 1, at)
    count, opened = 0, []
    for place, (item, prefix) in enumerate(zip(read.items, item_codes(read.items), strict=True), start=1):
        row = store_item(session, plan, item, place, 1, at)
        for number, task in enumerate(item.tasks, start=1):
            count += 1
            state = State.NOT_STARTED if issued is None or task.span in issued else State.DRAFT
            code = f"{prefix}-{number}"
            opened += store_task(session, plan, row, task, code=code, position=count, at=at, state=state)
    _announce(session, plan, read, origin, Entered(Act.IMPORT, at, at.date(), actor), opened)
    decide_reminders_again(session, at.date())
    return plan


def decide_reminders_again(session: Session, today: date) -> None:
    """Have today's reminders decided anew, with this change; nobody is told of anything twice on a day.

    It holds the office, so it comes before any plan's turn: no two are to wait for each other.
    """
    office = queries.the_office(session, lock=True)
    # A decision under way knows nothing of the change, and is not written down.
    office.settings_version += 1
    if office.reminded_through and office.reminded_through >= today:
        office.reminded_through = working_days(session).shift(today, -1)


def _store_plan(session: Session, read: core.Plan, sample: bool) -> Plan:
    if read.plan_year is None:
        raise Invalid(NO_YEAR)
    office = queries.the_office(session)
    plan = Plan(
        office_id=office.id,
        address=_free_address(f"{read.plan_year}s" if sample else str(read.plan_year), queries.addresses(session)),
        title=read.title or "未命名计划",
        issuer=read.issuer,
        issue_date=read.issue_date,
        year=read.plan_year,
        sample=sample,
    )
    session.add(plan)
    session.flush()
    return plan


def _free_address(wanted: str, taken: Sequence[str]) -> str:
    return next(address for address in _addresses(wanted, len(taken)) if address not in taken)


def _addresses(wanted: str, taken: int) -> list[str]:
    return [wanted, *(f"{wanted}.{number}" for number in range(2, taken + 3))]


def store_version(session: Session, plan: Plan, read: core.Plan, origin: Origin, number: int, at: datetime) -> None:
    """Store the words of a plan as issued, with what they leave open."""
    session.add(
        PlanVersion(
            plan_id=plan.id,
            number=number,
            text=read.text,
            sha256=origin.sha256,
            filename=Path(origin.filename).name[-200:],
            imported_at=at,
            findings=[
                {"code": f.code, "message": f.message, "start": f.span.start, "end": f.span.end} for f in read.findings
            ],
            sections=[
                {"number": s.number, "title": s.title, "start": s.span.start, "end": s.span.end} for s in read.sections
            ],
        )
    )


def store_item(session: Session, plan: Plan, item: core.Item, position: int, version: int, at: datetime) -> Item:
    """Store a numbered point and who answers for it."""
    row = Item(
        plan_id=plan.id,
        version=version,
        position=position,
        number=item.number,
        title=item.title,
        section=item.section,
        start=item.span.start,
        end=item.span.end,
    )
    session.add(row)
    session.flush()
    for role, kind, group in ROLES:
        for place, name in enumerate(getattr(item.responsibility, group), start=1):
            store_assignment(session, row.id, role, kind, name, place, at)
    return row


def store_assignment(
    session: Session, item_id: int, role: str, kind: str, name: core.Name, place: int, at: datetime
) -> None:
    """Name a party for an item, from *at* on."""
    party = party_called(session, kind, name.name)
    row = Assignment(item_id=item_id, party_id=party.id, role=role, position=place, began_at=at)
    row.by_office = name.by_office
    session.add(row)


def named_by_office(session: Session, kind: str, name: str) -> Party:
    """Return the party the office names; raise ``Invalid`` for a department in the place of a person, or the reverse."""
    other = "department" if kind == "person" else "person"
    if people.party_named(session, other, name) and not people.party_named(session, kind, name):
        what = "部门" if other == "department" else "人名"
        raise Invalid(f"「{name}」是{what}，不能写在这里，请核对。")
    return party_called(session, kind, name)


def is_known(session: Session, kind: str, name: str) -> bool:
    """Tell whether a person or department goes by this name."""
    return bool(people.party_by_alias(session, kind, name) or people.party_named(session, kind, name))


def party_called(session: Session, kind: str, name: str) -> Party:
    """Return the person or department of this name or alias, made now when it is the first time."""
    known = people.party_by_alias(session, kind, name) or people.party_named(session, kind, name)
    if known:
        return known
    if len(name) > LONGEST_NAME:
        raise Invalid(f"姓名或部门名称请不超过{LONGEST_NAME}字。")
    # Two who name the same new party at once would otherwise each make one.
    queries.the_office(session, lock=True)
    known = people.party_named(session, kind, name)
    if known:
        return known
    party = Party(office_id=queries.the_office(session).id, kind=kind, name=name)
    session.add(party)
    session.flush()
    return party


def item_codes(items: Sequence[core.Item]) -> list[str]:
    """Return a short code for each item: its number where all are unique and plain, else its place."""
    numbers = [item.number for item in items]
    plain = all(re.fullmatch(r"\d{1,4}", number, re.ASCII) for number in numbers)
    unique = max(Counter(numbers).values(), default=0) == 1
    return numbers if plain and unique else [str(place) for place in range(1, len(items) + 1)]


def store_task(
    session: Session,
    plan: Plan,
    item: Item,
    task: core.Task,
    *,
    code: str,
    position: int,
    at: datetime,
    state: State = State.NOT_STARTED,
) -> list[Occurrence]:
    """Store a task with its occurrences, and return these for the event they begin with."""
    row = Task(
        plan_id=plan.id,
        item_id=item.id,
        version=item.version,
        position=position,
        code=code,
        title=title_of(task),
        obligor=task.obligor,
        start=task.span.start,
        end=task.span.end,
        deadlines=[dump_deadline(rule) for rule in task.deadlines],
        targets=[dump_target(target) for target in task.targets],
    )
    note_times(row, task.deadlines)
    session.add(row)
    session.flush()
    dues = schedule(task.deadlines, plan.year, plan.issue_date, seasons_of(session, plan.year))
    return [store_occurrence(session, row, due, at, state) for due in dues]


def note_times(row: Task, deadlines: Sequence[core.Deadline]) -> None:
    """Keep beside a task's deadlines what lists choose by: its frequency, and whether its words leave the time open."""
    rhythm = next((rule.freq for rule in deadlines if rule.kind is core.DeadlineKind.RECURRING), None)
    row.frequency = rhythm.value if rhythm else None
    row.time_open = any(rule.season or rule.weak for rule in deadlines)


def seasons_of(session: Session, year: int) -> list[Season]:
    """Return the seasons the office has dated for a year."""
    return [Season(row.name, row.starts_on, row.ends_on) for row in queries.seasons(session, year)]


def store_occurrence(session: Session, task: Task, due: Due, at: datetime, state: State) -> Occurrence:
    """Store one due instance of a task."""
    row = Occurrence(
        plan_id=task.plan_id,
        task_id=task.id,
        key=due.key,
        uid=f"{secrets.token_hex(16)}@planner",
        label=due.label,
        opens_on=due.opens_on,
        due_on=due.due_on,
        first_due_on=due.due_on,
        minimum=due.count,
        before_issue=due.before_issue,
        changed_at=at,
        state=state.value,
    )
    session.add(row)
    return row


def text_hash(text: str) -> str:
    """Return what the ledger keeps of the issued words, so that a later change of them is seen."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _announce(
    session: Session,
    plan: Plan,
    read: core.Plan,
    origin: Origin,
    entered: Entered,
    opened: Sequence[Occurrence],
) -> None:
    tasks = {row.task_id for row in opened}
    drafts = {row.task_id for row in opened if row.state == State.DRAFT}
    data = {"sha256": origin.sha256, "text": text_hash(read.text), "items": len(read.items), "tasks": len(tasks)}
    text = f"导入《{plan.title}》，{len(read.items)}条，{len(tasks)}项任务"
    open_with(session, plan.id, opened, replace(entered, text=text, data=data))
    waiting = f"，{len(drafts)}项留作草稿" if drafts else ""
    text = f"下达{len(tasks) - len(drafts)}项任务{waiting}"
    append(session, plan.id, replace(entered, act=Act.ISSUE, text=text, data=data))


def plan_as_stored(session: Session, plan: Plan) -> core.Plan:
    """Return a plan as it now stands: the newest words with the tasks, people and times the office settled on."""
    version = queries.version_of(session, plan.id)
    parts = queries.assigned_in(session, [plan.id])
    tasks = queries.tasks_of(session, plan.id)
    return core.Plan(
        text=version.text,
        title=plan.title,
        issuer=plan.issuer,
        issue_date=plan.issue_date,
        plan_year=plan.year,
        sections=tuple(
            core.Section(row["number"], row["title"], core.Span(row["start"], row["end"])) for row in version.sections
        ),
        items=tuple(
            _item_value(row, version.text, parts.get(row.id, []), [task for task in tasks if task.item_id == row.id])
            for row in queries.items_of(session, plan.id)
            if row.origin_id is None
        ),
    )


def _item_value(row: Item, text: str, parts: Sequence[queries.Assigned], tasks: Sequence[Task]) -> core.Item:
    span = core.Span(row.start, row.end)
    values = tuple(_task_value(task, text) for task in tasks)
    return core.Item(
        number=row.number,
        title=row.title,
        section=row.section,
        text=span.of(text),
        span=span,
        responsibility=core.Responsibility(
            **{group: tuple(_name(part, span) for part in parts if part.role == role) for role, _, group in ROLES}
        ),
        deadlines=_of_the_tag(values),
        tasks=values,
        without_tasks=not values,
    )


def _of_the_tag(tasks: Sequence[core.Task]) -> tuple[core.Deadline, ...]:
    """Return the times that stand outside the words of the tasks they hold for."""
    outside: list[core.Deadline] = []
    for task in tasks:
        outside += [rule for rule in task.deadlines if not task.span.covers(rule.span) and rule not in outside]
    return tuple(outside)


def _name(part: queries.Assigned, item: core.Span) -> core.Name:
    return core.Name(part.name, core.Span(item.start, item.start if part.by_office else item.end))


def _task_value(row: Task, text: str) -> core.Task:
    span = core.Span(row.start, row.end)
    task = core.Task(
        text=span.of(text),
        span=span,
        obligor=row.obligor,
        deadlines=tuple(load_deadline(rule) for rule in row.deadlines),
        targets=tuple(load_target(target) for target in row.targets),
    )
    return (
        task
        if title_of(task) == row.title
        else core.Task(task.text, span, task.obligor, task.deadlines, task.targets, row.title)
    )
