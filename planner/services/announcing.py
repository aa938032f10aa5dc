"""Announcing: the notice for a chat group, written once a week for the channels that carry it and always there to copy.

It names only what somebody may be asked for: what is handed in, waits for an extension, or has nobody named stays out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from planner.core.choice import Choice
from planner.core.ledger import Entry
from planner.core.reminders import Rule
from planner.core.status import RUNNING
from planner.notify.letter import Letter
from planner.notify.letters import copy_text
from planner.services.circumstances import letterhead
from planner.services.queueing import GROUP, Ways, add
from planner.services.wording import wordings_in
from planner.store import outbox, queries
from planner.store.database import Database, Session
from planner.store.outgoing import Reminder
from planner.store.workdays import working_days

NAME = "群通知"
"""Whom the notice is made for."""
AHEAD = timedelta(days=14)


def group_text(database: Database, on: date) -> str:
    """Return the notice about what falls due soon, to copy; empty when nothing does. The sample is told too."""
    with database.read() as session:
        letter = group_letter(session, on, samples=True)
    return f"{letter.subject}\n{letter.body}" if letter else ""


def group_letter(session: Session, on: date, *, samples: bool = False) -> Letter | None:
    """Return the notice of a day, or None when nothing falls due soon."""
    entries = queries.entries(session, queries.reminded_plans(session, samples=samples), choice=Choice(only_open=True))
    near = [
        one for one in entries if _may_be_asked_for(one) and one.facts.due_on and on <= one.facts.due_on <= on + AHEAD
    ]
    subject, _, body = copy_text(near, wordings_in(session), letterhead(session)).partition("\n")
    return Letter(NAME, subject, body) if near else None


def _may_be_asked_for(entry: Entry) -> bool:
    facts = entry.facts
    return facts.state in RUNNING and facts.assigned and not facts.extension_pending and not facts.before_issue


def queue_group(session: Session, at: datetime, ways: Ways, since: date | None) -> bool:
    """Write the week's notice, where a channel carries it; return whether it is new.

    It is due on the week's first working day, or the first one looked at after it; *since* is the last day looked at.
    """
    today, days = at.date(), working_days(session)
    week_start = days.on_or_after(today - timedelta(days=today.weekday()))
    if not (since or days.shift(today, -1)) < week_start <= today or all(
        one.audience == "party" for one in ways.channels
    ):
        return False
    letter = group_letter(session, today)
    if letter is None or outbox.group_told_between(session, week_start, today):
        return False
    row = Reminder(
        office_id=queries.the_office(session).id,
        recipient=NAME,
        role=GROUP,
        rule=Rule.GROUP.value,
        subject="digest",
        day=today,
        title=letter.subject,
        body=letter.body,
        matters=[],
        made_at=at,
    )
    return add(session, row, ways)
