"""The outbox: messages that wait for a person to pass them on, and what became of the others."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from planner.services.reminding import mark_told
from planner.store import queries
from planner.web.desk import desk

pages = Blueprint("outbox", __name__)


@pages.get("/outbox")
def waiting() -> str:
    """Show what waits, with text to copy."""
    with desk().database.read() as session:
        open_rows = queries.outbox(session, "waiting", "failed")
        past = queries.outbox(session, "sent", "sending", limit=50)
    return render_template("outbox/list.html", waiting=open_rows, past=past)


@pages.post("/outbox/<int:reminder_id>")
def told(reminder_id: int) -> Response:
    """Note that a message was passed on by a person."""
    mark_told(desk().database, reminder_id, desk().now)
    flash("已记下：这条提醒已转告。")
    return redirect(url_for("outbox.waiting"))
