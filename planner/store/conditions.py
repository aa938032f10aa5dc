"""The rules of :mod:`planner.core.status` and :mod:`planner.core.choice` as SQL, so that the database can choose.

Each function mirrors one of the core; a property test compares them over random occurrences. The day and the plans are
parameters, so that a statement is built once and asked again and again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import col, select

from planner.core.calendar import ONE_DAY, WorkingDays
from planner.core.choice import URGENT, Choice, Gap, Order, folded
from planner.core.ledger import Part
from planner.core.status import RUNNING, SHORT_CYCLES, Mark, State
from planner.core.thresholds import DEFAULTS, Thresholds
from planner.store.models import Assignment, Item, Occurrence, Party, Plan, Task

Condition = ColumnElement[bool]
Sorted = ColumnElement[Any] | Mapped[Any]

PLANS: BindParameter[int] = bindparam("plans", type_=Integer(), expanding=True)
ON, SOON, SOON_MONTHLY, NEAR = (bindparam(name, type_=Date()) for name in ("on", "soon", "soon_monthly", "near"))


INDEXED = ("not_started", "in_progress", "handed_in")
"""The states of :data:`planner.store.models.OPEN`, in its order."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A day with the last due days that are soon on it, for ordinary duties and for those of a short cycle."""

    on: date
    soon: date
    soon_monthly: date

    @classmethod
    def of(cls, on: date, days: WorkingDays, thresholds: Thresholds = DEFAULTS) -> Bounds:
        """Return the bounds of a day: few enough working days lie between it and them."""
        soon, monthly = (
            days.shift(on, count + 1) - ONE_DAY for count in (thresholds.soon_days, thresholds.soon_days_monthly)
        )
        return cls(on, soon, monthly)


def given(plans: Sequence[Plan], bounds: Bounds | None = None, **more: Any) -> dict[str, Any]:
    """Return the values of the parameters of a statement."""
    values = {"plans": [plan.id for plan in plans], **more}
    if bounds:
        near = max(bounds.soon, bounds.soon_monthly)
        values |= {"on": bounds.on, "soon": bounds.soon, "soon_monthly": bounds.soon_monthly, "near": near}
    return values


def in_plans() -> Condition:
    """Return that the occurrence is of one of the given plans."""
    return col(Occurrence.plan_id).in_(PLANS)


def in_states(*states: State) -> Condition:
    """Return that the occurrence is in one of these states."""
    return col(Occurrence.state).in_(sorted(state.value for state in states))


def is_open() -> Condition:
    """Return that it is issued and not closed, written as the partial index has it.

    Word for word: a database that sees parameters instead cannot know that the index holds what is asked for.
    """
    return col(Occurrence.state).in_([literal_column(f"'{state}'") for state in INDEXED])


def is_counted() -> Condition:
    """Return that it is open, and was not over before the plan was issued."""
    return and_(is_open(), not_(col(Occurrence.before_issue)))


def _clock_runs() -> Condition:
    return and_(in_states(*RUNNING), not_(col(Occurrence.before_issue)))


def overdue() -> Condition:
    """:func:`planner.core.status.is_overdue`."""
    return and_(_clock_runs(), col(Occurrence.due_on) < ON)


def due_soon() -> Condition:
    """:func:`planner.core.status.is_due_soon`."""
    cycles = sorted(cycle.value for cycle in SHORT_CYCLES)
    # The plans are named so that PostgreSQL, which gathers these tasks first, need not read those of all years.
    own = select(Task.id).where(
        Task.id == Occurrence.task_id, col(Task.plan_id).in_(PLANS), col(Task.frequency).in_(cycles)
    )
    has_opened = or_(col(Occurrence.opens_on).is_(None), col(Occurrence.opens_on) <= ON)
    limit = case((exists(own.correlate(Occurrence)), case((has_opened, SOON_MONTHLY))), else_=SOON)
    # The first condition says nothing new; by it the database finds the few, in an index where there is one.
    return and_(col(Occurrence.due_on).between(ON, NEAR), _clock_runs(), col(Occurrence.due_on) <= limit)


def finished_late() -> Condition:
    """:func:`planner.core.status.finished_late`, of what is closed."""
    closed, handed_in = col(Occurrence.closed_on), col(Occurrence.handed_in_on)
    first = case((handed_in < closed, handed_in), else_=func.coalesce(closed, handed_in))
    return func.coalesce(first > col(Occurrence.due_on), false())


def of_tasks(*wanted: Condition) -> Condition:
    """Return that its task is one of those wanted: found once a statement, not once an occurrence."""
    return col(Occurrence.task_id).in_(select(col(Task.id)).where(col(Task.plan_id).in_(PLANS), *wanted))


def unassigned() -> Condition:
    """Return that nobody answers now for the item of the task."""
    return of_tasks(has_nobody())


def has_nobody() -> Condition:
    """Return that nobody answers now for the item of a task, of the task alone; who only reports on it does not."""
    held = select(Assignment.id).where(
        Assignment.item_id == Task.item_id, Assignment.role != "contact", col(Assignment.ended_at).is_(None)
    )
    return not_(exists(held.correlate(Task)))


def unsettled() -> Condition:
    """Return that the words leave the time open, and the office has not said."""
    return and_(col(Occurrence.due_on).is_(None), not_(col(Occurrence.standing)), of_tasks(and_(col(Task.time_open))))


def mark() -> ColumnElement[str]:
    """:func:`planner.core.status.mark_of`."""
    return case(*((condition, mark.value) for mark, condition in plain_marks().items()), else_=mark_underway())


def plain_marks() -> dict[Mark, Condition]:
    """Return when an occurrence has a mark that an index tells: most of a plan that has run for a while has one."""
    done = col(Occurrence.state) == State.DONE.value
    return {
        Mark.LATE: and_(done, finished_late()),
        Mark.DONE: and_(done, not_(finished_late())),
        Mark.SUSPENDED: in_states(State.SUSPENDED, State.CANCELLED),
        Mark.OVERDUE: overdue(),
        Mark.HANDED_IN: in_states(State.HANDED_IN),
    }


def underway() -> Condition:
    """Return that it has none of the plain marks."""
    in_time = or_(col(Occurrence.due_on).is_(None), col(Occurrence.due_on) >= ON)
    others = or_(in_time, col(Occurrence.before_issue), col(Occurrence.state) == State.DRAFT.value)
    return and_(in_states(*RUNNING, State.DRAFT), others)


def mark_underway() -> ColumnElement[str]:
    """Return the mark of what is underway."""
    has_progress = or_(col(Occurrence.state) == State.IN_PROGRESS.value, col(Occurrence.last_progress_on).is_not(None))
    return case(
        (due_soon(), Mark.DUE_SOON.value),
        (and_(not_(col(Occurrence.before_issue)), unassigned()), Mark.UNASSIGNED.value),
        (unsettled(), Mark.UNSETTLED.value),
        (has_progress, Mark.ACTIVE.value),
        else_=Mark.WAITING.value,
    )


def parts() -> dict[Part, Condition]:
    """:func:`planner.core.ledger.part_of`: when an occurrence counts in each part of 到期应办; no two hold at once."""
    due = and_(not_(col(Occurrence.before_issue)), col(Occurrence.due_on) <= ON)
    done = and_(col(Occurrence.state) == State.DONE.value, due)
    return {
        Part.ON_TIME: and_(done, not_(finished_late())),
        Part.LATE: and_(done, finished_late()),
        Part.OVERDUE: overdue(),
        Part.IN_REVIEW: and_(col(Occurrence.state) == State.HANDED_IN.value, due),
    }


def gap(which: Gap) -> Condition:
    """:func:`planner.core.choice.lacks`."""
    wanted = {
        Gap.UNASSIGNED: unassigned(),
        Gap.UNSETTLED: unsettled(),
        Gap.UNDATED: and_(col(Occurrence.due_on).is_(None), not_(col(Occurrence.standing))),
    }[which]
    return and_(is_counted(), wanted)


def concerns(name: str) -> Condition:
    """:func:`planner.core.choice.concerned`: the party had a part in the item, then or now, or has a cell."""
    named = and_(col(Party.name) == name, col(Assignment.role) != "contact")
    parts = select(Assignment.id).join(Party, col(Party.id) == Assignment.party_id).where(named)
    own = parts.where(Assignment.item_id == Task.item_id).correlate(Task)
    held = (
        parts.join(Task, col(Task.item_id) == Assignment.item_id)
        .where(Task.id == Occurrence.task_id, _in_force())
        .correlate(Occurrence)
    )
    # The first condition is there for the database's sake: it finds the few tasks once.
    return or_(and_(of_tasks(exists(own)), exists(held)), _has_cell(name))


def _in_force() -> Condition:
    """Return that the assignment held when the occurrence was closed, or holds now."""
    closed, ended = col(Occurrence.closed_at), col(Assignment.ended_at)
    then = and_(closed.is_not(None), col(Assignment.began_at) <= closed, or_(ended.is_(None), ended > closed))
    return or_(and_(closed.is_(None), ended.is_(None)), then)


def _has_cell(name: str) -> Condition:
    """Return that the JSON object has this key; as text, since the two databases share no function for it.

    A key stands behind a brace or a comma and before a colon. Replacing tells capital letters from small, LIKE does not.
    """
    cells = cast(col(Occurrence.cells), String)
    return or_(*(func.replace(cells, f"{before}{json.dumps(name)}: ", "") != cells for before in ("{", ", ")))


class _Folded(GenericFunction[str]):
    """:func:`planner.core.choice.folded`."""

    type = String()
    inherit_cache = True


@compiles(_Folded, "sqlite")
def _folded_by_sqlite(element: _Folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_Folded, "postgresql")
def _folded_by_postgresql(element: _Folded, compiler: SQLCompiler, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


def where(choice: Choice) -> Iterator[Condition]:
    """Yield the conditions of a choice on the given day; they need nothing but the occurrence."""
    if choice.marks:
        yield _marked(choice.marks)
    if choice.part:
        yield or_(*parts().values()) if choice.part == "due" else parts()[Part(choice.part)]
    if choice.gap is not None:
        yield gap(choice.gap)
    if choice.party:
        yield concerns(choice.party)
    if choice.section:
        items = select(col(Item.id)).where(col(Item.plan_id).in_(PLANS), Item.section == choice.section)
        yield of_tasks(col(Task.item_id).in_(items))
    if choice.words:
        words, columns = folded(choice.words), (col(Task.code), col(Task.title))
        yield of_tasks(or_(*(_Folded(column).contains(words, autoescape=True) for column in columns)))
    if choice.only_open:
        yield is_open()
    if choice.pending:
        yield col(Occurrence.extension).is_not(None)


def _marked(marks: tuple[Mark, ...]) -> Condition:
    return or_(*(_has_mark(one) for one in marks))


def _has_mark(one: Mark) -> Condition:
    plain = plain_marks()
    if one in plain:
        return plain[one]
    return due_soon() if one is Mark.DUE_SOON else and_(underway(), mark_underway() == one.value)


def in_document() -> list[Sorted]:
    """Return the order of the documents: by the item's plan, as the index of items has it."""
    return [col(Item.plan_id), col(Item.position), col(Task.position), col(Occurrence.id)]


def ordered(order: Order) -> list[Sorted]:
    """Return what to sort by; the order of the documents settles ties."""
    if order is Order.DOCUMENT:
        return in_document()
    if order is Order.DUE:
        return [due_or_never(), *in_document()]
    places = {one.value: place for place, one in enumerate(URGENT)}
    return [case(places, value=mark(), else_=len(places)), due_or_never(), *in_document()]


def due_or_never() -> ColumnElement[date]:
    """Return the due day, for the undated the last of all days."""
    return func.coalesce(col(Occurrence.due_on), literal(date.max, Date()))
