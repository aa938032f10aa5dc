"""What the decision of a day needs beside the entries: what was issued and promised, who is muted, away or in charge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from planner.core.cadence import MUTABLE, Promise, Rule
from planner.core.ledger import Entry
from planner.core.status import State
from planner.core.thresholds import DEFAULTS, Thresholds


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of a day.

    ``issued`` has the day each occurrence was issued, ``named`` that on which a department, by its name, was named for a
    task later on, ``asked`` that on which a decision now waited for was asked for, as
    it was recorded; ``drafted`` the levels and days of the notices drafted so far, None where that is not known; ``promises`` those of an occurrence in the order logged;
    ``muted`` pairs of a task and a rule; ``deputies`` who stands in for a leader on the day; ``clerk`` is the name the
    office's own errands go to.
    """

    issued: Mapping[int, date] = field(default_factory=dict)
    named: Mapping[tuple[str, int], date] = field(default_factory=dict)
    asked: Mapping[int, date] = field(default_factory=dict)
    promises: Mapping[int, tuple[Promise, ...]] = field(default_factory=dict)
    drafted: Mapping[int, tuple[tuple[str, date], ...]] | None = None
    muted: frozenset[tuple[int, Rule]] = frozenset()
    main_leaders: tuple[str, ...] = ()
    deputies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clerk: str = "办公室"
    thresholds: Thresholds = DEFAULTS

    def asked_on(self, entry: Entry) -> date | None:
        """Return the day on which a decision about an occurrence was asked for; by its facts where it is not known."""
        facts = entry.facts
        told = facts.handed_in_on if facts.state is State.HANDED_IN else facts.last_event_on
        return self.asked.get(entry.occurrence_id, told)

    def promises_of(self, entry: Entry) -> tuple[Promise, ...]:
        """Return the promises made about an occurrence."""
        return self.promises.get(entry.occurrence_id, ())

    def is_muted(self, entry: Entry, rule: Rule) -> bool:
        """Tell whether nothing is to be said of the entry's task under *rule*."""
        return rule in MUTABLE and (entry.task_id, rule) in self.muted

    def with_deputies(self, leaders: Iterable[str]) -> list[str]:
        """Return *leaders* and who stands in for them, each name once."""
        return list(dict.fromkeys(name for one in leaders for name in (one, *self.deputies.get(one, ()))))


ORDINARY = Circumstances()
"""Nothing issued lately, promised or muted, nobody standing in, the thresholds of the product."""
