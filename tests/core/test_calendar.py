"""Days, periods and working days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from planner.core.calendar import Period, WorkingDays, add_months, day_words, month_end, months, weekday_name

DRAGON_BOAT = WorkingDays(
    rest=frozenset({date(2024, 6, 10)}), makeup=frozenset({date(2024, 6, 15)}), years=frozenset({2024})
)
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def test_periods_of_a_year() -> None:
    assert [period.label for period in months(2024, 3)] == ["第一季度", "第二季度", "第三季度", "第四季度"]
    assert [period.label for period in months(2024, 6)] == ["上半年", "下半年"]
    assert [period.label for period in months(2024, 12)] == ["2024年"]
    assert next(months(2024, 2)).label == "1—2月"
    february = list(months(2024))[1]
    assert (february.label, february.last) == ("2月", date(2024, 2, 29))
    assert date(2024, 2, 29) in february and date(2024, 3, 1) not in february and "2月" not in Period("", *february[1:])


def test_ends_and_starts_of_months() -> None:
    assert month_end(2023, 2) == date(2023, 2, 28)
    assert add_months(date(2024, 11, 30), 3) == date(2025, 2, 1)
    assert add_months(date(2024, 1, 5), -1) == date(2023, 12, 1)


def test_days_in_words() -> None:
    assert weekday_name(date(2024, 6, 30)) == "周日"
    assert day_words(date(2024, 6, 30), 2024) == "6月30日（周日）"
    assert day_words(date(2025, 1, 5), 2024) == "2025年1月5日（周日）"
    assert day_words(date(2025, 1, 5)) == "1月5日（周日）"


def test_working_days_follow_the_table() -> None:
    assert not DRAGON_BOAT.is_working(date(2024, 6, 10))
    assert DRAGON_BOAT.is_working(date(2024, 6, 15))
    assert not DRAGON_BOAT.is_working(date(2024, 6, 30))
    assert DRAGON_BOAT.knows(2024) and not DRAGON_BOAT.knows(2025)


def test_counting() -> None:
    assert DRAGON_BOAT.between(date(2024, 6, 20), date(2024, 6, 30)) == 6
    assert DRAGON_BOAT.between(date(2024, 6, 30), date(2024, 6, 20)) == -6
    assert DRAGON_BOAT.on_or_before(date(2024, 6, 30)) == date(2024, 6, 28)
    assert DRAGON_BOAT.on_or_after(date(2024, 6, 29)) == date(2024, 7, 1)
    assert DRAGON_BOAT.shift(date(2024, 6, 28), -3) == date(2024, 6, 25)
    assert DRAGON_BOAT.shift(date(2024, 6, 14), 1) == date(2024, 6, 15)
    assert DRAGON_BOAT.shift(date(2024, 6, 30), 0) == date(2024, 6, 30)


@given(DAYS, DAYS, DAYS)
def test_stretches_add_up(first: date, second: date, third: date) -> None:
    between = DRAGON_BOAT.between
    assert between(first, second) + between(second, third) == between(first, third)


@given(DAYS, st.integers(1, 40))
def test_shifting_is_counting(day: date, steps: int) -> None:
    assert DRAGON_BOAT.between(day, DRAGON_BOAT.shift(day, steps)) == steps


@given(st.integers(2000, 2100), st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_periods_cover_the_year_without_gap(year: int, size: int) -> None:
    periods = list(months(year, size))
    assert periods[0].start == date(year, 1, 1) and periods[-1].stop == date(year + 1, 1, 1)
    assert all(before.stop == after.start == before.last + timedelta(days=1) for before, after in pairwise(periods))
