"""Dates of seasons and of the office: what the office decided stays, what waits to be issued waits with all its periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.core.schedule import Due
from planner.core.status import Act
from planner.errors import Invalid
from planner.services.scheduling import count_in, declare_standing, name_cells, reschedule, set_due, set_season
from planner.services.tracking import Said, record, settle_finding
from planner.services.verifying import verify
from planner.store import queries
from planner.store.database import Database
from planner.store.models import Occurrence
from tests.conftest import NOON
from tests.full_plan import issue_full_plan, ledger, rows_of

SAID = Said("王文员", NOON, NOON.date(), "开会定的")
FLOOD = (date(2024, 7, 1), date(2024, 9, 30))


@pytest.fixture
def address(database: Database) -> str:
    return issue_full_plan(database, drafts=("校车",))


def dredging(database: Database, address: str) -> Occurrence:
    """The one due before the flood season (汛前)."""
    return rows_of(database, address)["4-1/once"]


def season(database: Database, starts_on: date = FLOOD[0]) -> int:
    return set_season(database, 2024, "汛期", starts_on, FLOOD[1], SAID)


def test_what_hangs_on_a_season_moves_with_it(database: Database, address: str) -> None:
    assert (season(database), dredging(database, address).due_on) == (1, date(2024, 6, 30))
    assert season(database) == 0, "the same days again move nothing"
    assert (season(database, date(2024, 7, 6)), dredging(database, address).due_on) == (1, date(2024, 7, 5))
    last = ledger(database, address)[-1]
    assert (last.text, last.data["was"]) == ("按汛期的时间，时限由2024-06-30改为2024-07-05", {"due_on": "2024-06-30"})


def test_a_day_the_office_set_or_granted_is_not_moved_by_a_season(database: Database, address: str) -> None:
    set_due(database, dredging(database, address).id, date(2024, 7, 20), SAID)
    assert (season(database), dredging(database, address).due_on) == (0, date(2024, 7, 20))


def test_an_extension_granted_is_not_taken_back_by_a_season(database: Database, address: str) -> None:
    season(database)
    one = dredging(database, address)
    record(database, one.id, Act.EXTENSION_REQUEST, replace(SAID, data={"due_on": "2024-07-20"}))
    record(database, one.id, Act.EXTENSION_GRANTED, replace(SAID, on_behalf_of="李秀英", text=""))
    granted = ledger(database, address)[-1]
    assert granted.data["was"] == {"due_on": "2024-06-30", "due_by_office": False}
    assert season(database, date(2024, 7, 6)) == 0
    assert dredging(database, address).due_on == date(2024, 7, 20)


def test_a_standing_duty_gets_no_day_from_a_season(database: Database, address: str) -> None:
    declare_standing(database, dredging(database, address).task_id, SAID)
    assert season(database) == 0
    assert (dredging(database, address).standing, dredging(database, address).due_on) == (True, None)


@pytest.mark.parametrize(("name", "state"), [("5-2/once", "draft"), ("4-1/once", "not_started")])
def test_a_new_period_of_a_draft_is_a_draft(database: Database, address: str, name: str, state: str) -> None:
    with database.write() as session:
        task = queries.task_by_id(session, rows_of(database, address)[name].task_id)
        dues = [Due("once", "", None, None), Due("once-2", "", None, date(2024, 8, 31))]
        (new,) = reschedule(session, task, dues, SAID.entered(Act.SETTLE), "不再有")
        assert new.state == state


def test_a_period_before_the_issue_is_counted_in_once(database: Database, address: str) -> None:
    first = rows_of(database, address)["2-1/2024-Q1"]
    count_in(database, first.id, SAID)
    assert not rows_of(database, address)["2-1/2024-Q1"].before_issue
    with pytest.raises(Invalid, match="本来就计入"):
        count_in(database, first.id, SAID)


def test_parties_are_named_for_what_is_open_and_keep_what_they_did(database: Database, address: str) -> None:
    task_id = dredging(database, address).task_id
    assert name_cells(database, task_id, "农业、水利，农业 教育", SAID) == 3
    record(database, dredging(database, address).id, Act.PROGRESS, replace(SAID, data={"cells": ["水利"]}))
    assert name_cells(database, task_id, "水利、交通", SAID) == 2
    assert dredging(database, address).cells == {"水利": "2024-06-20", "交通": None}
    assert name_cells(database, task_id, " ", SAID) == 0
    assert dredging(database, address).cells == {}
    with pytest.raises(Invalid, match="不超过20字"):
        name_cells(database, task_id, "长" * 21, SAID)


@pytest.mark.parametrize(
    ("name", "days"),
    [(" ", FLOOD), ("长" * 21, FLOOD), ("汛期", (FLOOD[1], FLOOD[0]))],
)
def test_a_season_has_a_name_and_ends_after_it_begins(
    database: Database, address: str, name: str, days: tuple[date, date]
) -> None:
    with pytest.raises(Invalid):
        set_season(database, 2024, name, *days, SAID)


SETTLED: dict[str, Callable[[Database, str, Occurrence, Said], object]] = {
    "a due day": lambda database, _, row, said: set_due(database, row.id, date(2024, 8, 1), said),
    "a standing duty": lambda database, _, row, said: declare_standing(database, row.task_id, said),
    "a period": lambda database, _, row, said: count_in(database, row.id, said),
    "parties": lambda database, _, row, said: name_cells(database, row.task_id, "农业", said),
    "a season": lambda database, _, _row, said: set_season(database, 2024, "汛期", *FLOOD, said),
    "a finding": lambda database, address, _row, said: settle_finding(database, address, "no_date", 0, said),
}


@pytest.mark.parametrize("what", SETTLED)
@pytest.mark.parametrize(
    ("said", "why"),
    [
        (replace(SAID, text="长" * 501), "不超过500字"),
        (replace(SAID, day=NOON.date() + timedelta(days=1)), "不能晚于今天"),
    ],
)
def test_settling_is_held_to_the_same_words_and_days_as_any_act(
    database: Database, address: str, what: str, said: Said, why: str
) -> None:
    before = ledger(database, address)
    with pytest.raises(Invalid, match=why):
        SETTLED[what](database, address, dredging(database, address), said)
    assert ledger(database, address) == before
    assert all(result.is_whole for result in verify(database))
