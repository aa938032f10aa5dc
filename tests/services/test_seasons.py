"""Seasons dated once move all that hangs on them; what the office dated and what is closed stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planner.core.schedule import schedule
from planner.core.status import Act
from planner.errors import Invalid
from planner.reading.context import Context
from planner.reading.deadlines import find_deadlines
from planner.services.importing import Source, import_plan
from planner.services.reporting import stand
from planner.services.scheduling import count_in, name_cells, reschedule, set_due, set_season
from planner.services.tracking import record
from planner.services.verifying import verify
from planner.store import queries
from planner.store.database import Database
from planner.store.journal import open_with
from tests.conftest import NOON
from tests.services.test_handing_over import SAID

PLAN = """\
# 柳河镇2024年防汛工作要点

印发日期：2024年3月10日

### 1. 汛前准备

汛前，检查水库。每学期开展一次演练。

（责任领导：王建国，责任部门：水利站）
"""


@pytest.fixture
def plan(database: Database) -> None:
    import_plan(database, Source("防汛.md", PLAN.encode()), actor="王文员", at=NOON)


def due_days(database: Database) -> dict[str, date | None]:
    return {f"{entry.code} {entry.key}": entry.facts.due_on for entry in stand(database, NOON).entries}


def test_a_season_moves_what_hangs_on_it(database: Database, plan: None) -> None:
    assert due_days(database) == {"1-1 once": None, "1-2 2024-T1": None, "1-2 2024-T2": None}
    assert set_season(database, 2024, "汛期", date(2024, 4, 1), date(2024, 9, 30), SAID) == 1
    assert set_season(database, 2024, "秋季学期", date(2024, 9, 1), date(2025, 1, 15), SAID) == 1
    assert due_days(database) == {
        "1-1 once": date(2024, 3, 31),
        "1-2 2024-T1": None,
        "1-2 2024-T2": date(2025, 1, 15),
    }
    assert set_season(database, 2024, "汛期", date(2024, 5, 1), date(2024, 9, 30), SAID) == 1
    assert due_days(database)["1-1 once"] == date(2024, 4, 30)
    assert verify(database)[0].is_whole


def test_a_later_plan_of_the_year_is_dated_at_once(database: Database) -> None:
    set_season(database, 2024, "汛期", date(2024, 4, 1), date(2024, 9, 30), SAID)
    import_plan(database, Source("防汛.md", PLAN.encode()), actor="王文员", at=NOON)
    assert due_days(database)["1-1 once"] == date(2024, 3, 31)


def test_the_offices_own_day_and_what_is_closed_stay(database: Database, plan: None) -> None:
    first, term, _ = (entry.occurrence_id for entry in stand(database, NOON).entries)
    set_due(database, first, date(2024, 6, 28), SAID)
    record(database, term, Act.HAND_IN, SAID)
    record(database, term, Act.SIGN_OFF, SAID)
    assert set_season(database, 2024, "汛期", date(2024, 4, 1), date(2024, 9, 30), SAID) == 0
    assert set_season(database, 2024, "春季学期", date(2024, 2, 20), date(2024, 7, 5), SAID) == 0
    assert due_days(database)["1-1 once"] == date(2024, 6, 28)


@pytest.mark.parametrize(
    ("name", "first", "last", "sentence"),
    [(" ", 1, 2, "名称"), ("汛" * 21, 1, 2, "名称"), ("汛期", 2, 1, "早于开始")],
)
def test_a_season_must_make_sense(
    database: Database, plan: None, name: str, first: int, last: int, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        set_season(database, 2024, name, date(2024, 4, first), date(2024, 4, last), SAID)


def test_days_of_another_time_are_refused(database: Database, plan: None) -> None:
    with pytest.raises(Invalid, match="写的是1999年，这里定的是2024年的时段"):
        set_season(database, 2024, "汛期", date(1999, 4, 1), date(1999, 9, 30), SAID)
    first = stand(database, NOON).entries[0].occurrence_id
    for year in (1990, 2018, 2030):
        with pytest.raises(Invalid, match=f"写的是{year}年，这是2024年的计划，请核对年份。"):
            set_due(database, first, date(year, 6, 28), SAID)
    set_due(database, first, date(2025, 1, 10), SAID)
    set_due(database, first, date(2021, 12, 31), SAID)


def test_a_day_that_was_there_is_moved_only_with_a_reason(database: Database, plan: None) -> None:
    first = stand(database, NOON).entries[0].occurrence_id
    set_due(database, first, date(2024, 6, 28), replace(SAID, text=""))
    with pytest.raises(Invalid, match="写一句理由"):
        set_due(database, first, date(2024, 7, 28), replace(SAID, text=""))
    with pytest.raises(Invalid, match="本来就计入"):
        count_in(database, first, SAID)


def test_no_names_end_the_separate_cells(database: Database, plan: None) -> None:
    entry = stand(database, NOON).entries[0]
    assert name_cells(database, entry.task_id, "东村 西村、东村", SAID) == 2
    assert name_cells(database, entry.task_id, "", SAID) == 0
    assert stand(database, NOON).entries[0].cells == ()
    with pytest.raises(Invalid, match="不超过20字"):
        name_cells(database, entry.task_id, "村" * 21, SAID)


def test_a_period_that_went_and_comes_again_goes_on(database: Database, plan: None) -> None:
    quarterly, halves = (find_deadlines(words, Context(year=2024)) for words in ("每季度", "每半年"))
    entry = stand(database, NOON).entries[0]
    for rules in (quarterly, halves, quarterly):
        with database.write() as session:
            task = queries.task_by_id(session, entry.task_id)
            dues = schedule(rules, 2024, date(2024, 3, 10))
            new = reschedule(session, task, dues, SAID.entered(Act.CORRECT, "", {}), "不再有这一期")
            if new:
                open_with(session, task.plan_id, new, SAID.entered(Act.ISSUE, "新的期次", {}))
    found = {one.key: one.facts.state for one in stand(database, NOON).entries if one.task_id == entry.task_id}
    assert [found[f"2024-Q{n}"] for n in (1, 2, 3, 4)] == ["not_started"] * 4
    assert found["2024-H1"] == "cancelled" and verify(database)[0].is_whole
