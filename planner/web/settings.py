"""Settings of the office: who signs off, and the seasons it dates once a year."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.schedule import TERMS, season_name
from planner.errors import Invalid
from planner.services import scheduling
from planner.services.settling import SIGN_OFF_RULES, set_sign_off_rule
from planner.store import queries
from planner.store.database import Session
from planner.store.models import Plan, Task
from planner.web.desk import desk, parse_day, said

pages = Blueprint("settings", __name__)


@pages.get("/settings")
def show() -> str:
    """Show the settings."""
    return _page()


def _page(error: str = "") -> str:
    years = sorted({plan.year for plan in desk().standing.plans}, reverse=True) or [desk().now.year]
    year = request.values.get("year", years[0], int)
    with desk().database.read() as session:
        office = queries.the_office(session)
        dated = queries.seasons(session, year)
        wanted: dict[str, list[tuple[Plan, Task]]] = defaultdict(list)
        for plan in queries.plans_of_year(session, year):
            _collect_seasons(session, plan, wanted)
    names = {row.name for row in dated}
    return render_template(
        "settings/show.html",
        office=office,
        rules=SIGN_OFF_RULES,
        years=years,
        year=year,
        seasons=dated,
        wanted=wanted,
        missing=[name for name in wanted if name not in names],
        error=error,
        form=request.form,
    )


def _collect_seasons(session: Session, plan: Plan, wanted: dict[str, list[tuple[Plan, Task]]]) -> None:
    """Add the seasons the tasks of a plan hang on, each with these tasks."""
    for task in queries.tasks_of(session, plan.id):
        for rule in task.deadlines:
            if rule["season"] and not rule["due"]:
                _note(wanted[season_name(rule["season"])], plan, task)
            elif rule["freq"] == "SEMESTER":
                for name, _ in TERMS:
                    _note(wanted[name], plan, task)


def _note(found: list[tuple[Plan, Task]], plan: Plan, task: Task) -> None:
    if (plan, task) not in found:
        found.append((plan, task))


@pages.post("/settings/sign-off")
def sign_off() -> Response:
    """Say who signs off."""
    set_sign_off_rule(desk().database, request.form.get("rule", ""), said())
    flash("审核方式已保存。")
    return redirect(url_for("settings.show"))


@pages.post("/settings/seasons")
def season() -> str | Response | tuple[str, int]:
    """Date a season, and move all that hangs on it."""
    form = request.form
    year = form.get("year", 0, int)
    try:
        first, last = parse_day(form.get("starts_on", "")), parse_day(form.get("ends_on", ""))
        moved = scheduling.set_season(desk().database, year, form.get("name", ""), first, last, said())
    except Invalid as error:
        return _page(error.message), 400
    flash(f"{form['name']}已定，{moved}期的到期日跟着变了。" if moved else f"{form['name']}已定，没有要跟着变的。")
    return redirect(url_for("settings.show", year=year))
