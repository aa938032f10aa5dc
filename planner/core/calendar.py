"""Days, periods and working days.

A :class:`Period` is half-open, ``[start, stop)``; its :attr:`~Period.last` day is the inclusive one on which
a duty of that period falls due. Working days follow a published table of rest days and make-up days (调休);
a year without a table counts Monday to Friday, and callers may say so (:meth:`WorkingDays.knows`).
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

ONE_DAY = timedelta(days=1)
CHINESE_DIGITS = "零一二三四五六七八九十"
WEEKDAYS = "一二三四五六日"
SATURDAY = 5
NEW_YEARS_REST = (12, 25)
"""The month and day from which the notice of the next year speaks."""


class Period(NamedTuple):
    """A named stretch of days, half-open: ``start <= day < stop``."""

    label: str
    start: date
    stop: date

    @property
    def last(self) -> date:
        """The last day inside the period."""
        return self.stop - ONE_DAY

    def __contains__(self, day: object) -> bool:
        """Tell whether *day* lies inside the period."""
        return isinstance(day, date) and self.start <= day < self.stop


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch the office dates once a year (汛期, 春季开学), both days inclusive."""

    name: str
    start: date
    end: date


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Return the first day of the month *months* after that of *day*."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def months(year: int, size: int = 1) -> Iterator[Period]:
    """Yield the periods of *size* months in a year: 1 months, 3 quarters, 6 half-years, 12 the year."""
    for index in range(12 // size):
        start = date(year, index * size + 1, 1)
        yield Period(_label(year, size, index), start, add_months(start, size))


def _label(year: int, size: int, index: int) -> str:
    if size == 3:
        return f"第{CHINESE_DIGITS[index + 1]}季度"
    if size == 6:
        return ("上半年", "下半年")[index]
    if size == 12:
        return f"{year}年"
    first = index * size + 1
    return f"{first}月" if size == 1 else f"{first}—{first + size - 1}月"


def notice_year(day: date) -> int:
    """Return the year whose holiday notice speaks of a day: New Year's rest may begin in the last week of December."""
    return day.year + ((day.month, day.day) >= NEW_YEARS_REST)


def weekday_name(day: date) -> str:
    """Return 周一 … 周日."""
    return f"周{WEEKDAYS[day.weekday()]}"


def day_words(day: date, year: int | None = None) -> str:
    """Return 6月30日（周日）, with the year in front when it is not *year* (GB/T 15835)."""
    return f"{short_day_words(day, year)}（{weekday_name(day)}）"


def short_day_words(day: date, year: int | None = None) -> str:
    """Return 6月30日, with the year in front when it is not *year*."""
    front = "" if year in (None, day.year) else f"{day.year}年"
    return f"{front}{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working-day table: ``rest`` are weekdays off, ``makeup`` weekend days worked, ``years`` those it covers.

    ``names`` says which holiday a day belongs to, the weekend days of a holiday among them; it decides nothing.
    """

    rest: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, days: Mapping[date, tuple[bool, str]], years: Iterable[int]) -> WorkingDays:
        """Return the table of days that have a name or are not as their weekday says: whether worked, and the name."""
        return cls(
            rest=frozenset(day for day, (worked, _) in days.items() if not worked and day.weekday() < SATURDAY),
            makeup=frozenset(day for day, (worked, _) in days.items() if worked and day.weekday() >= SATURDAY),
            years=frozenset(years),
            names={day: name for day, (_, name) in days.items() if name},
        )

    def listed(self) -> dict[date, tuple[bool, str]]:
        """Return, in order, what :meth:`of` makes this table of."""
        days = sorted(self.rest | self.makeup | self.names.keys())
        return {day: (day in self.makeup, self.names.get(day, "")) for day in days}

    def knows(self, year: int) -> bool:
        """Tell whether the holiday notice of *year* has been entered."""
        return year in self.years

    def is_working(self, day: date) -> bool:
        """Tell whether *day* is worked."""
        return day in self.makeup or (day.weekday() < SATURDAY and day not in self.rest)

    def between(self, after: date, until: date) -> int:
        """Count working days in ``(after, until]``; negative when *until* is earlier.

        Seven working days left on day D means ``between(D, due) == 7``; overdue by four means
        ``between(due, D) == 4``.
        """
        if until < after:
            return -self.between(until, after)
        weeks, days = divmod((until - after).days, 7)
        rest = sum((until - ONE_DAY * n).weekday() < SATURDAY for n in range(days))
        off, extra = _exceptions(self)
        return weeks * 5 + rest - _within(off, after, until) + _within(extra, after, until)

    def on_or_before(self, day: date) -> date:
        """Return the last working day not after *day*."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """Return the first working day not before *day*."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def shift(self, day: date, steps: int) -> date:
        """Return the working day *steps* working days after (or, negative, before) *day*."""
        return _shifted(self, day, steps)


@lru_cache(4096)
def _shifted(table: WorkingDays, day: date, steps: int) -> date:
    """Return as :meth:`WorkingDays.shift`: a decision asks for the same few days again and again."""
    step = ONE_DAY if steps > 0 else -ONE_DAY
    for _ in range(abs(steps)):
        day += step
        while not table.is_working(day):
            day += step
    return day


def _within(days: Sequence[date], after: date, until: date) -> int:
    return bisect_right(days, until) - bisect_right(days, after)


@lru_cache(8)
def _exceptions(table: WorkingDays) -> tuple[list[date], list[date]]:
    """Return, in order, the weekdays not worked and the weekend days worked."""
    off = sorted(day for day in table.rest - table.makeup if day.weekday() < SATURDAY)
    return off, sorted(day for day in table.makeup if day.weekday() >= SATURDAY)
