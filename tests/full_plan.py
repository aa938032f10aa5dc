"""A plan with every kind of time, figure and party, and what tests ask of its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from planner.core.history import Story
from planner.core.review import review_of
from planner.services.importing import Source, read_source
from planner.services.publishing import publish
from planner.store import queries
from planner.store.database import Database
from planner.store.journal import story_of
from planner.store.models import Event, Occurrence
from tests.conftest import NOON

FULL_PLAN = """\
# 柳河镇2024年安全生产工作要点

印发单位：柳河镇人民政府

印发日期：2024年4月17日

## 一、夯实基础

### 1. 加强培训

6月底前，组织专职安全员培训考核。

### 2. 排查风险

每季度至少开展两次风险辨识。

（责任领导：王建国，责任部门：应急部门）

### 3. 检查农机

农机登记率达到95%以上。7月10日前，完成收割机检查。

（责任领导：王建国、李秀英，责任部门：农业、应急部门）

## 二、度汛

### 4. 清淤

汛前完成河道清淤。

（责任领导：李秀英，责任部门：水利）

### 5. 校园

每学期开展一次校园安全检查。开学前完成校车检查，放假前完成一次教育。

（责任领导：李秀英，责任部门：教育）

### 6. 巡查

定期巡查重点水域。
"""


def issue_full_plan(database: Database, at: datetime = NOON, *, drafts: Sequence[str] = ()) -> str:
    """Issue the plan, with the tasks whose words hold one of *drafts* left as drafts, and return its address."""
    source = Source("要点.md", FULL_PLAN.encode())
    read = review_of(read_source(source), []).plan
    issued = [
        task.span for item in read.items for task in item.tasks if not any(words in task.text for words in drafts)
    ]
    with database.write() as session:
        return publish(session, read, source.origin, actor="王文员", at=at, issued=issued).address


def rows_of(database: Database, address: str) -> dict[str, Occurrence]:
    """Return the occurrences of a plan by code and key: 2-1/2024-Q2."""
    with database.read() as session:
        plan = queries.plan_at(session, address)
        codes = {task.id: task.code for task in queries.tasks_ever(session, plan.id)}
        return {f"{codes[row.task_id]}/{row.key}": row for row in queries.occurrences_in(session, [plan])}


def stories(database: Database) -> dict[int, Story]:
    """Return how every occurrence stands, as its row says."""
    with database.read() as session:
        return {row.id: story_of(row) for row in queries.occurrences_in(session, queries.plans_ever(session))}


def ledger(database: Database, address: str) -> Sequence[Event]:
    """Return the events of a plan in their order."""
    with database.read() as session:
        return queries.events_of(session, queries.plan_at(session, address).id)
