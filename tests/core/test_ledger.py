from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from planner.core.ledger import (
    Cell,
    Column,
    Entry,
    Group,
    Part,
    Table,
    Totals,
    counted_words,
    extension_words,
    overdue,
    part_of,
    progress_words,
    promise_words,
    totals,
)
from planner.core.status import Mark, mark_of
from tests.core.entries import A_YEAR_SO_FAR, DAYS_2024, days_of_june, entries_of_any_kind, entry, june

ON = date(2024, 7, 1)


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


def test_progress_of_an_unknown_day_is_given_without_one() -> None:
    assert progress_words(entry(progress="已查2家")) == "已查2家"
    assert progress_words(entry(progress="已查2家", progress_on=june(12)), 2025) == "2024年6月12日（周三）：已查2家"


def test_a_promise_names_its_day() -> None:
    promised = replace(entry(), promised_on=june(21))
    assert promise_words(promised) == promise_words(promised, 2024) == "答应6月21日前"
    assert promise_words(promised, 2025) == "答应2024年6月21日前"
    assert promise_words(entry()) == ""


def test_what_is_done_several_times_or_by_several_is_counted() -> None:
    assert counted_words(entry()) == ""
    assert counted_words(replace(entry(), minimum=2, times=1)) == "1/2次"
    cells = tuple((f"单位{number}", number < 9) for number in range(14))
    assert counted_words(replace(entry(), cells=cells)) == "9/14个单位"


@pytest.mark.parametrize(
    ("first", "extensions", "told"),
    [
        (None, 0, ""),
        (june(30), 0, ""),
        (june(14), 1, "原定6月14日，延期1次"),
        (date(2023, 12, 31), 2, "原定2023年12月31日，延期2次"),
        (june(14), 0, "原定6月14日"),
        (june(30), 2, "延期2次"),
    ],
)
def test_a_moved_day_keeps_the_first(first: date | None, extensions: int, told: str) -> None:
    assert extension_words(replace(entry(due_on=june(30)), first_due_on=first, extensions=extensions), 2024) == told


ROWS: tuple[tuple[Cell, ...], ...] = ((1, "", None), (2, "", 0), (3, None, None))
OPTIONAL = (Column("序号", 5), Column("佐证", 8, optional=True), Column("件数", 8, optional=True))


def test_each_group_has_the_rows_that_follow() -> None:
    first, second = Group("武长庚", "逾期未办 2 件。", 2), Group("蒋志检", "逾期未办 1 件。", 1)
    assert list(Table("", "", OPTIONAL, ROWS, (first, second)).parts()) == [(first, ROWS[:2]), (second, ROWS[2:])]
    assert list(Table("", "", OPTIONAL, ROWS).parts()) == [(None, ROWS)]


def test_optional_columns_show_where_something_is_in_them() -> None:
    assert Table("", "", OPTIONAL, ROWS).shown() == (0, 2)
    assert Table("", "", OPTIONAL, ()).shown() == (0,)


@given(entries_of_any_kind, days_of_june)
def test_the_parts_add_up_to_the_whole_and_agree_with_the_marks(entries: list[Entry], on: date) -> None:
    counted = totals(entries, on)
    assert counted.due == counted.on_time + counted.late + counted.overdue + counted.in_review
    red = [e for e in entries if mark_of(e.facts, on, DAYS_2024) is Mark.OVERDUE]
    assert counted.overdue == len(red) == len(overdue(entries, on, DAYS_2024))
