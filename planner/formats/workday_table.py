"""The published holiday notices: the working-day table a new office starts from, and readers without an office use."""

from __future__ import annotations

from functools import cache

from chinese_calendar import holidays, workdays

from planner.core.calendar import WorkingDays

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


@cache
def published_days() -> WorkingDays:
    """Return the State Council's holiday arrangements for the years the installed package covers.

    The package lists named holidays, weekends among them, and the make-up days worked for them (调休). A year it does
    not list is not in ``years``: such a year counts Monday to Friday. The end of a year before the first is left out.
    """
    years = {day.year for day in holidays}
    off = {day: (False, NAMES.get(name, name)) for day, name in holidays.items()}
    worked = {day: (True, NAMES.get(name, name)) for day, name in workdays.items() if day not in off}
    return WorkingDays.of(off | {day: kept for day, kept in worked.items() if day.year in years}, years)
