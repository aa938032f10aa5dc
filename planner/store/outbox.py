"""The outbox: messages, their deliveries, and who is at work on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, delete, desc, func, or_, select, update

from planner.store.models import Event, Party, Task
from planner.store.outgoing import Channel, Delivery, Mention, Mute, Notice, Reminder, Worker
from planner.store.queries import found

ON_ITS_WAY = frozenset({"waiting", "sending", "sent"})


def reminder(session: Session, reminder_id: int, *, lock: bool = False) -> Reminder:
    """Return a message, held for this transaction if asked; raise ``NotFound``."""
    statement = select(Reminder).where(Reminder.id == reminder_id)
    row: Reminder | None = session.exec(_held(statement) if lock else statement).first()
    return found(row, "没有找到这条提醒，请刷新后再看。")


def _held(statement: Any) -> Any:
    """Return a statement that waits for its rows, holds them, and reads them as they are then."""
    return statement.with_for_update().execution_options(populate_existing=True)


def locked_delivery(session: Session, delivery_id: int) -> tuple[Delivery, Reminder]:
    """Return a delivery with its message, both held for this transaction, the message first; raise ``NotFound``."""
    number = session.exec(select(Delivery.reminder_id).where(Delivery.id == delivery_id)).first()
    message = reminder(session, found(number, "没有找到这次发送，请刷新后再看。"), lock=True)
    row = session.exec(_held(select(Delivery).where(Delivery.id == delivery_id))).one()
    return row, message


def exists(session: Session, recipient: str, rule: str, subject: str, day: date) -> bool:
    """Tell whether this message was made before."""
    statement = select(Reminder.id).where(
        Reminder.recipient == recipient, Reminder.rule == rule, Reminder.subject == subject, Reminder.day == day
    )
    return session.exec(statement).first() is not None


def waiting_before(session: Session, recipient: str, subject: str, day: date) -> Sequence[Reminder]:
    """Return the messages about the same thing made for someone before a day that a person still has to pass on."""
    same = (Reminder.recipient == recipient, Reminder.subject == subject, Reminder.day < day)
    rows: Sequence[Reminder] = session.exec(_held(select(Reminder).where(*same, *_for_a_person()))).all()
    return rows


def _for_a_person() -> tuple[Any, ...]:
    unset = (Reminder.withdrawn_at, Reminder.told_at, Reminder.read_at)
    return (col(Reminder.by_hand), *(col(column).is_(None) for column in unset))


def to_tell(session: Session, limit: int = 200) -> Sequence[Reminder]:
    """Return the messages a person still has to pass on, the newest first: nothing carries them, nobody opened them."""
    statement = select(Reminder).where(*_for_a_person())
    return session.exec(statement.order_by(desc(Reminder.day), desc(col(Reminder.id))).limit(limit)).all()


def count_to_tell(session: Session) -> int:
    """Count the messages a person still has to pass on."""
    return session.exec(select(func.count()).select_from(Reminder).where(*_for_a_person())).one()


def inbox(session: Session, names: Iterable[str], limit: int = 100) -> Sequence[Reminder]:
    """Return what was sent to some names, the newest first."""
    statement = select(Reminder).where(col(Reminder.recipient).in_(list(names)), col(Reminder.withdrawn_at).is_(None))
    return session.exec(statement.order_by(desc(Reminder.day), desc(col(Reminder.id))).limit(limit)).all()


def count_unread(session: Session, names: Iterable[str]) -> int:
    """Count what was sent to some names and not opened yet."""
    own = (col(Reminder.recipient).in_(list(names)), col(Reminder.withdrawn_at).is_(None))
    statement = select(func.count()).select_from(Reminder).where(*own, col(Reminder.read_at).is_(None))
    return session.exec(statement).one()


def past(session: Session, recipient: str = "", before_id: int = 0, limit: int = 50) -> Sequence[Reminder]:
    """Return the messages made, the newest first: of one recipient if named, from before *before_id* if given."""
    statement = select(Reminder)
    if recipient:
        statement = statement.where(Reminder.recipient == recipient)
    if before_id:
        statement = statement.where(Reminder.id < before_id)
    return session.exec(statement.order_by(desc(col(Reminder.id))).limit(limit)).all()


def about(
    session: Session,
    occurrence_ids: Iterable[int],
    *,
    recipient: str = "",
    since: date | None = None,
    before_id: int = 0,
    limit: int = 50,
    to_office: bool = True,
) -> Sequence[Reminder]:
    """Return the messages that speak of any of some occurrences, the newest first, chosen as by :func:`past`.

    Without *to_office* the office's own errands, which name the same matter day after day, are left out.
    """
    mentioned = select(Mention.reminder_id).where(col(Mention.occurrence_id).in_(list(occurrence_ids)))
    statement = select(Reminder).where(col(Reminder.id).in_(mentioned))
    if recipient:
        statement = statement.where(Reminder.recipient == recipient)
    if since:
        statement = statement.where(Reminder.day >= since)
    if not to_office:
        statement = statement.where(Reminder.role != "clerk")
    if before_id:
        statement = statement.where(Reminder.id < before_id)
    return session.exec(statement.order_by(desc(col(Reminder.id))).limit(limit)).all()


def recipients(session: Session) -> Sequence[str]:
    """Return everyone a message was ever made for."""
    return session.exec(select(Reminder.recipient).distinct().order_by(Reminder.recipient)).all()


def deliveries_of(session: Session, reminder_ids: Iterable[int], *, lock: bool = False) -> Sequence[Delivery]:
    """Return the deliveries of some messages in the order they were made, held for this transaction if asked."""
    statement = select(Delivery).where(col(Delivery.reminder_id).in_(list(reminder_ids))).order_by(col(Delivery.id))
    rows: Sequence[Delivery] = session.exec(_held(statement) if lock else statement).all()
    return rows


def next_to_send(
    session: Session, at: datetime, lost_before: datetime, without: Collection[str] = ()
) -> tuple[Delivery, Reminder] | None:
    """Return the next delivery that is due, else one claimed before *lost_before* whose outcome was never recorded.

    It is held for this transaction with its message; what another process holds is passed over, and so are the channels
    *without*.
    """
    due = (col(Delivery.state) == "waiting", col(Delivery.next_try_at) <= at)
    lost = (col(Delivery.state) == "sending", col(Delivery.claimed_at) < lost_before)
    both = select(Delivery, Reminder).join(Reminder, col(Reminder.id) == Delivery.reminder_id)
    if without:
        both = both.where(col(Delivery.channel).not_in(list(without)))
    for wanted in (due, lost):
        statement = both.where(*wanted).order_by(col(Delivery.next_try_at), col(Delivery.id)).limit(1)
        row = session.exec(statement.with_for_update(skip_locked=True)).first()
        if row is not None:
            return row
    return None


def unsent_digests(session: Session, recipients: Collection[str], day: date) -> Sequence[Reminder]:
    """Return the digests of earlier days that nobody got yet: none was sent, told, read or withdrawn."""
    carried = select(Delivery.reminder_id).where(col(Delivery.state).in_(("sent", "sending")))
    on_its_way = select(Delivery.reminder_id).where(Delivery.state == "waiting")
    unset = (Reminder.withdrawn_at, Reminder.told_at, Reminder.read_at)
    statement = select(Reminder).where(
        col(Reminder.recipient).in_(list(recipients)),
        Reminder.subject == "digest",
        Reminder.day < day,
        col(Reminder.by_hand) | col(Reminder.id).in_(on_its_way),
        col(Reminder.id).not_in(carried),
        *(col(column).is_(None) for column in unset),
    )
    return session.exec(statement.order_by(col(Reminder.id))).all()


def told_between(session: Session, first: date, last: date) -> set[tuple[str, int]]:
    """Return who was told of which occurrence from one day through another, by messages not withdrawn."""
    statement = select(Reminder.recipient, Mention.occurrence_id).join(Mention, col(Mention.reminder_id) == Reminder.id)
    return set(
        session.exec(statement.where(col(Reminder.day).between(first, last), col(Reminder.withdrawn_at).is_(None)))
    )


def pass_on(session: Session, name: str, to: str) -> None:
    """Let the messages nobody got yet go to another name of their recipient, but for matters both were told of that day."""
    on_its_way = select(Delivery.reminder_id).where(col(Delivery.state).in_(("waiting", "sending", "failed")))
    unset = (Reminder.withdrawn_at, Reminder.told_at)
    statement = select(Reminder).where(
        Reminder.recipient == name,
        col(Reminder.by_hand) | col(Reminder.id).in_(on_its_way),
        *(col(column).is_(None) for column in unset),
    )
    for row in session.exec(_held(statement.order_by(col(Reminder.id)))).all():
        told = _told_of(session, to, row.rule, row.day)
        matters = [one for one in row.matters if one["occurrence"] not in told]
        if matters:
            taken = exists(session, to, row.rule, row.subject, row.day)
            row.recipient, row.matters = to, matters
            row.subject = f"{row.subject}/{name}" if taken else row.subject
            session.add(row)


def _told_of(session: Session, name: str, rule: str, day: date) -> set[int]:
    """Return the occurrences that messages to somebody under a rule on a day speak of, as they read now."""
    same = (
        Reminder.recipient == name,
        Reminder.rule == rule,
        Reminder.day == day,
        col(Reminder.withdrawn_at).is_(None),
    )
    return {one["occurrence"] for row in session.exec(select(Reminder).where(*same)) for one in row.matters}


def told_last(
    session: Session, names: Collection[str], occurrence_ids: Collection[int], on: date, without: Collection[str]
) -> dict[tuple[str, int], date]:
    """Return the day some people were last told of some occurrences, through *on*; but for rules *without*.

    Messages withdrawn do not count, nor those of days to come, which a clock that was wrong made.
    """
    statement = (
        select(Reminder.recipient, Mention.occurrence_id, func.max(Reminder.day))
        .join(Mention, col(Mention.reminder_id) == Reminder.id)
        .where(col(Reminder.recipient).in_(list(names)), col(Mention.occurrence_id).in_(list(occurrence_ids)))
        .where(col(Reminder.withdrawn_at).is_(None), Reminder.day <= on, col(Reminder.rule).not_in(list(without)))
        .group_by(col(Reminder.recipient), col(Mention.occurrence_id))
    )
    return {(name, number): day for name, number, day in session.exec(statement)}


def group_told_between(session: Session, first: date, last: date) -> bool:
    """Tell whether a notice for the chat group was made from one day through another, and not withdrawn."""
    statement = select(Reminder.id).where(Reminder.role == "group", col(Reminder.day).between(first, last))
    return session.exec(statement.where(col(Reminder.withdrawn_at).is_(None)).limit(1)).first() is not None


def troubled(session: Session, stuck_before: datetime, limit: int = 100) -> Sequence[tuple[Delivery, Reminder]]:
    """Return the deliveries that failed for good and those stuck in sending, the newest first, with their messages."""
    stuck = (col(Delivery.state) == "sending") & (col(Delivery.claimed_at) < stuck_before)
    statement = (
        select(Delivery, Reminder)
        .join(Reminder, col(Reminder.id) == Delivery.reminder_id)
        .where(or_(col(Delivery.state) == "failed", stuck), col(Reminder.told_at).is_(None))
    )
    return session.exec(statement.order_by(desc(col(Delivery.id))).limit(limit)).all()


def count_stuck(session: Session, before: datetime) -> int:
    """Count the deliveries claimed before a moment whose outcome was never recorded."""
    statement = select(func.count()).select_from(Delivery)
    return session.exec(statement.where(Delivery.state == "sending", col(Delivery.claimed_at) < before)).one()


def mark_perhaps_sent(session: Session) -> None:
    """Note of whatever is on its way that it may have gone out already."""
    open_states = ("waiting", "sending")
    session.execute(update(Delivery).where(col(Delivery.state).in_(open_states)).values(maybe_repeated=True))


def counts(session: Session) -> dict[str, int]:
    """Count the deliveries by their state."""
    statement = select(Delivery.state, func.count()).group_by(Delivery.state)
    return dict(session.exec(statement).all())


def oldest_due(session: Session, at: datetime) -> datetime | None:
    """Return since when the delivery that waits longest could have gone out."""
    statement = select(func.min(Delivery.next_try_at)).where(Delivery.state == "waiting", Delivery.next_try_at <= at)
    return session.exec(statement).one()


def workers(session: Session) -> Sequence[Worker]:
    """Return the processes that looked for work, the latest seen first."""
    return session.exec(select(Worker).order_by(desc(Worker.seen_at))).all()


def forget_workers(session: Session, before: datetime) -> None:
    """Drop the processes not seen since a moment: each start makes a row."""
    session.execute(delete(Worker).where(col(Worker.seen_at) < before))


def worker_named(session: Session, name: str) -> Worker | None:
    """Return the process of this name, or None."""
    return session.exec(select(Worker).where(Worker.name == name)).first()


def waiting_over(session: Session, channel: str) -> Sequence[int]:
    """Return the deliveries that wait to go over a channel."""
    statement = select(Delivery.id).where(Delivery.channel == channel, Delivery.state == "waiting")
    return session.exec(statement.order_by(col(Delivery.id))).all()


def channels(session: Session) -> Sequence[Channel]:
    """Return the channels in use, in the order they were made."""
    return session.exec(select(Channel).where(col(Channel.stopped_at).is_(None)).order_by(col(Channel.id))).all()


def channel_by_id(session: Session, channel_id: int) -> Channel:
    """Return a channel, in use or not; raise ``NotFound``."""
    return found(session.get(Channel, channel_id), "没有找到这个发送渠道，请刷新后再看。")


def channel_names(session: Session) -> dict[str, str]:
    """Return the names of all channels ever made, by their id in digits."""
    return {str(row.id): row.name for row in session.exec(select(Channel))}


def last_over(session: Session, channel_id: int) -> Delivery | None:
    """Return the delivery that a channel was tried for last, of those not taken back; None when there is none."""
    tried = (Delivery.channel == str(channel_id), col(Delivery.claimed_at).is_not(None), Delivery.state != "withdrawn")
    return session.exec(select(Delivery).where(*tried).order_by(desc(col(Delivery.claimed_at))).limit(1)).first()


def emails_of(session: Session, name: str) -> Sequence[str]:
    """Return where e-mails to a person or department go: its own address, else those of the department's contacts."""
    own = select(Party.email).where(Party.name == name, Party.email != "", col(Party.merged_into_id).is_(None))
    found_here = session.exec(own.order_by(col(Party.id))).first()
    if found_here:
        return [found_here]
    department = select(Party.id).where(Party.name == name, Party.kind == "department")
    contacts = select(Party.email).where(
        col(Party.department_id).in_(department), Party.email != "", col(Party.merged_into_id).is_(None)
    )
    return list(dict.fromkeys(session.exec(contacts.order_by(col(Party.id)))))


def mutes(session: Session, task_id: int | None = None) -> Sequence[Mute]:
    """Return the rules that send nothing about a task, or about any."""
    statement = select(Mute).where(col(Mute.ended_at).is_(None))
    if task_id is not None:
        statement = statement.where(Mute.task_id == task_id)
    return session.exec(statement.order_by(col(Mute.id))).all()


def muted_tasks(session: Session) -> Sequence[tuple[Mute, Task]]:
    """Return the muted rules with their tasks, the newest first."""
    statement = select(Mute, Task).join(Task, col(Task.id) == Mute.task_id).where(col(Mute.ended_at).is_(None))
    return session.exec(statement.order_by(desc(col(Mute.id)))).all()


def mute_by_id(session: Session, mute_id: int) -> Mute:
    """Return a muting; raise ``NotFound``."""
    return found(session.get(Mute, mute_id), "没有找到这条设置，请刷新后再看。")


def notices(session: Session, *states: str, limit: int = 500) -> Sequence[Notice]:
    """Return the newest notices in some states, the newest first; drafts are few, for the others lapse."""
    statement = select(Notice).where(col(Notice.state).in_(states))
    return session.exec(statement.order_by(desc(Notice.day), desc(col(Notice.id))).limit(limit)).all()


def notices_about(session: Session, occurrence_ids: Iterable[int]) -> Sequence[Notice]:
    """Return the notices about some occurrences, the newest first."""
    statement = select(Notice).where(col(Notice.occurrence_id).in_(list(occurrence_ids)))
    return session.exec(statement.order_by(desc(Notice.day), desc(col(Notice.id)))).all()


def notice_by_id(session: Session, notice_id: int) -> Notice:
    """Return a notice; raise ``NotFound``."""
    return found(session.get(Notice, notice_id), "没有找到这份单子，请刷新后再看。")


def notices_of_days(session: Session, days: Iterable[date]) -> set[tuple[int, str, date]]:
    """Return the notices drafted on some days: about which occurrence, of which level, on which day."""
    columns = col(Notice.occurrence_id), col(Notice.level), col(Notice.day)
    statement = select(*columns).where(col(Notice.day).in_(list(days)))
    return {(number, level, day) for number, level, day in session.exec(statement)}


def events_of(session: Session, occurrence_ids: Iterable[int], *kinds: str) -> Sequence[Event]:
    """Return the events of some kinds about some occurrences, in the order they were recorded."""
    statement = select(Event).where(col(Event.occurrence_id).in_(list(occurrence_ids)), col(Event.kind).in_(kinds))
    return session.exec(statement.order_by(col(Event.plan_id), col(Event.number))).all()


def events_since(session: Session, plan_ids: Iterable[int], at: datetime, *kinds: str) -> Sequence[Event]:
    """Return the events of some kinds in some plans recorded since a moment."""
    statement = select(Event).where(col(Event.plan_id).in_(list(plan_ids)), Event.at >= at, col(Event.kind).in_(kinds))
    return session.exec(statement.order_by(col(Event.plan_id), col(Event.number))).all()
