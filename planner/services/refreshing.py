"""Refreshing: a message says what holds when it is passed on, to whom it still concerns, or it is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from planner.core.ledger import Entry
from planner.core.reminders import ANSWERS, Circumstances, DueReminder, Matter, Role, Rule, still_due
from planner.notify.letter import Letter
from planner.notify.letters import render, render_answer
from planner.services.announcing import group_letter
from planner.services.circumstances import letterhead, promises, settled
from planner.services.queueing import GROUP, withdraw
from planner.services.wording import wordings_in
from planner.store import listing, outbox, queries
from planner.store.database import Database, Session
from planner.store.outgoing import Reminder
from planner.store.values import dump_matters, load_matters
from planner.store.workdays import working_days

NOT_CONCERNED = "发出前情况有变（已办结、待审核、改了到期日、换了责任人、停发或有了更新的提醒），没有发送。"
NOTHING_DUE = "发出前已没有两周内到期的事项，没有发送。"
MANY = 5000

Reading = tuple[Letter, tuple[Matter, ...]]
"""How a message reads now, and the matters it still speaks of."""


class Present:
    """How the matters of some messages stand at a moment."""

    def __init__(self, session: Session, rows: Sequence[Reminder], on: date) -> None:
        self.session, self.on, self.days = session, on, working_days(session)
        spoken_of = {one["occurrence"] for row in rows for one in row.matters}
        plans = queries.current_plans(session)
        self.entries: list[Entry] = listing.entries_with(session, plans, spoken_of, full=True)
        silent = {plan.id for plan in plans if plan.silent}
        self.silent = {entry.occurrence_id for entry in self.entries if entry.plan_id in silent}
        named = promises(session, self.entries, on)
        self.known: Circumstances = replace(settled(session, on), promises=named)
        self.told_last = outbox.told_last(session, {row.recipient for row in rows}, spoken_of, on, ANSWERS)

    @cached_property
    def group(self) -> Letter | None:
        """The notice for a chat group, or None when nothing falls due soon."""
        return group_letter(self.session, self.on)

    def reading(self, row: Reminder) -> Reading | None:
        """Return how a message reads now; None when it concerns nobody any more."""
        if row.role == GROUP:
            return (self.group, ()) if self.group else None
        if not row.matters:
            return Letter(row.recipient, row.title, row.body), ()
        kept = self.kept(row)
        return (self._letter(row, kept), kept) if kept else None

    def kept(self, row: Reminder) -> tuple[Matter, ...]:
        """Return the matters of a message that still concern its recipient, without those a newer one speaks of."""
        given = load_matters(row.matters)
        due = still_due(Role(row.role), row.recipient, given, self.entries, self.known, on=self.on, days=self.days)
        return tuple(one for one in due if one.rule in ANSWERS or self._is_to_be_told(row, one))

    def _is_to_be_told(self, row: Reminder, matter: Matter) -> bool:
        if matter.occurrence_id in self.silent:
            return False
        return self.told_last.get((row.recipient, matter.occurrence_id), row.day) <= row.day

    def _letter(self, row: Reminder, kept: tuple[Matter, ...]) -> Letter:
        rule, head, words = Rule(row.rule), letterhead(self.session), wordings_in(self.session)
        if rule in ANSWERS:
            # An answer keeps its words, unless the matter was called confidential since.
            entry = next(one for one in self.entries if one.occurrence_id == kept[0].occurrence_id)
            written = Letter(row.recipient, row.title, row.body)
            return render_answer(rule, row.recipient, entry, {}, head, words) if entry.internal else written
        due = DueReminder(row.recipient, Role(row.role), rule, kept, max(row.day, self.on))
        return render(due, self.entries, self.days, head, words)


def bring_up_to_date(session: Session, row: Reminder, at: datetime) -> Letter | None:
    """Return what a message says now, to be sent; None when it is not to go out any more.

    What nobody got or read yet is written down so, or withdrawn; what somebody has stays as it was.
    """
    if row.withdrawn_at or row.told_at:
        return None
    now = Present(session, [row], at.date()).reading(row)
    if not _is_out(session, row):
        if now is None:
            withdraw(session, row, at, NOTHING_DUE if row.role == GROUP else NOT_CONCERNED)
        else:
            row.title, row.body, row.matters = _as_kept(now)
            session.add(row)
    return now[0] if now else None


def _is_out(session: Session, row: Reminder) -> bool:
    return bool(row.read_at) or any(one.state == "sent" for one in outbox.deliveries_of(session, [row.id]))


def _as_kept(reading: Reading) -> tuple[str, str, list[dict[str, Any]]]:
    letter, kept = reading
    return letter.subject, letter.body, dump_matters(kept)


def refresh_waiting(database: Database, at: datetime) -> None:
    """Bring up to date whatever a person is still to pass on and reads otherwise by now."""
    with database.read() as session:
        waiting = outbox.to_tell(session, limit=MANY)
        present = Present(session, waiting, at.date())
        changed = [row.id for row in waiting if _reads_otherwise(present, row)]
    for reminder_id in changed:
        with database.write() as session:
            bring_up_to_date(session, outbox.reminder(session, reminder_id, lock=True), at)


def _reads_otherwise(present: Present, row: Reminder) -> bool:
    now = present.reading(row)
    return now is None or _as_kept(now) != (row.title, row.body, row.matters)
