"""Naming: who a name read from a document is, under which other names, and how to reach them."""

from __future__ import annotations

from datetime import datetime

from planner.core.naming import likeliest
from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.services.handing_over import replace_party, tell_plans
from planner.services.scheduling import MOVABLE, change
from planner.services.tracking import Said
from planner.store import outbox, people, queries
from planner.store.database import Database, Session
from planner.store.journal import append
from planner.store.models import Alias, Party, Plan

LONGEST_NAME = 40
LONGEST_NUMBER = 30


def unknown_names(database: Database) -> list[tuple[Party, Party | None]]:
    """Return the names read from documents that nobody confirmed, each with the known party it may be."""
    with database.read() as session:
        parties = people.parties(session)
    known = [party for party in parties if party.confirmed_at]
    return [(party, _likeliest(party, known)) for party in parties if not party.confirmed_at]


def _likeliest(party: Party, known: list[Party]) -> Party | None:
    same_kind = {one.name: one for one in known if one.kind == party.kind}
    name = likeliest(party.name, list(same_kind))
    return same_kind[name] if name else None


def confirm_names(database: Database, party_ids: list[int], at: datetime) -> int:
    """Take names as those of parties of their own (another, or all of a first plan); return how many."""
    with database.write() as session:
        rows = [people.party_by_id(session, party_id) for party_id in party_ids]
        for row in rows:
            row.confirmed_at = row.confirmed_at or at
            session.add(row)
    return len(rows)


def merge(database: Database, party_id: int, into_id: int, said: Said) -> None:
    """Say that a name is another name of a known party, which takes over its parts and answers to both names."""
    with database.write() as session:
        party, into = people.party_by_id(session, party_id), people.party_by_id(session, into_id)
        if party.id == into.id or party.kind != into.kind:
            raise Invalid("请选择另一个同类的名称。")
        if party.merged_into_id or into.merged_into_id:
            raise Conflict("这个名称刚刚已经合并过，请刷新后再看。")
        queries.note_settings_change(session, said.at)
        for plan in queries.plans_in_turn(session):
            _rename_cells(session, plan, party.name, into.name, said)
        for row in people.parts_of(session, party.id):
            replace_party(session, row, into, said.at)
        _move_what_hangs_on(session, party, into)
        outbox.pass_on(session, party.name, into.name)
        party.merged_into_id, party.confirmed_at = into.id, party.confirmed_at or said.at
        session.add(party)
        _add_alias(session, into, party.name)
        tell_plans(session, into, f"「{party.name}」就是{into.name}", said)


def _rename_cells(session: Session, plan: Plan, old: str, new: str, said: Said) -> None:
    for row in queries.occurrences_in(session, [plan]):
        if old in row.cells and row.state in MOVABLE:
            cells = {new if name == old else name: day for name, day in row.cells.items()}
            change(session, row, {"cells": cells}, said.entered(Act.SETTLE, f"「{old}」就是{new}", {}))


def _move_what_hangs_on(session: Session, party: Party, into: Party) -> None:
    """Let everything that points at a party point at the one it was found to be."""
    for row in people.hanging_on(session, party.id):
        for column in ("party_id", "deputy_id", "department_id"):
            if getattr(row, column, None) == party.id:
                setattr(row, column, into.id)
        session.add(row)
    for name in ("email", "post", "phone"):
        setattr(into, name, getattr(into, name) or getattr(party, name))
    into.main_leader = into.main_leader or party.main_leader
    session.add(into)


def add_aliases(database: Database, party_id: int, names: str, at: datetime) -> None:
    """Let a party answer to further names, separated by 、 or spaces; raise ``Invalid`` for one that is taken."""
    with database.write() as session:
        party = people.party_by_id(session, party_id)
        queries.note_settings_change(session, at)
        for name in names.replace("、", " ").replace("，", " ").split():
            _add_alias(session, party, name)


def _add_alias(session: Session, party: Party, name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise Invalid(f"别名请不超过{LONGEST_NAME}字。")
    taken = people.party_by_alias(session, party.kind, name) or people.party_named(session, party.kind, name)
    if taken and taken.id != party.id and taken.merged_into_id != party.id:
        raise Invalid(f"「{name}」已经是{taken.name}的名称，不能再用。")
    if not people.party_by_alias(session, party.kind, name) and name != party.name:
        session.add(Alias(office_id=party.office_id, kind=party.kind, name=name, party_id=party.id))
        session.flush()


def describe(database: Database, party_id: int, post: str, phone: str, said: Said, *, main_leader: bool) -> None:
    """Keep the post and telephone of somebody, and whether this is a main leader; raise ``Invalid`` for a bad number."""
    if len(post.strip()) > LONGEST_NAME:
        raise Invalid(f"职务请不超过{LONGEST_NAME}字，现在有{len(post.strip())}字。")
    digits = _telephone(phone)
    with database.write() as session:
        party = people.party_by_id(session, party_id)
        party.post, party.phone = post.strip(), digits
        is_main = main_leader and party.kind == "person"
        if is_main != party.main_leader:
            words = f"{party.name}{'是' if is_main else '不再是'}主要领导"
            for plan in queries.plans_in_turn(session):
                append(session, plan.id, said.entered(Act.REASSIGN, words, {}))
        party.main_leader = is_main
        session.add(party)


def add_contact(database: Database, department_id: int, name: str, phone: str, said: Said) -> None:
    """Name somebody who reports for a department (经办人); raise ``Invalid`` without a name or for a bad number."""
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise Invalid(f"请写经办人的姓名，不超过{LONGEST_NAME}字。")
    digits = _telephone(phone)
    with database.write() as session:
        department = people.party_by_id(session, department_id)
        known = people.party_named(session, "person", name.strip())
        party = known or Party(office_id=department.office_id, kind="person", name=name.strip())
        party.department_id, party.confirmed_at = department.id, party.confirmed_at or said.at
        party.phone = digits or party.phone
        session.add(party)


def _telephone(words: str) -> str:
    digits = words.strip()
    if set(digits) <= set("0123456789-+ ()（）转") and len(digits) <= LONGEST_NUMBER:
        return digits
    raise Invalid("电话只能写数字、横线和空格，例如 0745-1234567。")
