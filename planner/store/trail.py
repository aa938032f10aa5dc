"""The trail: events with where they belong, for the page that answers who did what, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, desc, func, select
from sqlmodel import Session, col

from planner.store.models import Event, Occurrence, Plan, Task


@dataclass(frozen=True, slots=True)
class TrailChoice:
    """Which events of the trail are wanted; what is left empty does not choose.

    Those recorded from ``since`` on and before ``until``.
    """

    plan: str = ""
    code: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """An event with where it belongs: the address of its plan, and code, key and label of what it is about."""

    event: Event
    address: str
    code: str
    key: str
    label: str


def trail(session: Session, choice: TrailChoice, limit: int | None = None, offset: int = 0) -> list[Trail]:
    """Return the chosen events of the plans in use, the newest first."""
    columns = [Event, Plan.address, Task.code, Occurrence.key, Occurrence.label]
    statement = _chosen(columns, choice).order_by(desc(col(Event.at)), desc(col(Event.id)))
    rows = session.execute(statement.limit(limit).offset(offset))
    return [Trail(event, address, code or "", key or "", label or "") for event, address, code, key, label in rows]


def count_trail(session: Session, choice: TrailChoice) -> int:
    """Count the chosen events."""
    return int(session.execute(_chosen([func.count(col(Event.id))], choice)).scalar_one())


def _chosen(columns: Sequence[Any], choice: TrailChoice) -> Select[Any]:
    statement: Select[Any] = (
        select(*columns)
        .select_from(Event)
        .join(Plan, col(Plan.id) == Event.plan_id)
        .outerjoin(Occurrence, col(Occurrence.id) == Event.occurrence_id)
        .outerjoin(Task, col(Task.id) == Occurrence.task_id)
        .where(col(Plan.archived_at).is_(None))
    )
    if choice.plan:
        statement = statement.where(col(Plan.address) == choice.plan)
    if choice.code:
        statement = statement.where(col(Task.code) == choice.code)
    if choice.person:
        statement = statement.where((col(Event.actor) == choice.person) | (col(Event.on_behalf_of) == choice.person))
    if choice.since and choice.until:
        statement = statement.where(col(Event.at) >= choice.since, col(Event.at) < choice.until)
    return statement
