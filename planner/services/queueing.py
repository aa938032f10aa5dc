"""Queueing: a message is written into the outbox once, with a delivery for each way it is to go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.core.reminders import ALONE, DueReminder, Role
from planner.notify.letter import Letter
from planner.store import outbox, people, queries
from planner.store.database import Session
from planner.store.outgoing import Channel, Delivery, Mention, Reminder
from planner.store.values import dump_matters

GROUP = "group"
"""The role of a notice to a chat group; it goes to no person."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How messages may leave the house: whether there is a mail server, and the channels the office set up."""

    email: bool
    channels: Sequence[Channel]


def ways_of(session: Session) -> Ways:
    """Return the ways there are now."""
    return Ways(queries.the_office(session).by_email, outbox.channels(session))


def queue(session: Session, due: DueReminder, letter: Letter, at: datetime, ways: Ways, subject: str = "") -> bool:
    """Write one message and return whether it is new; a single one replaces older ones that nobody passed on.

    *subject* is what it is about where that is more than :attr:`~planner.core.reminders.DueReminder.subject` tells.
    """
    row = Reminder(
        office_id=queries.the_office(session).id,
        recipient=due.recipient,
        role=due.role.value,
        rule=due.rule.value,
        subject=subject or due.subject,
        day=due.day,
        title=letter.subject,
        body=letter.body,
        matters=dump_matters(due.matters),
        made_at=at,
    )
    if not add(session, row, ways):
        return False
    if due.rule in ALONE:
        for older in outbox.waiting_before(session, row.recipient, row.subject, row.day):
            withdraw(session, older, at, f"由{due.day.month}月{due.day.day}日的提醒代替。")
    return True


def add(session: Session, row: Reminder, ways: Ways) -> bool:
    """Write a message with its deliveries unless it was made before; return whether it is new."""
    if outbox.exists(session, row.recipient, row.rule, row.subject, row.day):
        return False
    session.add(row)
    session.flush()
    _mention(session, row)
    routes = list(_routes(session, row, ways))
    for channel, address in routes:
        session.add(Delivery(reminder_id=row.id, channel=channel, address=address, next_try_at=row.made_at))
    row.by_hand = is_left_to_a_person(session, row, [channel for channel, _ in routes])
    return True


def is_left_to_a_person(session: Session, row: Reminder, channels: Collection[str]) -> bool:
    """Tell whether a person is to pass a message on because none of the *channels* it goes over reaches its recipient.

    A system that gets everything has it too, but the recipient does not look there.
    """
    if row.role == GROUP:
        return not channels
    wide = {str(one.id) for one in outbox.channels(session) if one.audience != "party"}
    return row.role != Role.CLERK and not set(channels) - wide


def _mention(session: Session, row: Reminder) -> None:
    """Note of which matters a new message speaks."""
    for number in dict.fromkeys(one["occurrence"] for one in row.matters):
        session.add(Mention(occurrence_id=number, reminder_id=row.id))


def _routes(session: Session, row: Reminder, ways: Ways) -> Iterator[tuple[str, str]]:
    if ways.email and row.role != GROUP:
        yield from (("email", address) for address in outbox.emails_of(session, row.recipient))
    for channel in ways.channels:
        if carries(session, channel, row):
            yield str(channel.id), ""


def carries(session: Session, channel: Channel, row: Reminder) -> bool:
    """Tell whether a message goes over a channel, as the office has set it now."""
    if channel.audience == "party" and channel.party_id is not None:
        return people.party_by_id(session, channel.party_id).name == row.recipient
    return channel.audience == "all" or row.role == GROUP


def withdraw(session: Session, reminder: Reminder, at: datetime, why: str) -> None:
    """Take a message back, with what of it was still to be sent."""
    reminder.withdrawn_at, reminder.withdrawn_because = at, why
    session.add(reminder)
    for row in outbox.deliveries_of(session, [reminder.id]):
        if row.state in ("waiting", "failed"):
            row.state = "withdrawn"
            session.add(row)
