"""Choosing entries: by mark, by part of 到期应办, by what they lack, by whom they concern.

The same choice is made here, of entries at hand, and by the store in SQL (:mod:`planner.store.conditions`); a property
test keeps the two alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase

from planner.core.calendar import WorkingDays
from planner.core.ledger import Entry, Part, part_of
from planner.core.status import OPEN, Mark, mark_of
from planner.core.thresholds import DEFAULTS, Thresholds
from planner.errors import Invalid

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


class Gap(StrEnum):
    """What an occurrence can lack."""

    UNASSIGNED = "unassigned"
    UNSETTLED = "unsettled"
    UNDATED = "undated"


class Order(StrEnum):
    """In which order entries are listed."""

    DOCUMENT = "document"
    DUE = "due"
    URGENCY = "urgency"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries are wanted; what is left empty does not choose.

    ``part`` is a part of 到期应办 or "due" for all of it; ``party`` a name among leaders, departments, supporting units
    or cells; ``words`` stand in the code or the title, in capital or small letters.
    """

    marks: tuple[Mark, ...] = ()
    part: str = ""
    gap: Gap | None = None
    party: str = ""
    section: str = ""
    words: str = ""
    only_open: bool = False
    pending: bool = False

    def holds(self, entry: Entry, on: date, days: WorkingDays, thresholds: Thresholds = DEFAULTS) -> bool:
        """Tell whether an entry is wanted on a day."""
        return (
            (not self.marks or mark_of(entry.facts, on, days, thresholds) in self.marks)
            and (not self.part or _is_part(entry, self.part, on))
            and (self.gap is None or lacks(entry, self.gap))
            and (not self.party or self.party in concerned(entry))
            and (not self.section or entry.section == self.section)
            and (not self.words or self._has_words(entry))
            and (not self.only_open or entry.facts.state in OPEN)
            and (not self.pending or entry.facts.extension_pending)
        )

    def _has_words(self, entry: Entry) -> bool:
        return any(folded(self.words) in folded(text) for text in (entry.code, entry.title))


def folded(text: str) -> str:
    """Return a text with A to Z small, as words are compared: of other letters every database thinks differently."""
    return text.translate(_SMALL)


def concerned(entry: Entry) -> tuple[str, ...]:
    """Return everyone an entry concerns, by name."""
    return (*entry.leaders, *entry.departments, *entry.supporting, *(name for name, _ in entry.cells))


def _is_part(entry: Entry, part: str, on: date) -> bool:
    found = part_of(entry.facts, on)
    return found is not None if part == "due" else found == part


def lacks(entry: Entry, gap: Gap) -> bool:
    """Tell whether an entry lacks what *gap* names; nothing is wanted of what is closed or cancelled."""
    facts = entry.facts
    if facts.state not in OPEN or facts.before_issue:
        return False
    if gap is Gap.UNASSIGNED:
        return not facts.assigned
    if gap is Gap.UNSETTLED:
        return facts.unsettled
    return facts.due_on is None and not facts.standing


def chosen(
    entries: Iterable[Entry], choice: Choice, on: date, days: WorkingDays, thresholds: Thresholds = DEFAULTS
) -> list[Entry]:
    """Return the wanted entries, in the order given."""
    return [entry for entry in entries if choice.holds(entry, on, days, thresholds)]


def in_order(
    entries: Sequence[Entry], order: Order, on: date, days: WorkingDays, thresholds: Thresholds = DEFAULTS
) -> list[Entry]:
    """Return entries in an order; those given are in the order of the documents."""
    if order is Order.DOCUMENT:
        return list(entries)

    def by_due(entry: Entry) -> date:
        return entry.facts.due_on or date.max

    if order is Order.DUE:
        return sorted(entries, key=by_due)
    places = {mark: place for place, mark in enumerate(URGENT)}

    def by_urgency(entry: Entry) -> tuple[int, date]:
        return places.get(mark_of(entry.facts, on, days, thresholds), len(places)), by_due(entry)

    return sorted(entries, key=by_urgency)


URGENT = (Mark.OVERDUE, Mark.HANDED_IN, Mark.DUE_SOON)
"""What needs doing today, in this order."""


def count_marks(
    entries: Iterable[Entry], on: date, days: WorkingDays, thresholds: Thresholds = DEFAULTS
) -> Counter[Mark]:
    """Count entries by their mark."""
    return Counter(mark_of(entry.facts, on, days, thresholds) for entry in entries)


def count_gaps(entries: Iterable[Entry]) -> dict[Gap, int]:
    """Count the tasks, not the occurrences, that lack something."""
    every = list(entries)
    return {gap: len({entry.task_id for entry in every if lacks(entry, gap)}) for gap in Gap}


ASKED = ("mark", "part", "gap", "party", "section", "words", "urgent")
"""The names under which an address asks for a choice."""
MARK_WORDS = {
    Mark.OVERDUE: "逾期未办",
    Mark.DUE_SOON: "临近到期",
    Mark.HANDED_IN: "待审核",
    Mark.UNASSIGNED: "无责任人",
    Mark.UNSETTLED: "待明确",
    Mark.ACTIVE: "推进中",
    Mark.WAITING: "未启动",
    Mark.SUSPENDED: "中止",
    Mark.LATE: "逾期后完成",
    Mark.DONE: "按期完成",
}
PART_WORDS = {
    "due": "到期应办",
    "on_time": "按期办结",
    "late": "逾期后办结",
    "overdue": "逾期未办",
    "in_review": "待审核",
}
GAP_WORDS = {"unassigned": "没有责任人", "unsettled": "时间或频次待明确", "undated": "没有到期日"}


def read_choice(asked: Mapping[str, str]) -> Choice:
    """Return the choice that the parameters of an address ask for; raise ``Invalid`` for a word that is not known."""
    given = {name: asked.get(name, "").strip() for name in ASKED}
    try:
        marks = (Mark(given["mark"]),) if given["mark"] else ()
        gap = Gap(given["gap"]) if given["gap"] else None
        part = Part(given["part"]) if given["part"] not in ("", "due") else given["part"]
    except ValueError as error:
        raise Invalid("没有这样的筛选，请从页面上的按钮里选。") from error
    return Choice(
        marks=URGENT if "urgent" in asked else marks,
        part=part,
        gap=gap,
        party=given["party"],
        section=given["section"],
        words=given["words"],
    )


def choice_words(choice: Choice) -> str:
    """Return what a choice holds, for people: 逾期未办、农业、含「培训」."""
    told = ["今天要做的"] if choice.marks == URGENT else [MARK_WORDS[mark] for mark in choice.marks]
    told += [PART_WORDS[choice.part]] if choice.part else []
    told += [GAP_WORDS[choice.gap]] if choice.gap else []
    told += [word for word in (choice.party, choice.section) if word]
    told += [f"含「{choice.words}」"] if choice.words else []
    return "、".join(told) or "全部任务"
