"""What the ledger and the office's settings add to the entries when it is decided whom to remind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from planner.config import OFFICE_TIME
from planner.core.ledger import Entry
from planner.core.reminders import Circumstances, Promise, Rule
from planner.core.status import Act, State, is_overdue
from planner.notify.letters import Letterhead
from planner.store import outbox, people, queries
from planner.store.database import Session
from planner.store.models import Plan
from planner.store.workdays import thresholds_of, working_days

ISSUED_LATELY = timedelta(days=40)
"""How far back a new task is looked for: longer than any interruption that one catch-up covers."""
PROMISING = (Act.PROGRESS.value, Act.CHASE.value, Act.HAND_IN.value)


def is_open(session: Session, at: datetime) -> bool:
    """Tell whether messages may leave at a moment: on working days, within the hours of the office."""
    hours = thresholds_of(session)
    return hours.opens <= at.time() <= hours.closes and working_days(session).is_working(at.date())


def letterhead(session: Session) -> Letterhead:
    """Return who signs a letter, whom to call, and where the pages are, for links in it."""
    office = queries.the_office(session)
    real = [plan for plan in queries.current_plans(session) if not plan.sample]
    return Letterhead(office.name, office.contact, office.base_url, several=len(real) > 1)


def settled(session: Session, on: date) -> Circumstances:
    """Return what the office has set, for a day: thresholds, muted rules, main leaders and who stands in for whom."""
    deputies: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for deputy, leader in people.deputies(session, on):
        deputies[leader] += (deputy,)
    return Circumstances(
        muted=frozenset((row.task_id, Rule(row.rule)) for row in outbox.mutes(session)),
        main_leaders=tuple(people.main_leaders(session)),
        deputies=deputies,
        thresholds=thresholds_of(session),
    )


def issued_lately(session: Session, plans: Iterable[Plan], on: date) -> dict[int, date]:
    """Return the day each occurrence issued lately was issued, by the occurrence."""
    since = datetime.combine(on - ISSUED_LATELY, time.min, OFFICE_TIME)
    days: dict[int, date] = {}
    kinds = (Act.IMPORT.value, Act.ISSUE.value)
    for event in outbox.events_since(session, [plan.id for plan in plans], since, *kinds):
        day = event.at.astimezone(OFFICE_TIME).date()
        opened = event.data.get("opened", ()) if event.kind == Act.IMPORT else ()
        days |= dict.fromkeys((row["id"] for row in opened), day)
        if event.occurrence_id is not None:
            days[event.occurrence_id] = day
    return days


def named_lately(session: Session, plans: Iterable[Plan], on: date) -> dict[tuple[str, int], date]:
    """Return the day departments came to answer for tasks lately, by their name and the task."""
    since = datetime.combine(on - ISSUED_LATELY, time.min, OFFICE_TIME)
    begun = people.departments_since(session, [plan.id for plan in plans], since)
    tasks = queries.tasks_of_items(session, {item_id for _, item_id, _ in begun})
    return {
        (name, task_id): at.astimezone(OFFICE_TIME).date()
        for name, item_id, at in begun
        for task_id in tasks.get(item_id, ())
    }


def asked(session: Session, entries: Iterable[Entry]) -> dict[int, date]:
    """Return the day on which each decision now waited for was asked for, as it was recorded, by the occurrence."""
    waiting = [
        one.occurrence_id for one in entries if one.facts.state is State.HANDED_IN or one.facts.extension_pending
    ]
    events = outbox.events_of(session, waiting, Act.HAND_IN.value, Act.EXTENSION_REQUEST.value)
    return {
        event.occurrence_id: event.at.astimezone(OFFICE_TIME).date()
        for event in events
        if event.occurrence_id is not None
    }


def drafted(session: Session, entries: Iterable[Entry], on: date) -> dict[int, tuple[tuple[str, date], ...]]:
    """Return the level and day of each notice drafted so far about what is overdue, by the occurrence."""
    late = [entry.occurrence_id for entry in entries if is_overdue(entry.facts, on) or entry.major_hazard]
    found: dict[int, tuple[tuple[str, date], ...]] = defaultdict(tuple)
    for row in outbox.notices_about(session, late):
        found[row.occurrence_id] += ((row.level, row.day),)
    return found


def promises(session: Session, entries: Sequence[Entry], on: date) -> dict[int, tuple[Promise, ...]]:
    """Return the days named by those who do what is overdue, in the order they were named, by the occurrence."""
    late = [entry.occurrence_id for entry in entries if entry.promised_on and is_overdue(entry.facts, on)]
    named: dict[int, tuple[Promise, ...]] = defaultdict(tuple)
    for event in outbox.events_of(session, late, *PROMISING):
        if event.occurrence_id is not None and event.data.get("promised_on"):
            named[event.occurrence_id] += (Promise(event.day, date.fromisoformat(event.data["promised_on"])),)
    return named
