"""A year of the working-day table, as it is shown."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from planner.core.calendar import WorkingDays, notice_year
from planner.core.year import Holiday, Kind, holidays_of, kind_of, kind_words, month_weeks, stretches, worked_in

LISTED = {
    date(2026, 1, 1): (False, "元旦"),
    date(2026, 1, 2): (False, "元旦"),
    date(2026, 1, 3): (False, "元旦"),
    date(2026, 1, 4): (True, "元旦"),
    date(2026, 2, 14): (True, "春节"),
    date(2026, 2, 16): (False, "春节"),
    date(2026, 2, 18): (False, "春节"),
    date(2026, 3, 7): (True, ""),
    date(2027, 1, 1): (False, "元旦"),
}
TABLE = WorkingDays.of(LISTED, [2026])


def test_what_a_table_was_made_of_is_what_it_lists() -> None:
    assert TABLE.listed() == LISTED
    assert date(2026, 1, 3) not in TABLE.rest and TABLE.names[date(2026, 1, 3)] == "元旦"
    assert TABLE.knows(2026) and not TABLE.knows(2027)


def test_the_last_week_of_december_belongs_to_the_next_notice() -> None:
    assert [notice_year(date(2025, 12, day)) for day in (24, 25, 31)] == [2025, 2026, 2026]


def test_what_a_day_is() -> None:
    days = (date(2026, 1, 5), date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 4), date(2026, 1, 10))
    assert [kind_of(day, TABLE) for day in days] == [Kind.WORKED, Kind.OFF, Kind.OFF, Kind.MADE_UP, Kind.WEEKEND]


def test_how_a_day_is_told() -> None:
    day = date(2026, 1, 1)
    assert kind_words((False, "元旦"), day) == "休息（元旦）"
    assert (kind_words(None, day), kind_words(None, date(2026, 1, 3)), kind_words((True, ""), day)) == (
        "上班", "休息", "上班",
    )  # fmt: skip


def test_the_holidays_of_a_year_in_their_order() -> None:
    found = holidays_of(2026, TABLE)
    assert [(one.name, one.off_words, one.worked_words) for one in found] == [
        ("元旦", "1月1日（周四）至1月3日（周六），共3天", "1月4日（周日）"),
        ("春节", "2月16日（周一）、2月18日（周三），共2天", "2月14日（周六）"),
        ("", "", "3月7日（周六）"),
    ]
    assert holidays_of(2025, TABLE) == []
    assert found[2] == Holiday("", (), (date(2026, 3, 7),))


def test_a_month_in_weeks() -> None:
    weeks = month_weeks(2026, 2)
    assert weeks[0] == [None] * 6 + [date(2026, 2, 1)]
    assert weeks[-1][5:] == [date(2026, 2, 28), None]
    assert len(month_weeks(2027, 2)) == 4


@given(st.integers(1990, 2099), st.integers(1, 12))
def test_a_month_has_each_of_its_days_once_and_its_working_days_are_counted(year: int, month: int) -> None:
    days = [day for week in month_weeks(year, month) for day in week if day]
    assert all(len(week) == 7 for week in month_weeks(year, month))
    assert days == [date(year, month, 1) + timedelta(days=n) for n in range(len(days))]
    assert (days[-1] + timedelta(days=1)).day == 1
    assert worked_in(year, month, TABLE) == sum(map(TABLE.is_working, days))


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 1))))
def test_stretches_hold_every_day_once(chosen: set[date]) -> None:
    found = list(stretches(sorted(chosen)))
    assert {first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)} == chosen
    assert all(after[0] - before[1] > timedelta(days=1) for before, after in pairwise(found))
