"""The holiday table: known days of known years."""

from datetime import date

import pytest

from planner.formats.workday_table import published_days


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 6, 28), True),
        (date(2024, 6, 30), False),  # a Sunday
        (date(2024, 6, 10), False),  # 端午
        (date(2024, 5, 11), True),  # a Saturday worked for 劳动节
        (date(2024, 10, 1), False),
        (date(2024, 2, 18), True),
    ],
)
def test_rest_and_makeup_days(day: date, worked: bool) -> None:
    assert published_days().is_working(day) is worked


def test_last_working_day_before_a_sunday_deadline() -> None:
    assert published_days().on_or_before(date(2024, 6, 30)) == date(2024, 6, 28)


def test_only_published_years_are_known() -> None:
    table = published_days()
    assert table.knows(2024)
    assert not table.knows(2003)
    assert not table.knows(max(table.years) + 1)


def test_the_table_is_built_once() -> None:
    assert published_days() is published_days()
