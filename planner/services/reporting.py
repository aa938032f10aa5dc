"""How the plans stand on a given day: the one gathering that pages, lists and commands judge from.

Today and days to come are judged from the current facts, chosen and counted by the database. A day gone by is told from
the ledger: by what happened until then, or by what had been entered by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from planner.core import choice as core
from planner.core.calendar import WorkingDays
from planner.core.choice import Choice, Gap, Order
from planner.core.ledger import Entry, Totals
from planner.core.ledger import totals as count_totals
from planner.core.status import OPEN, Mark, badges, mark_of, words
from planner.core.thresholds import DEFAULTS, Thresholds
from planner.store import listing, queries
from planner.store.conditions import Bounds
from planner.store.database import Database, Session
from planner.store.models import Event, Plan
from planner.store.workdays import rules_of

SAMPLE_DAY = date(2024, 6, 20)
"""The sample is of 2024 and opens on this day, so that it shows marks of every kind."""

EVERYTHING = Choice()


@dataclass(frozen=True)
class Standing:
    """The chosen plans, and the day, working-day table and thresholds they are judged by.

    ``then`` is the moment at the end of a day gone by, None for today and later; ``as_recorded`` says that only what
    had been entered by then counts.
    """

    plans: tuple[Plan, ...]
    on: date
    today: date
    days: WorkingDays
    database: Database
    then: datetime | None = None
    as_recorded: bool = False
    every: bool = False
    """Whether these are all real plans, of which a day gone by has its own current ones."""
    thresholds: Thresholds = DEFAULTS
    """What counts as soon and as silent in this office."""

    @property
    def is_sample(self) -> bool:
        """Whether only the sample is shown."""
        return bool(self.plans) and all(plan.sample for plan in self.plans)

    @property
    def unknown_years(self) -> list[int]:
        """The years judged here whose holiday notice was not entered: that of the day, and those of the plans."""
        years = {self.on.year, *(plan.year for plan in self.plans)}
        return sorted(year for year in years if not self.days.knows(year))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every occurrence of the plans, in the order of the documents, with the words of the document."""
        with self.database.read() as session:
            if self.then is None:
                return tuple(listing.entries(session, self.plans, full=True))
            then = listing.entries_then(
                session, self.plans, self.on, self.then, as_recorded=self.as_recorded, full=True
            )
        return tuple(self._current(then)) if self.every else tuple(then)

    def _current(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        """Yield those of the plans that were current on the day: of its newest year, or with something still open."""
        newest = max((plan.year for plan in self.plans), default=self.on.year)
        years = {plan.id: plan.year for plan in self.plans}
        still_open = {entry.plan_id for entry in entries if entry.facts.state in OPEN}
        yield from (entry for entry in entries if years[entry.plan_id] >= newest or entry.plan_id in still_open)

    def tells(self, event: Event) -> bool:
        """Tell whether an event counts on this day."""
        if self.then is None:
            return True
        return event.at <= self.then if self.as_recorded else event.day <= self.on

    def choose(
        self,
        choice: Choice = EVERYTHING,
        order: Order = Order.DOCUMENT,
        limit: int | None = None,
        offset: int = 0,
        *,
        full: bool = True,
    ) -> list[Entry]:
        """Return the wanted entries in an order, at most *limit* after the first *offset*; such a page is never full."""
        if self.then is not None or "entries" in self.__dict__:
            every = core.in_order(self._chosen(choice), order, self.on, self.days, self.thresholds)
            return every[offset:] if limit is None else every[offset : offset + limit]
        with self.database.read() as session:
            if limit is None:
                return listing.entries(session, self.plans, choice=choice, bounds=self._bounds, order=order, full=full)
            return listing.page(session, self.plans, self._bounds, choice, order, limit, offset)

    def of_tasks(self, task_ids: Collection[int]) -> list[Entry]:
        """Return the entries of some tasks of the plans, in the order of the documents, without the words of it."""
        if self.then is not None or "entries" in self.__dict__:
            wanted = set(task_ids)
            return [entry for entry in self.entries if entry.task_id in wanted]
        with self.database.read() as session:
            return listing.entries_of(session, self.plans, task_ids)

    def totals(self, choice: Choice = EVERYTHING) -> Totals:
        """Return the counts of 到期应办 among the wanted entries."""
        if self.then is not None:
            return count_totals(self._chosen(choice), self.on)
        with self.database.read() as session:
            return listing.totals(session, self.plans, self._bounds, choice)

    def count_marks(self, choice: Choice = EVERYTHING) -> Counter[Mark]:
        """Count the wanted entries by their mark."""
        if self.then is not None:
            return core.count_marks(self._chosen(choice), self.on, self.days, self.thresholds)
        with self.database.read() as session:
            return listing.count_marks(session, self.plans, self._bounds, choice)

    def count(self, choice: Choice = EVERYTHING) -> int:
        """Count the wanted entries."""
        if self.then is not None:
            return len(self._chosen(choice))
        with self.database.read() as session:
            return listing.count(session, self.plans, self._bounds, choice)

    def count_gaps(self) -> dict[Gap, int]:
        """Count the tasks that lack something."""
        if self.then is not None:
            return core.count_gaps(self.entries)
        with self.database.read() as session:
            return listing.count_gaps(session, self.plans)

    def _chosen(self, choice: Choice) -> list[Entry]:
        return core.chosen(self.entries, choice, self.on, self.days, self.thresholds)

    @cached_property
    def _bounds(self) -> Bounds:
        return Bounds.of(self.on, self.days, self.thresholds)

    def mark(self, entry: Entry) -> Mark:
        """Return the mark of an entry on this day."""
        return mark_of(entry.facts, self.on, self.days, self.thresholds)

    def badges(self, entry: Entry) -> tuple[str, ...]:
        """Return what stands beside the mark: 延, 前, 久未更新."""
        return badges(entry.facts, self.on, self.thresholds)

    def words(self, entry: Entry) -> str:
        """Return how an entry stands in words, such as 还有6个工作日."""
        return words(entry.facts, self.on, self.days)


def stand(
    database: Database, now: datetime, on: date | None = None, address: str | None = None, *, as_recorded: bool = False
) -> Standing:
    """Gather one plan, or all current ones, as seen on a day: *on*, else today, else the sample's own day.

    The sample's own day is its today, whenever it is tried.
    """
    with database.read() as session:
        past = on if on is not None and on < now.date() and not address else None
        chosen, rules = tuple(_chosen(session, address, past)), rules_of(session)
    sample = bool(chosen) and all(plan.sample for plan in chosen)
    today = now.date()
    day = on or (SAMPLE_DAY if sample else today)
    then = datetime.combine(day, time.max, now.tzinfo) if day < today and not (sample and day == SAMPLE_DAY) else None
    every = past is not None and not sample
    return Standing(chosen, day, today, rules.days, database, then, as_recorded, every, rules.thresholds)


def _chosen(session: Session, address: str | None, past: date | None) -> list[Plan]:
    if address:
        return [queries.plan_at(session, address)]
    real = [plan for plan in queries.plans(session) if past and plan.year <= past.year and not plan.sample]
    return real or list(queries.current_plans(session))
