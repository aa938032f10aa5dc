"""From the words of time to due instances: a deadline rule becomes occurrences within the plan year.

A recurring duty has one occurrence a period, due on the period's last day unless the words anchor it elsewhere. What
comes round daily, weekly, every ten days or before each holiday has one undated occurrence a month instead: a clerk
cannot sign off 365 rows, and no single day of them can be overdue. Periods over before the issue date are kept and
marked 印发前. What has no date at all has one undated occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from planner.core.calendar import ONE_DAY, Period, Season, WorkingDays, add_months, month_end, months
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
SEASON_PLACE = re.compile(
    r"(?:来临|到来|开始|结束)?(?:(?P<before>之前|以前|前夕|前)|(?P<after>之后|以后|后)|前后|期间|阶段|时段|内|初|季)?$"
)
SEASON_NAMES = {"汛": "汛期", "汛季": "汛期", "入汛": "汛期", "暑期": "暑假"}
PLAIN_WEEK = WorkingDays()
WITHOUT_DAY = Due("once", "", None, None)


def schedule(
    deadlines: Sequence[Deadline], year: int, issued: date | None, seasons: Sequence[Season] = ()
) -> list[Due]:
    """Return the occurrences of a task in *year*, in the order of time, with keys unique within the task.

    *seasons* date the school terms (春季学期, 秋季学期) and the seasons a deadline names (汛前); without them there is no
    due day. A standing duty beside a dated one adds nothing; there is always at least one occurrence.
    """
    several = sum(bool(rule.season) for rule in deadlines) > 1
    keyed = _with_unique_keys(
        [[_called(due, rule, several) for due in _dues(rule, year, issued, seasons)] for rule in deadlines]
    )
    return sorted(keyed or [WITHOUT_DAY], key=lambda due: (due.due_on or date.max, due.opens_on or date.max, due.key))


def _called(due: Due, rule: Deadline, several: bool) -> Due:
    """Return a due with the words of its season as its label, where a task hangs on several (春季开学, 秋季开学)."""
    return replace(due, label=rule.season) if several and rule.season and not due.label else due


def season_name(words: str) -> str:
    """Return what words such as 汛前 or 主汛期期间 hang on: the name the office dates (汛期)."""
    place = SEASON_PLACE.search(words)
    name = words[: place.start()] if place else words
    return SEASON_NAMES.get(name, name) or words


def season_days(words: str, seasons: Sequence[Season], issued: date | None = None) -> tuple[date | None, date | None]:
    """Return the first and the due day that words such as 汛前, 主汛期 or 开学前后 have in the office's table.

    Before a season there is only a due day, after it only a first day; both are None when no season fits. Among several
    (开学 fits both terms) the first that is not over at *issued* counts.
    """
    place = SEASON_PLACE.search(words)
    name = season_name(words)
    fitting = [
        season for season in seasons if season.name in (words, name) or (len(name) > 1 and season.name.endswith(name))
    ]
    fitting.sort(key=lambda season: (season.name not in (words, name), season.end < (issued or date.min), season.start))
    if not fitting:
        return None, None
    season = fitting[0]
    if season.name != words and place and place["before"]:
        return None, season.start - ONE_DAY
    if season.name != words and place and place["after"]:
        return season.end + ONE_DAY, None
    return season.start, season.end


def _dues(rule: Deadline, year: int, issued: date | None, seasons: Sequence[Season]) -> Iterator[Due]:
    if rule.kind is DeadlineKind.RECURRING:
        for due in _recurring(rule, year, seasons):
            last = due.due_on or (due.opens_on and month_end(due.opens_on.year, due.opens_on.month))
            yield replace(due, before_issue=bool(issued and last and last < issued))
    elif rule.kind in (DeadlineKind.ONCE, DeadlineKind.WINDOW):
        start, due_on = rule.start, rule.due
        if due_on is None and rule.season:
            start, due_on = season_days(rule.season, seasons, issued)
        if due_on is not None:
            # A season that was over before the plan was issued is no fault of anybody's (时点已过).
            over = bool(rule.season and issued and due_on < issued)
            yield Due("once", "", start, due_on, rule.count, before_issue=over)
    elif rule.kind is DeadlineKind.RELATIVE and rule.due:
        yield Due("once", "", issued, rule.due, rule.count)


def _with_unique_keys(groups: Sequence[Sequence[Due]]) -> list[Due]:
    """Return the dues of some rules with equal keys numbered in the order of the text, which a change of dates leaves alone.

    A rule without a day yet keeps the place of its own: when its season is dated, no other period becomes another one.
    """
    seen: dict[str, int] = {}
    numbered = []
    for dues in groups:
        for due in dues or [WITHOUT_DAY]:
            seen[due.key] = nth = seen.get(due.key, 0) + 1
            if due is not WITHOUT_DAY:
                numbered.append(replace(due, key=f"{due.key}-{nth}") if nth > 1 else due)
    return numbered


def _recurring(rule: Deadline, year: int, seasons: Sequence[Season]) -> Iterator[Due]:
    if rule.freq is Frequency.SEMESTER:
        yield from _terms(rule, year, seasons)
    elif rule.freq in MONTHLY_INSTEAD:
        for period in _months_of(rule, year):
            yield Due(_key(period, 1), period.label, period.start, None)
    elif rule.anchor and "month_from" in rule.anchor:
        for period in _months_of(rule, year):
            yield from _in_period(rule, period, 1)
    elif rule.freq:
        for period in months(year, _size(rule, rule.freq)):
            yield from _in_period(rule, period, _size(rule, rule.freq))


def _size(rule: Deadline, freq: Frequency) -> int:
    """Return how many months a period has: two for 每两个月; what does not divide the year evenly comes once in it."""
    size = MONTHS_IN[freq] * max(rule.interval, 1)
    return size if size < 12 and 12 % size == 0 else 12


def _key(period: Period, size: int) -> str:
    year, number = period.start.year, (period.start.month - 1) // size + 1
    if size == 12:
        return f"{year}"
    letter = {3: "Q", 6: "H"}.get(size, "P")
    return f"{year}-{number:02}" if size == 1 else f"{year}-{letter}{number}"


def _terms(rule: Deadline, year: int, seasons: Sequence[Season]) -> Iterator[Due]:
    for number, (name, label) in enumerate(TERMS, start=1):
        season = next((season for season in seasons if season.name == name), None)
        if season:
            yield Due(f"{year}-T{number}", name, season.start, season.end, rule.count)
        else:
            yield Due(f"{year}-T{number}", label, None, None, rule.count)


def _months_of(rule: Deadline, year: int) -> Iterator[Period]:
    """Yield the months a duty runs in: all, or those the anchor gives, past the new year for 10月至次年4月."""
    first, last = 1, 12
    if rule.anchor and "month_from" in rule.anchor:
        first, last = rule.anchor["month_from"], rule.anchor["month_to"]
    wraps = last < first
    yield from (
        period for period in months(year) if first <= period.start.month and (wraps or period.start.month <= last)
    )
    if wraps:
        yield from (period for period in months(year + 1) if period.start.month <= last)


def _in_period(rule: Deadline, period: Period, size: int) -> Iterator[Due]:
    key, anchor = _key(period, size), rule.anchor or {}
    if rule.season:
        yield Due(key, period.label, period.start, None, rule.count)
    elif anchor.get("days"):
        days = _days(anchor["days"], period)
        each = max(rule.count // len(days), 1)
        for day in days:
            yield Due(day.isoformat(), f"{period.label}（{day.month}月{day.day}日）", period.start, day, each)
    elif 1 <= anchor.get("month", 0) <= 12:
        day = _day(period.start.year, anchor["month"], anchor.get("day", -1))
        yield Due(f"{day.year}-{day.month:02}", f"{day.month}月", period.start, day, rule.count)
    else:
        yield Due(key, period.label, period.start, _due_day(rule, period), rule.count)


def _days(days: Sequence[int], period: Period) -> list[date]:
    return sorted({_day(period.last.year, period.last.month, day) for day in days})


def _due_day(rule: Deadline, period: Period) -> date:
    """Return the due day of a period; an anchor that says nothing of the day leaves its last."""
    match rule.anchor or rule.offset or {}:
        case {"month_in_period": int(month), "day": int(day)}:
            return _day_of_quarter(period, month, day)
        case {"day": int(day)}:
            return _day(period.last.year, period.last.month, day)
        case {"workday": int(nth)}:
            return _working_day(period, nth)
        case {"n": int(days), "unit": unit}:
            return _after(period.last, days, unit)
        case _:
            return period.last


def _day_of_quarter(period: Period, month: int, day: int) -> date:
    """Return the day in the month *month* of the period; in the first month the period before is reported.

    每季度首月10日前: the report on the fourth quarter falls on 10 January and still belongs to the year.
    """
    first = period.stop if month == 1 else add_months(period.start, month - 1)
    return _day(first.year, first.month, day)


def _day(year: int, month: int, day: int) -> date:
    """Return a day of a month, -1 and days the month does not have being its last."""
    last = month_end(year, month)
    return last if day < 1 or day > last.day else last.replace(day=day)


def _working_day(period: Period, nth: int) -> date:
    """Return the last (-1) or the nth working day of the period's last month, counting Monday to Friday."""
    if nth < 0:
        return PLAIN_WEEK.on_or_before(period.last)
    return PLAIN_WEEK.shift(period.last.replace(day=1) - ONE_DAY, nth)


def _after(day: date, count: int, unit: Any) -> date:
    return PLAIN_WEEK.shift(day, count) if unit == "workday" else day + timedelta(days=count)
