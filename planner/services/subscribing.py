"""Calendar subscriptions: unguessable addresses, revocable, with bodies that depend on the records alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from planner.core.calendar import day_words
from planner.core.ledger import Entry
from planner.core.status import Facts, State
from planner.errors import Invalid
from planner.formats.workday_table import working_days
from planner.services.signing_in import hash_token
from planner.store import people, queries
from planner.store.database import Database, Session
from planner.store.models import Feed, Occurrence, Plan

if TYPE_CHECKING:
    from planner.formats.calendar_feed import FeedEvent

DONE_SHOWN = timedelta(days=30)
LOOK_BACK = timedelta(days=366)
NOTE_FETCH_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FeedBody:
    """What a phone fetches, with the validators of a conditional request."""

    name: str
    body: bytes
    etag: str
    changed_at: datetime


def subscribe(database: Database, scope: str, chosen_id: int, at: datetime) -> str:
    """Make a subscription of a party's or a plan's due days and return its secret, shown only this once."""
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        feed = Feed(office_id=queries.the_office(session).id, scope=scope, created_at=at, token_hash=hash_token(token))
        if scope == "party":
            feed.party_id = people.party_by_id(session, chosen_id).id
        elif scope == "plan":
            feed.plan_id = queries.plan_by_id(session, chosen_id).id
        else:
            raise Invalid("请选择要订阅的范围：一个人、一个部门或一份计划。")
        session.add(feed)
    return token


def revoke(database: Database, feed_id: int, at: datetime) -> None:
    """Make an address stop working; phones that still ask get 404."""
    with database.write() as session:
        feed = queries.feed_by_id(session, feed_id)
        feed.revoked_at = feed.revoked_at or at
        session.add(feed)


def read_feed(database: Database, token: str, at: datetime, base_url: str) -> FeedBody:
    """Return the calendar of a token; raise ``NotFound`` for a wrong or revoked one."""
    from planner.formats.calendar_feed import calendar, etag  # only here: it takes a while and memory to load

    with database.read() as session:
        feed = queries.feed_with(session, hash_token(token))
        name = feed_name(session, feed)
        chosen = _plans(session, feed)
        rows = {row.id: row for row in queries.occurrences_in(session, chosen)}
        entries = [entry for entry in queries.entries(session, chosen, full=True) if _concerns(session, feed, entry)]
    shown = [
        (entry, rows[entry.occurrence_id], entry.facts.due_on)
        for entry in entries
        if entry.facts.due_on and _is_shown(entry.facts, entry.facts.due_on, at.date())
    ]
    addresses = {plan.id: plan.address for plan in chosen}
    body = calendar(name, [_event(entry, row, due_on, addresses, base_url) for entry, row, due_on in shown])
    changed = max((row.changed_at for _, row, _ in shown), default=feed.created_at)
    _note_fetch(database, feed, at)
    return FeedBody(name, body, etag(body), changed)


def feed_name(session: Session, feed: Feed) -> str:
    """Return whose or which calendar this is."""
    if feed.party_id is not None:
        return f"{people.party_by_id(session, feed.party_id).name} 重点工作"
    return queries.plan_by_id(session, feed.plan_id or 0).title


def _plans(session: Session, feed: Feed) -> list[Plan]:
    if feed.plan_id is not None:
        return [queries.plan_by_id(session, feed.plan_id)]
    return list(queries.current_plans(session))


def _concerns(session: Session, feed: Feed, entry: Entry) -> bool:
    if feed.party_id is None:
        return True
    name = people.party_by_id(session, feed.party_id).name
    return name in entry.leaders + entry.departments + entry.supporting


def _is_shown(facts: Facts, due_on: date, on: date) -> bool:
    if facts.before_issue or facts.state in (State.DRAFT, State.CANCELLED, State.SUSPENDED):
        return False
    if facts.state is State.DONE and facts.closed_on is not None:
        return on - facts.closed_on <= DONE_SHOWN
    return on - due_on <= LOOK_BACK or facts.state is not State.DONE


def _event(entry: Entry, row: Occurrence, due_on: date, addresses: dict[int, str], base_url: str) -> FeedEvent:
    from planner.formats.calendar_feed import FeedEvent

    url = f"{base_url}/t/{addresses[entry.plan_id]}-{entry.code}"
    return FeedEvent(
        uid=row.uid,
        title=f"{entry.code} {entry.title}" + (f"（{entry.label}）" if entry.label else ""),
        due_on=due_on,
        description=_description(entry, due_on),
        url=url,
        sequence=row.sequence,
        changed_at=row.changed_at,
        done=entry.facts.state is State.DONE,
    )


def _description(entry: Entry, due_on: date) -> str:
    days = working_days()
    who = [
        f"{label}：{'、'.join(names)}"
        for label, names in (
            ("责任领导", entry.leaders),
            ("责任部门", entry.departments),
            ("配合单位", entry.supporting),
        )
        if names
    ]
    last = days.on_or_before(due_on)
    lines = [f"原文：{entry.quote}", *(who or ["责任人未明确"])]
    if last != due_on:
        lines.append(f"最后一个工作日：{day_words(last)}")
    return "\n".join(lines)


def _note_fetch(database: Database, feed: Feed, at: datetime) -> None:
    if feed.last_fetched_at and at - feed.last_fetched_at < NOTE_FETCH_EVERY:
        return
    with database.write() as session:
        row = queries.feed_by_id(session, feed.id)
        row.last_fetched_at = at
        session.add(row)
