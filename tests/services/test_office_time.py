"""The office's clock and the turn of the year: a server elsewhere, deadlines on the last day of a year and of February."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest

from planner.config import OFFICE_TIME
from planner.services.importing import Imported
from planner.services.reminding import queue_reminders
from planner.services.scheduling import set_due
from planner.services.tracking import Said
from planner.store import queries
from planner.store.database import Database
from planner.store.models import Occurrence
from tests.conftest import NOON
from tests.services.test_reminding import made, tell_all

CLOCK = "from planner.config import now; at = now(); print(at.utcoffset(), at.isoformat())"


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes no zone from the environment")
def test_the_clock_is_the_offices_wherever_the_server_stands(zone: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", CLOCK], capture_output=True, text=True, check=True, env={**os.environ, "TZ": zone}
    )
    offset, moment = told.stdout.split()
    assert offset == "8:00:00"
    assert abs(datetime.fromisoformat(moment) - datetime.now(UTC)) < timedelta(minutes=5)  # noqa: TID251


def occurrence_in(database: Database, label: str) -> Occurrence:
    with database.read() as session:
        (plan,) = queries.current_plans(session)
        return next(row for row in queries.occurrences_in(session, [plan]) if label in (row.label, str(row.due_on)))


def move(database: Database, row: Occurrence, day: date) -> None:
    set_due(database, row.id, day, Said("王文员", NOON, NOON.date(), "会议定的", on_behalf_of="王建国"))


def announced(database: Database, row: Occurrence, first: date, last: date, hour: int = 9) -> list[date]:
    """Return the days up to its due day on which 应急部门 hears of an occurrence."""
    for count in range((last - first).days + 1):
        day = first + timedelta(days=count)
        at = datetime.combine(day, time(hour), OFFICE_TIME)
        queue_reminders(database, at)
        tell_all(database, at)
    own = (one for one in made(database) if one.recipient == "应急部门")
    return [one.day for one in own if any(matter["occurrence"] == row.id for matter in one.matters)]


def test_a_deadline_on_31_december(database: Database, imported: Imported) -> None:
    row = occurrence_in(database, "2024-07-10")
    move(database, row, date(2024, 12, 31))
    days = announced(database, row, date(2024, 12, 1), date(2025, 1, 3))
    december = [date(2024, 12, day) for day in (10, 20, 26, 30, 31)]
    assert days == [*december, date(2025, 1, 2), date(2025, 1, 3)], "1 January is a holiday: late from the 2nd"


def test_a_deadline_on_29_february(database: Database, imported: Imported) -> None:
    row = occurrence_in(database, "2024-07-10")
    move(database, row, date(2028, 2, 29))
    days = announced(database, row, date(2028, 2, 1), date(2028, 2, 29))
    assert days == [date(2028, 2, day) for day in (8, 18, 24, 28, 29)], "a year without a table counts Monday to Friday"


def test_a_report_on_the_fourth_quarter_due_on_10_january(database: Database, imported: Imported) -> None:
    row = occurrence_in(database, "第四季度")
    move(database, row, date(2025, 1, 10))
    days = announced(database, row, date(2024, 12, 2), date(2025, 1, 10))
    assert days == [date(2024, 12, 19), date(2025, 1, 3), date(2025, 1, 10)]


def test_a_morning_in_the_office_is_still_yesterday_on_the_server(database: Database, imported: Imported) -> None:
    at = datetime(2024, 6, 24, 0, 45, tzinfo=UTC)  # 8:45 in the office, on a Monday
    assert queue_reminders(database, at.astimezone(OFFICE_TIME)) > 0
    assert {one.day for one in made(database)} == {date(2024, 6, 24)}
