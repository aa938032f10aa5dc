"""People and departments: who answers for what, and one page of each one's own items (我的事项)."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.ledger import totals
from planner.core.status import Mark
from planner.services.tracking import set_email
from planner.store import queries
from planner.store.models import Item
from planner.web.desk import desk

pages = Blueprint("parties", __name__)


@pages.get("/parties")
def every() -> str:
    """List the people and departments recognised from the plans, with their items by role."""
    standing = desk().standing
    plan_ids = [plan.id for plan in standing.plans]
    with desk().database.read() as session:
        parties = queries.parties(session)
        parts = queries.assigned(session, plan_ids)
    counts = Counter((part.party_id, part.role) for item in parts.values() for part in item)
    held = {party_id for party_id, _ in counts}
    shown = [party for party in parties if party.id in held]
    return render_template("parties/list.html", parties=shown, counts=counts, standing=standing)


@pages.get("/parties/<int:party_id>")
def show(party_id: int) -> str:
    """Show what one person or department answers for, in the order of the document."""
    standing = desk().standing
    plan_ids = [plan.id for plan in standing.plans]
    with desk().database.read() as session:
        party = queries.party_by_id(session, party_id)
        parts = queries.assigned(session, plan_ids)
        items: list[Item] = [item for plan_id in plan_ids for item in queries.items_of(session, plan_id)]
    roles = {part.item_id: part.role for held in parts.values() for part in held if part.party_id == party_id}
    own = [item for item in items if item.id in roles]
    with desk().database.read() as session:
        tasks = {task.id: task.item_id for plan_id in plan_ids for task in queries.tasks_of(session, plan_id)}
    entries = [entry for entry in standing.entries if tasks[entry.task_id] in roles]
    by_item = {item.id: [entry for entry in entries if tasks[entry.task_id] == item.id] for item in own}
    return render_template(
        "parties/show.html",
        party=party,
        items=own,
        roles=roles,
        by_item=by_item,
        parts=parts,
        standing=standing,
        totals=totals(entries, standing.on),
        decide=[entry for entry in entries if standing.mark(entry) is Mark.HANDED_IN],
        soon=[entry for entry in entries if standing.mark(entry) is Mark.DUE_SOON],
    )


@pages.post("/parties/<int:party_id>")
def change(party_id: int) -> Response:
    """Save where a party's reminders go."""
    set_email(desk().database, party_id, request.form.get("email", ""))
    flash("邮箱已保存。" if request.form.get("email", "").strip() else "邮箱已清空，提醒会留在「待发」页。")
    return redirect(url_for("parties.show", party_id=party_id))
