"""Flagging: a task is confidential (内部事项) or a major hazard (重大隐患) because the clerk says so."""

from __future__ import annotations

from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.services.tracking import Said, check_said
from planner.store import queries
from planner.store.database import Database
from planner.store.journal import append, take_turn

FLAGS = {"internal": "内部事项", "major_hazard": "重大隐患"}


def set_flag(database: Database, task_id: int, flag: str, wanted: bool, said: Said) -> None:
    """Set or take away a flag of a task, and tell the ledger; raise ``Invalid`` for a flag there is not.

    Raise ``Conflict`` when it is so already.
    """
    check_said(said, Act.SETTLE)
    if flag not in FLAGS:
        raise Invalid("请点页面上的一个按钮。")
    with database.write() as session:
        # Calendars show a confidential matter without its words.
        queries.note_settings_change(session, said.at)
        task = queries.task_by_id(session, task_id)
        take_turn(session, task.plan_id)
        session.refresh(task)
        if getattr(task, flag) == wanted:
            raise Conflict("刚刚已经改过，请刷新后再看。")
        setattr(task, flag, wanted)
        session.add(task)
        words = f"{task.code} {'定为' if wanted else '不再作为'}{FLAGS[flag]}"
        why = f"：{said.text.strip()}" if said.text.strip() else ""
        entered = said.entered(Act.SETTLE, words + why, {"task": task.code, flag: wanted})
        append(session, task.plan_id, entered, item_id=task.item_id)
