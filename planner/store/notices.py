"""Reading: what the formal notices need beside the rows of :mod:`planner.store.outbox`."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, func, select

from planner.store.outgoing import Notice


def count_issued(session: Session, level: str, since: datetime, until: datetime) -> int:
    """Count the notices of a level issued in ``[since, until)``."""
    issued = (Notice.level == level, Notice.state == "issued")
    statement = select(func.count()).select_from(Notice).where(*issued, col(Notice.decided_at) >= since)
    return session.exec(statement.where(col(Notice.decided_at) < until)).one()
