"""Muting: a rule that sends nothing about a task any more, until the clerk lets it speak again."""

from __future__ import annotations

from planner.core.reminders import MUTABLE, RULE_LABELS, Rule
from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.services.tracking import Said, check_said
from planner.store import outbox, queries
from planner.store.database import Database, Session
from planner.store.journal import append, take_turn
from planner.store.models import Task
from planner.store.outgoing import Mute


def mute(database: Database, task_id: int, rule: str, said: Said) -> None:
    """Send nothing more about a task under a rule; the ledger keeps who said so.

    Raise ``Invalid`` for a rule that cannot be muted, ``Conflict`` when it is muted already.
    """
    check_said(said, Act.SETTLE)
    if rule not in MUTABLE:
        raise Invalid("这一类提醒不能停发，请刷新后再选。")
    with database.write() as session:
        task = queries.task_by_id(session, task_id)
        take_turn(session, task.plan_id)
        if any(row.rule == rule for row in outbox.mutes(session, task_id)):
            raise Conflict("这一类提醒已经停发了，请刷新后再看。")
        session.add(Mute(task_id=task_id, rule=rule, made_at=said.at, made_by=said.actor))
        _tell(session, task, f"不再发「{RULE_LABELS[Rule(rule)]}」提醒", rule, said)


def unmute(database: Database, mute_id: int, said: Said) -> None:
    """Let a muted rule speak again; raise ``Conflict`` when it does already."""
    check_said(said, Act.SETTLE)
    with database.write() as session:
        task = queries.task_by_id(session, outbox.mute_by_id(session, mute_id).task_id)
        take_turn(session, task.plan_id)
        row = outbox.mute_by_id(session, mute_id)
        session.refresh(row)
        if row.ended_at is not None:
            raise Conflict("这一类提醒已经恢复了，请刷新后再看。")
        row.ended_at, row.ended_by = said.at, said.actor
        session.add(row)
        _tell(session, task, f"恢复「{RULE_LABELS[Rule(row.rule)]}」提醒", row.rule, said)


def _tell(session: Session, task: Task, words: str, rule: str, said: Said) -> None:
    why = f"：{said.text.strip()}" if said.text.strip() else ""
    data = {"task": task.code, "rule": rule}
    append(session, task.plan_id, said.entered(Act.SETTLE, f"{task.code} {words}{why}", data), item_id=task.item_id)
