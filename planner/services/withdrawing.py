"""Withdrawing a plan from the lists or from reminding, and back: nothing is deleted, and the trail says who did it and why."""

from __future__ import annotations

from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.services.publishing import decide_reminders_again
from planner.services.tracking import Said, check_said
from planner.store import queries
from planner.store.database import Database
from planner.store.journal import append, take_turn


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


def silence(database: Database, address: str, said: Said, *, wanted: bool) -> None:
    """Remind nobody of a plan any more, or again; raise ``Conflict`` when that holds already.

    What waits is withdrawn before it goes out, and drafts of notices lapse; what is asked for is still answered.
    """
    check_said(said, Act.SETTLE)
    with database.write() as session:
        decide_reminders_again(session, said.at.date())
        plan = queries.plan_at(session, address)
        if plan.sample:
            raise Invalid("示例从来不发提醒。")
        take_turn(session, plan.id)
        session.refresh(plan)
        if plan.silent == wanted:
            raise Conflict("这份文件的提醒刚刚已经改过，请刷新后再看。")
        words = f"不再为《{plan.title}》发提醒" if wanted else f"恢复为《{plan.title}》发提醒"
        append(session, plan.id, said.entered(Act.SETTLE, words, {}))
        plan.silent = wanted
        session.add(plan)
