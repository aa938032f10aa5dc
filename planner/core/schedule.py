"""From the words of time to due instances: a deadline rule becomes occurrences within the plan year.

A recurring duty has one occurrence a period, due on the period's last day unless the words anchor it elsewhere. What
comes round daily, weekly, every ten days or before each holiday has one a month instead: a clerk cannot sign off 365
rows. Periods over before the issue date are kept and marked 印发前. What has no date has one undated occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from planner.core.calendar import Period, Season, add_months, month_end, months
from planner.core.plan import Deadline, DeadlineKind, Frequency


@dataclass(frozen=True, slots=True)
class Due:
    """One due instance: ``key`` is stable for ever within its task, ``count`` how often it is to be done in the period."""

    key: str
    label: str
    opens_on: date | None
    due_on: date | None
    count: int = 1
    before_issue: bool = False


MONTHS_IN = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALFYEARLY: 6, Frequency.YEARLY: 12}
MONTHLY_INSTEAD = frozenset({Frequency.DAILY, Frequency.WEEKLY, Frequency.TENDAY, Frequency.HOLIDAY})
TERMS = (("春季学期", "上学期"), ("秋季学期", "下学期"))


def schedule(
    deadlines: Sequence[Deadline], year: int, issued: date | None, seasons: Sequence[Season] = ()
) -> list[Due]:
    """Return the occurrences of a task in *year*, in the order of time, with keys unique within the task.

    *seasons* date the school terms (春季学期, 秋季学期); without them a term has no due day.
    """
    found = [
        due for rule in deadlines if rule.kind is DeadlineKind.RECURRING for due in _recurring(rule, year, seasons)
    ]
    found += [
        Due("once", "", rule.start, rule.due, rule.count)
        for rule in deadlines
        if rule.kind in (DeadlineKind.ONCE, DeadlineKind.WINDOW) and rule.due is not None
    ]
    found = found or [Due("once", "", None, None)]
    ordered = sorted(found, key=lambda due: (due.due_on or date.max, due.key))
    return [_placed(due, key, issued) for due, key in zip(ordered, _unique([due.key for due in ordered]), strict=True)]


def _placed(due: Due, key: str, issued: date | None) -> Due:
    before = bool(issued and due.due_on and due.due_on < issued and key != "once")
    return Due(key, due.label, due.opens_on, due.due_on, due.count, before)


def _unique(keys: Sequence[str]) -> list[str]:
    return [key if (nth := keys[:place].count(key)) == 0 else f"{key}-{nth + 1}" for place, key in enumerate(keys)]


def _recurring(rule: Deadline, year: int, seasons: Sequence[Season]) -> Iterator[Due]:
    if rule.freq is Frequency.SEMESTER:
        yield from _terms(rule, year, seasons)
    elif rule.freq in MONTHLY_INSTEAD:
        for period in months(year):
            yield Due(_key(period, 1), period.label, period.start, period.last)
    elif rule.anchor and "month_from" in rule.anchor:
        yield from _some_months(rule, rule.anchor, year)
    elif rule.freq is not None:
        for period in months(year, _size(rule, rule.freq)):
            yield from _in_period(rule, period, _size(rule, rule.freq))


def _size(rule: Deadline, freq: Frequency) -> int:
    """Return how many months a period has: two for 每两个月, and never more than divide the year evenly."""
    size = MONTHS_IN[freq] * max(rule.interval, 1)
    return size if size < 12 and 12 % size == 0 else 12


def _key(period: Period, size: int) -> str:
    year, number = period.start.year, (period.start.month - 1) // size + 1
    letter = {1: "", 3: "Q", 6: "H"}.get(size, "P")
    return f"{year}" if size == 12 else f"{year}-{number:02}" if size == 1 else f"{year}-{letter}{number}"


def _terms(rule: Deadline, year: int, seasons: Sequence[Season]) -> Iterator[Due]:
    for number, (name, label) in enumerate(TERMS, start=1):
        season = next((season for season in seasons if season.name == name), None)
        start, end = (season.start, season.end) if season else (None, None)
        yield Due(f"{year}-T{number}", label, start, end, rule.count)


def _some_months(rule: Deadline, anchor: dict[str, Any], year: int) -> Iterator[Due]:
    for period in months(year):
        if anchor["month_from"] <= period.start.month <= anchor["month_to"]:
            yield Due(_key(period, 1), period.label, period.start, period.last, rule.count)


def _in_period(rule: Deadline, period: Period, size: int) -> Iterator[Due]:
    days = _anchored(rule.anchor or {}, period)
    for number, day in enumerate(days, start=1):
        several = len(days) > 1
        key = f"{_key(period, size)}-{number}" if several else _key(period, size)
        label = f"{period.label}（{number}）" if several else period.label
        yield Due(key, label, period.start, day, rule.count)


def _anchored(anchor: dict[str, object], period: Period) -> list[date]:
    """Return the due days of a period; an anchor that does not fit it leaves its last day."""
    match anchor:
        case {"month_in_period": int(month), "day": int(day)}:
            return [_quarter_day(period, month, day)]
        case {"month": int(month), "day": int(day)} if month in range(1, 13):
            return [_day(period.start.year, month, day)]
        case {"days": [*days]}:
            return [_day(period.last.year, period.last.month, day) for day in days if isinstance(day, int)] or [
                period.last
            ]
        case {"day": int(day)}:
            return [_day(period.last.year, period.last.month, day)]
        case {"workday": -1}:
            return [_last_weekday(period.last)]
        case _:
            return [period.last]


def _quarter_day(period: Period, month: int, day: int) -> date:
    """Return the day in the month *month* of the period; the first month's is the report after the period's end.

    每季度首月10日前 reports the quarter before: the one of the fourth quarter falls on 10 January and still belongs to
    the year.
    """
    first = period.stop if month == 1 else add_months(period.start, month - 1)
    return _day(first.year, first.month, day)


def _day(year: int, month: int, day: int) -> date:
    """Return a day of a month, -1 and days the month does not have being its last."""
    last = month_end(year, month)
    return last if day < 1 or day > last.day else last.replace(day=day)


def _last_weekday(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - 4, 0))
