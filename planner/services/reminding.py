"""Reminding: decide whom to remind today, and write it down with the ways it will go.

A message exists in the outbox before anything is sent, under a unique key, so that a process killed at any instant loses
none and two processes never make the same one twice. Sending is :mod:`planner.services.delivering`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from planner.core.calendar import ONE_DAY
from planner.core.choice import Choice
from planner.core.escalation import DueNotice, notices_due
from planner.core.ledger import Entry
from planner.core.reminders import ALONE, Circumstances, DueReminder, Matter, reminders_due
from planner.notify.letter import Letter
from planner.notify.letters import Letterhead, render
from planner.notify.wordings import Wordings
from planner.services.announcing import queue_group
from planner.services.circumstances import (
    asked,
    drafted,
    is_open,
    issued_lately,
    letterhead,
    named_lately,
    promises,
    settled,
)
from planner.services.noticing import add_drafts, draft_letters, lapse_drafts
from planner.services.queueing import queue, ways_of, withdraw
from planner.services.refreshing import Present
from planner.services.wording import wordings_in
from planner.store import outbox, queries
from planner.store.database import Database, Session
from planner.store.models import Plan
from planner.store.workdays import working_days

LATER = "（补发）"

Drafts = Mapping[int, tuple[tuple[str, date], ...]]
"""The levels and days of the notices drafted so far, by the occurrence."""


@dataclass(frozen=True)
class Outlook:
    """All that deciding needs, gathered once; it holds for every day looked at from now."""

    session: Session
    entries: Sequence[Entry]
    known: Circumstances
    head: Letterhead
    wordings: Wordings

    @cached_property
    def named(self) -> dict[int, Entry]:
        """The entries by their occurrences."""
        return {entry.occurrence_id: entry for entry in self.entries}

    def of(self, due: DueReminder) -> tuple[Entry, ...]:
        """Return what a message is about, matter by matter."""
        return tuple(self.named[number] for number in due.occurrence_ids)

    def day(self, on: date) -> DayToDecide:
        """Return a day to decide; who stands in for whom changes with it, and which promises have passed."""
        named = promises(self.session, self.entries, on)
        news, known = self.known, settled(self.session, on)
        known = replace(known, issued=news.issued, named=news.named, asked=news.asked, promises=named)
        return DayToDecide(self, on, known)

    def letter(self, due: DueReminder) -> Letter:
        """Return a message in the words in force."""
        return render(due, self.of(due), working_days(self.session), self.head, self.wordings)


@dataclass(frozen=True, slots=True)
class DayToDecide:
    """One day of an outlook with its circumstances; *since* is the last day looked at."""

    seen: Outlook
    on: date
    known: Circumstances

    def due(self, since: date | None) -> list[DueReminder]:
        """Return the messages to write."""
        return reminders_due(self.seen.entries, self.on, working_days(self.seen.session), self.known, since=since)

    def notices(self, drafts: Drafts, since: date | None) -> list[DueNotice]:
        """Return the notices to draft; *drafts* are those there are already."""
        known = replace(self.known, drafted=drafts)
        return notices_due(self.seen.entries, self.on, working_days(self.seen.session), known, since=since)


def outlook(session: Session, plans: Sequence[Plan], on: date) -> Outlook:
    """Gather what deciding about some plans needs, from a day on."""
    # Nobody is reminded of what is closed, and most of an old office is.
    entries = queries.entries(session, plans, choice=Choice(only_open=True), full=True)
    known = Circumstances(
        issued=issued_lately(session, plans, on), named=named_lately(session, plans, on), asked=asked(session, entries)
    )
    return Outlook(session, entries, known, letterhead(session), wordings_in(session))


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
        office = queries.the_office(session)
        through, version = office.reminded_through, office.settings_version
        if not is_open(session, at) or through == today:
            return 0
        seen = outlook(session, queries.reminded_plans(session), today)
        decision = _decide(seen, today, _since(through, today))
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        decided_on = (office.reminded_through, office.settings_version)
        if decided_on != (through, version) or _is_overtaken(session, decision):
            return 0
        made = _write_down(session, decision, at)
        office.reminded_through = today
        session.add(office)
    return made


def _since(through: date | None, today: date) -> date | None:
    """Return the last day decided; one to come was noted by a clock that was wrong, and tells nothing."""
    return through if through and through < today else None


def _decide(seen: Outlook, today: date, since: date | None) -> Decision:
    day = seen.day(today)
    due, taken_up = _with_earlier(seen.session, due_now(day, since), today)
    notices = day.notices(drafted(seen.session, seen.entries, today), since)
    return Decision(
        since=since,
        messages=[(one, seen.letter(one)) for one in due],
        drafts=draft_letters(seen.session, notices, seen.entries, seen.head, seen.wordings),
        taken_up=taken_up,
    )


def _untold(due: DueReminder, told: Collection[tuple[str, int]]) -> DueReminder | None:
    """Return a message without the matters its recipient was told of, None when nothing is left."""
    matters = tuple(one for one in due.matters if (due.recipient, one.occurrence_id) not in told)
    return replace(due, matters=matters) if matters else None


def due_now(day: DayToDecide, since: date | None) -> list[DueReminder]:
    """Return what is to be said on a day, but for what was said already that day.

    Where days since the last one looked at were decided before, the day is decided anew: what the day itself has is said,
    and of the days before only what nobody was told then.
    """
    session, told = day.seen.session, outbox.told_between(day.seen.session, day.on, day.on)
    between = outbox.told_between(session, since + ONE_DAY, day.on - ONE_DAY) if since else set()
    due = [kept for one in day.due(None if between else since) if (kept := _untold(one, told))]
    if not between:
        return due
    said = {(one.recipient, number) for one in due for number in one.occurrence_ids} | told | between
    return _with_missed(due, [kept for one in day.due(since) if (kept := _untold(one, said))])


def _with_missed(due: list[DueReminder], missed: list[DueReminder]) -> list[DueReminder]:
    """Add what was missed before: to the digest of its recipient where there is one."""
    digests = {one.recipient: one for one in due if one.rule not in ALONE}
    alone = [one for one in (*due, *missed) if one.rule in ALONE]
    for one in missed:
        if one.rule not in ALONE:
            known = digests.get(one.recipient)
            digests[one.recipient] = replace(known, matters=(*known.matters, *one.matters)) if known else one
    return [*alone, *digests.values()]


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
        withdraw(session, outbox.reminder(session, reminder_id), at, f"并入{at.month}月{at.day}日的摘要。")
    add_drafts(session, decision.drafts, at)
    lapse_drafts(session, at)
    return made + queue_group(session, at, ways, decision.since)


def _is_overtaken(session: Session, decision: Decision) -> bool:
    """Tell whether a digest taken up in a new one is going out or told meanwhile: then the next look decides anew."""
    # Held first: whoever sends holds a message before its deliveries.
    rows = [outbox.reminder(session, reminder_id, lock=True) for reminder_id in sorted(decision.taken_up)]
    sent = any(one.state in ("sent", "sending") for one in outbox.deliveries_of(session, decision.taken_up))
    return sent or any(row.told_at or row.read_at or row.withdrawn_at for row in rows)
