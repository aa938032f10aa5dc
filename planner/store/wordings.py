"""Reading: the office's own words of its messages; the newest of a name counts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, desc, func, select

from planner.store.outgoing import Wording
from planner.store.queries import found


def in_force(session: Session) -> dict[str, Wording]:
    """Return the newest wording of each message that ever had one, by the message's name."""
    newest = select(func.max(Wording.id)).group_by(col(Wording.name))
    return {row.name: row for row in session.exec(select(Wording).where(col(Wording.id).in_(newest)))}


def history(session: Session, name: str) -> Sequence[Wording]:
    """Return every wording a message ever had, the newest first."""
    return session.exec(select(Wording).where(Wording.name == name).order_by(desc(col(Wording.id)))).all()


def wording_by_id(session: Session, name: str, wording_id: int) -> Wording:
    """Return a wording of a message; raise ``NotFound``."""
    row = session.exec(select(Wording).where(Wording.id == wording_id, Wording.name == name)).first()
    return found(row, "没有找到这一版文字，请刷新后再看。")
