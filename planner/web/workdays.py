"""The office's working days: a year at a glance, a day changed, the notice of a year taken in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.year import KIND_WORDS, holidays_of, kind_of, month_weeks, worked_in
from planner.errors import PlannerError
from planner.services import arranging
from planner.store import queries, workdays
from planner.web.desk import YEARS, desk, parse_day, said, status_of_refusal
from planner.web.uploads import given

pages = Blueprint("workdays", __name__)

PASTED = "贴在页面上的通知"


@pages.get("/settings/workdays")
def show() -> str:
    """Show a year."""
    return _page(_year())


def _year() -> int:
    year = request.values.get("year", desk().now.year, int)
    return min(max(year, YEARS[0]), YEARS[-1])


def _page(year: int, error: str = "") -> str:
    with desk().database.read() as session:
        entered = workdays.calendar_years(session, queries.the_office(session).id)
    days = desk().days
    return render_template(
        "settings/workdays.html",
        year=year,
        years=[one for one in (year - 1, year, year + 1) if one in YEARS],
        entered=entered.get(year),
        days=days,
        months=[(month, month_weeks(year, month), worked_in(year, month, days)) for month in range(1, 13)],
        holidays=holidays_of(year, days),
        kind_of=kind_of,
        kind_words=KIND_WORDS,
        today=desk().now.date(),
        error=error,
        form=request.form,
    )


@pages.post("/settings/workdays")
def change() -> str | Response | tuple[str, int]:
    """Change one day."""
    form = request.form
    try:
        day = parse_day(form.get("date", ""))
        told = arranging.change_day(desk().database, day, form.get("worked", ""), form.get("name", ""), said())
    except PlannerError as error:
        return _page(_year(), error.message), status_of_refusal(error)
    flash(f"已保存：{told}。")
    return redirect(url_for("workdays.show", year=day.year))


@pages.post("/settings/workdays/notice")
def read() -> str | tuple[str, int]:
    """Show what a notice would change, before anything is stored."""
    try:
        source = given()
        proposal = arranging.read_proposal(desk().database, source, _year())
    except PlannerError as error:
        return _page(_year(), error.message), status_of_refusal(error)
    pasted = bool(request.form.get("text", "").strip()) and not request.files.get("file")
    name = PASTED if pasted else f"通知文件「{source.filename[:60]}」"
    return render_template("settings/workdays_notice.html", proposal=proposal, source=name)


@pages.post("/settings/workdays/year")
def enter() -> str | Response | tuple[str, int]:
    """Store a notice that was looked at."""
    form, year = request.form, _year()
    text, source = form.get("text", "").replace("\r\n", "\n"), form.get("source", PASTED)[:80]
    try:
        changed = arranging.enter_year(desk().database, text, year, source, said())
    except PlannerError as error:
        return _page(year, error.message), status_of_refusal(error)
    flash(f"{year}年的节假日安排已保存，改动 {changed} 天。")
    return redirect(url_for("workdays.show", year=year))
