"""Handing over and standing in: open matters pass to a successor, a deputy acts for a while; history stays."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from planner.core.status import OPEN, STATE_LABELS, Act, State
from planner.errors import Invalid
from planner.services.assigning import ROLE_WORDS
from planner.services.publishing import is_known, named_by_office
from planner.services.tracking import Said, check_said
from planner.store import listing, people, queries
from planner.store.database import Database, Session
from planner.store.journal import append
from planner.store.models import Assignment, Delegation, Event, Occurrence, Party, Plan, Task

STILL_OPEN = OPEN | {State.DRAFT, State.SUSPENDED}


def hand_over(database: Database, party_id: int, successor: str, said: Said) -> str:
    """Give every part somebody holds in points with open matters to a successor; return the key of the printed list.

    Points where all is closed stay with whom they belonged to, and so do the closed periods of those that pass on.
    """
    check_said(said, Act.REASSIGN)
    key = secrets.token_hex(6)
    with database.write() as session:
        giver = people.party_by_id(session, party_id)
        if not successor.strip() or successor.strip() == giver.name:
            raise Invalid("请写明移交给谁。")
        taker = named_by_office(session, giver.kind, successor.strip())
        moved = [
            (plan, item_id)
            for plan in queries.plans_in_turn(session)
            for item_id in _items_with_open_matters(session, plan, giver)
        ]
        for plan, item_id in moved:
            _hand_over_item(session, plan, item_id, giver, taker, key, said)
        if not moved:
            raise Invalid(f"{giver.name}名下没有还在办的事项，不用移交。")
    return key


def _items_with_open_matters(session: Session, plan: Plan, giver: Party) -> list[int]:
    items = {task.id: task.item_id for task in queries.tasks_ever(session, plan.id)}
    rows = queries.occurrences_in(session, [plan])
    still_open = {items[row.task_id] for row in rows if State(row.state) in STILL_OPEN}
    parts = listing.assigned_in(session, [plan.id])
    return [item_id for item_id in sorted(still_open) if any(p.party_id == giver.id for p in parts.get(item_id, ()))]


def _hand_over_item(
    session: Session, plan: Plan, item_id: int, giver: Party, taker: Party, key: str, said: Said
) -> None:
    roles = []
    for row, party in people.assignments_of(session, item_id):
        if party.id == giver.id:
            roles.append(row.role)
            replace_party(session, row, taker, said.at)
    matters = _open_matters(session, plan, item_id)
    data = {"handover": key, "from": giver.name, "to": taker.name, "roles": roles, "open": matters}
    named = "、".join(ROLE_WORDS[role] for role in roles)
    text = f"{named}由{giver.name}移交给{taker.name}" + (f"：{said.text.strip()}" if said.text.strip() else "")
    append(session, plan.id, said.entered(Act.REASSIGN, text, data), item_id=item_id)


def replace_party(session: Session, row: Assignment, taker: Party, at: datetime) -> None:
    """End a part and give it to another party, unless that party holds it already."""
    row.ended_at = at
    session.add(row)
    held = [(one.role, party.id) for one, party in people.assignments_of(session, row.item_id)]
    if (row.role, taker.id) not in held:
        new = Assignment(
            item_id=row.item_id, party_id=taker.id, role=row.role, position=row.position, by_office=True, began_at=at
        )
        session.add(new)
        session.flush()


def _open_matters(session: Session, plan: Plan, item_id: int) -> list[dict[str, Any]]:
    """Return what is open in a point, as the printed list keeps it."""
    tasks = [task for task in queries.tasks_ever(session, plan.id) if task.item_id == item_id]
    return [
        _matter(task, row)
        for task in tasks
        for row in queries.occurrences_of(session, task.id)
        if State(row.state) in STILL_OPEN and not row.before_issue
    ]


def _matter(task: Task, row: Occurrence) -> dict[str, Any]:
    return {
        "code": task.code,
        "title": f"{task.title}（{row.label}）" if row.label else task.title,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "state": STATE_LABELS[State(row.state)],
        "progress": row.last_progress,
    }


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover as its events keep it: from whom to whom, on which day, entered by whom, with the open matters."""

    giver: str
    taker: str
    day: date
    actor: str
    reason: str
    matters: tuple[tuple[str, dict[str, Any]], ...]


def read_handover(database: Database, key: str) -> Handover:
    """Return a handover by its key, each matter with the address of its plan; raise ``NotFound``."""
    with database.read() as session:
        events = [event for event in people.reassignments(session) if event.data.get("handover") == key]
        first = queries.found(next(iter(events), None), "没有找到这次移交，请从留痕页点进去。")
        addresses = {plan.id: plan.address for plan in queries.plans_ever(session)}
    return Handover(
        giver=first.data["from"],
        taker=first.data["to"],
        day=first.day,
        actor=first.actor,
        reason=first.text.partition("：")[2],
        matters=tuple(_matters(events, addresses)),
    )


def _matters(events: Iterable[Event], addresses: dict[int, str]) -> Iterable[tuple[str, dict[str, Any]]]:
    for event in events:
        for matter in event.data["open"]:
            yield addresses[event.plan_id], matter


def delegate(
    database: Database, party_id: int, deputy: str, starts_on: date, ends_on: date, said: Said, *, new: bool = False
) -> None:
    """Let a deputy act for a leader from a day through another; both names stand in the ledger, the leader answers.

    A name nobody knows is a slip of the pen unless it is said to be *new*.
    """
    if ends_on < starts_on:
        raise Invalid("结束的日子早于开始的日子，请改正。")
    check_said(said, Act.REASSIGN)
    if ends_on < said.at.date():
        raise Invalid("代理的结束日子已经过去，请改正。")
    with database.write() as session:
        leader = people.party_by_id(session, party_id)
        if leader.kind != "person" or not deputy.strip() or deputy.strip() == leader.name:
            raise Invalid("请写明由哪位领导代理。")
        if any(one.starts_on <= ends_on and starts_on <= one.ends_on for one in people.delegations(session, leader.id)):
            raise Invalid(f"{leader.name}在这段时间已经有人代理，请先停止原来的。")
        if not new and not is_known(session, "person", deputy.strip()):
            raise Invalid(f"没有叫「{deputy.strip()[:20]}」的人。写错了请改；确实是新的人，请勾选「新增这个人」。")
        stand_in = named_by_office(session, "person", deputy.strip())
        row = Delegation(
            party_id=leader.id,
            deputy_id=stand_in.id,
            starts_on=starts_on,
            ends_on=ends_on,
            made_at=said.at,
            made_by=said.actor,
        )
        session.add(row)
        text = f"{leader.name}的事项{starts_on.isoformat()}至{ends_on.isoformat()}由{stand_in.name}代"
        tell_plans(session, leader, text, said)


def end_delegation(database: Database, delegation_id: int, said: Said) -> None:
    """Let a deputy act no longer."""
    with database.write() as session:
        row = people.delegation(session, delegation_id)
        if row.ended_at is None:
            row.ended_at = said.at
            session.add(row)
            leader, deputy = (people.party_by_id(session, key) for key in (row.party_id, row.deputy_id))
            tell_plans(session, leader, f"{leader.name}的事项不再由{deputy.name}代", said)


def tell_plans(session: Session, party: Party, text: str, said: Said) -> None:
    """Tell the ledger of every plan in which somebody has a part."""
    for plan in queries.plans_in_turn(session):
        parts = listing.assigned_in(session, [plan.id])
        if any(part.party_id == party.id for held in parts.values() for part in held):
            append(session, plan.id, said.entered(Act.REASSIGN, text, {}))
