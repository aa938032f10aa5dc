"""The days of feasts."""

from __future__ import annotations

from datetime import date

import chinese_calendar
import pytest

from planner.reading.feasts import eve_after, feast


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("国庆", 2024, date(2024, 10, 1)),
        ("春节", 2024, date(2024, 2, 10)),
        ("端午", 2035, date(2035, 6, 10)),
        ("中秋", 2036, None),
        ("清明", 2019, None),
    ],
)
def test_days(name: str, year: int, day: date | None) -> None:
    assert feast(name, year) == day


def test_the_next_eve() -> None:
    assert eve_after("春节", date(2024, 4, 17)) == date(2025, 1, 28)
    assert eve_after("国庆", date(2024, 9, 30)) == date(2024, 9, 30)
    assert eve_after("中秋", date(2040, 1, 1)) is None


@pytest.mark.parametrize("year", range(2020, 2027))
@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("春节", "Spring Festival"),
        ("清明", "Tomb-sweeping Day"),
        ("端午", "Dragon Boat Festival"),
        ("中秋", "Mid-autumn Festival"),
    ],
)
def test_the_table_agrees_with_the_published_holidays(name: str, published: str, year: int) -> None:
    day = feast(name, year)
    assert day is not None
    is_holiday, holiday = chinese_calendar.get_holiday_detail(day)
    # In 2020 the mid-autumn feast fell on National Day.
    assert is_holiday and holiday in (published, "National Day")
