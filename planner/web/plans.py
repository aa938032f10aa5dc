"""The plan page: the issued text, untouched, with a mark at each clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from planner.core.choice import count_marks
from planner.core.ledger import Entry, totals
from planner.core.revision import align_items, differences, is_changed
from planner.core.status import State, worst
from planner.services import reader
from planner.services.carrying_over import SECTION
from planner.services.publishing import plan_as_stored
from planner.services.tracking import issue_drafts, settle_finding
from planner.services.withdrawing import bring_back, silence, withdraw_plan
from planner.store import queries
from planner.store.database import Session
from planner.store.models import Item, Task
from planner.store.workdays import working_days
from planner.web.access import may_open_tasks
from planner.web.desk import desk, said, tasks_count
from planner.web.plan_text import lines_of
from planner.web.source_text import pair_texts

pages = Blueprint("plans", __name__)


@pages.get("/plans")
def every() -> str:
    """List the plans."""
    with desk().database.read() as session:
        plans = queries.plans(session)
        withdrawn = [plan for plan in queries.plans_ever(session) if plan.archived_at]
    return render_template("plans/list.html", plans=plans, withdrawn=withdrawn)


@pages.get("/plans/<address>")
def show(address: str) -> str:
    """Show a plan's text with its life."""
    standing = desk().standing_of(address)
    plan, entries = standing.plans[0], standing.choose(full=False)
    with desk().database.read() as session:
        versions = queries.versions_of(session, plan.id)
        version = versions[-1]
        items = queries.items_of(session, plan.id)
        lines = lines_of(version, items, queries.tasks_of(session, plan.id))
    return render_template(
        "plans/show.html",
        plan=plan,
        version=version,
        versions=versions,
        drafts=tasks_count(entry for entry in entries if entry.facts.state is State.DRAFT),
        lines=lines,
        items=items,
        standing=standing,
        by_task=by_task(entries),
        totals=totals(entries, standing.on),
        counts=count_marks(entries, standing.on, standing.days, standing.thresholds),
        carried=[entry for entry in entries if entry.section == SECTION],
        may_open=may_open_tasks(plan),
        worst=lambda standing, held: worst(standing.mark(entry) for entry in held),
        opened=lambda line: [piece.task for piece in line.pieces if piece.opens],
    )


def by_task(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Return the occurrences of each task."""
    groups: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
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
        items, tasks = queries.items_of(session, plan.id), queries.tasks_of(session, plan.id)
    places = [_code_at(finding["start"], items, tasks) for finding in version.findings]
    done = sum((finding["code"], finding["start"]) in settled for finding in version.findings)
    return render_template(
        "plans/findings.html", plan=plan, version=version, settled=settled, done=done, places=places, standing=standing
    )


def _code_at(start: int, items: Sequence[Item], tasks: Sequence[Task]) -> str:
    """Return the code of the task in whose words, else in whose point, a finding stands; "" where there is none."""
    own = next((task.code for task in tasks if task.start <= start < task.end), "")
    point = next((item.id for item in items if item.start <= start < item.end), None)
    return own or next((task.code for task in tasks if task.item_id == point), "")


def _named_since(session: Session, plan_id: int) -> set[tuple[str, int]]:
    """Return code and place of the findings that naming somebody for the item has settled."""
    parts = queries.assigned_in(session, [plan_id])
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
        plan, days = plan_as_stored(session, queries.plan_at(session, address)), working_days(session)
    return Response(reader.write_plan(plan, days), content_type="text/markdown; charset=utf-8")


@pages.get("/plans/<address>/versions/<int:number>")
def version(address: str, number: int) -> str:
    """Show the words of one version as issued, and what the next one changed."""
    with desk().database.read() as session:
        plan = queries.plan_at(session, address)
        versions = queries.versions_of(session, plan.id)
        shown = queries.version_numbered(session, plan.id, number)
        later = next((one for one in versions if one.number == number + 1), None)
    old = reader.read_plan(shown.text, year=plan.year)
    pairs = align_items(old.items, reader.read_plan(later.text, year=plan.year).items) if later else []
    changed = [pair for pair in pairs if is_changed(pair, plan.year)]
    return render_template(
        "plans/version.html",
        plan=plan,
        version=shown,
        later=later,
        changed=changed,
        differences=lambda pair: differences(pair, plan.year),
        texts=pair_texts,
    )


@pages.post("/plans/<address>/issue")
def issue(address: str) -> AnyResponse:
    """Issue the tasks that still wait as drafts: all of them, or one."""
    code = request.form.get("code", "")
    flash(f"已下达{issue_drafts(desk().database, address, said(), code)}项任务。")
    here = url_for("tasks.show", address=f"{address}-{code}") if code else url_for("plans.show", address=address)
    return redirect(here)


@pages.post("/plans/<address>/archive")
def archive(address: str) -> AnyResponse:
    """Take a plan off the pages: the sample with one press, a real one with a reason."""
    sample = desk().standing_of(address).is_sample
    withdraw_plan(desk().database, address, said())
    if sample:
        flash("示例已移除。现在可以导入您自己的计划文件。")
        return redirect(url_for("desk.home", on=None))
    flash("已撤下。内容和留痕都还在，需要时可以在「文件」页恢复。")
    return redirect(url_for("plans.every", on=None))


@pages.post("/plans/<address>/reminders")
def remind(address: str) -> AnyResponse:
    """Remind nobody of a plan any more, or again."""
    wanted = request.form.get("silent") == "1"
    silence(desk().database, address, said(), wanted=wanted)
    flash("已停发这份文件的提醒，随时可以恢复。" if wanted else "已恢复这份文件的提醒。")
    return redirect(url_for("plans.show", address=address))


@pages.post("/plans/<int:plan_id>/restore")
def restore(plan_id: int) -> AnyResponse:
    """Put a withdrawn plan back."""
    address = bring_back(desk().database, plan_id, said())
    flash("已恢复。")
    return redirect(url_for("plans.show", address=address))
