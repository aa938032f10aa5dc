"""Withdrawing a plan from the lists, and bringing it back: nothing is deleted, and the trail says who did it and why."""

from __future__ import annotations

from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.services.publishing import decide_reminders_again
from planner.services.tracking import Said
from planner.store import queries
from planner.store.database import Database
from planner.store.journal import append


def withdraw_plan(database: Database, address: str, said: Said) -> None:
    """Take a plan off every list, page, reminder and calendar; a real one only with a reason."""
    with database.write() as session:
        plan = queries.plan_at(session, address)
        if not plan.sample and not said.text.strip():
            raise Invalid("请写一句撤下的理由，例如「导入错了文件」。撤下以后可以在「文件」页恢复。")
        decide_reminders_again(session, said.at.date())
        append(session, plan.id, said.entered(Act.CANCEL, f"撤下《{plan.title}》：{said.text.strip() or '示例'}", {}))
        plan.archived_at = said.at
        session.add(plan)


def bring_back(database: Database, plan_id: int, said: Said) -> str:
    """Put a withdrawn plan back where it was, and return its address."""
    with database.write() as session:
        plan = queries.plan_with(session, plan_id)
        if plan.archived_at is None:
            raise Conflict("这份计划已经在用，请刷新后再看。")
        decide_reminders_again(session, said.at.date())
        append(session, plan.id, said.entered(Act.REOPEN, f"恢复《{plan.title}》", {}))
        plan.archived_at = None
        session.add(plan)
        return plan.address
