"""Refreshing: a message says what holds when it is passed on, to whom it still concerns, or it is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from planner.core.ledger import Entry
from planner.core.reminders import Circumstances, DueReminder, Matter, Role, Rule, still_due
from planner.notify.letter import Letter
from planner.notify.letters import render
from planner.services.announcing import group_letter
from planner.services.circumstances import letterhead, promises, settled
from planner.services.queueing import GROUP, withdraw
from planner.services.wording import wordings_in
from planner.store import listing, outbox, queries
from planner.store.database import Database, Session
from planner.store.outgoing import Reminder
from planner.store.values import dump_matters, load_matters
from planner.store.workdays import working_days

NOT_CONCERNED = "发出前已办结、待审核或换了责任人，没有发送。"
NOTHING_DUE = "发出前已没有两周内到期的事项，没有发送。"


class Present:
    """How the matters of some messages stand at a moment."""

    def __init__(self, session: Session, rows: Sequence[Reminder], on: date) -> None:
        self.session, self.on = session, on
        spoken_of = {one["occurrence"] for row in rows for one in row.matters}
        self.entries: list[Entry] = listing.entries_with(session, queries.current_plans(session), spoken_of)
        named = promises(session, self.entries, on)
        self.known: Circumstances = replace(settled(session, on), promises=named)

    def kept(self, row: Reminder) -> tuple[Matter, ...]:
        """Return the matters of a message that still concern its recipient."""
        given = load_matters(row.matters)
        return still_due(Role(row.role), row.recipient, given, self.entries, self.known, on=self.on)

    def letter(self, row: Reminder, kept: tuple[Matter, ...]) -> Letter:
        """Return the message as it reads now; an answer keeps its words, and so does one without matters."""
        if not kept or Rule(row.rule) not in RENDERED:
            return Letter(row.recipient, row.title, row.body)
        due = DueReminder(row.recipient, Role(row.role), Rule(row.rule), kept, max(row.day, self.on))
        head, words = letterhead(self.session), wordings_in(self.session)
        return render(due, self.entries, working_days(self.session), head, words)


RENDERED = frozenset(Rule) - {Rule.SENT_BACK, Rule.EXTENSION_ANSWER, Rule.SIGNED_OFF, Rule.GROUP}


def bring_up_to_date(session: Session, row: Reminder, at: datetime) -> bool:
    """Let a message say what holds now, or withdraw it when it concerns nobody; tell whether it may go out.

    What was sent or read stays as it was: then only what is still to be sent may be kept back.
    """
    if row.withdrawn_at or row.told_at:
        return False
    if row.role == GROUP:
        return _announce_anew(session, row, at)
    if not row.matters:
        return True
    present = Present(session, [row], at.date())
    kept = present.kept(row)
    if row.read_at or any(one.state == "sent" for one in outbox.deliveries_of(session, [row.id])):
        return bool(kept)
    if not kept:
        withdraw(session, row, at, NOT_CONCERNED)
        return False
    _write(session, row, present.letter(row, kept), kept)
    return True


def _announce_anew(session: Session, row: Reminder, at: datetime) -> bool:
    letter = group_letter(session, at.date())
    if letter is None:
        withdraw(session, row, at, NOTHING_DUE)
        return False
    _write(session, row, letter, ())
    return True


def _write(session: Session, row: Reminder, letter: Letter, kept: tuple[Matter, ...]) -> None:
    row.title, row.body, row.matters = letter.subject, letter.body, dump_matters(kept)
    session.add(row)


def refresh_waiting(database: Database, at: datetime) -> None:
    """Bring up to date whatever a person is still to pass on and reads otherwise by now."""
    with database.read() as session:
        waiting = outbox.to_tell(session, limit=MANY)
        changed = [row.id for row in waiting if row.role == GROUP and _reads_otherwise(session, row, at)]
        present = Present(session, waiting, at.date())
        for row in waiting:
            if row.role != GROUP and row.matters:
                kept = present.kept(row)
                letter = present.letter(row, kept)
                if (letter.subject, letter.body, dump_matters(kept)) != (row.title, row.body, row.matters):
                    changed.append(row.id)
    for reminder_id in changed:
        with database.write() as session:
            bring_up_to_date(session, outbox.reminder(session, reminder_id, lock=True), at)


MANY = 5000


def _reads_otherwise(session: Session, row: Reminder, at: datetime) -> bool:
    letter = group_letter(session, at.date())
    return letter is None or (letter.subject, letter.body) != (row.title, row.body)
