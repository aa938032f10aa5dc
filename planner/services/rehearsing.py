"""Rehearsing: what would be written on the days to come if nothing happened until then; stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from planner.core.escalation import DueNotice
from planner.core.ledger import Entry
from planner.core.reminders import DueReminder
from planner.notify.letter import Letter
from planner.services.circumstances import drafted
from planner.services.reminding import DayToDecide, Outlook, due_now, outlook
from planner.store import queries
from planner.store.database import Database, Session
from planner.store.workdays import working_days

REHEARSED = 30


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A message as it would be written on its day."""

    due: DueReminder
    letter: Letter
    entries: tuple[Entry, ...]

    @property
    def day(self) -> date:
        """The day it would be written."""
        return self.due.day


@dataclass(frozen=True, slots=True)
class Drafted:
    """A formal notice that would be drafted on its day, for a person to issue or skip, with its matter."""

    due: DueNotice
    entry: Entry


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The messages and the drafts of some days, each in the order of the days."""

    messages: tuple[Rehearsed, ...]
    drafts: tuple[Drafted, ...]


def first_undecided(session: Session, today: date) -> tuple[date, date | None]:
    """Return the first day that is not decided yet, and the last that was where days between were missed."""
    through = queries.the_office(session).reminded_through
    if through is not None and through >= today:
        return today + timedelta(days=1), None
    return today, through


def rehearse(database: Database, first: date, days: int = REHEARSED, *, since: date | None = None) -> Rehearsal:
    """Return what would be written from *first* on for some days, the sample included.

    With *since*, the last day decided, the first working day catches up on those missed.
    """
    with database.read() as session:
        seen, table = outlook(session, queries.reminded_plans(session, samples=True), first), working_days(session)
        every = (first + timedelta(days=count) for count in range(days))
        span = [seen.day(on) for on in every if table.is_working(on)]
        return Rehearsal(tuple(_messages(seen, span, since)), tuple(_drafts(seen, span, since)))


def _messages(seen: Outlook, span: Sequence[DayToDecide], since: date | None) -> Iterator[Rehearsed]:
    for day in span:
        for due in due_now(day, since) if since else day.due(None):
            yield Rehearsed(due, seen.letter(due), seen.of(due))
        since = None


def _drafts(seen: Outlook, span: Sequence[DayToDecide], since: date | None) -> Iterator[Drafted]:
    """Yield the drafts of the days, each day knowing of those before it."""
    # The drafts there are of all that is overdue before the span ends.
    so_far = drafted(seen.session, seen.entries, span[-1].on) if span else {}
    for day in span:
        for due in day.notices(so_far, since):
            so_far[due.occurrence_id] = (*so_far.get(due.occurrence_id, ()), (due.level.value, due.day))
            yield Drafted(due, seen.named[due.occurrence_id])
        since = None
