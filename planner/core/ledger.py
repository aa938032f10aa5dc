"""Occurrences with what a reader needs beside them, their counts for a given day, and the table that shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.core.calendar import WorkingDays, day_words, short_day_words
from planner.core.status import Facts, State, finished_late, is_overdue

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence with what a reader needs beside it; ``label`` is its period (第二季度) or empty."""

    occurrence_id: int
    task_id: int
    code: str
    item_number: str
    title: str
    label: str
    quote: str
    leaders: tuple[str, ...]
    departments: tuple[str, ...]
    supporting: tuple[str, ...]
    deadline_words: str
    facts: Facts
    last_progress: str = ""
    last_progress_on: date | None = None
    plan_id: int = 0
    plan_title: str = ""
    plan_address: str = ""
    section: str = ""
    item_title: str = ""
    obligor: str = ""
    contacts: tuple[str, ...] = ()
    """Those who report, each with the telephone where it is known: 李四 138……"""
    first_due_on: date | None = None
    """The due day before it was moved."""
    extensions: int = 0
    minimum: int = 1
    times: int = 0
    cells: tuple[tuple[str, bool], ...] = ()
    """The parties that each do it for themselves, and whether they did."""
    difficulty: str = ""
    coordination: str = ""
    next_step: str = ""
    promised_on: date | None = None
    signed_by: str = ""
    key: str = ""
    """Of the occurrence within its task, as addresses name it."""
    version: int = 0
    """The count of its changes that the reader saw."""
    asked: Mapping[str, str] | None = None
    """The extension asked for and not decided: ``{"due_on", "reason", "by"}``."""
    sample: bool = False
    """It belongs to the sample that is shipped, not to an office."""
    internal: bool = False
    """Confidential: what leaves the product says 1 项内部事项 and no more."""
    major_hazard: bool = False
    """重大隐患: the ladder after its due day is shorter, and the main leaders hear of it the same day."""

    @property
    def name(self) -> str:
        """The title with its period: 成员单位季度会议（第二季度）."""
        return f"{self.title}（{self.label}）" if self.label else self.title


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` in characters. An ``optional`` one shows only where a row has something in it."""

    title: str
    width: float
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The heading over the next ``rows`` rows of a table; ``note`` has the counts of the group."""

    title: str
    note: str
    rows: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; every row has one cell a column, dates as dates and numbers as numbers.

    Where there are ``groups``, each heads the rows that follow those of the group before it, and together they head
    all rows: a row that belongs to two groups is there twice.
    """

    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[Group, ...] = ()

    def parts(self) -> Iterator[tuple[Group | None, tuple[tuple[Cell, ...], ...]]]:
        """Yield each group with its rows; a table without groups is one part without a heading."""
        if not self.groups:
            yield None, self.rows
        start = 0
        for group in self.groups:
            yield group, self.rows[start : start + group.rows]
            start += group.rows

    def shown(self) -> tuple[int, ...]:
        """Return the places of the columns to show: all but the optional ones without an entry in any row."""
        return tuple(place for place, column in enumerate(self.columns) if not column.optional or self._has(place))

    def _has(self, place: int) -> bool:
        return any(row[place] not in (None, "") for row in self.rows)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts with their denominator: ``due == on_time + late + overdue + in_review``."""

    due: int
    on_time: int
    late: int
    overdue: int
    in_review: int = 0

    def sentence(self) -> str:
        """Return 到期应办 9 件，按期办结 6 件，逾期后办结 1 件，逾期未办 2 件 (and 待审核 where there is any)."""
        parts = [
            f"到期应办 {self.due} 件",
            f"按期办结 {self.on_time} 件",
            f"逾期后办结 {self.late} 件",
            f"逾期未办 {self.overdue} 件",
        ]
        if self.in_review:
            parts.append(f"待审核 {self.in_review} 件")
        return "，".join(parts)


class Part(StrEnum):
    """The parts of 到期应办, named as in :class:`Totals`."""

    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    IN_REVIEW = "in_review"


def totals(entries: Iterable[Entry], on: date) -> Totals:
    """Count what had to be done by *on*, as :func:`part_of` sorts it."""
    parts = Counter(part for entry in entries if (part := part_of(entry.facts, on)))
    return Totals(due=parts.total(), **{part.value: parts[part] for part in Part})


def part_of(facts: Facts, on: date) -> Part | None:
    """Return the part of 到期应办 an occurrence counts in on a day, None where it does not count.

    到期应办 are the occurrences due before *on*, and of those due on the very day the ones already done or handed in:
    what is due today and still open is neither done nor late, and waits for tomorrow's count. Not counted at all are
    drafts, suspended and cancelled ones, those without a date, and those before the issue date.
    """
    if facts.before_issue or facts.due_on is None or facts.due_on > on:
        return None
    if facts.state is State.DONE:
        return Part.LATE if finished_late(facts) else Part.ON_TIME
    if facts.state is State.HANDED_IN:
        return Part.IN_REVIEW
    return Part.OVERDUE if is_overdue(facts, on) else None


def overdue(entries: Iterable[Entry], on: date, days: WorkingDays) -> list[Entry]:
    """Return the overdue occurrences, most working days overdue first; ties by due day, then in the order given."""

    def lateness(entry: Entry) -> tuple[int, date]:
        due = entry.facts.due_on or on
        return -days.between(due, on), due

    return sorted((entry for entry in entries if is_overdue(entry.facts, on)), key=lateness)


def progress_words(entry: Entry, year: int | None = None) -> str:
    """Return the latest progress with its day, 6月18日（周二）：已查2家, or 尚无进展记录."""
    if not entry.last_progress:
        return "尚无进展记录"
    if entry.last_progress_on is None:
        return entry.last_progress
    return f"{day_words(entry.last_progress_on, year)}：{entry.last_progress}"


def promise_words(entry: Entry, year: int | None = None) -> str:
    """Return 答应6月21日前 where whoever does it named a day, else nothing."""
    return f"答应{short_day_words(entry.promised_on, year)}前" if entry.promised_on else ""


def counted_words(entry: Entry) -> str:
    """Return 9/14个单位 or 1/2次 where it is done by several or several times, else nothing."""
    if entry.cells:
        return f"{sum(done for _, done in entry.cells)}/{len(entry.cells)}个单位"
    return f"{entry.times}/{entry.minimum}次" if entry.minimum > 1 else ""


def extension_words(entry: Entry, year: int | None = None) -> str:
    """Return 原定6月30日，延期1次 where the due day was moved; 原定6月30日 where it was without an extension."""
    first, parts = entry.first_due_on, []
    if first is not None and first != entry.facts.due_on:
        parts.append(f"原定{short_day_words(first, year)}")
    if entry.extensions:
        parts.append(f"延期{entry.extensions}次")
    return "，".join(parts)
