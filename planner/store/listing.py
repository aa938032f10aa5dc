"""Occurrences as the rules want them: chosen, ordered and counted by the database, a fixed number of queries each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from planner.core.choice import URGENT, Choice, Gap, Order
from planner.core.history import Happening, replay, until
from planner.core.ledger import Entry, Part, Totals
from planner.core.plan import Frequency
from planner.core.status import Act, Facts, Mark, State
from planner.store import statements
from planner.store.conditions import Bounds, given
from planner.store.models import Party, Plan, PlanVersion
from planner.store.statements import Line

EVERYTHING = Choice()
NOBODY: Mapping[str, list[str]] = {}


@dataclass(frozen=True, slots=True)
class Assigned:
    """One party's part in an item, and from when to when."""

    item_id: int
    party_id: int
    name: str
    role: str
    by_office: bool
    began_at: datetime
    ended_at: datetime | None
    phone: str = ""

    def held_at(self, at: datetime | None) -> bool:
        """Tell whether the part was held at a moment, or is held now."""
        if at is None:
            return self.ended_at is None
        return self.began_at <= at and (self.ended_at is None or self.ended_at > at)


def assigned(session: Session, item_ids: Iterable[int]) -> dict[int, list[Assigned]]:
    """Return who answers now for some items: item id -> parts in the order of the text."""
    return _parts(session, statements.parts_now(of_plans=False), items=list(set(item_ids)))


def assigned_in(session: Session, plan_ids: Iterable[int]) -> dict[int, list[Assigned]]:
    """Return who answers now for every item of some plans."""
    return _parts(session, statements.parts_now(of_plans=True), plans=list(plan_ids))


def ever_assigned(session: Session, plan_ids: Iterable[int]) -> dict[int, list[Assigned]]:
    """Return who answers, or once answered, for every item of some plans."""
    return _parts(session, statements.parts(of_plans=True), plans=list(plan_ids))


def ever_assigned_to(session: Session, item_ids: Iterable[int]) -> dict[int, list[Assigned]]:
    """Return who answers, or once answered, for some items."""
    return _parts(session, statements.parts(of_plans=False), items=list(set(item_ids)))


def _ask(session: Session, statement: Any, values: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """Return plain rows, past the machinery for whole objects, which takes longer than the database."""
    session.flush()
    return iter(session.connection().execute(statement, values))


def _parts(session: Session, statement: Select[Any], **values: list[int]) -> dict[int, list[Assigned]]:
    parts: dict[int, list[Assigned]] = defaultdict(list)
    for row in _ask(session, statement, values):
        parts[row[0]].append(Assigned(*row))
    return parts


def entries(
    session: Session,
    plans: Sequence[Plan],
    *,
    choice: Choice = EVERYTHING,
    bounds: Bounds | None = None,
    order: Order = Order.DOCUMENT,
    full: bool = False,
) -> list[Entry]:
    """Return the chosen occurrences of some plans; *bounds* is needed for a choice or an order that looks at a day.

    Only *full* entries have the words of the document, those of a time that became a day, and the contacts of the
    departments.
    """
    beside = _Beside(session, plans, ever_assigned(session, [plan.id for plan in plans]), full=full)
    lines = _lines(session, statements.chosen(choice, order, full=full), given(plans, bounds))
    return [beside.entry(line) for line in lines]


def _lines(session: Session, statement: Select[Any], values: Mapping[str, Any]) -> Iterator[Line]:
    return map(Line._make, _ask(session, statement, values))


def entries_of(
    session: Session, plans: Sequence[Plan], task_ids: Collection[int], *, full: bool = False
) -> list[Entry]:
    """Return the occurrences of some tasks of some plans, in the order of the documents."""
    lines = list(_lines(session, statements.of_tasks(full=full), {"tasks": list(task_ids)}))
    return _entries(session, plans, lines, full=full)


def entries_with(
    session: Session, plans: Sequence[Plan], occurrence_ids: Collection[int], *, full: bool = False
) -> list[Entry]:
    """Return the given occurrences of some plans, in no order; those of other plans are left out."""
    known = {plan.id for plan in plans}
    lines = _lines(session, statements.of_ids(full=full), {"ids": list(occurrence_ids)})
    return _entries(session, plans, [line for line in lines if line.plan_id in known], full=full)


def page(
    session: Session, plans: Sequence[Plan], bounds: Bounds, choice: Choice, order: Order, limit: int, offset: int = 0
) -> list[Entry]:
    """Return a page of the chosen occurrences of some plans, not full."""
    if order is Order.URGENCY and offset == 0 and choice == Choice(marks=URGENT):
        ids = _most_urgent(session, plans, bounds, limit)
    else:
        ids = _page(session, plans, bounds, choice, order, limit, offset)
    found = {line.id: line for line in _lines(session, statements.of_ids(full=False), {"ids": ids})}
    return _entries(session, plans, [found[one] for one in ids], full=False)


def _page(
    session: Session, plans: Sequence[Plan], bounds: Bounds, choice: Choice, order: Order, limit: int, offset: int
) -> list[int]:
    values = given(plans, bounds, limit=limit, offset=offset, reach=limit + offset)
    return [row.id for row in _ask(session, statements.page(choice, order), values)]


def _most_urgent(session: Session, plans: Sequence[Plan], bounds: Bounds, limit: int) -> list[int]:
    """Return the ids of what is to be done first, kind after kind: the first kind mostly fills the page."""
    ids: list[int] = []
    for mark in URGENT:
        if len(ids) < limit:
            ids += _page(session, plans, bounds, Choice(marks=(mark,)), Order.DUE, limit - len(ids), 0)
    return ids


def _entries(session: Session, plans: Sequence[Plan], lines: Sequence[Line], *, full: bool) -> list[Entry]:
    told = {line.plan_id for line in lines}
    own = [plan for plan in plans if plan.id in told]
    beside = _Beside(session, own, ever_assigned_to(session, [line.item_id for line in lines]), full=full)
    return [beside.entry(line) for line in lines]


class Held(NamedTuple):
    """Who held an item at a moment."""

    leaders: tuple[str, ...]
    departments: tuple[str, ...]
    supporting: tuple[str, ...]
    contacts: tuple[str, ...]

    @property
    def is_assigned(self) -> bool:
        """Whether anybody answers."""
        return bool(self.leaders or self.departments or self.supporting)


class Holders:
    """Who answers for the items of a list, now or, with *at*, at a moment; ``contacts`` are those of departments."""

    def __init__(
        self,
        parts: Mapping[int, list[Assigned]],
        contacts: Mapping[str, list[str]] = NOBODY,
        at: datetime | None = None,
    ) -> None:
        self.parts, self.contacts, self.at = parts, contacts, at
        self.now: dict[int, Held] = {}

    def of(self, item_id: int, closed_at: datetime | None) -> Held:
        """Return who answers for an item, or did when its occurrence was closed."""
        if closed_at is not None:
            return self._held_at(item_id, closed_at)
        if item_id not in self.now:
            self.now[item_id] = self._held_at(item_id, self.at)
        return self.now[item_id]

    def _held_at(self, item_id: int, at: datetime | None) -> Held:
        by_role: dict[str, list[Assigned]] = {role: [] for role in ("leader", "department", "supporting", "contact")}
        for part in self.parts.get(item_id, ()):
            if part.held_at(at):
                by_role[part.role].append(part)
        departments = _names(by_role["department"])
        contacts = self._contacts(by_role["contact"], departments)
        return Held(_names(by_role["leader"]), departments, _names(by_role["supporting"]), contacts)

    def _contacts(self, own: Sequence[Assigned], departments: Iterable[str]) -> tuple[str, ...]:
        if own:
            return tuple(f"{part.name} {part.phone}".strip() for part in own)
        return tuple(contact for name in departments for contact in self.contacts.get(name, ()))


class _Beside:
    """What stands beside the rows of a list: the plans, who answers, and for full entries words and contacts."""

    def __init__(
        self,
        session: Session,
        plans: Sequence[Plan],
        parts: Mapping[int, list[Assigned]],
        *,
        full: bool,
        at: datetime | None = None,
    ) -> None:
        self.plans = {plan.id: plan for plan in plans}
        self.texts = texts(session, list(self.plans)) if full else {}
        self.holders = Holders(parts, department_contacts(session) if full else {}, at)

    def entry(self, line: Line) -> Entry:
        plan = self.plans[line.plan_id]
        held = self.holders.of(line.item_id, line.closed_at)
        return Entry(
            occurrence_id=line.id,
            task_id=line.task_id,
            code=line.code,
            item_number=line.number,
            title=line.title,
            label=line.label,
            quote=self._quote(line),
            leaders=held.leaders,
            departments=held.departments,
            supporting=held.supporting,
            deadline_words="、".join(rule["raw"] for rule in line.deadlines or ()),
            facts=_facts(line, held.is_assigned),
            last_progress=line.last_progress,
            last_progress_on=line.last_progress_on,
            plan_id=line.plan_id,
            plan_title=plan.title,
            plan_address=plan.address,
            sample=plan.sample,
            section=line.section,
            item_title=line.item_title,
            obligor=line.obligor,
            contacts=held.contacts,
            first_due_on=line.first_due_on,
            extensions=line.extensions,
            minimum=line.minimum,
            times=line.times,
            cells=tuple((name, bool(day)) for name, day in line.cells.items()),
            difficulty=line.difficulty,
            coordination=line.coordination,
            next_step=line.next_step,
            promised_on=line.promised_on,
            signed_by=line.signed_by,
            key=line.key,
            version=line.version,
            asked=line.extension,
            internal=line.internal,
            major_hazard=line.major_hazard,
        )

    def _quote(self, line: Line) -> str:
        return line.words or self.texts.get((line.plan_id, line.stands_in), "")[line.start : line.end]


def _names(parts: Iterable[Assigned]) -> tuple[str, ...]:
    return tuple(part.name for part in parts)


def department_contacts(session: Session) -> dict[str, list[str]]:
    """Return the contacts of each department by its name, with their telephones where known."""
    department = aliased(Party)
    statement = (
        select(col(department.name), col(Party.name), col(Party.phone))
        .join(department, col(department.id) == Party.department_id)
        .where(col(Party.merged_into_id).is_(None))
    )
    contacts: dict[str, list[str]] = defaultdict(list)
    for where, name, phone in _ask(session, statement.order_by(col(Party.id))):
        contacts[where].append(f"{name} {phone}".strip())
    return contacts


def texts(session: Session, plan_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """Return the text of every version of some plans, by plan and number."""
    statement = select(col(PlanVersion.plan_id), col(PlanVersion.number), col(PlanVersion.text))
    rows = _ask(session, statement.where(col(PlanVersion.plan_id).in_(plan_ids)))
    return {(plan_id, number): text for plan_id, number, text in rows}


def _facts(line: Line, is_assigned: bool) -> Facts:
    return Facts(
        state=State(line.state),
        due_on=line.due_on,
        opens_on=line.opens_on,
        closed_on=line.closed_on,
        handed_in_on=line.handed_in_on,
        has_progress=line.last_progress_on is not None,
        assigned=is_assigned,
        unsettled=line.due_on is None and line.time_open and not line.standing,
        before_issue=line.before_issue,
        extension_pending=line.extension is not None,
        standing=line.standing,
        frequency=Frequency(line.frequency) if line.frequency else None,
        last_event_on=line.last_event_on,
    )


def entries_then(
    session: Session, plans: Sequence[Plan], day: date, at: datetime, *, as_recorded: bool, full: bool = False
) -> list[Entry]:
    """Return the occurrences of some plans as the ledger tells them at the end of *day*, which is the moment *at*.

    *as_recorded*, it counts what had been entered by then, and who answered then; else who answers today.
    """
    plan_ids = [plan.id for plan in plans]
    stories = replay(until(happenings_of(session, plan_ids, at.tzinfo), day, as_recorded=as_recorded))
    lines = _lines(session, statements.chosen(EVERYTHING, Order.DOCUMENT, full=full), given(plans))
    parts = ever_assigned(session, plan_ids)
    beside = _Beside(session, plans, parts, full=full, at=at if as_recorded else None)
    return [beside.entry(line.told(stories[line.id])) for line in lines if line.id in stories]


def happenings_of(
    session: Session, plan_ids: Sequence[int], zone: tzinfo | None = None
) -> list[tuple[int | None, Happening]]:
    """Return the events of some plans in their order, with the occurrence each is about; moments on the clock *zone*."""
    return [
        (key, Happening(Act(kind), at.astimezone(zone), day, behalf or actor, words, data))
        for key, kind, at, day, actor, behalf, words, data in _ask(
            session, statements.happenings(), {"plans": list(plan_ids)}
        )
    ]


def concerned_tasks(session: Session, plans: Sequence[Plan], name: str) -> set[int]:
    """Return the tasks of some plans that concern a person or department, by the part it had or has or by its cells."""
    return set(session.execute(statements.concerned_tasks(name), given(plans)).scalars())


def count_marks(session: Session, plans: Sequence[Plan], bounds: Bounds, choice: Choice = EVERYTHING) -> Counter[Mark]:
    """Count the occurrences of some plans by their mark."""
    counted = _ask(session, statements.mark_counts(choice), given(plans, bounds))
    return Counter({Mark(value): many for value, many in counted if many})


def count(session: Session, plans: Sequence[Plan], bounds: Bounds, choice: Choice = EVERYTHING) -> int:
    """Count the chosen occurrences of some plans."""
    return sum(many for _, many in _ask(session, statements.count(choice), given(plans, bounds)))


def totals(session: Session, plans: Sequence[Plan], bounds: Bounds, choice: Choice = EVERYTHING) -> Totals:
    """Count the parts of 到期应办."""
    counted = _ask(session, statements.part_counts(choice), given(plans, bounds))
    counts: dict[str, int] = dict(tuple(row) for row in counted)
    return Totals(due=sum(counts.values()), **{part.value: counts.get(part.value, 0) for part in Part})


def count_gaps(session: Session, plans: Sequence[Plan]) -> dict[Gap, int]:
    """Count the tasks of some plans that lack something."""
    ((unassigned,),) = _ask(session, statements.unassigned_count(), given(plans))
    ((unsettled, undated),) = _ask(session, statements.undated_counts(), given(plans))
    return {Gap.UNASSIGNED: unassigned, Gap.UNSETTLED: unsettled, Gap.UNDATED: undated}
