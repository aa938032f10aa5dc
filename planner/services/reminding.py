"""Reminding: decide and write down, then deliver, then write down what became of it.

A message exists in the outbox before it is sent, under a unique key, so that a process killed at any instant loses
none and two processes never make the same one twice. A delivery cut off between the server's yes and our record of
it cannot be told from one that never happened: it is tried once more and marked 可能重复.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from planner.core.choice import Choice
from planner.core.reminders import DueReminder, reminders_due
from planner.errors import Conflict
from planner.formats.workday_table import working_days
from planner.notify.letters import Letter, render
from planner.notify.transports import Smtp, TransportError
from planner.store import people, queries
from planner.store.database import Database, Session
from planner.store.models import Office, Plan, Reminder

OPENS, CLOSES = time(8, 30), time(17, 30)
LEASE = timedelta(minutes=15)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480))
"""How long to wait after each failed try; after the last one the clerk is told."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who signs a letter, whom to call, and where the templates are."""

    office: str
    contact: str
    templates: Path


def rehearse(database: Database, on: date, head: Letterhead) -> list[tuple[DueReminder, Letter]]:
    """Return what would be written on a day for the current plans, the sample included; stores nothing."""
    with database.read() as session:
        return _letters(session, queries.current_plans(session), on, None, head)


def queue_reminders(database: Database, at: datetime, head: Letterhead) -> int:
    """Write today's messages into the outbox and return how many are new; samples never remind.

    Outside 08:30—17:30 and on rest days nothing is made. After an interruption one catch-up covers the days missed.
    """
    today = at.date()
    if not OPENS <= at.time() <= CLOSES or not working_days().is_working(today):
        return 0
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        through = office.reminded_through
        if through and through >= today:
            return 0
        chosen = [plan for plan in queries.current_plans(session) if not plan.sample]
        letters = _letters(session, chosen, today, through, head)
        made = sum(_queue(session, office, reminder, letter, at) for reminder, letter in letters)
        office.reminded_through = today
        session.add(office)
    return made


def _letters(
    session: Session, chosen: Sequence[Plan], on: date, since: date | None, head: Letterhead
) -> list[tuple[DueReminder, Letter]]:
    # Nobody is reminded of what is closed, and most of an old office is.
    entries, days = queries.entries(session, chosen, choice=Choice(only_open=True)), working_days()
    due = reminders_due(entries, on, days, since=since)
    return [(one, render(one, entries, on, days, head.office, head.contact, head.templates)) for one in due]


def _queue(session: Session, office: Office, due: DueReminder, letter: Letter, at: datetime) -> bool:
    if queries.reminder_exists(session, due.recipient, due.rule, due.subject, due.day):
        return False
    session.add(
        Reminder(
            office_id=office.id,
            recipient=due.recipient,
            rule=due.rule.value,
            subject=due.subject,
            day=due.day,
            title=letter.subject,
            body=letter.body,
            address=people.email_of(session, due.recipient),
            next_try_at=at,
        )
    )
    return True


def deliver_one(database: Database, at: datetime, smtp: Smtp) -> bool:
    """Send the next message that is due and return whether there was one."""
    row = _claim(database, at)
    if row is None:
        return False
    try:
        smtp.send(Letter(row.recipient, row.title, row.body), row.address, message_id(row), at)
    except TransportError as error:
        _record_failure(database, row, at, error)
    else:
        _record_success(database, row, at)
    return True


def message_id(row: Reminder) -> str:
    """Return the Message-ID of a message: the same on every try, so that a repeat can be recognised."""
    key = f"{row.id}/{row.recipient}/{row.rule}/{row.subject}/{row.day.isoformat()}"
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@planner.local"


def _claim(database: Database, at: datetime) -> Reminder | None:
    """Take the next message for this process alone; one left in sending past its lease counts as perhaps sent."""
    with database.write() as session:
        row = queries.next_to_send(session, at, at - LEASE)
        if row is None:
            return None
        row.maybe_repeated = row.maybe_repeated or row.state == "sending"
        row.state, row.claimed_at = "sending", at
        row.attempts += 1
        session.add(row)
        return row


def _record_success(database: Database, row: Reminder, at: datetime) -> None:
    with database.write() as session:
        kept = queries.reminder(session, row.id)
        kept.state, kept.sent_at, kept.error = "sent", at, ""
        session.add(kept)


def _record_failure(database: Database, row: Reminder, at: datetime, error: TransportError) -> None:
    with database.write() as session:
        kept = queries.reminder(session, row.id)
        final = error.permanent or kept.attempts > len(PAUSES)
        kept.state, kept.error = ("failed" if final else "waiting"), error.message[:500]
        if not final:
            kept.next_try_at = at + PAUSES[kept.attempts - 1]
        session.add(kept)


def mark_told(database: Database, reminder_id: int, at: datetime) -> None:
    """Note that a person passed the message on; raise ``Conflict`` when it went out meanwhile."""
    with database.write() as session:
        row = queries.reminder(session, reminder_id)
        if row.state not in ("waiting", "failed"):
            raise Conflict("这条提醒刚刚已经发出，不用再转告。")
        row.state, row.sent_at, row.sent_by_hand = "sent", at, True
        session.add(row)
