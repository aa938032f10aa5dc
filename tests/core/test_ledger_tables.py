"""The overdue list and the task ledger as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.ledger import Entry, Table
from planner.core.ledger_tables import Grouping, grouped, overdue_table, task_ledger_table
from planner.core.status import Facts, State, is_overdue
from planner.core.thresholds import Thresholds
from tests.core.entries import A_YEAR_SO_FAR, DAYS_2024, days_of_june, entries_of_any_kind, entry, june

ON = date(2024, 7, 1)
COLUMNS = """序号 | 编号 | 来源文件及条目 | 工作任务（原文） | 具体举措/完成标准 | 责任领导 | 责任部门 | 协同单位 | 经办人及电话 |
    时限（原文） | 到期日 | 期次 | 进展情况 | 存在困难 | 需协调事项 | 下步打算 | 状态 | 亮灯 | 办结日期 | 销号审核人 | 佐证 |
    延期记录 | 备注"""


def titles(table: Table) -> list[str]:
    return [column.title for column in table.columns]


def row_of(one: Entry, on: date = ON) -> dict[str, object]:
    """Return the row of the task ledger for an entry, by the titles of its columns."""
    table = task_ledger_table([one], on, DAYS_2024)
    return dict(zip(titles(table), table.rows[0], strict=True))


def test_the_overdue_list_has_facts_and_room_for_the_reason() -> None:
    table = overdue_table(A_YEAR_SO_FAR, ON, DAYS_2024)
    assert table.title == "逾期事项清单"
    assert table.note == (
        "截至2024年7月1日。到期应办 8 件，按期办结 3 件，逾期后办结 1 件，逾期未办 2 件，待审核 2 件。"
    )
    assert titles(table) == [
        "序号", "编号", "事项", "责任领导", "责任部门", "应完成", "逾期工作日", "最近进展", "原因（经办人填写）",
    ]  # fmt: skip
    assert table.rows == (
        (1, "5-1", "专职安全员培训考核", "武长庚", "应急部门", june(14), 11, "6月12日（周三）：已查2家，余3家", ""),
        (2, "4-1", "专职安全员培训考核", "武长庚", "应急部门", june(30), 1, "尚无进展记录", ""),
    )
    assert table.groups == ()
    assert table.shown() == tuple(range(9)), "the pen needs its column"


def test_gaps_are_named_and_periods_shown() -> None:
    gap = entry(8, title="成员单位季度会议", label="第二季度", leaders=(), departments=())
    joint = entry(21, leaders=("蒋志检", "武长庚"), departments=("交警", "交通", "住建"))
    rows = overdue_table([gap, joint], ON, DAYS_2024).rows
    assert rows[0][2:5] == ("成员单位季度会议（第二季度）", "责任人未明确", "责任部门未明确")
    assert rows[1][3:5] == ("蒋志检、武长庚", "交警、交通、住建")


def test_no_overdue_item_is_a_result_too() -> None:
    for by in (None, Grouping.LEADER):
        table = overdue_table([entry()], june(20), DAYS_2024, by=by)
        assert (table.rows, table.groups) == ((), ())
        assert table.note == (
            "截至2024年6月20日没有逾期事项。到期应办 0 件，按期办结 0 件，逾期后办结 0 件，逾期未办 0 件。"
        )


def test_a_promise_and_a_difficulty_that_were_told_stand_in_the_list() -> None:
    told = replace(entry(progress="已查2家", progress_on=june(12)), promised_on=june(21), difficulty="道路塌方")
    silent = replace(entry(2), promised_on=june(21))
    rows = overdue_table([told, silent], ON, DAYS_2024).rows
    assert rows[0][7:] == ("6月12日（周三）：已查2家（答应6月21日前）", "道路塌方")
    assert rows[1][7:] == ("尚无进展记录（答应6月21日前）", "")


JOINT = [
    entry(11, leaders=("武长庚",), departments=("应急",)),
    entry(1, leaders=(), departments=()),
    entry(21, due_on=june(14), leaders=("蒋志检", "武长庚"), departments=("交警",)),
    entry(17, State.DONE, june(14), closed_on=june(14), leaders=("曹莉霞",), departments=("教育",)),
]


def test_groups_have_their_own_counts_and_nobodys_come_last() -> None:
    table = overdue_table(JOINT, ON, DAYS_2024, by=Grouping.LEADER)
    assert table.title == "逾期事项清单（按责任领导）"
    assert table.note == (
        "截至2024年7月1日。到期应办 4 件，按期办结 1 件，逾期后办结 0 件，逾期未办 3 件。"
        "共同负责的事项在各自名下分别列出，合计只算一次。"
    )
    counts = "到期应办 {0} 件，按期办结 0 件，逾期后办结 0 件，逾期未办 {0} 件。"
    assert [(group.title, group.note, group.rows) for group in table.groups] == [
        ("武长庚", counts.format(2), 2),
        ("蒋志检", counts.format(1), 1),
        ("责任领导未明确", counts.format(1), 1),
    ]
    assert [row[:2] for row in table.rows] == [(1, "21-1"), (2, "11-1"), (1, "21-1"), (1, "1-1")]


def test_departments_group_as_leaders_do() -> None:
    table = task_ledger_table(JOINT, ON, DAYS_2024, by=Grouping.DEPARTMENT)
    assert table.title == "任务台账（按责任部门）"
    assert [(group.title, group.rows) for group in table.groups] == [
        ("应急", 1), ("交警", 1), ("教育", 1), ("责任部门未明确", 1),
    ]  # fmt: skip
    assert "共同负责" not in table.note


def test_sections_of_several_plans_carry_the_title_of_theirs() -> None:
    first = replace(entry(1), plan_id=1, plan_title="要点", section="一、统领")
    loose = replace(entry(2), plan_id=1, plan_title="要点")
    again = replace(entry(3), plan_id=1, plan_title="要点", section="一、统领")
    other = replace(entry(4), plan_id=2, plan_title="方案", section="一、统领")
    assert list(grouped([first, loose, again], Grouping.SECTION)) == ["一、统领", "未分板块"]
    assert list(grouped([first, loose, other], Grouping.SECTION)) == [
        "《要点》一、统领",
        "《方案》一、统领",
        "未分板块",
    ]


def test_the_task_ledger_has_its_23_columns_in_order() -> None:
    table = task_ledger_table([], june(20), DAYS_2024)
    assert titles(table) == [title.strip() for title in COLUMNS.split("|")]
    assert len(table.columns) == 23


def test_an_empty_ledger_says_so() -> None:
    table = task_ledger_table([], june(20), DAYS_2024)
    assert (table.title, table.rows) == ("任务台账", ())
    assert table.note.startswith("截至2024年6月20日没有列入台账的事项。到期应办 0 件")


def test_a_row_of_the_task_ledger() -> None:
    one = replace(
        entry(12, State.IN_PROGRESS, june(30), label="第二季度", progress="已查2家", progress_on=june(12)),
        plan_title="低庄镇2024年安全生产工作要点",
        item_title="烟花爆竹",
        quote="开展烟花爆竹\n　　执法检查",
        supporting=("派出所", "供销社"),
        contacts=("李四 13800000000",),
        minimum=2,
        times=1,
        difficulty="道路塌方",
        coordination="请交通部门抢通",
        next_step="抢通后三日内完成",
        first_due_on=june(14),
        extensions=1,
        promised_on=june(28),
    )
    assert row_of(one, june(20)) == {
        "序号": 1,
        "编号": "12-1",
        "来源文件及条目": "《低庄镇2024年安全生产工作要点》第12条",
        "工作任务（原文）": "开展烟花爆竹 执法检查",
        "具体举措/完成标准": "",
        "责任领导": "武长庚",
        "责任部门": "应急部门",
        "协同单位": "派出所、供销社",
        "经办人及电话": "李四 13800000000",
        "时限（原文）": "6月底前",
        "到期日": june(30),
        "期次": "第二季度",
        "进展情况": "1/2次，6月12日（周三）：已查2家",
        "存在困难": "道路塌方",
        "需协调事项": "请交通部门抢通",
        "下步打算": "抢通后三日内完成",
        "状态": "进行中",
        "亮灯": "黄",
        "办结日期": None,
        "销号审核人": "",
        "佐证": "",
        "延期记录": "原定6月14日，延期1次",
        "备注": "",
    }


def test_a_finished_row_has_its_day_and_who_signed() -> None:
    row = row_of(replace(entry(1, State.DONE, june(14), closed_on=june(20)), signed_by="武长庚"))
    assert (row["状态"], row["亮灯"], row["办结日期"], row["销号审核人"]) == ("已办结", "绿", june(20), "武长庚")
    assert row["备注"] == "6月20日（周四）办结，逾期4个工作日"


def test_nothing_recorded_leaves_room_and_a_point_without_a_number_is_called_by_its_title() -> None:
    row = row_of(replace(entry(1, leaders=(), departments=()), item_number="", item_title="总体要求"))
    assert (row["来源文件及条目"], row["进展情况"]) == ("「总体要求」", "")
    assert (row["责任领导"], row["责任部门"]) == ("责任人未明确", "责任部门未明确")
    assert row_of(replace(entry(1), item_number="", item_title=""))["来源文件及条目"] == "「专职安全员培训考核」"


@pytest.mark.parametrize(
    ("one", "lamp", "remark"),
    [
        (entry(1), "红", "逾期1个工作日"),
        (entry(1, State.HANDED_IN, june(28), handed_in_on=june(28)), "蓝", "待审核，6月28日（周五）提交"),
        (entry(1, due_on=None), "灰", "没有到期日"),
        (entry(1, due_on=None, last_event_on=june(1) - (ON - june(1))), "灰", "没有到期日；久未更新"),
        (replace(entry(), facts=Facts(State.NOT_STARTED, assigned=True, standing=True)), "灰", "长期工作"),
        (entry(1, State.NOT_STARTED, june(1), before_issue=True), "灰", "印发前的期次，不计入"),
        (entry(1, due_on=None, before_issue=True), "灰", "印发前的期次，不计入"),
        (entry(1, State.CANCELLED, None), "灰", ""),
        (replace(entry(1, extension_pending=True), sample=True), "红", "逾期1个工作日；已申请延期；示例"),
        (entry(1, due_on=date(2024, 12, 31)), "灰", ""),
    ],
)
def test_remarks_tell_what_no_other_column_does(one: Entry, lamp: str, remark: str) -> None:
    row = row_of(one)
    assert (row["亮灯"], row["备注"]) == (lamp, remark)


def test_the_office_s_own_limits_move_the_lamp() -> None:
    strict = task_ledger_table([entry()], june(20), DAYS_2024, thresholds=Thresholds(soon_days=1))
    assert [row[17] for row in strict.rows] == ["灰"]


@given(entries_of_any_kind, days_of_june, st.none() | st.sampled_from(Grouping))
def test_every_row_is_whole_and_stands_in_a_group(entries: list[Entry], on: date, by: Grouping | None) -> None:
    for table in (overdue_table(entries, on, DAYS_2024, by=by), task_ledger_table(entries, on, DAYS_2024, by=by)):
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert [row for _, rows in table.parts() for row in rows] == list(table.rows)
        assert len(table.rows) == sum(group.rows for group in table.groups) or by is None


@given(entries_of_any_kind, days_of_june)
def test_the_list_falls_by_working_days(entries: list[Entry], on: date) -> None:
    rows = overdue_table(entries, on, DAYS_2024).rows
    late = [row[6] for row in rows]
    assert late == sorted(late, key=lambda cell: -cell if isinstance(cell, int) else 0)
    assert len(rows) == sum(is_overdue(one.facts, on) for one in entries)
