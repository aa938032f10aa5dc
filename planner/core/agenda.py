"""Where a leader's open matter stands."""

from __future__ import annotations

from datetime import date, timedelta

from planner.core.status import Facts, State, is_overdue


def leader_place(facts: Facts, on: date) -> str:
    """Return ``decide``, ``overdue``, ``due`` (this week, which ends on Sunday) or ``rest``."""
    if facts.state is State.HANDED_IN or facts.extension_pending:
        return "decide"
    if is_overdue(facts, on):
        return "overdue"
    sunday = on + timedelta(days=6 - on.weekday())
    return "due" if facts.due_on is not None and facts.due_on <= sunday else "rest"
