"""The plan page: the issued text, untouched, with a mark at each clause."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from planner.core.ledger import Entry, totals
from planner.core.status import worst
from planner.formats.plan_markdown import write_plan
from planner.reading.document import read_plan
from planner.services.importing import archive_plan
from planner.services.reporting import Standing
from planner.services.tracking import settle_finding
from planner.store import queries
from planner.store.database import Session
from planner.web.desk import desk, said
from planner.web.plan_text import lines_of

pages = Blueprint("plans", __name__)


@pages.get("/plans")
def every() -> str:
    """List the plans."""
    with desk().database.read() as session:
        plans = queries.plans(session)
    return render_template("plans/list.html", plans=plans)


@pages.get("/plans/<address>")
def show(address: str) -> str:
    """Show a plan's text with its life."""
    standing = desk().standing_of(address)
    plan = standing.plans[0]
    with desk().database.read() as session:
        version = queries.version_of(session, plan.id)
        items = queries.items_of(session, plan.id)
        lines = lines_of(version, items, queries.tasks_of(session, plan.id))
        keys = {row.id: row.key for row in queries.occurrences_in(session, [plan])}
    return render_template(
        "plans/show.html",
        plan=plan,
        version=version,
        lines=lines,
        items=items,
        standing=standing,
        by_task=by_task(standing),
        totals=totals(standing.entries, standing.on),
        keys=keys,
        worst=lambda standing, held: worst(standing.mark(entry) for entry in held),
        opened=lambda line: [piece.task for piece in line.pieces if piece.opens],
    )


def by_task(standing: Standing) -> dict[int, list[Entry]]:
    """Return the occurrences of each task."""
    groups: dict[int, list[Entry]] = defaultdict(list)
    for entry in standing.entries:
        groups[entry.task_id].append(entry)
    return groups


@pages.get("/plans/<address>/findings")
def findings(address: str) -> str:
    """List what the document leaves open or gets wrong."""
    standing = desk().standing_of(address)
    plan = standing.plans[0]
    with desk().database.read() as session:
        version = queries.version_of(session, plan.id)
        settled = queries.settled_findings(session, plan.id) | _named_since(session, plan.id)
    done = sum((finding["code"], finding["start"]) in settled for finding in version.findings)
    return render_template(
        "plans/findings.html", plan=plan, version=version, settled=settled, done=done, standing=standing
    )


def _named_since(session: Session, plan_id: int) -> set[tuple[str, int]]:
    """Return code and place of the findings that naming somebody for the item has settled."""
    parts = queries.assigned(session, [plan_id])
    return {
        (f"no_{part.role}", item.start)
        for item in queries.items_of(session, plan_id)
        for part in parts.get(item.id, [])
    }


@pages.post("/plans/<address>/findings")
def settle(address: str) -> AnyResponse:
    """Note that a finding has been dealt with."""
    settle_finding(desk().database, address, request.form.get("code", ""), request.form.get("start", -1, int), said())
    return redirect(url_for("plans.findings", address=address))


@pages.get("/plans/<address>.md")
def markdown(address: str) -> Response:
    """Hand out the plan in its canonical Markdown form."""
    with desk().database.read() as session:
        plan = queries.plan_at(session, address)
        version = queries.version_of(session, plan.id)
    body = write_plan(read_plan(version.text, year=plan.year))
    return Response(body, content_type="text/markdown; charset=utf-8")


@pages.post("/plans/<address>/archive")
def archive(address: str) -> AnyResponse:
    """Take the sample off the pages."""
    archive_plan(desk().database, address, desk().now)
    flash("示例已移除。现在可以导入您自己的计划文件。")
    return redirect(url_for("desk.home"))
