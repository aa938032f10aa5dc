"""The task page: one commitment, its words, its story, and what the reader may do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.escalation import LEVEL_LABELS
from planner.core.history import NOTES
from planner.core.ledger import Entry, counted_words
from planner.core.measures import Chart, Measurement, chart_points, gap_words, latest, measure_words, reached_by
from planner.core.permission import MAY, Concerned, Role
from planner.core.plan import Target
from planner.core.reminders import MUTABLE, RULE_LABELS, Rule
from planner.core.status import Act, State, act_label, allowed_acts
from planner.errors import Invalid, NotFound
from planner.services import assigning, flagging, noticing, scheduling, tracking
from planner.services.reporting import Standing
from planner.services.scheduling import Correction
from planner.store import outbox, queries
from planner.store.models import Event, Item, Occurrence, Plan, PlanVersion, Task
from planner.store.outgoing import Mute, Reminder
from planner.web.desk import KEPT, desk, parse_day, said, status_of_refusal
from planner.web.refusals import TYPED

pages = Blueprint("tasks", __name__)

SPOKEN = (Act.PROGRESS, Act.HAND_IN, Act.CHASE)
"""What is told in the one form of a sentence."""
DECIDED = (Act.SIGN_OFF, Act.SEND_BACK)
OTHER = (Act.INSTRUCTION, Act.SUSPEND, Act.REOPEN, Act.CANCEL)
EXTENDED = (Act.EXTENSION_REQUEST, Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED)
ON_THE_PAGE = (*SPOKEN, *DECIDED, *OTHER, *EXTENDED)
OFFERED = (*ON_THE_PAGE, Act.MEASURE)
CHART = (220, 56)
LONGEST_NOTE = 200
LATELY, SENT_SHOWN = timedelta(days=60), 5
"""How far back, and how many of the messages about a task its page shows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A target with how far it has come, and the chart of its history where there is one."""

    place: int
    target: Target
    now: str
    gap: str
    at_due: str
    """Whether it was reached by the due day, once that has passed."""
    chart: Chart | None
    history: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reminding:
    """What the clerk sees of the reminders about a task: formal notices, muted rules, and the latest messages."""

    papers: Sequence[noticing.Paper] = ()
    mutes: Sequence[Mute] = ()
    sent: Sequence[Reminder] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """All that the task page shows, gathered in one reading."""

    plan: Plan
    task: Task
    item: Item
    version: PlanVersion
    rows: dict[int, Occurrence]
    chosen: Occurrence
    events: Sequence[Event]
    parts: Sequence[queries.Assigned]
    figures: Sequence[Figure]
    concerned: Concerned
    origin: tuple[Plan, Task] | None


def find(address: str) -> tuple[Plan, Task]:
    """Return the plan and the task an address such as 2024-12-1 names; raise ``NotFound``."""
    plan_address, _, code = address.partition("-")
    with desk().database.read() as session:
        plan = queries.plan_at(session, plan_address)
        return plan, queries.task_at(session, plan, code)


@pages.get("/t/<address>")
def show(address: str) -> str:
    """Show a task."""
    return page(address)


def page(address: str, error: str = "") -> str:
    """Return the task page, with what went wrong and the words typed still in their place."""
    plan, task = find(address)
    standing = desk().standing_of(plan.address)
    shown = _gather(plan, task, standing)
    entries = standing.of_tasks([task.id])
    entry = next((entry for entry in entries if entry.occurrence_id == shown.chosen.id), None)
    if entry is None:
        raise NotFound("那一天还没有这项任务，请改看今天。")
    day = min(standing.on, desk().now.date())
    return render_template(
        "tasks/show.html",
        page=shown,
        standing=standing,
        entries=entries,
        entry=entry,
        counted=counted_words(entry),
        acts=_acts(shown.chosen, day),
        deciders=_deciders(shown.concerned),
        error=error,
        form=request.form,
        day=day,
        here=url_for("tasks.show", address=f"{plan.address}-{task.code}"),
        address=f"{plan.address}-{task.code}",
        chart_size=CHART,
        reminding=_reminding(task, entries),
        rule_labels=RULE_LABELS,
        mutable=[rule for rule in Rule if rule in MUTABLE],
        level_labels=LEVEL_LABELS,
        flags=flagging.FLAGS,
    )


def _reminding(task: Task, entries: Sequence[Entry]) -> Reminding:
    if g.account.role != Role.CLERK:
        return Reminding()
    today, ids = desk().now.date(), [entry.occurrence_id for entry in entries]
    with desk().database.read() as session:
        return Reminding(
            papers=noticing.papers_about(session, entries, today),
            mutes=outbox.mutes(session, task.id),
            sent=outbox.about(session, ids, since=today - LATELY, limit=SENT_SHOWN, to_office=False),
        )


def _gather(plan: Plan, task: Task, standing: Standing) -> Page:
    with desk().database.read() as session:
        rows = {row.id: row for row in queries.occurrences_of(session, task.id)}
        chosen = _chosen(list(rows.values()))
        origin = queries.task_by_id(session, task.origin_id) if task.origin_id else None
        targets, measured = queries.targets_with_measurements(session, task.id)
        measurements = [one for one in measured if standing.then is None or one.day <= standing.on]
        return Page(
            plan=plan,
            task=task,
            item=queries.item_by_id(session, task.item_id),
            version=queries.version_numbered(session, plan.id, task.version),
            rows=rows,
            chosen=chosen,
            events=[event for event in queries.timeline(session, task) if standing.tells(event)],
            parts=queries.assigned(session, [task.item_id]).get(task.item_id, []),
            figures=[_figure(place, target, measurements, chosen.due_on) for place, target in enumerate(targets)],
            concerned=tracking.concerned(session, chosen, desk().now.date()),
            origin=(queries.plan_with(session, origin.plan_id), origin) if origin else None,
        )


def _at_due(target: Target, own: Sequence[Measurement], due_on: date) -> str:
    return "到期时已达到" if reached_by(target, own, due_on) else "到期时没有达到"


def _figure(place: int, target: Target, measurements: Sequence[Measurement], due_on: date | None) -> Figure:
    own = [one for one in measurements if one.target == place]
    last = latest(own, place, None)
    return Figure(
        place=place,
        target=target,
        now=measure_words(target, last) if last else "还没有记过数",
        gap=gap_words(target, last) if last else "",
        at_due=_at_due(target, own, due_on) if due_on and due_on < desk().now.date() else "",
        chart=chart_points(target, own, *CHART) if len(own) > 1 else None,
        history=[f"{one.day.isoformat()}　{measure_words(target, one)}" for one in own],
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


def _acts(row: Occurrence, day: date) -> set[Act]:
    """Return what the reader may do on a day, by role and by state."""
    role = Role(g.account.role)
    able = {act for act in allowed_acts(State(row.state)) if role in MAY[act] and act in OFFERED}
    if row.extension:
        able.discard(Act.EXTENSION_REQUEST)
    else:
        able -= {Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED}
    if row.due_on is None or (day > row.due_on and role is not Role.CLERK):
        able.discard(Act.EXTENSION_REQUEST)
    return able


def _deciders(concerned: Concerned) -> list[str]:
    return list(dict.fromkeys((*concerned.leaders, *concerned.deputies, *concerned.main_leaders)))


@pages.post("/t/<address>")
def act(address: str) -> str | Response | tuple[str, int]:
    """Record what was said about one period of a task."""
    try:
        done = _act(address, request.form.get("act", ""))
    except KEPT as error:
        return page(address, error.message), status_of_refusal(error)
    flash(done)
    if "home" in request.form and g.party:
        return redirect(url_for("parties.show", party_id=g.party.id))
    return redirect(url_for("tasks.show", address=address, o=request.form.get("o", "")))


def _own_occurrence(address: str) -> tuple[int, int | None]:
    """Return the occurrence a form is about and the version seen; raise ``NotFound`` when it is not of this task."""
    _, task = find(address)
    occurrence_id = request.form.get("occurrence", 0, int)
    with desk().database.read() as session:
        if queries.occurrence(session, occurrence_id).task_id != task.id:
            raise NotFound
    return occurrence_id, request.form.get("version", None, int)


def _act(address: str, name: str) -> str:
    occurrence_id, version = _own_occurrence(address)
    chosen = next((act for act in ON_THE_PAGE if act.value == name), None)
    if chosen is None:
        raise Invalid("请点页面上的一个按钮。")
    tracking.record(desk().database, occurrence_id, chosen, said(data_of(chosen)), version)
    return f"已记下：{act_label(chosen)}。"


def data_of(act: Act) -> dict[str, Any]:
    """Return what a submitted form says beside its sentence."""
    form = request.form
    data: dict[str, Any] = {}
    if act in (Act.PROGRESS, Act.HAND_IN):
        data |= {name: _note(name) for name in NOTES if form.get(name) or form.get(f"had_{name}")}
        if form.get("times", 0, int) > 0:
            data["times"] = min(form.get("times", 0, int), 99)
        if form.getlist("cells"):
            data["cells"] = form.getlist("cells")
    if act is Act.HAND_IN and form.get("explained", "").strip():
        data["explained"] = _note("explained")
    if act in (Act.PROGRESS, Act.HAND_IN, Act.CHASE) and form.get("promised_on"):
        data["promised_on"] = parse_day(form["promised_on"]).isoformat()
    if act in (Act.EXTENSION_REQUEST, Act.EXTENSION_GRANTED) and form.get("due_on"):
        data["due_on"] = parse_day(form["due_on"]).isoformat()
    return data


def _note(name: str) -> str:
    words = request.form[name].strip()
    if len(words) > LONGEST_NOTE:
        raise Invalid(f"「{TYPED[name]}」请不超过{LONGEST_NOTE}字，现在有{len(words)}字。")
    return words


@pages.post("/t/<address>/measure")
def measure(address: str) -> str | Response | tuple[str, int]:
    """Record what a target has come to."""
    form = request.form
    try:
        occurrence_id, version = _own_occurrence(address)
        place, words = form.get("target", -1, int), form.get("measured", "")
        tracking.measure(desk().database, occurrence_id, place, words, said(), version)
    except KEPT as error:
        return page(address, error.message), status_of_refusal(error)
    flash("指标已记下。")
    return redirect(url_for("tasks.show", address=address, o=form.get("o", "")))


@pages.post("/t/<address>/parties")
def assign(address: str) -> str | Response | tuple[str, int]:
    """Name someone responsible for the item a task belongs to, or end a part."""
    _, task = find(address)
    form, database = request.form, desk().database
    try:
        if "release" in form:
            assigning.release(database, task.item_id, form.get("release", 0, int), form.get("role", ""), said())
        else:
            assigning.assign(database, task.item_id, form.get("role", ""), form.get("names", ""), said())
    except Invalid as error:
        return page(address, error.message), 400
    flash("责任人已更新。")
    return redirect(url_for("tasks.show", address=address))


@pages.post("/t/<address>/flags")
def flag(address: str) -> str | Response | tuple[str, int]:
    """Say that a task is confidential or a major hazard, or no longer."""
    _, task = find(address)
    form = request.form
    try:
        flagging.set_flag(desk().database, task.id, form.get("flag", ""), form.get("wanted") == "1", said())
    except KEPT as error:
        return page(address, error.message), status_of_refusal(error)
    flash("已保存。")
    return redirect(url_for("tasks.show", address=address, o=form.get("o", "")))


@pages.post("/t/<address>/settle")
def settle(address: str) -> str | Response | tuple[str, int]:
    """Settle what the words leave open: a due day, a standing duty, a period before the issue, parties of their own."""
    _, task = find(address)
    try:
        done = _settle(address, task)
    except KEPT as error:
        return page(address, error.message), status_of_refusal(error)
    flash(done)
    return redirect(url_for("tasks.show", address=address, o=request.form.get("o", "")))


def _settle(address: str, task: Task) -> str:
    form, database = request.form, desk().database
    occurrence_id, version = _own_occurrence(address)
    match form.get("what", ""):
        case "due":
            due = parse_day(form.get("due_on", ""))
            scheduling.set_due(database, occurrence_id, due, said(), version)
            return "时限已保存。"
        case "correct":
            closed_on = parse_day(form["closed_on"]) if form.get("closed_on") else None
            wanted = Correction(closed_on, form.get("times", None, int), revive="revive" in form)
            scheduling.correct(database, occurrence_id, wanted, said(), version)
            return "已更正，原来的留在留痕里。"
        case "standing":
            scheduling.declare_standing(database, task.id, said())
            return "已定为长期工作，不再提示缺时限。"
        case "count_in":
            scheduling.count_in(database, occurrence_id, said())
            return "已补录，这一期计入到期应办。"
        case "cells":
            count = scheduling.name_cells(database, task.id, form.get("names", ""), said())
            return f"已按{count}个单位分开办理。" if count else "不再按单位分开办理。"
    raise Invalid("请点页面上的一个按钮。")
