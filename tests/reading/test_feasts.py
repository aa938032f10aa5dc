"""The days of feasts."""

from __future__ import annotations

from datetime import date

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
