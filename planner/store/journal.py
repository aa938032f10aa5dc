"""Appending to the event ledger: the only way an Event comes into being, and an occurrence changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, desc, select
from sqlmodel.sql.expression import Select

from planner.core.chain import digest, first_break
from planner.core.history import FIELDS, Happening, Story, dump, tell
from planner.core.status import Act, State
from planner.store.models import Event, Occurrence, Plan


@dataclass(frozen=True, slots=True)
class Entered:
    """What someone says happened: the act, who entered it, for whom, on which day, in which words."""

    act: Act
    at: datetime
    day: date
    actor: str
    on_behalf_of: str = ""
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def take_turn(session: Session, plan_id: int) -> None:
    """Keep every other transaction from adding to a plan until this one ends.

    An act takes its turn before it reads what it will change, and locks nothing else of a plan: so acts follow one another,
    each sees what the one before it left, and no two wait for each other. SQLite excludes a second writer anyway.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.exec(select(Plan.id).where(Plan.id == plan_id).with_for_update()).one()


def append(
    session: Session, plan_id: int, entered: Entered, *, occurrence_id: int | None = None, item_id: int | None = None
) -> Event:
    """Add one event at the end of a plan's chain and return it."""
    take_turn(session, plan_id)
    number, previous = session.exec(_newest(), params={"plan": plan_id}).first() or (0, "")
    event = Event(
        plan_id=plan_id,
        number=number + 1,
        occurrence_id=occurrence_id,
        item_id=item_id,
        kind=entered.act.value,
        at=entered.at,
        day=entered.day,
        actor=entered.actor,
        on_behalf_of=entered.on_behalf_of,
        text=entered.text,
        data=dict(entered.data),
        previous=previous,
        hash="",
    )
    event.hash = digest(event.previous, facts_of(event))
    session.add(event)
    session.flush()
    return event


@cache
def _newest() -> Select[int, str]:
    own = select(Event.number, Event.hash).where(Event.plan_id == bindparam("plan"))
    return own.order_by(desc(col(Event.number))).limit(1)


def record(session: Session, row: Occurrence, entered: Entered) -> Event:
    """Add an event about an occurrence and let the occurrence say the same."""
    event = append(session, row.plan_id, entered, occurrence_id=row.id)
    write_story(row, tell(story_of(row), happening(event)))
    session.add(row)
    return event


def open_with(
    session: Session, plan_id: int, rows: Sequence[Occurrence], entered: Entered, *, item_id: int | None = None
) -> Event:
    """Add the event that new occurrences begin with."""
    session.flush()
    opened = [{"id": row.id, **dump(story_of(row))} for row in rows]
    for one in opened:
        # It is the moment of the event itself.
        one.pop("changed_at", None)
    data = {**entered.data, "opened": opened}
    words = Entered(entered.act, entered.at, entered.day, entered.actor, entered.on_behalf_of, entered.text, data)
    return append(session, plan_id, words, item_id=item_id)


def story_of(row: Occurrence) -> Story:
    """Return how an occurrence stands, as its row says."""
    values = {name: getattr(row, name) for name in FIELDS}
    return Story(**{**values, "state": State(row.state)})


def write_story(row: Occurrence, story: Story) -> None:
    """Let the row of an occurrence say what its events say."""
    for name in FIELDS:
        value = getattr(story, name)
        setattr(row, name, value.value if isinstance(value, State) else value)


def happening(event: Event) -> Happening:
    """Return an event as the stories want it."""
    by = event.on_behalf_of or event.actor
    return Happening(Act(event.kind), event.at, event.day, by, event.text, event.data)


def happenings(events: Iterable[Event]) -> list[tuple[int | None, Happening]]:
    """Return events with the occurrence each is about, as :func:`planner.core.history.replay` wants them."""
    return [(event.occurrence_id, happening(event)) for event in events]


def facts_of(event: Event) -> dict[str, Any]:
    """Return the fields of an event that its hash covers."""
    facts = event.model_dump(exclude={"id", "hash", "previous"})
    # A database hands moments back in UTC, whatever zone they were written in.
    facts["at"] = event.at.timestamp()
    return facts


def chain_break(session: Session, plan_id: int) -> int | None:
    """Return the number of the first event whose link in its plan's chain does not hold; None when all do."""
    statement = select(Event).where(Event.plan_id == plan_id).order_by(col(Event.number))
    with closing(session.exec(statement, execution_options={"yield_per": 500})) as events:
        place = first_break({**facts_of(one), "previous": one.previous, "hash": one.hash} for one in events)
    return None if place is None else place + 1
