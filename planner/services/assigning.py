"""Assigning: who answers for an item, who stands in for whom, and how to reach them; history stays where it was."""

from __future__ import annotations

from planner.core.status import Act
from planner.errors import Invalid
from planner.services.publishing import named_by_office
from planner.services.tracking import Said
from planner.store import people, queries
from planner.store.database import Database, Session
from planner.store.journal import append, take_turn
from planner.store.models import Assignment

PERSON, DEPARTMENT = "person", "department"
ROLE_WORDS = {"leader": "责任领导", "department": "责任部门", "supporting": "配合单位", "contact": "经办人"}


def assign(database: Database, item_id: int, role: str, names: str, said: Said) -> None:
    """Name further parties for an item; *names* are separated by 、 or spaces. Raise ``Invalid`` for an empty one."""
    wanted = [name for name in names.replace("、", " ").replace("，", " ").split() if name]
    if role not in ROLE_WORDS:
        raise Invalid("请选择是责任领导、责任部门、配合单位还是经办人。")
    if not wanted or any(len(name) > 40 for name in wanted):
        raise Invalid("请填写姓名或部门名称，多个用顿号分开，每个不超过40字。")
    with database.write() as session:
        # The office before the plan's turn: a party may be new.
        queries.the_office(session, lock=True)
        item = queries.item_by_id(session, item_id)
        take_turn(session, item.plan_id)
        parts = queries.assigned(session, [item_id]).get(item_id, [])
        held = {part.name for part in parts if part.role == role}
        new = [name for name in dict.fromkeys(wanted) if name not in held]
        for position, name in enumerate(new, start=len(parts) + 1):
            party = named_by_office(session, PERSON if role in ("leader", "contact") else DEPARTMENT, name)
            row = Assignment(item_id=item_id, party_id=party.id, role=role, position=position, began_at=said.at)
            row.by_office = True
            session.add(row)
        if new:
            _tell(session, item.plan_id, item_id, said, f"指定{ROLE_WORDS[role]}：{'、'.join(new)}", {role: new})


def _tell(session: Session, plan_id: int, item_id: int | None, said: Said, text: str, data: dict[str, object]) -> None:
    append(session, plan_id, said.entered(Act.REASSIGN, text, data), item_id=item_id)


def release(database: Database, item_id: int, party_id: int, role: str, said: Said) -> None:
    """End one party's part in an item; what it did before stays in the ledger."""
    with database.write() as session:
        item = queries.item_by_id(session, item_id)
        take_turn(session, item.plan_id)
        row = people.assignment(session, item_id, party_id, role)
        row.ended_at = said.at
        session.add(row)
        name = people.party_by_id(session, party_id).name
        _tell(session, item.plan_id, item_id, said, f"不再由{name}担任{ROLE_WORDS[role]}", {role: name})


def set_email(database: Database, party_id: int, email: str) -> None:
    """Set where a party's reminders go; an empty one means the clerk passes them on."""
    address = email.strip()
    if address and not is_email(address):
        raise Invalid("邮箱地址不对，应像 name@example.cn 这样；没有邮箱可以留空。")
    with database.write() as session:
        party = people.party_by_id(session, party_id)
        party.email = address
        session.add(party)


def is_email(text: str) -> bool:
    """Tell whether a text is an e-mail address that every mail server takes."""
    name, at, host = text.partition("@")
    printable = text.isascii() and text.isprintable() and not set(text) & set(" ,;<>\"'")
    return bool(name and at and "." in host and printable and len(text) <= 200 and "@" not in host)
