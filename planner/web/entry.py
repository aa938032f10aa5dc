"""Quick entry: one line as heard, a month's grid, and the bulk sign-off of what a meeting settled."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.calendar import add_months, month_end
from planner.core.choice import Choice, Order
from planner.core.ledger import Entry
from planner.core.status import Act, Mark, act_label
from planner.errors import Invalid
from planner.services import entering, tracking
from planner.store import queries
from planner.web.desk import KEPT, desk, parse_day, said, status_of_refusal
from planner.web.rows import code_among
from planner.web.tasks import data_of

if TYPE_CHECKING:
    from planner.reading.quick_entry import QuickEntry

pages = Blueprint("entry", __name__)

OFFERED = (Act.PROGRESS, Act.HAND_IN, Act.CHASE)


@pages.get("/quick")
def quick() -> str | tuple[str, int]:
    """Offer task, day and figures for one line."""
    line = request.args.get("line", "")
    return _quick_page(line) if line.strip() else render_template("entry/quick.html", standing=desk().standing, line="")


def _quick_page(line: str, error: str = "") -> str:
    standing = desk().standing
    entries = {entry.occurrence_id: entry for entry in standing.choose(Choice(only_open=True))}
    read = entering.understand(line, min(standing.on, desk().now.date()), entries.values())
    offered = [entries[candidate.occurrence_id] for candidate, _ in read.ranked]
    # What happened this year is mostly about this year's plan.
    years = {plan.id: plan.year for plan in standing.plans}
    offered.sort(key=lambda entry: years[entry.plan_id] != read.day.year)
    return render_template(
        "entry/quick.html",
        standing=standing,
        line=line,
        read=read,
        offered=offered,
        others=[entry for entry in entries.values() if entry not in offered],
        acts=[(act, act_label(act)) for act in OFFERED],
        error=error,
        figures=_figure_words(read),
        code_of=lambda entry: code_among(standing, entry),
    )


def _figure_words(read: QuickEntry) -> list[str]:
    return [f"{figure.words}{figure.number}{figure.unit}" for figure in read.figures]


@pages.post("/quick")
def confirm() -> str | Response | tuple[str, int]:
    """Record a line as confirmed."""
    form = request.form
    act = next((act for act in OFFERED if act.value == form.get("act")), Act.PROGRESS)
    try:
        data = data_of(act)
        if form.getlist("figure") and act is not Act.CHASE:
            data["figures"] = "、".join(form.getlist("figure"))[:200]
        chosen = form.get("other" if form.get("occurrence") == "other" else "occurrence", 0, int)
        if not chosen:
            raise Invalid("请先选是哪一项，再记下。")
        tracking.record(desk().database, chosen, act, said(data))
    except KEPT as error:
        return _quick_page(form.get("text", ""), error.message), status_of_refusal(error)
    with desk().database.read() as session:
        task = queries.task_by_id(session, queries.occurrence(session, chosen).task_id)
    flash(f"已记到 {task.code}「{task.title}」：{act_label(act)}。可以接着记下一句。")
    return redirect(url_for("entry.quick"))


@pages.get("/grid")
def grid() -> str:
    """Show a month's grid, to key in a chart marked by pen."""
    return _grid_page({})


def _grid_page(errors: dict[int, str]) -> str:
    standing = desk().standing
    first = _month(request.values.get("month", ""), standing.on)
    last = month_end(first.year, first.month)
    entries = [entry for entry in standing.choose(Choice(only_open=True)) if _in_month(entry, first, last)]
    return render_template(
        "entry/grid.html",
        standing=standing,
        dated=[entry for entry in entries if entry.facts.due_on],
        undated=[entry for entry in entries if not entry.facts.due_on],
        first=first,
        before=add_months(first, -1),
        after=add_months(first, 1),
        day=min(last, desk().now.date(), max(standing.on, first)).day,
        errors=errors,
        form=request.form,
    )


def _month(text: str, on: date) -> date:
    return parse_day(f"{text}-01") if text else on.replace(day=1)


def _in_month(entry: Entry, first: date, last: date) -> bool:
    """Tell whether a period is due in a month, or is open in it without a day."""
    due, opens = entry.facts.due_on, entry.facts.opens_on
    if entry.facts.before_issue:
        return False
    if due is None:
        return opens is None or first <= opens <= last
    return first <= due <= last or due < first


@pages.post("/grid")
def key_in() -> str | Response | tuple[str, int]:
    """Record every row of the grid that was filled in."""
    form = request.form
    first = _month(form.get("month", ""), desk().now.date())
    try:
        rows = [_row(key, first) for key in form.getlist("row", int) if form.get(f"mark{key}", "").strip()]
    except Invalid as error:
        return _grid_page({0: error.message}), 400
    errors = entering.enter_marks(desk().database, rows)
    if errors:
        return _grid_page(errors), 400
    flash(f"已记下{len(rows)}项。" if rows else "没有填写任何一行。")
    return redirect(url_for("entry.grid", month=f"{first:%Y-%m}", plan=request.args.get("plan")))


def _row(key: int, first: date) -> tuple[int, str, tracking.Said]:
    form = request.form
    number = form.get(f"day{key}", 0, int)
    if not 1 <= number <= calendar.monthrange(first.year, first.month)[1]:
        raise Invalid(
            f"日子应填 1 到 {calendar.monthrange(first.year, first.month)[1]}，现在是「{form.get(f'day{key}')}」。"
        )
    told = replace(said(), day=first.replace(day=number), text=form.get(f"text{key}", ""))
    return key, form[f"mark{key}"], told


@pages.get("/sign-off")
def sign_off() -> str:
    """Show everything handed in, to sign off what a meeting settled."""
    return _sign_off_page({})


def _sign_off_page(errors: dict[int, str]) -> str:
    standing = desk().standing
    return render_template(
        "entry/sign_off.html",
        standing=standing,
        entries=standing.choose(Choice(marks=(Mark.HANDED_IN,)), Order.DOCUMENT),
        errors=errors,
        form=request.form,
        day=min(standing.on, desk().now.date()),
    )


@pages.post("/sign-off")
def sign_off_all() -> str | Response | tuple[str, int]:
    """Sign off what was ticked."""
    form = request.form
    chosen = {key: form.get(f"version{key}", None, int) for key in form.getlist("chosen", int)}
    errors = tracking.sign_off_all(desk().database, chosen, said())
    if errors or not chosen:
        return _sign_off_page(errors or {0: "请先勾选要销号的事项。"}), 400
    flash(f"已销号{len(chosen)}项。")
    return redirect(url_for("entry.sign_off"))
