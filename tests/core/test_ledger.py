from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from planner.core.ledger import Entry, Part, Totals, overdue, overdue_table, part_of, progress_words, totals
from planner.core.status import Mark, State, mark_of
from tests.core.entries import DAYS_2024, entry

ON = date(2024, 7, 1)


def june(day: int) -> date:
    return date(2024, 6, day)


A_YEAR_SO_FAR = [
    entry(1, State.DONE, june(14), closed_on=june(14)),
    entry(2, State.DONE, june(14), closed_on=june(20), handed_in_on=june(13)),
    entry(3, State.DONE, june(14), closed_on=june(17)),
    entry(4, State.NOT_STARTED, june(30)),
    entry(5, State.IN_PROGRESS, june(14), progress="已查2家，余3家", progress_on=june(12)),
    entry(6, State.HANDED_IN, june(28), handed_in_on=june(28)),
    entry(7, State.NOT_STARTED, ON),
    entry(8, State.HANDED_IN, ON, handed_in_on=june(28)),
    entry(9, State.DONE, ON, closed_on=june(28)),
    entry(10, State.NOT_STARTED, date(2024, 12, 31)),
    entry(11, State.DONE, date(2024, 12, 31), closed_on=june(28)),
    entry(12, State.NOT_STARTED, None),
    entry(13, State.NOT_STARTED, june(1), before_issue=True),
    entry(14, State.SUSPENDED, june(1)),
    entry(15, State.CANCELLED, june(1)),
    entry(16, State.DRAFT, june(1)),
]


def test_what_is_due_today_and_open_waits_for_tomorrow() -> None:
    assert totals(A_YEAR_SO_FAR, ON) == Totals(due=8, on_time=3, late=1, overdue=2, in_review=2)
    assert totals(A_YEAR_SO_FAR, date(2024, 7, 2)) == Totals(due=9, on_time=3, late=1, overdue=3, in_review=2)


def test_each_counts_in_one_part() -> None:
    counted = {e.occurrence_id: part for e in A_YEAR_SO_FAR if (part := part_of(e.facts, ON))}
    on_time, late, open_, review = Part.ON_TIME, Part.LATE, Part.OVERDUE, Part.IN_REVIEW
    assert counted == {1: on_time, 2: on_time, 3: late, 4: open_, 5: open_, 6: review, 8: review, 9: on_time}


def test_the_sentence_carries_its_denominator() -> None:
    assert Totals(9, 6, 1, 2).sentence() == "到期应办 9 件，按期办结 6 件，逾期后办结 1 件，逾期未办 2 件"
    assert Totals(10, 6, 1, 2, 1).sentence().endswith("逾期未办 2 件，待审核 1 件")


def test_most_overdue_first_then_in_the_order_given() -> None:
    entries = [entry(1), entry(2, due_on=june(29)), entry(3, due_on=june(14)), entry(4), entry(5, due_on=june(27))]
    assert [found.occurrence_id for found in overdue(entries, ON, DAYS_2024)] == [3, 5, 2, 1, 4]


def test_the_overdue_list_has_facts_and_room_for_the_reason() -> None:
    table = overdue_table(A_YEAR_SO_FAR, ON, DAYS_2024)
    assert table.title == "逾期事项清单"
    assert table.note == (
        "截至2024年7月1日。到期应办 8 件，按期办结 3 件，逾期后办结 1 件，逾期未办 2 件，待审核 2 件。"
    )
    assert [column.title for column in table.columns] == [
        "序号", "编号", "事项", "责任领导", "责任部门", "应完成", "逾期工作日", "最近进展", "原因（经办人填写）",
    ]  # fmt: skip
    assert table.rows == (
        (1, "5-1", "专职安全员培训考核", "武长庚", "应急部门", june(14), 11, "6月12日（周三）：已查2家，余3家", ""),
        (2, "4-1", "专职安全员培训考核", "武长庚", "应急部门", june(30), 1, "尚无进展记录", ""),
    )


def test_gaps_are_named_and_periods_shown() -> None:
    gap = entry(8, title="成员单位季度会议", label="第二季度", leaders=(), departments=())
    joint = entry(21, leaders=("蒋志检", "武长庚"), departments=("交警", "交通", "住建"))
    rows = overdue_table([gap, joint], ON, DAYS_2024).rows
    assert rows[0][2:5] == ("成员单位季度会议（第二季度）", "责任人未明确", "责任部门未明确")
    assert rows[1][3:5] == ("蒋志检、武长庚", "交警、交通、住建")


def test_no_overdue_item_is_a_result_too() -> None:
    table = overdue_table([entry()], june(20), DAYS_2024)
    assert table.rows == ()
    assert table.note == (
        "截至2024年6月20日没有逾期事项。到期应办 0 件，按期办结 0 件，逾期后办结 0 件，逾期未办 0 件。"
    )


def test_progress_of_an_unknown_day_is_given_without_one() -> None:
    assert progress_words(entry(progress="已查2家")) == "已查2家"
    assert progress_words(entry(progress="已查2家", progress_on=june(12)), 2025) == "2024年6月12日（周三）：已查2家"


days_of_june = st.dates(june(1), june(30))
entries_of_any_kind = st.lists(
    st.builds(
        entry,
        number=st.integers(1, 99),
        state=st.sampled_from(State),
        due_on=st.none() | days_of_june,
        closed_on=st.none() | days_of_june,
        handed_in_on=st.none() | days_of_june,
        before_issue=st.booleans(),
        extension_pending=st.booleans(),
    )
)


@given(entries_of_any_kind, days_of_june)
def test_the_parts_add_up_to_the_whole_and_agree_with_the_marks(entries: list[Entry], on: date) -> None:
    counted = totals(entries, on)
    assert counted.due == counted.on_time + counted.late + counted.overdue + counted.in_review
    rows = overdue_table(entries, on, DAYS_2024).rows
    red = [e for e in entries if mark_of(e.facts, on, DAYS_2024) is Mark.OVERDUE]
    assert counted.overdue == len(red) == len(rows)
    assert all(len(row) == 9 for row in rows)


@given(entries_of_any_kind, days_of_june)
def test_the_list_falls_by_working_days(entries: list[Entry], on: date) -> None:
    late = [row[6] for row in overdue_table(entries, on, DAYS_2024).rows]
    assert late == sorted(late, key=lambda cell: -cell if isinstance(cell, int) else 0)
