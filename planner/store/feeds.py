"""Reading: calendar subscriptions, what their feeds are computed from, and the rows of their events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, String, and_, bindparam, func, not_, or_, select, update
from sqlmodel import Session, col, desc
from sqlmodel import select as select_rows
from sqlmodel.sql.sqltypes import UTCDateTime

from planner.core.choice import Choice
from planner.core.status import RUNNING, State
from planner.store import conditions
from planner.store.conditions import Bounds, Condition, given
from planner.store.models import Event, Item, Occurrence, Office, Plan, Task
from planner.store.outgoing import Feed
from planner.store.queries import found

GONE = "这个日历地址已失效，请向办公室要新的地址。"
KEPT = 32
DONE_SINCE, DUE_SINCE = bindparam("done_since", type_=UTCDateTime()), bindparam("due_since", type_=Date())
DONE_DAY = bindparam("done_day", type_=Date())
HASH = bindparam("hash", type_=String())
PLAN, FROM = bindparam("plan", type_=Integer()), bindparam("from", type_=Integer())
ONLY, ITEMS = (bindparam(name, type_=Integer(), expanding=True) for name in ("only", "items"))


def feeds(session: Session, party_id: int | None = None) -> Sequence[Feed]:
    """Return the subscriptions still valid, of one party if asked, the newest first."""
    statement = select_rows(Feed).where(col(Feed.revoked_at).is_(None)).order_by(desc(col(Feed.id)))
    return session.exec(statement if party_id is None else statement.where(Feed.party_id == party_id)).all()


def feed_by_id(session: Session, feed_id: int) -> Feed:
    """Return a subscription; raise ``NotFound``."""
    return found(session.get(Feed, feed_id), "没有找到这个日历地址，请刷新后再看。")


def feed_with(session: Session, token_hash: str) -> Feed:
    """Return the valid subscription of a token's hash; raise ``NotFound``."""
    statement = select_rows(Feed).where(Feed.token_hash == token_hash, col(Feed.revoked_at).is_(None))
    return found(session.exec(statement).first(), GONE)


class FedPlan(NamedTuple):
    """A plan of a feed, with how many events it has, and the hash of the newest, which stands for all of them."""

    plan_id: int
    events: int
    head: str
    address: str
    sample: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """A subscription with what its feed is computed from.

    ``plans`` are those in use, the sample only where there is no other; ``changed_at`` is the newest moment that is
    recorded of the subscription, of the settings and of all plans.
    """

    feed_id: int
    scope: str
    party_id: int | None
    plan_id: int | None
    section: str
    choice: Mapping[str, Any]
    plain: bool
    early_days: int
    last_fetched_at: datetime | None
    settings_version: int
    settings_changed_at: datetime | None
    changed_at: datetime
    plans: tuple[FedPlan, ...]


def basis(session: Session, token_hash: str) -> Basis:
    """Return what the feed of a token's hash is computed from, in one query; raise ``NotFound``."""
    rows = session.connection().execute(_basis(), {"hash": token_hash}).all()
    row = found(rows[0] if rows else None, GONE)
    plans = [
        FedPlan(one.in_use, one.told or 0, one.head or "", one.address, one.sample)
        for one in rows
        if one.in_use is not None
    ]
    real = [plan for plan in plans if not plan.sample]
    moments = (row.created_at, row.renewed_at, row.told_at, row.settings_changed_at)
    return Basis(
        feed_id=row.id,
        scope=row.scope,
        party_id=row.party_id,
        plan_id=row.plan_id,
        section=row.section,
        choice=row.choice,
        plain=row.plain,
        early_days=row.early_days,
        last_fetched_at=row.last_fetched_at,
        settings_version=row.settings_version,
        settings_changed_at=row.settings_changed_at,
        changed_at=max(moment for moment in moments if moment),
        plans=tuple(real or plans),
    )


@cache
def _basis() -> Select[Any]:
    f = Feed
    columns: list[Any] = [f.id, f.scope, f.party_id, f.plan_id, f.section, f.choice, f.plain, f.early_days]
    columns += [f.created_at, f.renewed_at, f.last_fetched_at, Office.settings_version, Office.settings_changed_at]
    newest = select(func.max(col(Event.at))).scalar_subquery()
    own_events = col(Event.plan_id) == col(Plan.id)
    told = select(func.max(col(Event.number))).where(own_events).scalar_subquery()
    head = select(col(Event.hash)).where(own_events).order_by(desc(col(Event.number))).limit(1).scalar_subquery()
    columns += [newest.label("told_at"), col(Plan.id).label("in_use"), told.label("told"), head.label("head")]
    columns += [Plan.address, Plan.sample]
    own = and_(
        col(Plan.office_id) == col(Feed.office_id),
        col(Plan.archived_at).is_(None),
        or_(col(Feed.plan_id).is_(None), col(Plan.id) == col(Feed.plan_id)),
    )
    statement: Select[Any] = select(*columns).select_from(Feed).join(Office, col(Office.id) == col(Feed.office_id))
    statement = statement.outerjoin(Plan, own).where(col(Feed.token_hash) == HASH, col(Feed.revoked_at).is_(None))
    return statement.order_by(col(Plan.id))


def told_since(session: Session, before: Sequence[FedPlan], now: Sequence[FedPlan]) -> set[int] | None:
    """Return the occurrences that events since *before* are about; None when they tell of more than occurrences.

    None too where a plan has not got the events it had: another database was restored in its place.
    """
    known = {plan.plan_id: plan for plan in before}
    if [plan.plan_id for plan in before] != [plan.plan_id for plan in now]:
        return None
    ids: set[int | None] = set()
    for plan in now:
        last = known[plan.plan_id]
        if plan.head != last.head:
            values = {"plan": plan.plan_id, "from": last.events}
            events = session.connection().execute(_since(), values).all()
            if not events or (events[0].number, events[0].hash) != (last.events, last.head):
                return None
            ids.update(event.occurrence_id for event in events[1:])
    return None if None in ids else {one for one in ids if one is not None}


@cache
def _since() -> Select[Any]:
    columns: list[Any] = [Event.number, Event.hash, Event.occurrence_id]
    return select(*columns).where(col(Event.plan_id) == PLAN, col(Event.number) >= FROM).order_by(col(Event.number))


class Row(NamedTuple):
    """What an event is made of, in the order of the columns."""

    id: int
    uid: str
    key: str
    plan_id: int
    label: str
    due_on: date
    sequence: int
    changed_at: datetime
    state: str
    closed_at: datetime | None
    item_id: int
    code: str
    title: str
    internal: bool
    stands_in: int
    """The version of the plan whose text the task's words stand in."""
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Window:
    """Which occurrences a feed shows: those whose end was recorded since a moment, those waiting that were due since a day."""

    done_since: datetime
    due_since: date


def shown(
    session: Session,
    plan_ids: Sequence[int],
    choice: Choice,
    bounds: Bounds,
    window: Window,
    only: set[int] | None = None,
) -> Iterator[Row]:
    """Yield the chosen occurrences of some plans that a feed shows, of *only* some where it is known which changed."""
    values = {**given((), bounds), "plans": plan_ids, "due_since": window.due_since}
    values |= {"done_since": window.done_since, "done_day": window.done_since.date()}
    if only is not None:
        values["only"] = sorted(only)
    return map(Row._make, session.connection().execute(_shown(choice, some=only is not None), values))


@lru_cache(KEPT)
def _shown(choice: Choice, *, some: bool) -> Select[Any]:
    o, t = Occurrence, Task
    columns: list[Any] = [o.id, o.uid, o.key, o.plan_id, o.label, o.due_on, o.sequence, o.changed_at, o.state]
    columns += [o.closed_at, t.item_id, t.code, t.title, t.internal, t.version, t.start, t.end, t.words]
    statement: Select[Any] = select(*columns).select_from(Occurrence).join(Task, col(Task.id) == Occurrence.task_id)
    if some:
        statement = statement.where(col(Occurrence.id).in_(ONLY))
    return statement.where(conditions.in_plans(), _in_window(), *conditions.where(choice))


def _in_window() -> Condition:
    """Return that a feed shows it: overdue ones stay however long ago they were due, done ones for a while."""
    due, open_still = col(Occurrence.due_on), conditions.in_states(*RUNNING)
    waiting = and_(conditions.in_states(State.HANDED_IN), due >= DUE_SINCE)
    recorded = col(Occurrence.closed_at)
    lately = or_(recorded >= DONE_SINCE, and_(recorded.is_(None), col(Occurrence.closed_on) >= DONE_DAY))
    done = and_(conditions.in_states(State.DONE), lately)
    return and_(due.is_not(None), not_(col(Occurrence.before_issue)), or_(open_still, waiting, done))


def told_of_items(session: Session, plan_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when the ledger last told of each item of some plans: its words, its flags, who answers for it."""
    return _newest_of(session, of_plans=True, plans=plan_ids)


def told_of(session: Session, item_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when the ledger last told of some items."""
    return _newest_of(session, of_plans=False, items=item_ids)


def _newest_of(session: Session, *, of_plans: bool, **values: Sequence[int]) -> dict[int, datetime]:
    rows = session.connection().execute(_newest(of_plans=of_plans), values)
    return {row[0]: row[1] for row in rows}


@cache
def _newest(*, of_plans: bool) -> Select[Any]:
    item = col(Event.item_id)
    wanted = and_(item.is_not(None), col(Event.plan_id).in_(conditions.PLANS)) if of_plans else item.in_(ITEMS)
    columns: list[Any] = [item, func.max(col(Event.at))]
    return select(*columns).where(wanted).group_by(item)


def note_fetch(session: Session, feed_id: int, at: datetime, before: datetime) -> None:
    """Note that a calendar was fetched, where the last fetch noted was not after *before* and nobody else changes the row."""
    f = Feed
    due = or_(col(f.last_fetched_at).is_(None), col(f.last_fetched_at) <= before)
    free = select(col(f.id)).where(col(f.id) == feed_id, due).with_for_update(skip_locked=True)
    if session.connection().execute(free).first():
        session.execute(update(f).where(col(f.id) == feed_id).values(last_fetched_at=at))


def sections(session: Session, plan_id: int) -> list[str]:
    """Return the sections of a plan that have points, in the order of the text."""
    statement = select(col(Item.section)).where(col(Item.plan_id) == plan_id, not_(col(Item.withdrawn)))
    named = session.execute(statement.order_by(col(Item.position))).scalars()
    return [name for name in dict.fromkeys(named) if name]
