"""The plan as a value: what a document says, each part with the span of words it came from.

A span is a half-open pair ``[start, end)`` of character offsets into the raw text of the document, so that
``raw[start:end]`` are the very words. Nothing here is a judgement; judgements are computed for a given day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple


class Span(NamedTuple):
    """Half-open character range into the raw text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of *text* this span covers."""
        return text[self.start : self.end]

    def shift(self, by: int) -> Span:
        """Return the same range counted from an origin *by* characters earlier."""
        return Span(self.start + by, self.end + by)

    def covers(self, other: Span) -> bool:
        """Tell whether *other* lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether this span shares a character with *other*."""
        return self.start < other.end and other.start < self.end


class Basis(StrEnum):
    """How a value is known; there are no percentages of confidence."""

    STATED = "原文写明"
    INFERRED = "推定"
    ABSENT = "未写明"
    OFFICE = "办公室指定"


class DeadlineKind(StrEnum):
    """The kinds of a deadline; a task without one simply has an empty list."""

    ONCE = "once"
    WINDOW = "window"
    RECURRING = "recurring"
    STANDING = "standing"
    RELATIVE = "relative"


class Frequency(StrEnum):
    """How often a recurring duty falls due."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    TENDAY = "TENDAY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    SEMESTER = "SEMESTER"
    HALFYEARLY = "HALFYEARLY"
    YEARLY = "YEARLY"
    HOLIDAY = "HOLIDAY"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The rule read from words of time.

    ``due`` is inclusive: "6月底前" is due by, and in time through, 30 June. ``start`` opens a window, inclusive too.
    ``season`` names what must be settled by the office before there is a date (汛前, 春季开学); such a deadline has
    no ``due``. ``anchor`` places the due day inside a period (``{"day": 28}``, ``{"month_in_period": 1, "day": 10}``);
    ``offset`` counts from an event (``{"n": 3, "unit": "workday", "event": "接到通知"}``). ``weak`` marks a standing duty
    whose frequency the words leave open (定期, 不定期, 及时).
    """

    kind: DeadlineKind
    raw: str
    span: Span
    start: date | None = None
    due: date | None = None
    freq: Frequency | None = None
    interval: int = 1
    count: int = 1
    anchor: dict[str, Any] | None = None
    offset: dict[str, Any] | None = None
    season: str | None = None
    weak: bool = False
    basis: Basis = Basis.STATED


@dataclass(frozen=True, slots=True)
class Target:
    """A planned figure: ``op`` is one of >= <= = > < ~ (about), ``value`` the number as written (85.0), ``unit`` as in the text."""

    metric: str
    op: str
    value: float
    unit: str
    raw: str
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A responsible person or department as the text names it, with the place of that name.

    The span of a name that the office gave and the text does not hold is empty.
    """

    name: str
    span: Span

    @property
    def by_office(self) -> bool:
        """Tell whether the office, not the document, named it."""
        return self.span.start == self.span.end


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers, does and helps, each in the order of the text; nobody is promoted to lead."""

    leaders: tuple[Name, ...] = ()
    departments: tuple[Name, ...] = ()
    supporting: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One checkable commitment inside an item; ``obligor`` is a doer named in the clause itself, or empty.

    ``title`` is what the clerk calls it where its own words do not serve, or empty.
    """

    text: str
    span: Span
    obligor: str = ""
    deadlines: tuple[Deadline, ...] = ()
    targets: tuple[Target, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading over items, such as 一、聚焦“1”个统领……; ``number`` is the ordinal as written (一)."""

    number: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered point: ``number`` as written without punctuation, ``section`` the heading above it or ""."""

    number: str
    title: str
    section: str
    text: str
    span: Span
    responsibility: Responsibility = Responsibility()
    deadlines: tuple[Deadline, ...] = ()
    """Those of its own tag; those of its tasks are on the tasks."""
    targets: tuple[Target, ...] = ()
    tasks: tuple[Task, ...] = ()
    without_tasks: bool = False
    """The office struck every task of it; else an item without a separate commitment is itself one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the document leaves open or gets wrong: a stable code, a plain sentence, its place."""

    code: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Plan:
    """One issued document, read. ``text`` is the raw text every span points into."""

    text: str
    title: str = ""
    issuer: str = ""
    issue_date: date | None = None
    plan_year: int | None = None
    sections: tuple[Section, ...] = ()
    items: tuple[Item, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def item_deadlines(item: Item) -> tuple[Deadline, ...]:
    """Return every deadline of an item: its tag's and all its tasks'."""
    return item.deadlines + tuple(d for task in item.tasks for d in task.deadlines)


def item_targets(item: Item) -> tuple[Target, ...]:
    """Return every target of an item: its tag's and all its tasks'."""
    return item.targets + tuple(t for task in item.tasks for t in task.targets)
