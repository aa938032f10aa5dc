"""Lists and counts for a given day, as plain rows that a page, a printer or a spreadsheet shows alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.core.calendar import WorkingDays, day_words
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

    @property
    def name(self) -> str:
        """The title with its period: 成员单位季度会议（第二季度）."""
        return f"{self.title}（{self.label}）" if self.label else self.title


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` in characters."""

    title: str
    width: float


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; every row has one cell a column, dates as dates and numbers as numbers."""

    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


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


OVERDUE_COLUMNS = (
    Column("序号", 5),
    Column("编号", 7),
    Column("事项", 34),
    Column("责任领导", 11),
    Column("责任部门", 16),
    Column("应完成", 12),
    Column("逾期工作日", 10),
    Column("最近进展", 30),
    Column("原因（经办人填写）", 24),
)


def overdue_table(entries: Iterable[Entry], on: date, days: WorkingDays) -> Table:
    """Return the overdue ones among all *entries*, with the day and the counts in the note.

    The last column is left for the hand of whoever did the work. An empty list is a result too, and says so.
    """
    all_entries = tuple(entries)
    rows = tuple(
        _overdue_row(place, entry, on, days) for place, entry in enumerate(overdue(all_entries, on, days), start=1)
    )
    until = f"截至{on.year}年{on.month}月{on.day}日"
    start = until if rows else f"{until}没有逾期事项"
    return Table("逾期事项清单", f"{start}。{totals(all_entries, on).sentence()}。", OVERDUE_COLUMNS, rows)


def _overdue_row(place: int, entry: Entry, on: date, days: WorkingDays) -> tuple[Cell, ...]:
    due = entry.facts.due_on
    return (
        place,
        entry.code,
        entry.name,
        "、".join(entry.leaders) or "责任人未明确",
        "、".join(entry.departments) or "责任部门未明确",
        due,
        days.between(due or on, on),
        progress_words(entry, on.year),
        "",
    )


def progress_words(entry: Entry, year: int | None = None) -> str:
    """Return the latest progress with its day, 6月18日（周二）：已查2家, or 尚无进展记录."""
    if not entry.last_progress:
        return "尚无进展记录"
    if entry.last_progress_on is None:
        return entry.last_progress
    return f"{day_words(entry.last_progress_on, year)}：{entry.last_progress}"
