"""The task page: one commitment, its words, its story, and the few things one can do about it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.status import Act, State, act_label, allowed_acts
from planner.errors import Conflict, Invalid, NotFound
from planner.services import tracking
from planner.services.reporting import stand
from planner.store import queries
from planner.store.models import Occurrence, Plan, Task
from planner.web.desk import desk, parse_day, said

pages = Blueprint("tasks", __name__)

ON_THE_PAGE = (Act.PROGRESS, Act.HAND_IN, Act.SIGN_OFF, Act.SEND_BACK, Act.CHASE, Act.REOPEN)


def _find(address: str) -> tuple[Plan, Task]:
    plan_address, _, code = address.partition("-")
    with desk().database.read() as session:
        plan = queries.plan_at(session, plan_address)
        return plan, queries.task_at(session, plan, code)


@pages.get("/t/<address>")
def show(address: str) -> str:
    """Show a task."""
    return _page(address)


def _page(address: str, error: str = "") -> str:
    plan, task = _find(address)
    desk().standing = standing = stand(desk().database, desk().now.date(), desk().on, plan.address)
    with desk().database.read() as session:
        version = queries.version_numbered(session, plan.id, task.version)
        item = queries.item_by_id(session, task.item_id)
        rows = {row.id: row for row in queries.occurrences_of(session, task.id)}
        events = queries.timeline(session, task)
        parts = queries.assigned(session, [plan.id]).get(task.item_id, [])
        party_kinds = queries.parties(session)
    entries = [entry for entry in standing.entries if entry.task_id == task.id]
    chosen = _chosen(list(rows.values()))
    return render_template(
        "tasks/show.html",
        plan=plan,
        task=task,
        item=item,
        version=version,
        entries=entries,
        rows=rows,
        chosen=chosen,
        events=events,
        labels={row.id: row.label for row in rows.values()},
        parts=parts,
        standing=standing,
        error=error,
        acts=[act for act in ON_THE_PAGE if act in allowed_acts(State(chosen.state))],
        form=request.form,
        parties=party_kinds,
        entry=next(entry for entry in entries if entry.occurrence_id == chosen.id),
        day=min(standing.on, desk().now.date()),
    )


def _chosen(rows: list[Occurrence]) -> Occurrence:
    """Return the period asked for, else the first that is still open, counted periods first."""
    if not rows:
        raise NotFound
    wanted = request.values.get("o", "")
    asked = next((row for row in rows if row.key == wanted), None)
    closed = (State.DONE, State.CANCELLED)
    still_open = [row for row in rows if row.state not in closed and not row.before_issue]
    return asked or next(iter(still_open), rows[-1])


@pages.post("/t/<address>")
def act(address: str) -> str | Response | tuple[str, int]:
    """Record what was said about one period of a task."""
    try:
        done = _act(request.form.get("act", ""))
    except (Invalid, Conflict) as error:
        # The page comes back with the words still in it: nothing typed is lost.
        return _page(address, error.message), 409 if isinstance(error, Conflict) else 400
    flash(done)
    return redirect(url_for("tasks.show", address=address, o=request.form.get("o", "")))


def _act(name: str) -> str:
    occurrence_id = request.form.get("occurrence", 0, int)
    if name == "set_due":
        due = parse_day(request.form.get("due_on", ""))
        tracking.set_due(desk().database, occurrence_id, due, said())
        return "时限已保存。"
    chosen = next((act for act in ON_THE_PAGE if act.value == name), None)
    if chosen is None:
        raise Invalid("请点页面上的一个按钮。")
    tracking.record(desk().database, occurrence_id, chosen, said(), request.form.get("version", None, int))
    return f"已记下：{act_label(chosen)}。"


@pages.post("/t/<address>/parties")
def assign(address: str) -> str | Response | tuple[str, int]:
    """Name someone responsible for the item a task belongs to, or end a part."""
    _, task = _find(address)
    form, database = request.form, desk().database
    try:
        if "release" in form:
            tracking.release(database, task.item_id, form.get("release", 0, int), form.get("role", ""), said())
        else:
            tracking.assign(database, task.item_id, form.get("role", ""), form.get("names", ""), said())
    except Invalid as error:
        return _page(address, error.message), 400
    flash("责任人已更新。")
    return redirect(url_for("tasks.show", address=address))
