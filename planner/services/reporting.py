"""How the plans stand on a given day: the one gathering that pages, lists and commands judge from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.core.calendar import WorkingDays
from planner.core.ledger import Entry
from planner.core.status import Mark, mark_of, words
from planner.formats.workday_table import working_days
from planner.store import queries
from planner.store.database import Database, Session
from planner.store.models import Plan

SAMPLE_DAY = date(2024, 6, 20)
"""The sample is of 2024 and opens on this day, so that it shows marks of every kind."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The chosen plans with every occurrence, and the day and working-day table they are judged by."""

    plans: tuple[Plan, ...]
    entries: tuple[Entry, ...]
    on: date
    today: date
    days: WorkingDays

    @property
    def is_sample(self) -> bool:
        """Whether only the sample is shown."""
        return bool(self.plans) and all(plan.sample for plan in self.plans)

    def plan(self, entry: Entry) -> Plan:
        """Return the plan an entry belongs to."""
        return next(plan for plan in self.plans if plan.id == entry.plan_id)

    def mark(self, entry: Entry) -> Mark:
        """Return the mark of an entry on this day."""
        return mark_of(entry.facts, self.on, self.days)

    def words(self, entry: Entry) -> str:
        """Return how an entry stands in words, such as 还有6个工作日."""
        return words(entry.facts, self.on, self.days)

    def marked(self, *marks: Mark) -> list[Entry]:
        """Return the entries bearing one of *marks*."""
        return [entry for entry in self.entries if self.mark(entry) in marks]


def stand(database: Database, today: date, on: date | None = None, address: str | None = None) -> Standing:
    """Gather one plan, or all current ones, as seen on a day: *on*, else today, else the sample's own day."""
    with database.read() as session:
        chosen = _chosen(session, address)
        rows = queries.entries(session, chosen)
    sample = bool(chosen) and all(plan.sample for plan in chosen)
    return Standing(tuple(chosen), tuple(rows), on or (SAMPLE_DAY if sample else today), today, working_days())


def _chosen(session: Session, address: str | None) -> list[Plan]:
    return [queries.plan_at(session, address)] if address else list(queries.current_plans(session))
