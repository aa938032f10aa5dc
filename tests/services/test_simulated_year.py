"""The plan of a real township, day by day from its issue to the new year: who is told what on which day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from planner.config import OFFICE_TIME
from planner.core.reminders import ALONE, Role, Rule, cadence
from planner.core.status import Act
from planner.services.assigning import assign
from planner.services.importing import Source, import_plan
from planner.services.reminding import queue_reminders
from planner.services.tracking import Said, record
from planner.store import outbox, queries
from planner.store.database import Database
from planner.store.models import Occurrence
from planner.store.outgoing import Reminder
from planner.store.workdays import working_days
from tests.conftest import SHARED
from tests.services.test_reminding import tell_all

SEED = next(iter(sorted((SHARED / "seeds").glob("004*"))), None)
ISSUED = date(2024, 4, 17)
NEW_YEAR = date(2025, 1, 15)
SILENT = {Rule.REVIEW, Rule.EXTENSION}
ANNOUNCED = {Rule.EARLY, Rule.APPROACHING, Rule.LAST_DAY, Rule.OPENING}

pytestmark = pytest.mark.skipif(SEED is None, reason="the township's plan is not at hand")


@pytest.fixture
def township(database: Database) -> Database:
    """Document 004, issued; point 2, which names nobody, given to 应急部门 by the office."""
    assert SEED is not None
    source = Source(SEED.name, SEED.read_bytes())
    at = datetime.combine(ISSUED, time(16), OFFICE_TIME)
    import_plan(database, source, actor="王文员", at=at, year=2024)
    row = training(database)
    with database.read() as session:
        item = queries.item_of(session, row)
    assign(database, item.id, "department", "应急部门", Said("王文员", at, ISSUED))
    return database


def training(database: Database) -> Occurrence:
    """Return the one occurrence due 6月底前, the design's own example."""
    with database.read() as session:
        (plan,) = queries.current_plans(session)
        codes = {task.id: task.code for task in queries.tasks_of(session, plan.id)}
        rows = queries.occurrences_in(session, [plan])
        return next(row for row in rows if row.due_on == date(2024, 6, 30) and codes[row.task_id].startswith("2-"))


def span(first: date, last: date) -> Iterator[datetime]:
    for count in range((last - first).days + 1):
        yield datetime.combine(first + timedelta(days=count), time(9), OFFICE_TIME)


def live(database: Database, first: date, last: date) -> list[Reminder]:
    """Let every day pass, looking twice, and return what was written."""
    for at in span(first, last):
        queue_reminders(database, at)
        tell_all(database, at)
        queue_reminders(database, at + timedelta(hours=3))
    with database.read() as session:
        return list(reversed(outbox.past(session, limit=100_000)))


def test_a_year_of_the_township(township: Database) -> None:
    rows = live(township, ISSUED, NEW_YEAR)
    with township.read() as session:
        days = working_days(session)
        (plan,) = queries.current_plans(session)
        entries = {entry.occurrence_id: entry for entry in queries.entries(session, [plan])}
    assert all(days.is_working(row.day) for row in rows), "nothing on a rest day"
    digests = Counter((row.recipient, row.day) for row in rows if Rule(row.rule) not in ALONE)
    assert set(digests.values()) == {1}, "never two digests a day"
    told = Counter((row.recipient, row.day, one["occurrence"]) for row in rows for one in row.matters)
    assert set(told.values()) == {1}, "never the same matter twice a day"

    announced: dict[tuple[str, int], list[date]] = defaultdict(list)
    for row in rows:
        for one in row.matters:
            if row.role == Role.DEPARTMENT and Rule(one["rule"]) in ANNOUNCED:
                announced[row.recipient, one["occurrence"]].append(row.day)
    own = training(township)
    assert announced["应急部门", own.id] == [date(2024, 6, day) for day in (6, 19, 25, 27, 28)]
    checked = 0
    for (_, number), found in announced.items():
        steps = [step.day for step in cadence(entries[number].facts, days)]
        assert found == sorted(day for day in steps if ISSUED < day <= NEW_YEAR), entries[number].name
        checked += 1
    assert checked > 15
    dated = {
        number
        for number, entry in entries.items()
        if entry.facts.due_on and entry.departments and not entry.facts.before_issue and entry.facts.due_on > ISSUED
    }
    assert dated <= {number for _, number in announced}, "no deadline is left out"


def test_a_fortnight_of_silence_is_made_up_for_by_one_message(township: Database) -> None:
    live(township, date(2024, 6, 3), date(2024, 6, 7))
    rows = live(township, date(2024, 6, 21), date(2024, 6, 21))
    caught_up = [row for row in rows if row.day == date(2024, 6, 21)]
    assert {row.day for row in rows} == {*(date(2024, 6, day) for day in (3, 4, 5, 6, 7)), date(2024, 6, 21)} - {
        day for day in (date(2024, 6, n) for n in (3, 4, 5, 6, 7)) if not any(row.day == day for row in rows)
    }
    to_department = [row for row in caught_up if row.recipient == "应急部门" and Rule(row.rule) is Rule.DIGEST]
    assert len(to_department) == 1
    own = training(township)
    about = [
        one for row in caught_up for one in row.matters if one["occurrence"] == own.id and row.recipient == "应急部门"
    ]
    assert len(about) == 1 and about[0]["words"], "the step of 19 June, told once"


def test_what_is_handed_in_is_quiet_from_then_on(township: Database) -> None:
    own = training(township)
    live(township, date(2024, 6, 3), date(2024, 6, 20))
    at = datetime(2024, 6, 20, 15, tzinfo=OFFICE_TIME)
    record(township, own.id, Act.HAND_IN, Said("王文员", at, at.date(), "已培训考核", data={"explained": "无"}))
    rows = live(township, date(2024, 6, 21), date(2024, 7, 12))
    after = [
        row.day
        for row in rows
        if row.role == Role.DEPARTMENT and any(one["occurrence"] == own.id for one in row.matters)
    ]
    assert max(after) == date(2024, 6, 19)
