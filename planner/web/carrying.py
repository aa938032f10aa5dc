"""The turn of the year: what is still open in a plan goes on in a later one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.errors import Invalid
from planner.services.carrying_over import carry_over, open_matters
from planner.store import queries
from planner.web.desk import desk, said

pages = Blueprint("carrying", __name__)

STAYS = "stay"


@pages.get("/plans/<address>/carry")
def show(address: str) -> str:
    """Show what is open, and offer to carry it over."""
    return _page(address)


def _page(address: str, error: str = "") -> str:
    standing = desk().standing_of(address)
    plan = standing.plans[0]
    with desk().database.read() as session:
        later = [one for one in queries.plans(session) if one.year > plan.year and one.sample == plan.sample]
        wanted = request.values.get("to", "")
        target = next((one for one in later if one.address == wanted), later[-1] if later else None)
        matters = open_matters(session, plan, target) if target else []
    entries = {entry.occurrence_id: entry for entry in standing.entries}
    return render_template(
        "plans/carry.html",
        plan=plan,
        later=later,
        target=target,
        matters=[(matter, entries[matter.row.id]) for matter in matters if matter.row.id in entries],
        standing=standing,
        error=error,
    )


@pages.post("/plans/<address>/carry")
def carry(address: str) -> str | Response | tuple[str, int]:
    """Carry over what was chosen."""
    form = request.form
    choices = {key: form.get(f"how{key}", STAYS) for key in form.getlist("row", int)}
    chosen = {key: how for key, how in choices.items() if how != STAYS}
    try:
        if not chosen:
            raise Invalid("请先选择要结转的事项。")
        count = carry_over(desk().database, address, form.get("to", ""), chosen, said())
    except Invalid as error:
        return _page(address, error.message), 400
    flash(f"已结转{count}期，原来的进展和留痕都跟着过去。")
    return redirect(url_for("plans.show", address=form.get("to", "")))
