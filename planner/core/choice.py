"""Choosing entries: by mark, by part of 到期应办, by what they lack, by whom they concern.

The same choice is made here, of entries at hand, and by the store in SQL (:mod:`planner.store.conditions`); a property
test keeps the two alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase

from planner.core.calendar import WorkingDays
from planner.core.ledger import Entry, part_of
from planner.core.status import OPEN, Mark, mark_of

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

    def holds(self, entry: Entry, on: date, days: WorkingDays) -> bool:
        """Tell whether an entry is wanted on a day."""
        return (
            (not self.marks or mark_of(entry.facts, on, days) in self.marks)
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


def chosen(entries: Iterable[Entry], choice: Choice, on: date, days: WorkingDays) -> list[Entry]:
    """Return the wanted entries, in the order given."""
    return [entry for entry in entries if choice.holds(entry, on, days)]


def in_order(entries: Sequence[Entry], order: Order, on: date, days: WorkingDays) -> list[Entry]:
    """Return entries in an order; those given are in the order of the documents."""
    if order is Order.DOCUMENT:
        return list(entries)

    def by_due(entry: Entry) -> date:
        return entry.facts.due_on or date.max

    if order is Order.DUE:
        return sorted(entries, key=by_due)
    places = {mark: place for place, mark in enumerate(URGENT)}
    return sorted(entries, key=lambda entry: (places.get(mark_of(entry.facts, on, days), len(places)), by_due(entry)))


URGENT = (Mark.OVERDUE, Mark.HANDED_IN, Mark.DUE_SOON)
"""What needs doing today, in this order."""


def count_marks(entries: Iterable[Entry], on: date, days: WorkingDays) -> Counter[Mark]:
    """Count entries by their mark."""
    return Counter(mark_of(entry.facts, on, days) for entry in entries)


def count_gaps(entries: Iterable[Entry]) -> dict[Gap, int]:
    """Count the tasks, not the occurrences, that lack something."""
    every = list(entries)
    return {gap: len({entry.task_id for entry in every if lacks(entry, gap)}) for gap in Gap}
