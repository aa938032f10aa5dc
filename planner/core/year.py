"""A year of the office's working-day table, as a page or a command shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from planner.core.calendar import ONE_DAY, SATURDAY, WorkingDays, add_months, day_words


class Kind(StrEnum):
    """What a day is; the value is the character it is marked with."""

    WORKED = ""
    WEEKEND = " "
    OFF = "休"
    MADE_UP = "班"


KIND_WORDS = {Kind.WORKED: "上班", Kind.WEEKEND: "周末", Kind.OFF: "休息", Kind.MADE_UP: "上班（调休）"}


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of a year: the days off and the weekend days worked for it, in order; without a name what has none."""

    name: str
    off: tuple[date, ...]
    worked: tuple[date, ...]

    @property
    def off_words(self) -> str:
        """Return 2月15日（周日）至2月23日（周一），共9天."""
        return f"{'、'.join(map(_stretch_words, stretches(self.off)))}，共{len(self.off)}天" if self.off else ""

    @property
    def worked_words(self) -> str:
        """Return 2月14日（周六）、2月28日（周六）."""
        return "、".join(map(day_words, self.worked))


def kind_of(day: date, days: WorkingDays) -> Kind:
    """Return what a day is: a weekend day that belongs to a holiday is off like the others of it."""
    if days.is_working(day):
        return Kind.MADE_UP if day.weekday() >= SATURDAY else Kind.WORKED
    return Kind.OFF if day in days.rest or day in days.names else Kind.WEEKEND


def kind_words(kept: tuple[bool, str] | None, day: date) -> str:
    """Return how a day is told: 休息（春节）, 上班; None is a day as its weekday says."""
    worked, name = kept or (day.weekday() < SATURDAY, "")
    return f"{'上班' if worked else '休息'}{f'（{name}）' if name else ''}"


def month_weeks(year: int, month: int) -> list[list[date | None]]:
    """Return the weeks of a month, Monday to Sunday, None where a week reaches into another month."""
    first, stop = date(year, month, 1), add_months(date(year, month, 1), 1)
    days: list[date | None] = [None] * first.weekday()
    days += [first + ONE_DAY * n for n in range((stop - first).days)]
    days += [None] * (-len(days) % 7)
    return [days[at : at + 7] for at in range(0, len(days), 7)]


def worked_in(year: int, month: int, days: WorkingDays) -> int:
    """Count the working days of a month."""
    first = date(year, month, 1)
    return days.between(first - ONE_DAY, add_months(first, 1) - ONE_DAY)


def holidays_of(year: int, days: WorkingDays) -> list[Holiday]:
    """Return what is listed of a calendar year by its holiday, in the order of their first days off."""
    listed = {day: kept for day, kept in days.listed().items() if day.year == year}
    # By the first day off: days worked before it do not move it, and what is only worked comes last.
    first = {
        name: min((kept[0], day) for day, kept in listed.items() if kept[1] == name) for _, name in listed.values()
    }
    return [
        Holiday(
            name,
            tuple(day for day, kept in listed.items() if kept == (False, name)),
            tuple(day for day, kept in listed.items() if kept == (True, name)),
        )
        for name in sorted(first, key=first.__getitem__)
    ]


def stretches(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Yield the first and the last of each run of days, of days in order."""
    edges = [place for place, day in enumerate(days) if day - ONE_DAY not in days[:place]]
    for start, stop in pairwise([*edges, len(days)]):
        yield days[start], days[stop - 1]


def _stretch_words(stretch: tuple[date, date]) -> str:
    first, last = stretch
    return day_words(first) if first == last else f"{day_words(first)}至{day_words(last)}"
