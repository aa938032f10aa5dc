"""Feeding calendars: the body of a subscription, which depends on the records, the day and the address alone.

A phone asks for the same body again and again. So bodies are kept in memory, each with the stamp of all it was computed
from: the newest event of each of its plans, the count of the changes of settings, the day. An unchanged stamp means an
unchanged body. Where only events about occurrences were added since, only these are read and written again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import quote

from planner.core.calendar import WorkingDays, day_words
from planner.core.choice import Choice, read_choice
from planner.core.status import Mark, State
from planner.formats.calendar_feed import FeedEvent, early, opening, written
from planner.services import bodies
from planner.services.bodies import Body, Piece, Shelf
from planner.services.reporting import SAMPLE_DAY
from planner.services.signing_in import hash_token
from planner.services.subscribing import feed_name
from planner.store import feeds, listing, people
from planner.store.conditions import Bounds
from planner.store.database import Database, Session, StoreUnavailable
from planner.store.feeds import Basis, FedPlan, Row, Window
from planner.store.listing import Assigned, Held, Holders
from planner.store.workdays import rules_of

DONE_SHOWN = timedelta(days=30)
LOOK_BACK = timedelta(days=366)
NOTE_FETCH_EVERY = timedelta(hours=1)
ONE_SECOND = timedelta(seconds=1)
PLAIN_NAME = "重点工作"
_KEPT = "calendars"


@dataclass(frozen=True, slots=True)
class View:
    """How a feed is asked for, beside what was subscribed: with events some days early, ringing at nine."""

    early_days: int = 0
    alarm: bool = False


class Stamp(NamedTuple):
    """What a body was computed from: all but the plans, and these."""

    around: tuple[object, ...]
    plans: tuple[FedPlan, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a phone fetches, with the validators of a conditional request, and whether the fetch is to be noted.

    ``changed_at`` is a full second that is over: nothing that changes later can be of the same one.
    """

    made: Body
    changed_at: datetime
    feed_id: int
    to_be_noted: bool

    @property
    def body(self) -> bytes:
        """The whole calendar."""
        return b"".join(self.made.parts)

    @property
    def etag(self) -> str:
        """The strong entity tag of the body."""
        return self.made.etag


def read_feed(database: Database, token: str, at: datetime, base_url: str, view: View = View()) -> Fetched:
    """Return the calendar of a token, links leading to *base_url*; raise ``NotFound`` for a wrong or revoked one."""
    shelf: Shelf = database.kept.setdefault(_KEPT, Shelf())
    with database.read() as session:
        basis = feeds.basis(session, hash_token(token))
        wanted = View(max(view.early_days, basis.early_days), view.alarm)
        key = (basis.feed_id, wanted, base_url)
        stamp = _stamp(basis, at)
        kept = shelf.find(key)
        body = kept if kept and kept.stamp == stamp else _made(session, basis, stamp, at, kept, wanted, base_url)
    if body is not kept:
        shelf.keep(key, body)
    last = basis.last_fetched_at
    return Fetched(body, _changed_at(basis, at), basis.feed_id, last is None or at - last >= NOTE_FETCH_EVERY)


def _stamp(basis: Basis, at: datetime) -> Stamp:
    # What was subscribed never changes, but for the merging of parties; a restored database may have another of the number.
    choice = json.dumps(basis.choice, sort_keys=True)
    subscribed = (basis.scope, basis.party_id, basis.plan_id, basis.section, choice, basis.plain)
    settings = (basis.settings_version, basis.settings_changed_at)
    return Stamp((*subscribed, *settings, at.date()), basis.plans)


def _changed_at(basis: Basis, at: datetime) -> datetime:
    """Return since when the body cannot have changed: the last record, or the beginning of the day, which it depends on.

    Never the present second: a change may still come in it, and whoever knows of this second would not be told.
    """
    midnight = datetime.combine(at.date(), time(), at.tzinfo)
    return min(max(basis.changed_at, midnight), at - ONE_SECOND).replace(microsecond=0)


def _made(
    session: Session, basis: Basis, stamp: Stamp, at: datetime, kept: Body | None, view: View, base_url: str
) -> Body:
    only = None
    if kept and kept.stamp.around == stamp.around:
        only = feeds.told_since(session, kept.stamp.plans, stamp.plans)
    pieces = Writer(session, basis, at, view, base_url).pieces(only)
    begin = opening(PLAIN_NAME if basis.plain else feed_name(session, basis))
    if kept is None or only is None:
        return bodies.whole(stamp, begin, pieces)
    return bodies.changed(kept, stamp, begin, only, pieces)


class Writer:
    """Writes the events of one subscription on one day."""

    def __init__(self, session: Session, basis: Basis, at: datetime, view: View, base_url: str) -> None:
        self.session, self.view, self.base_url = session, view, base_url
        self.plans, self.plain, self.zone = basis.plans, basis.plain, at.tzinfo
        self.choice = _choice(session, basis)
        # The sample stands on a day of its own, as on the pages.
        is_sample = bool(basis.plans) and basis.plans[0].sample
        self.on = SAMPLE_DAY if is_sample else at.date()
        rules = rules_of(session)
        self.days, self.thresholds = rules.days, rules.thresholds

    def pieces(self, only: set[int] | None) -> Iterator[Piece]:
        """Yield what stands in the calendar, of *only* some occurrences where it is known which changed."""
        for row, event in self._events(only):
            yield Piece(event.due_on.isoformat(), event.uid, row.id, written(event, alarm=self.view.alarm))
            if self.view.early_days and not event.done:
                before = early(event, self.view.early_days)
                yield Piece(before.due_on.isoformat(), before.uid, row.id, written(before, alarm=self.view.alarm))

    def _events(self, only: set[int] | None) -> Iterator[tuple[Row, FeedEvent]]:
        bounds = Bounds.of(self.on, self.days, self.thresholds)
        done_since = datetime.combine(self.on - DONE_SHOWN, time(), self.zone)
        plan_ids = [plan.plan_id for plan in self.plans]
        window = Window(done_since, self.on - LOOK_BACK)
        rows = feeds.shown(self.session, plan_ids, self.choice, bounds, window, only)
        if only is None:
            parts = listing.ever_assigned(self.session, plan_ids)
            describer = self._describer(plan_ids, parts, feeds.told_of_items(self.session, plan_ids))
        else:
            rows = iter(some := list(rows))
            item_ids = sorted({row.item_id for row in some})
            parts = listing.ever_assigned_to(self.session, item_ids)
            told = feeds.told_of(self.session, item_ids)
            describer = self._describer(sorted({row.plan_id for row in some}), parts, told)
        for row in rows:
            yield row, describer.event(row)

    def _describer(
        self, plan_ids: list[int], parts: Mapping[int, list[Assigned]], told: Mapping[int, datetime]
    ) -> Describer:
        addresses = {plan.plan_id: f"{self.base_url}/t/{plan.address}" for plan in self.plans}
        texts = {} if self.plain else listing.texts(self.session, plan_ids)
        return Describer(addresses, Holders(parts), texts, self.days, _moments(parts, told), plain=self.plain)


def _moments(parts: Mapping[int, list[Assigned]], told: Mapping[int, datetime]) -> dict[int, datetime]:
    """Return when each item was last told of, or changed hands, which the merging of two names does without telling."""
    moments = dict(told)
    for item_id, some in parts.items():
        changes = [moment for part in some for moment in (part.began_at, part.ended_at) if moment]
        moments[item_id] = max([*changes, *([told[item_id]] if item_id in told else [])])
    return moments


def _choice(session: Session, basis: Basis) -> Choice:
    """Return what a subscription chooses among the occurrences of its plans."""
    party = people.party_by_id(session, basis.party_id).name if basis.party_id is not None else ""
    if basis.scope == "section":
        return Choice(section=basis.section)
    if basis.scope == "overdue":
        return Choice(marks=(Mark.OVERDUE,), party=party)
    if basis.scope != "list":
        return Choice(party=party)
    asked = {**basis.choice, "party": people.known_as(session, basis.choice.get("party", ""))}
    return read_choice(asked)


@dataclass(frozen=True, slots=True)
class Describer:
    """Makes events of rows; ``addresses`` are those of the plans' tasks, without the number of the task.

    ``moments`` say when what an event tells of its item last changed.
    """

    addresses: dict[int, str]
    holders: Holders
    texts: dict[tuple[int, int], str]
    days: WorkingDays
    moments: Mapping[int, datetime]
    plain: bool

    def event(self, row: Row) -> FeedEvent:
        """Return the event of a row; an internal one has its number and no words at all."""
        url = "" if self.plain else f"{self.addresses[row.plan_id]}-{row.code}?o={quote(row.key)}"
        return FeedEvent(
            uid=row.uid,
            title=f"{row.code} {'内部事项' if row.internal else row.title}",
            due_on=row.due_on,
            description="" if self.plain or row.internal else self._description(row, url),
            url=url,
            sequence=row.sequence,
            changed_at=max(row.changed_at, self.moments.get(row.item_id, row.changed_at)),
            done=row.state == State.DONE.value,
            ending=f"（{row.label}）" if row.label and not row.internal else "",
        )

    def _description(self, row: Row, url: str) -> str:
        words = row.words or self.texts.get((row.plan_id, row.stands_in), "")[row.start : row.end]
        who = _who(self.holders.of(row.item_id, row.closed_at)) or ["责任人未明确"]
        last = self.days.on_or_before(row.due_on)
        return "\n".join([f"原文：{words}", *who, f"最后一个工作日：{day_words(last)}", f"办理：{url}"])


def _who(held: Held) -> list[str]:
    roles = (("责任领导", held.leaders), ("责任部门", held.departments), ("配合单位", held.supporting))
    return [f"{label}：{'、'.join(names)}" for label, names in roles if names]


def note_fetch(database: Database, fetched: Fetched, at: datetime) -> None:
    """Note when a calendar was last fetched, at most once an hour; where another writes just now, a later fetch tells it."""
    if not fetched.to_be_noted:
        return
    try:
        with database.write(patient=False) as session:
            feeds.note_fetch(session, fetched.feed_id, at, at - NOTE_FETCH_EVERY)
    except StoreUnavailable:
        # The calendar itself is there.
        return
