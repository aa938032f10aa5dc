"""What is on somebody's desk: the office's errands of a day and a leader's open matters, each in one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from planner.core.ledger import Entry
from planner.core.status import Facts, State, is_overdue


@dataclass(frozen=True, slots=True)
class Errands:
    """The office's work of a day, no entry in two places: to review, to name somebody for, to chase, coming up."""

    review: tuple[Entry, ...]
    assign: tuple[Entry, ...]
    chase: tuple[Entry, ...]
    coming: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class LeaderView:
    """A leader's open matters, no entry in two places: to decide, overdue, due this week, and the rest."""

    decide: tuple[Entry, ...]
    overdue: tuple[Entry, ...]
    due: tuple[Entry, ...]
    rest: tuple[Entry, ...]


def errands(entries: Iterable[Entry], on: date) -> Errands:
    """Sort what the office was told of into what it is to do about it."""
    places: dict[str, list[Entry]] = {"review": [], "assign": [], "chase": [], "coming": []}
    for entry in entries:
        places[_errand_of(entry, on)].append(entry)
    return Errands(**{place: tuple(found) for place, found in places.items()})


def _errand_of(entry: Entry, on: date) -> str:
    if entry.facts.state is State.HANDED_IN:
        return "review"
    if not entry.facts.assigned:
        return "assign"
    return "chase" if is_overdue(entry.facts, on) else "coming"


def leader_view(entries: Iterable[Entry], on: date) -> LeaderView:
    """Sort a leader's open matters by what they ask of the leader."""
    places: dict[str, list[Entry]] = {"decide": [], "overdue": [], "due": [], "rest": []}
    for entry in entries:
        places[leader_place(entry.facts, on)].append(entry)
    return LeaderView(**{place: tuple(found) for place, found in places.items()})


def leader_place(facts: Facts, on: date) -> str:
    """Return where a leader's open matter stands in :class:`LeaderView`; the week ends on Sunday."""
    if facts.state is State.HANDED_IN or facts.extension_pending:
        return "decide"
    if is_overdue(facts, on):
        return "overdue"
    sunday = on + timedelta(days=6 - on.weekday())
    return "due" if facts.due_on is not None and facts.due_on <= sunday else "rest"
