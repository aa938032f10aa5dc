"""The office's thresholds, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.thresholds import DEFAULTS, FIELD_LABELS
from planner.errors import Invalid
from planner.services import arranging
from planner.store import queries
from planner.store.workdays import thresholds_of
from planner.web.desk import desk, said

pages = Blueprint("thresholds", __name__)

GROUPS = (
    ("标记", ("soon_days", "soon_days_monthly", "stale_days"), ""),
    (
        "到期前提醒",
        ("before", "alone_at", "before_quarterly", "before_window", "monthly_day"),
        "到期当天（遇休息日提前）另外单独提醒一次。",
    ),
    (
        "逾期后",
        ("leader_after", "blue_after", "yellow_after", "red_after"),
        "部门：第1个工作日单独提醒，第2、3个工作日和以后每周第一个工作日列入摘要。黄色督办单也每周再拟一份，直到红色。答应过日子的，到那天以前不催（一次）。",
    ),
    ("重大隐患逾期后", ("hazard_blue_after", "hazard_yellow_after", "hazard_red_after"), ""),
    ("每天什么时候发", ("opens", "closes"), ""),
)


@pages.get("/settings/rules")
def show() -> str:
    """Show the thresholds beside those of the product."""
    return _page({}, request.form)


def _page(problems: Mapping[str, str], typed: Mapping[str, str], error: str = "") -> str:
    with desk().database.read() as session:
        office, kept = queries.the_office(session), thresholds_of(session)
    return render_template(
        "settings/thresholds.html",
        groups=GROUPS,
        labels=FIELD_LABELS,
        defaults={name: arranging.as_typed(getattr(DEFAULTS, name)) for name in FIELD_LABELS},
        values={name: typed.get(name, arranging.as_typed(getattr(kept, name))) for name in FIELD_LABELS},
        usual=kept == DEFAULTS,
        problems=problems,
        contact=request.form.get("contact", office.contact),
        error=error,
    )


@pages.post("/settings/rules")
def change() -> str | Response | tuple[str, int]:
    """Store the thresholds, or show beside each field what is wrong with it."""
    problems = arranging.set_thresholds(desk().database, request.form, said())
    if problems:
        return _page(problems, request.form), 400
    flash("提醒规则已保存，从现在起按新的规则标记和提醒。")
    return redirect(url_for("thresholds.show"))


@pages.post("/settings/rules/reset")
def reset() -> Response:
    """Go back to the thresholds of the product."""
    arranging.reset_thresholds(desk().database, said())
    flash("已恢复默认的提醒规则。")
    return redirect(url_for("thresholds.show"))


@pages.post("/settings/contact")
def contact() -> str | Response | tuple[str, int]:
    """Say whom to call."""
    try:
        arranging.set_contact(desk().database, request.form.get("contact", ""), said())
    except Invalid as error:
        return _page({}, {}, error.message), 400
    flash("联系人和电话已保存。")
    return redirect(url_for("thresholds.show"))
