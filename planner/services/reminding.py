"""Reminding: decide whom to remind today, and write it down with the ways it will go.

A message exists in the outbox before anything is sent, under a unique key, so that a process killed at any instant loses
none and two processes never make the same one twice. Sending is :mod:`planner.services.delivering`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from planner.core.choice import Choice
from planner.core.escalation import DueNotice, notices_due
from planner.core.ledger import Entry
from planner.core.reminders import ALONE, Circumstances, DueReminder, Matter, reminders_due
from planner.notify.letter import Letter
from planner.notify.letters import Letterhead, render
from planner.notify.wordings import Wordings
from planner.services.announcing import queue_group
from planner.services.circumstances import asked, drafted, is_open, issued_lately, letterhead, promises, settled
from planner.services.noticing import add_draft, draft_letters, lapse_drafts
from planner.services.queueing import queue, ways_of, withdraw
from planner.services.refreshing import Present
from planner.services.wording import wordings_in
from planner.store import outbox, queries
from planner.store.database import Database, Session
from planner.store.models import Plan
from planner.store.outgoing import Reminder
from planner.store.workdays import working_days

REHEARSED = 30
LATER = "（补发）"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A message as it would be written on its day if nothing happened until then."""

    due: DueReminder
    letter: Letter
    entries: tuple[Entry, ...]

    @property
    def day(self) -> date:
        """The day it would be written."""
        return self.due.day


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that deciding needs, gathered once; it holds for every day looked at from now."""

    session: Session
    entries: Sequence[Entry]
    known: Circumstances
    head: Letterhead
    wordings: Wordings

    def known_on(self, on: date) -> Circumstances:
        """Return the circumstances of a day: who stands in for whom changes, and which promises have passed."""
        named = promises(self.session, self.entries, on)
        return replace(settled(self.session, on), issued=self.known.issued, asked=self.known.asked, promises=named)

    def due(self, on: date, since: date | None) -> list[DueReminder]:
        """Return what is to be written on a day, after *since*."""
        return reminders_due(self.entries, on, working_days(self.session), self.known_on(on), since=since)

    def letter(self, due: DueReminder) -> Letter:
        """Return a message in the words in force."""
        return render(due, self.entries, working_days(self.session), self.head, self.wordings)


def _outlook(session: Session, plans: Sequence[Plan], on: date) -> Outlook:
    # Nobody is reminded of what is closed, and most of an old office is.
    entries = queries.entries(session, plans, choice=Choice(only_open=True))
    known = Circumstances(issued=issued_lately(session, plans, on), asked=asked(session, entries))
    return Outlook(session, entries, known, letterhead(session), wordings_in(session))


def rehearse(database: Database, first: date, days: int = REHEARSED) -> list[Rehearsed]:
    """Return what would be written from *first* on for some days, the sample included; stores nothing."""
    with database.read() as session:
        outlook = _outlook(session, queries.current_plans(session), first)
        span = (first + timedelta(days=count) for count in range(days))
        return [told for on in span for told in _rehearsed(outlook, on)]


def _rehearsed(outlook: Outlook, on: date) -> Iterator[Rehearsed]:
    named = {entry.occurrence_id: entry for entry in outlook.entries}
    for due in outlook.due(on, None):
        yield Rehearsed(due, outlook.letter(due), tuple(named[number] for number in due.occurrence_ids))


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written down on a day: messages, drafts of notices, and the earlier digests taken up in new ones."""

    since: date | None
    messages: Sequence[tuple[DueReminder, Letter]]
    drafts: Sequence[tuple[DueNotice, Letter]]
    taken_up: Sequence[int]


def queue_reminders(database: Database, at: datetime) -> int:
    """Write today's messages and drafts into the outbox and return how many messages are new; samples never remind.

    Outside the office's hours and on rest days nothing is made. After an interruption one catch-up covers the days missed.
    What is written is decided before: deciding takes a while in a big office, and keeps nobody from working.
    """
    today = at.date()
    with database.read() as session:
        through = queries.the_office(session).reminded_through
        if not is_open(session, at) or through == today:
            return 0
        plans = [plan for plan in queries.current_plans(session) if not plan.sample]
        decision = _decide(_outlook(session, plans, today), today, _since(through, today))
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        if office.reminded_through != through:
            return 0
        made = _write_down(session, decision, at)
        office.reminded_through = today
        session.add(office)
    return made


def _since(through: date | None, today: date) -> date | None:
    """Return the last day decided; one to come was noted by a clock that was wrong, and tells nothing."""
    return through if through and through < today else None


def _decide(outlook: Outlook, today: date, since: date | None) -> Decision:
    told = outbox.told_on(outlook.session, today)
    due = [kept for one in outlook.due(today, since) if (kept := _untold(one, told))]
    due, taken_up = _with_earlier(outlook.session, due, today)
    days = working_days(outlook.session)
    known = replace(outlook.known_on(today), drafted=drafted(outlook.session, outlook.entries, today))
    notices = notices_due(outlook.entries, today, days, known, since=since)
    return Decision(
        since=since,
        messages=[(one, outlook.letter(one)) for one in due],
        drafts=draft_letters(outlook.session, notices, outlook.entries, outlook.head, outlook.wordings),
        taken_up=taken_up,
    )


def _untold(due: DueReminder, told: set[tuple[str, int]]) -> DueReminder | None:
    """Return a message without what its recipient was told of today, when the day is decided a second time."""
    matters = tuple(one for one in due.matters if (due.recipient, one.occurrence_id) not in told)
    return replace(due, matters=matters) if matters else None


def _with_earlier(session: Session, due: list[DueReminder], today: date) -> tuple[list[DueReminder], list[int]]:
    """Take up in today's digests what earlier ones said that never arrived: nobody gets two digests on one day."""
    digests = {one.recipient for one in due if one.rule not in ALONE}
    earlier = outbox.unsent_digests(session, digests, today)
    present = Present(session, earlier, today)
    lines: dict[str, dict[int, Matter]] = defaultdict(dict)
    for row in earlier:
        lines[row.recipient] |= {one.occurrence_id: one for one in present.kept(row)}
    for one in due:
        for number in one.occurrence_ids:
            lines[one.recipient].pop(number, None)
    return [_joined(one, lines[one.recipient]) for one in due], [row.id for row in earlier]


def _joined(due: DueReminder, lines: dict[int, Matter]) -> DueReminder:
    if due.rule in ALONE:
        return due
    late = (one if one.words.endswith(LATER) else replace(one, words=one.words + LATER) for one in lines.values())
    return replace(due, matters=(*due.matters, *late))


def _write_down(session: Session, decision: Decision, at: datetime) -> int:
    ways = ways_of(session)
    made = sum(queue(session, due, letter, at, ways) for due, letter in decision.messages)
    for reminder_id in decision.taken_up:
        _take_up(session, outbox.reminder(session, reminder_id, lock=True), at)
    for notice, letter in decision.drafts:
        add_draft(session, notice, letter, at)
    lapse_drafts(session, at)
    return made + queue_group(session, at, ways, decision.since)


def _take_up(session: Session, row: Reminder, at: datetime) -> None:
    if not any(one.state in ("sent", "sending") for one in outbox.deliveries_of(session, [row.id])):
        withdraw(session, row, at, f"并入{at.month}月{at.day}日的摘要。")
