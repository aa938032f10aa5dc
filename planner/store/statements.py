"""The statements of the lists, each built once: building one takes longer than a small office's database to answer it.

Their values are parameters (:func:`planner.store.conditions.given`); statements of a choice are kept for the choices
last made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlmodel import col

from planner.core.choice import Choice, Gap, Order
from planner.core.history import FIELDS, Story
from planner.store import conditions
from planner.store.conditions import PLANS, Condition, in_plans
from planner.store.models import Assignment, Event, Item, Occurrence, Party, Task

KEPT = 64
ITEMS, TASKS, OCCURRENCES = (bindparam(name, type_=Integer(), expanding=True) for name in ("items", "tasks", "ids"))
LIMIT, OFFSET, REACH = (bindparam(name, type_=Integer()) for name in ("limit", "offset", "reach"))


@cache
def parts(*, of_plans: bool) -> Select[Any]:
    """Select who answers or answered for the given items, or for all items of the given plans."""
    a, p = Assignment, Party
    columns: list[Any] = [a.item_id, a.party_id, p.name, a.role, a.by_office, a.began_at, a.ended_at, p.phone]
    items = col(a.item_id).in_(select(col(Item.id)).where(col(Item.plan_id).in_(PLANS)) if of_plans else ITEMS)
    return select(*columns).join(p, col(p.id) == a.party_id).where(items).order_by(col(a.position), col(a.id))


@cache
def parts_now(*, of_plans: bool) -> Select[Any]:
    """Select who answers now."""
    return parts(of_plans=of_plans).where(col(Assignment.ended_at).is_(None))


class Line(NamedTuple):
    """What an entry is made of, in the order of the columns: plain values, which cost a third of whole objects."""

    id: int
    key: str
    plan_id: int
    task_id: int
    label: str
    state: str
    opens_on: date | None
    due_on: date | None
    first_due_on: date | None
    minimum: int
    times: int
    cells: dict[str, Any]
    before_issue: bool
    standing: bool
    closed_on: date | None
    closed_at: datetime | None
    signed_by: str
    handed_in_on: date | None
    last_event_on: date | None
    last_progress: str
    last_progress_on: date | None
    difficulty: str
    coordination: str
    next_step: str
    promised_on: date | None
    extension: dict[str, Any] | None
    extensions: int
    version: int
    code: str
    title: str
    stands_in: int
    """The version of the plan whose text the task's words stand in."""
    start: int
    end: int
    words: str
    obligor: str
    frequency: str | None
    time_open: bool
    internal: bool
    major_hazard: bool
    item_id: int
    number: str
    section: str
    item_title: str
    deadlines: list[dict[str, Any]] | None

    def told(self, story: Story) -> Line:
        """Return the same line as a story tells it."""
        return self._replace(**{name: getattr(story, name) for name in _TOLD})


_OF_OCCURRENCE = Line._fields[: Line._fields.index("code")]
_TOLD = tuple(name for name in _OF_OCCURRENCE if name in FIELDS)


@cache
def _lines(*, full: bool) -> Select[Any]:
    """Select lines; only in *full* ones are the words of a time that became a day: reading them is a third of the work."""
    words: Any = Task.deadlines if full else case((col(Occurrence.due_on).is_(None), Task.deadlines))
    columns: list[Any] = [getattr(Occurrence, name) for name in _OF_OCCURRENCE]
    t = Task
    columns += [t.code, t.title, t.version, t.start, t.end, t.words, t.obligor, t.frequency, t.time_open]
    columns += [t.internal, t.major_hazard]
    return _with_items([*columns, Item.id, Item.number, Item.section, Item.title, words])


def _with_items(columns: Sequence[Any]) -> Select[Any]:
    """Select columns of occurrences with their tasks and items."""
    statement: Select[Any] = select(*columns).select_from(Occurrence)
    return statement.join(Task, col(Task.id) == Occurrence.task_id).join(Item, col(Item.id) == Task.item_id)


@lru_cache(KEPT)
def chosen(choice: Choice, order: Order, *, full: bool) -> Select[Any]:
    """Select the lines of all chosen occurrences of the given plans."""
    return _lines(full=full).where(in_plans(), *conditions.where(choice)).order_by(*conditions.ordered(order))


@cache
def of_tasks(*, full: bool) -> Select[Any]:
    """Select the lines of the occurrences of the given tasks, in the order of the documents."""
    return _lines(full=full).where(col(Occurrence.task_id).in_(TASKS)).order_by(*conditions.in_document())


@cache
def of_ids(*, full: bool) -> Select[Any]:
    """Select the lines of the given occurrences, in no order."""
    return _lines(full=full).where(col(Occurrence.id).in_(OCCURRENCES))


@lru_cache(KEPT)
def page(choice: Choice, order: Order) -> Select[Any]:
    """Select the ids of a page of the chosen occurrences: sorting ids is many times quicker than sorting whole rows."""
    # In the order of the documents the index of items leads, otherwise the plans of the occurrences themselves do.
    inside = col(Item.plan_id).in_(PLANS) if order is Order.DOCUMENT else in_plans()
    wanted = [inside, *conditions.where(choice)]
    if order is Order.DUE:
        wanted.append(_due_within_reach(wanted))
    return (
        _with_items([col(Occurrence.id)])
        .where(*wanted)
        .order_by(*conditions.ordered(order))
        .limit(LIMIT)
        .offset(OFFSET)
    )


def _due_within_reach(wanted: Sequence[Condition]) -> Condition:
    """Return that it is due no later than the last of the first ``reach`` that are wanted: no other is on the page."""
    due = conditions.due_or_never()
    first = select(due.label("due")).where(*wanted).order_by(due).limit(REACH).subquery()
    return due <= select(func.max(first.c.due)).scalar_subquery()


@lru_cache(KEPT)
def mark_counts(choice: Choice) -> CompoundSelect[Any]:
    """Select how many of the chosen occurrences have which mark."""
    wanted = [in_plans(), *conditions.where(choice)]
    plain = (_counted(mark, *wanted, share) for mark, share in conditions.plain_marks().items())
    columns: list[Any] = [conditions.mark_underway().label("mark")]
    # Materialized, for else SQLite judges each one twice.
    others = select(*columns).select_from(Occurrence).where(*wanted, conditions.underway()).cte()
    mark = others.prefix_with("MATERIALIZED").c.mark
    return union_all(*plain, select(mark, func.count()).group_by(mark))


@lru_cache(KEPT)
def part_counts(choice: Choice) -> CompoundSelect[Any]:
    """Select how many of the chosen occurrences count in which part of 到期应办."""
    wanted = [in_plans(), *conditions.where(choice)]
    return union_all(*(_counted(part, *wanted, share) for part, share in conditions.parts().items()))


@lru_cache(KEPT)
def count(choice: Choice) -> Select[Any]:
    """Select how many occurrences are chosen, after an empty word."""
    return _counted("", in_plans(), *conditions.where(choice))


def _counted(name: str, *wanted: Condition) -> Select[Any]:
    """Count occurrences under a name."""
    columns: list[Any] = [literal(str(name)), func.count()]
    statement: Select[Any] = select(*columns).select_from(Occurrence)
    return statement.where(*wanted)


@lru_cache(KEPT)
def concerned_tasks(name: str) -> Select[Any]:
    """Select the tasks that concern a person or department."""
    statement: Select[Any] = select(col(Occurrence.task_id))
    return statement.where(in_plans(), conditions.concerns(name)).distinct()


@cache
def undated_counts() -> Select[Any]:
    """Select how many tasks are unsettled, and how many are undated, which the unsettled are too."""
    tasks = func.count(func.distinct(col(Occurrence.task_id)))
    unsettled = func.count(func.distinct(case((conditions.unsettled(), col(Occurrence.task_id)))))
    columns: list[Any] = [unsettled, tasks]
    return select(*columns).where(in_plans(), conditions.gap(Gap.UNDATED))


@cache
def unassigned_count() -> Select[Any]:
    """Select how many tasks nobody answers for, beginning with them: they are few, and their occurrences fewer."""
    counted = select(col(Occurrence.id)).where(col(Occurrence.task_id) == Task.id, conditions.is_counted())
    columns: list[Any] = [func.count()]
    statement: Select[Any] = select(*columns).select_from(Task)
    own = col(Task.plan_id).in_(PLANS)
    return statement.where(own, conditions.has_nobody(), exists(counted.correlate(Task)))


@cache
def happenings() -> Select[Any]:
    """Select the events of the given plans in their order."""
    e = Event
    columns: list[Any] = [e.occurrence_id, e.kind, e.at, e.day, e.actor, e.on_behalf_of, e.text, e.data]
    return select(*columns).where(col(e.plan_id).in_(PLANS)).order_by(col(e.plan_id), col(e.number))
