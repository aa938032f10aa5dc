"""已发记录: every message ever made, to whom it went, why, and what became of each way it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask import Blueprint, render_template, request

from planner.core.ledger import Entry
from planner.core.reminders import RULE_LABELS
from planner.errors import Invalid
from planner.store import listing, outbox, queries
from planner.store.database import Session
from planner.store.models import Task
from planner.store.outgoing import Delivery, Reminder
from planner.web.desk import desk

pages = Blueprint("outbox_history", __name__)

PAGE = 50
LONGEST = 40
WAY_STATES = {
    "waiting": "等待发送",
    "sending": "正在发送",
    "sent": "已发出",
    "failed": "没有发出",
    "withdrawn": "不再发送",
}


@pages.get("/outbox/history")
def show() -> str | tuple[str, int]:
    """Show what was sent to whom and why, the newest first."""
    try:
        with desk().database.read() as session:
            task = _task(session, request.args.get("task", "").strip()[:LONGEST])
    except Invalid as error:
        return _page(None, error.message), 400
    return _page(task)


def _page(task: Task | None, error: str = "") -> str:
    recipient = request.args.get("recipient", "").strip()
    before = max(request.args.get("before", 0, int), 0)
    with desk().database.read() as session:
        # One more than is shown tells whether there are older ones.
        rows = [] if error else _rows(session, task, recipient, before)
        shown = rows[:PAGE]
        return render_template(
            "outbox/history.html",
            rows=shown,
            older=shown[-1].id if len(rows) > PAGE else None,
            matters=_matters(session, shown),
            ways=_ways(session, shown),
            channel_names=outbox.channel_names(session),
            recipients=outbox.recipients(session),
            recipient=recipient,
            task=task,
            labels=RULE_LABELS,
            states=WAY_STATES,
            error=error,
        )


def _task(session: Session, address: str) -> Task | None:
    """Return the task of a code such as 12-1, or 2024-12-1 with its plan; raise ``Invalid`` unless there is one of it."""
    if not address:
        return None
    front, _, code = address.partition("-")
    named = [task for task, plan in queries.tasks_coded(session, code) if plan.address == front]
    found = named or [task for task, _ in queries.tasks_coded(session, address)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid(f"几份文件里都有「{address}」，请在前面写上文件的短名，例如 2024-{address}。")
    raise Invalid(f"没有找到「{address}」。任务编号请照任务页上写，例如 12-1。")


def _rows(session: Session, task: Task | None, recipient: str, before: int) -> Sequence[Reminder]:
    if task is None:
        return outbox.past(session, recipient, before, PAGE + 1)
    ids = [row.id for row in queries.occurrences_of(session, task.id)]
    return outbox.about(session, ids, recipient=recipient, before_id=before, limit=PAGE + 1)


def _matters(session: Session, rows: Sequence[Reminder]) -> dict[int, Entry]:
    """Return the entries that messages speak of by their occurrence; those of withdrawn plans are left out."""
    spoken_of = {one["occurrence"] for row in rows for one in row.matters}
    return {one.occurrence_id: one for one in listing.entries_with(session, queries.plans(session), spoken_of)}


def _ways(session: Session, rows: Sequence[Reminder]) -> dict[int, list[Delivery]]:
    ways: dict[int, list[Delivery]] = defaultdict(list)
    for row in outbox.deliveries_of(session, [row.id for row in rows]):
        ways[row.reminder_id].append(row)
    return ways
