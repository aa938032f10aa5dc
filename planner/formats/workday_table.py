"""The published holiday notices, as the working-day table a new office starts from."""

from __future__ import annotations

from functools import cache

from chinese_calendar import holidays, workdays

from planner.core.calendar import WorkingDays

SATURDAY = 5


@cache
def working_days() -> WorkingDays:
    """Return the State Council's holiday arrangements for the years the installed package covers.

    The package lists named holidays, weekends among them, and the make-up days worked for them (调休). A year it does
    not list is not in ``years``: such a year counts Monday to Friday.
    """
    return WorkingDays(
        rest=frozenset(day for day in holidays if day.weekday() < SATURDAY),
        makeup=frozenset(day for day in workdays if day.weekday() >= SATURDAY),
        years=frozenset(day.year for day in holidays),
    )
