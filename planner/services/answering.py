"""Answering: whoever asked is told what was decided, in the very transaction that records the decision.

So a notice inside the product comes exactly once: there is no moment at which the one stands and the other does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from planner.config import OFFICE_TIME
from planner.core.calendar import short_day_words
from planner.core.ledger import Entry
from planner.core.reminders import DueReminder, Matter, Role, Rule
from planner.core.status import Act
from planner.notify.letters import render_answer
from planner.services.circumstances import letterhead
from planner.services.queueing import queue, ways_of
from planner.services.wording import wordings_in
from planner.store import listing, queries
from planner.store.database import Session
from planner.store.models import Event, Occurrence

OPINION = re.compile(r"^延至\d{4}-\d{2}-\d{2}：?")
"""What the ledger's sentence of a granted extension has before the leader's own words."""
ANSWERS = {
    Act.SEND_BACK: Rule.SENT_BACK,
    Act.EXTENSION_GRANTED: Rule.EXTENSION_ANSWER,
    Act.EXTENSION_REFUSED: Rule.EXTENSION_ANSWER,
    Act.SIGN_OFF: Rule.SIGNED_OFF,
}


def answer(session: Session, row: Occurrence, event: Event, was_due_on: date | None) -> None:
    """Write the answer that an event is to the departments of an occurrence; nothing for other events and for samples.

    *was_due_on* is the due day before the event.
    """
    rule = ANSWERS.get(Act(event.kind))
    plan = queries.plan_with(session, row.plan_id)
    if rule is None or plan.sample:
        return
    (entry,) = listing.entries_with(session, [plan], [row.id])
    ways, head, words = ways_of(session), letterhead(session), wordings_in(session)
    for name in dict.fromkeys(entry.departments):
        matter = Matter(row.id, rule, "")
        due = DueReminder(name, Role.DEPARTMENT, rule, (matter,), event.at.astimezone(OFFICE_TIME).date())
        letter = render_answer(rule, name, entry, _values(event, entry, was_due_on), head, words)
        # Sent back twice on one day is two answers.
        queue(session, due, letter, event.at, ways, subject=f"{row.id}/{event.number}")


def _values(event: Event, entry: Entry, was_due_on: date | None) -> Mapping[str, str]:
    granted = event.kind == Act.EXTENSION_GRANTED
    closed: datetime | date | None = entry.facts.closed_on
    return {
        "理由": event.text,
        "意见": OPINION.sub("", event.text),
        "结果": "同意" if granted else "不同意",
        "新日期": short_day_words(entry.facts.due_on) if entry.facts.due_on else "",
        "原日期": short_day_words(was_due_on) if was_due_on else "",
        "办结日": short_day_words(closed) if closed else "",
    }
