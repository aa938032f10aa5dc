"""Appending to the event ledger: the only way an Event comes into being."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, desc, select

from planner.core.chain import digest
from planner.core.status import Act
from planner.store.models import Event, Plan


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


def append(
    session: Session, plan_id: int, entered: Entered, *, occurrence_id: int | None = None, item_id: int | None = None
) -> Event:
    """Add one event at the end of a plan's chain and return it."""
    # Two writers on PostgreSQL would otherwise take the same number; on SQLite the transaction already excludes them.
    session.exec(select(Plan.id).where(Plan.id == plan_id).with_for_update()).one()
    last = session.exec(select(Event).where(Event.plan_id == plan_id).order_by(desc(col(Event.number)))).first()
    event = Event(
        plan_id=plan_id,
        number=last.number + 1 if last else 1,
        occurrence_id=occurrence_id,
        item_id=item_id,
        kind=entered.act.value,
        at=entered.at,
        day=entered.day,
        actor=entered.actor,
        on_behalf_of=entered.on_behalf_of,
        text=entered.text,
        data=dict(entered.data),
        previous=last.hash if last else "",
        hash="",
    )
    event.hash = digest(event.previous, facts_of(event))
    session.add(event)
    session.flush()
    return event


def facts_of(event: Event) -> dict[str, Any]:
    """Return the fields of an event that its hash covers."""
    facts = event.model_dump(exclude={"id", "hash", "previous"})
    # A database hands moments back in UTC, whatever zone they were written in.
    facts["at"] = event.at.timestamp()
    return facts
