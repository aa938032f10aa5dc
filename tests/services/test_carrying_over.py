"""At the turn of the year what is open goes on in the next plan with its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from planner.config import OFFICE_TIME
from planner.core.status import Act
from planner.errors import Invalid, NotFound
from planner.formats.plan_markdown import write_plan
from planner.services.carrying_over import carry_over, open_matters
from planner.services.flagging import set_flag
from planner.services.importing import Imported, Source, import_plan
from planner.services.publishing import plan_as_stored
from planner.services.reporting import stand
from planner.services.tracking import Said, record
from planner.services.verifying import rebuild, verify
from planner.store import queries
from planner.store.database import Database
from tests.conftest import NOON

NEW_YEAR = datetime(2025, 1, 6, 9, 0, tzinfo=OFFICE_TIME)
SAID = Said("王文员", NEW_YEAR, NEW_YEAR.date(), text="年终会议议定")
NEXT = """\
# 柳河镇2025年安全生产工作要点

印发日期：2025年1月3日

### 1. 排查风险

每季度开展一次风险辨识。

（责任领导：赵新，责任部门：应急部门）
"""


@pytest.fixture
def next_plan(database: Database, imported: Imported) -> Imported:
    first = stand(database, NOON).entries[0].occurrence_id
    record(database, first, Act.PROGRESS, Said("王文员", NOON, NOON.date(), text="已培训12人"))
    return import_plan(database, Source("2025.md", NEXT.encode()), actor="王文员", at=NEW_YEAR)


def ids(database: Database) -> dict[str, int]:
    standing = stand(database, NEW_YEAR, address="2024")
    return {f"{entry.code} {entry.label}".strip(): entry.occurrence_id for entry in standing.entries}


def test_the_likeliest_task_of_the_next_plan_is_offered(database: Database, next_plan: Imported) -> None:
    with database.read() as session:
        matters = open_matters(session, queries.plan_at(session, "2024"), queries.plan_at(session, "2025"))
    likely = {
        f"{matter.task.code} {matter.row.label}".strip(): matter.likely and matter.likely.code for matter in matters
    }
    assert likely["2-1 第四季度"] == "1-1" and likely["1-1"] is None
    assert "2-1 第一季度" not in likely, "a period before the issue is not carried"


def test_a_matter_goes_on_with_its_words_people_day_and_history(database: Database, next_plan: Imported) -> None:
    own = ids(database)
    assert carry_over(database, "2024", "2025", {own["1-1"]: "", own["3-2"]: ""}, SAID) == 2
    entries = {entry.code: entry for entry in stand(database, NEW_YEAR, address="2025").entries}
    carried = entries["2024-3-2"]
    assert carried.quote == "7月10日前，完成收割机检查" and carried.section == "上年结转"
    assert carried.leaders == ("王建国", "李秀英") and carried.departments == ("农业部门", "应急部门")
    assert str(carried.facts.due_on) == "2024-07-10" and entries["2024-1-1"].last_progress == "已培训12人"
    with database.read() as session:
        task = queries.task_at(session, queries.plan_at(session, "2025"), "2024-1-1")
        assert "已培训12人" in [event.text for event in queries.timeline(session, task)]
    old = {entry.code: entry for entry in stand(database, NEW_YEAR, address="2024").entries}
    assert old["3-2"].facts.state == "cancelled"
    assert all(result.is_whole for result in verify(database)) and rebuild(database, NOON) == 0


def test_a_task_of_the_next_plan_takes_it_up(database: Database, next_plan: Imported) -> None:
    carry_over(database, "2024", "2025", {ids(database)["2-1 第四季度"]: "1-1"}, SAID)
    with database.read() as session:
        task = queries.task_at(session, queries.plan_at(session, "2025"), "1-1")
        assert "由2025年计划 1-1 承接：年终会议议定" in [event.text for event in queries.timeline(session, task)]


def test_the_next_plan_still_reads_and_revises_as_issued(database: Database, next_plan: Imported) -> None:
    with database.read() as session:
        before = write_plan(plan_as_stored(session, queries.plan_at(session, "2025")))
    own = ids(database)
    carry_over(database, "2024", "2025", {own["1-1"]: ""}, SAID)
    carry_over(database, "2024", "2025", {own["2-1 第三季度"]: "", own["2-1 第四季度"]: ""}, SAID)
    with database.read() as session:
        assert write_plan(plan_as_stored(session, queries.plan_at(session, "2025"))) == before


def test_only_what_is_open_goes_to_a_later_plan(database: Database, next_plan: Imported) -> None:
    own = ids(database)
    with pytest.raises(Invalid, match="以后年度"):
        carry_over(database, "2025", "2024", {own["1-1"]: ""}, SAID)
    carry_over(database, "2024", "2025", {own["1-1"]: ""}, SAID)
    with pytest.raises(Invalid, match="不是在办状态"):
        carry_over(database, "2024", "2025", {own["1-1"]: ""}, SAID)
    with pytest.raises(NotFound):
        carry_over(database, "2024", "2025", {own["3-2"]: "9-9"}, replace(SAID, text=""))
    assert ids(database)["3-2"] and stand(database, NEW_YEAR, address="2024").totals().overdue == 4


@pytest.mark.parametrize("code", ["", "1-1"])
def test_what_is_confidential_stays_so(database: Database, next_plan: Imported, code: str) -> None:
    with database.read() as session:
        plan, later = queries.plan_at(session, "2024"), queries.plan_at(session, next_plan.address)
        task = queries.task_at(session, plan, "2-1")
        row = next(
            one for one in queries.occurrences_of(session, task.id) if one.state in ("not_started", "in_progress")
        )
    set_flag(database, task.id, "internal", True, SAID)
    carry_over(database, "2024", later.address, {row.id: code}, SAID)
    with database.read() as session:
        assert queries.task_at(session, later, code or "2024-2-1").internal
