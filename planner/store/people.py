"""Reading: people and departments, their names and parts, who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, desc, or_, select

from planner.core.status import Act
from planner.store.models import Account, Alias, Assignment, Delegation, Event, Item, Party
from planner.store.outgoing import Channel, Feed
from planner.store.queries import found


def parties(session: Session) -> Sequence[Party]:
    """Return everyone who can be responsible, persons first, by name; names found to be another's are left out."""
    statement = select(Party).where(col(Party.merged_into_id).is_(None))
    return session.exec(statement.order_by(desc(Party.kind), Party.name)).all()


def aliases(session: Session, party_id: int) -> Sequence[str]:
    """Return the other names of a party."""
    return session.exec(select(Alias.name).where(Alias.party_id == party_id).order_by(Alias.name)).all()


def contacts_of(session: Session, department_id: int) -> Sequence[Party]:
    """Return who reports for a department."""
    statement = select(Party).where(Party.department_id == department_id, col(Party.merged_into_id).is_(None))
    return session.exec(statement.order_by(col(Party.id))).all()


def parts_of(session: Session, party_id: int) -> Sequence[Assignment]:
    """Return the parts a party holds now."""
    statement = select(Assignment).where(Assignment.party_id == party_id, col(Assignment.ended_at).is_(None))
    return session.exec(statement.order_by(col(Assignment.id))).all()


def hanging_on(session: Session, party_id: int) -> list[Account | Alias | Channel | Delegation | Feed | Party]:
    """Return what points at a party beside its parts: accounts, other names, channels, deputies, calendars, contacts."""
    found: list[Account | Alias | Channel | Delegation | Feed | Party] = []
    found += session.exec(select(Account).where(Account.party_id == party_id)).all()
    found += session.exec(select(Alias).where(Alias.party_id == party_id)).all()
    found += session.exec(select(Channel).where(Channel.party_id == party_id)).all()
    found += session.exec(select(Feed).where(Feed.party_id == party_id)).all()
    either = (col(Delegation.party_id) == party_id) | (col(Delegation.deputy_id) == party_id)
    found += session.exec(select(Delegation).where(either)).all()
    return found + list(session.exec(select(Party).where(Party.department_id == party_id)).all())


def departments_since(session: Session, plan_ids: Sequence[int], since: datetime) -> list[tuple[str, int, datetime]]:
    """Return the departments that came to answer for an item of some plans since a moment: name, item, moment.

    Who only goes by another name, because two names were found to be one, began when the other did.
    """
    own = (Assignment.role == "department", col(Item.plan_id).in_(plan_ids))
    lately = or_(col(Assignment.ended_at).is_(None), col(Assignment.ended_at) >= since)
    statement = select(Assignment, Party).join(Party).join(Item, col(Item.id) == Assignment.item_id)
    parts = session.exec(statement.where(*own, lately)).all()
    renamed = {
        (part.item_id, part.ended_at, party.merged_into_id): part
        for part, party in parts
        if part.ended_at and party.merged_into_id
    }

    def began(part: Assignment) -> datetime:
        old = renamed.get((part.item_id, part.began_at, part.party_id))
        return began(old) if old and old.began_at < part.began_at else part.began_at

    now = [(party.name, part.item_id, began(part)) for part, party in parts if part.ended_at is None]
    return [one for one in now if one[2] >= since]


def delegations(session: Session, party_id: int) -> Sequence[Delegation]:
    """Return the deputies of a leader not ended, by their first day."""
    statement = select(Delegation).where(Delegation.party_id == party_id, col(Delegation.ended_at).is_(None))
    return session.exec(statement.order_by(col(Delegation.starts_on))).all()


def delegation(session: Session, delegation_id: int) -> Delegation:
    """Return a delegation; raise ``NotFound``."""
    return found(session.get(Delegation, delegation_id), "没有找到这次代理，请刷新后再看。")


def handed_over(session: Session, item_id: int) -> set[str]:
    """Return who handed a point over to a successor."""
    statement = select(Event).where(Event.kind == Act.REASSIGN.value, Event.item_id == item_id)
    return {event.data["from"] for event in session.exec(statement) if "handover" in event.data}


def reassignments(session: Session) -> Sequence[Event]:
    """Return every event that changed who answers, the oldest first."""
    statement = select(Event).where(Event.kind == Act.REASSIGN.value)
    return session.exec(statement.order_by(col(Event.plan_id), col(Event.number))).all()


def party_by_id(session: Session, party_id: int) -> Party:
    """Return a party; raise ``NotFound``."""
    return found(session.get(Party, party_id), "没有找到这个人或部门。")


def party_named(session: Session, kind: str, name: str) -> Party | None:
    """Return the person or department of this name, or None."""
    return session.exec(select(Party).where(Party.kind == kind, Party.name == name)).first()


def party_by_alias(session: Session, kind: str, name: str) -> Party | None:
    """Return the person or department that also goes by this name, or None."""
    alias = select(Alias.party_id).where(Alias.kind == kind, Alias.name == name)
    return session.exec(select(Party).where(col(Party.id).in_(alias))).first()


def known_as(session: Session, name: str) -> str:
    """Return the name a person or department goes by, for another name of it."""
    known = party_by_alias(session, "person", name) or party_by_alias(session, "department", name)
    return known.name if known else name


def main_leaders(session: Session) -> Sequence[str]:
    """Return the names of the main leaders (主要领导)."""
    return session.exec(
        select(Party.name).where(col(Party.main_leader), col(Party.merged_into_id).is_(None)).order_by(col(Party.id))
    ).all()


def deputies(session: Session, day: date) -> Sequence[tuple[str, str]]:
    """Return who stands in for whom on a day: (deputy, leader)."""
    deputy = aliased(Party)
    statement = (
        select(deputy.name, Party.name)
        .join(Delegation, col(Delegation.party_id) == Party.id)
        .join(deputy, col(deputy.id) == Delegation.deputy_id)
        .where(Delegation.starts_on <= day, Delegation.ends_on >= day, col(Delegation.ended_at).is_(None))
    )
    return session.exec(statement.order_by(col(Delegation.id))).all()


def assignment(session: Session, item_id: int, party_id: int, role: str) -> Assignment:
    """Return a part now held; raise ``NotFound``."""
    statement = select(Assignment).where(
        Assignment.item_id == item_id,
        Assignment.party_id == party_id,
        Assignment.role == role,
        col(Assignment.ended_at).is_(None),
    )
    return found(session.exec(statement).first(), "这项责任已经不在了，请刷新后再看。")


def assignments_of(session: Session, item_id: int) -> Sequence[tuple[Assignment, Party]]:
    """Return the parts now held in an item, with who holds them, in the order of the text."""
    statement = (
        select(Assignment, Party)
        .join(Party, col(Party.id) == Assignment.party_id)
        .where(Assignment.item_id == item_id, col(Assignment.ended_at).is_(None))
    )
    return session.exec(statement.order_by(col(Assignment.position), col(Assignment.id))).all()
