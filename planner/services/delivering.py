"""Delivering: one message at a time is claimed, sent, and its outcome written down.

A delivery stands in the outbox before it is sent. A worker takes it by a conditional update under a lease, sends it, and
records what the server said. A worker killed in between leaves it in sending; when its lease is over another takes it
once more and marks it 可能重复, since nobody can know whether the server had taken it. Lost twice, it goes to the clerk.

Whoever changes a delivery holds its message first, so that all that happens to one message happens one after the other.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.errors import Conflict, PlannerError
from planner.notify.channels import transport_of
from planner.notify.letter import Letter
from planner.notify.transports import Smtp, Transport, TransportError
from planner.services.circumstances import is_open
from planner.services.queueing import carries, is_left_to_a_person
from planner.services.refreshing import bring_up_to_date
from planner.store import outbox
from planner.store.database import Database, Session
from planner.store.outgoing import Delivery, Reminder

LEASE = timedelta(minutes=15)
"""Far longer than a transport may take, so that a row is never sent by two workers that are both alive."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480))
"""How long to wait after each failed try; after the last one the clerk is told."""
LOST_TWICE = "两次发送都在中途断开，不知道对方是否收到。请打电话或当面确认。"
NO_WAY = "这个发送渠道已经停用或没有设置。请在「发送渠道」里检查，或直接转告。"
OTHERS = "这个发送渠道已改为发给别人，没有发送。请直接转告。"
NO_ADDRESS = "对方的邮箱已经去掉，没有发送。"
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker sends with: its own name, and the mail server if there is one."""

    worker: str
    smtp: Smtp | None = None
    lease: timedelta = LEASE


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery with all that sending it needs: no row of it is read again until it is recorded."""

    delivery_id: int
    channel: str
    claimed_at: datetime
    letter: Letter
    address: str
    message_id: str
    transport: Transport | None
    """None when the way it was to go by exists no more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery: the channel it was to go over, and the state it was left in."""

    channel: str
    state: str


def deliver_one(database: Database, at: datetime, post: Post, without: Collection[str] = ()) -> Outcome | None:
    """Send the next delivery that is due and return what became of it, None when there is none.

    Nothing leaves outside the office's hours, nothing over the channels *without*, and no e-mail without a mail server.
    """
    number, channel = 0, ""
    closed = without if post.smtp else {*without, EMAIL}
    try:
        with database.write() as session:
            found = outbox.next_to_send(session, at, at - post.lease, closed) if is_open(session, at) else None
            if found is None:
                return None
            number, channel = found[0].id, found[0].channel
            parcel = _claim(session, *found, at, post)
            state = found[0].state
    except PlannerError:
        raise
    except Exception as error:  # one that cannot be made ready must not stop those behind it
        if not number:
            raise
        return Outcome(channel, _set_aside(database, number, error))
    if parcel is not None:
        state = _record(database, parcel, at, post, _send(parcel, at))
    return Outcome(channel, state)


EMAIL = "email"


def _claim(session: Session, row: Delivery, reminder: Reminder, at: datetime, post: Post) -> Parcel | None:
    """Take a delivery for this worker alone; None when there is nothing to send after all."""
    session.add(row)
    if row.state == "sending":
        if row.maybe_repeated:
            _give_up(session, row, reminder, LOST_TWICE)
            return None
        row.maybe_repeated = True
    letter = bring_up_to_date(session, reminder, at)
    if letter is None:
        row.state = "withdrawn"
        return None
    if not (_is_still_reached if row.channel == EMAIL else _is_still_carried)(session, row, reminder, at):
        return None
    row.state, row.claimed_at, row.claimed_by = "sending", at, post.worker
    row.attempts += 1
    transport = _transport(session, row, post)
    return Parcel(row.id, row.channel, at, letter, row.address, message_id(reminder, row), transport)


def _is_still_reached(session: Session, row: Delivery, reminder: Reminder, at: datetime) -> bool:
    """Tell whether an address is still the recipient's; else let the message go to those there are now."""
    now = outbox.emails_of(session, reminder.recipient)
    if row.address in now:
        return True
    if not now:
        _give_up(session, row, reminder, NO_ADDRESS)
        return False
    row.state = "withdrawn"
    known = {one.address for one in outbox.deliveries_of(session, [reminder.id]) if one.channel == EMAIL}
    for address in now:
        if address not in known:
            session.add(Delivery(reminder_id=reminder.id, channel=EMAIL, address=address, next_try_at=at))
    return False


def _is_still_carried(session: Session, row: Delivery, reminder: Reminder, _at: datetime) -> bool:
    """Tell whether a channel is still meant for the recipient; else the clerk is to pass the message on."""
    channel = outbox.channel_by_id(session, int(row.channel))
    if channel.stopped_at or carries(session, channel, reminder):
        return True
    _give_up(session, row, reminder, OTHERS)
    return False


def _transport(session: Session, row: Delivery, post: Post) -> Transport | None:
    if row.channel == EMAIL:
        return post.smtp
    channel = outbox.channel_by_id(session, int(row.channel))
    return None if channel.stopped_at else transport_of(channel.kind, channel.address, channel.secret)


def message_id(reminder: Reminder, row: Delivery) -> str:
    """Return the Message-ID of a delivery: the same on every try, so that a repeat can be recognised."""
    key = f"{reminder.id}/{reminder.rule}/{reminder.day.isoformat()}"
    way = f"{row.channel}/{row.address}"
    return f"{hashlib.sha256(f'{key}/{way}'.encode()).hexdigest()[:32]}@planner.local"


def _send(parcel: Parcel, at: datetime) -> TransportError | None:
    if parcel.transport is None:
        return TransportError(NO_WAY, permanent=True)
    try:
        parcel.transport.send(parcel.letter, parcel.address, parcel.message_id, at)
    except TransportError as error:
        return error
    except Exception as error:  # whatever a library raises must not stop the messages behind it
        logging.getLogger("planner").error("delivery %s: %s", parcel.delivery_id, type(error).__name__)
        return TransportError(f"发送时程序出错（{type(error).__name__}）。稍后会再试。", permanent=False)
    return None


def _record(database: Database, parcel: Parcel, at: datetime, post: Post, error: TransportError | None) -> str:
    """Write down what became of a delivery, unless its lease ran out and another worker has it now."""
    with database.write() as session:
        row, reminder = outbox.locked_delivery(session, parcel.delivery_id)
        if (row.state, row.claimed_by, row.claimed_at) != ("sending", post.worker, parcel.claimed_at):
            return row.state
        session.add(row)
        if error is None:
            row.state, row.sent_at, row.error = "sent", at, ""
        elif error.unsure and row.maybe_repeated:
            _give_up(session, row, reminder, LOST_TWICE)
        elif error.permanent or row.attempts > len(PAUSES):
            _give_up(session, row, reminder, error.message)
        else:
            row.maybe_repeated = row.maybe_repeated or error.unsure
            row.state, row.next_try_at, row.error = "waiting", at + PAUSES[row.attempts - 1], error.message[:LONGEST]
        return row.state


def _set_aside(database: Database, delivery_id: int, error: Exception) -> str:
    """Note that a delivery could not be made ready, so that it does not come first again and again."""
    logging.getLogger("planner").error("delivery %s cannot be made ready: %s", delivery_id, type(error).__name__)
    with database.write() as session:
        row, reminder = outbox.locked_delivery(session, delivery_id)
        _give_up(session, row, reminder, f"准备发送时程序出错（{type(error).__name__}）。请直接转告。")
        return row.state


def _give_up(session: Session, row: Delivery, reminder: Reminder, why: str) -> None:
    """Note that a delivery failed for good; where nothing else carries the message, a person is to pass it on."""
    row.state, row.error = "failed", why[:LONGEST]
    session.add(row)
    others = [one for one in outbox.deliveries_of(session, [row.reminder_id]) if one.id != row.id]
    going = [one.channel for one in others if one.state in outbox.ON_ITS_WAY]
    reminder.by_hand = is_left_to_a_person(session, reminder, going)
    session.add(reminder)


def give_up_channel(session: Session, channel: str) -> None:
    """Leave to the clerk what still waits for a channel that is no more."""
    for delivery_id in outbox.waiting_over(session, channel):
        row, reminder = outbox.locked_delivery(session, delivery_id)
        if row.state == "waiting":
            _give_up(session, row, reminder, NO_WAY)


def try_again(database: Database, delivery_id: int, at: datetime) -> None:
    """Put a delivery that failed, or is stuck in sending, back in the row; raise ``Conflict`` when it went out meanwhile."""
    with database.write() as session:
        row, reminder = outbox.locked_delivery(session, delivery_id)
        stuck = row.state == "sending" and row.claimed_at is not None and at - row.claimed_at > LEASE
        if reminder.told_at or not (stuck or row.state == "failed"):
            raise Conflict("这条提醒刚刚已有结果，请刷新后再看。")
        row.maybe_repeated = row.maybe_repeated or stuck
        row.state, row.next_try_at, row.attempts, row.error = "waiting", at, 0, ""
        reminder.by_hand = is_left_to_a_person(session, reminder, [row.channel])
        session.add(row)
        session.add(reminder)


def read_message(database: Database, reminder_id: int, names: Collection[str], at: datetime) -> Reminder:
    """Return a message; when it is to one of some names, note that it was read. Raise ``NotFound``."""
    with database.write() as session:
        row = outbox.reminder(session, reminder_id, lock=True)
        if row.recipient in names:
            row.read_at = row.read_at or at
            session.add(row)
        return row


def mark_told(database: Database, reminder_id: int, at: datetime, by: str) -> None:
    """Note that a person passed a message on; raise ``Conflict`` when it is going out, went out or was withdrawn meanwhile."""
    with database.write() as session:
        reminder = outbox.reminder(session, reminder_id, lock=True)
        rows = outbox.deliveries_of(session, [reminder_id], lock=True)
        if any(row.state == "sending" and row.claimed_at and at - row.claimed_at <= LEASE for row in rows):
            raise Conflict("这条提醒正在发送，请过一会儿再看。")
        if reminder.told_at or reminder.withdrawn_at or any(row.state == "sent" for row in rows):
            raise Conflict("这条提醒刚刚已经发出或不用再发，不用再转告。")
        for row in rows:
            if row.state == "waiting":
                row.state = "withdrawn"
                session.add(row)
        reminder.told_at, reminder.told_by = at, by
        session.add(reminder)
