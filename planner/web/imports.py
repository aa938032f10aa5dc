"""Importing: drop the file in, or paste the text, and its review begins."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.errors import PlannerError, Unwritable
from planner.services.importing import find_import
from planner.services.reviewing import open_review, reviews_underway
from planner.store.database import StoreUnavailable
from planner.web.desk import desk, said
from planner.web.uploads import given

pages = Blueprint("imports", __name__)


@pages.get("/import")
def choose() -> str:
    """Ask for the file or the text, and show the reviews that wait to be finished."""
    return _choose()


def _choose(error: str = "") -> str:
    return render_template(
        "plans/import.html",
        error=error,
        pasted=request.form.get("text", ""),
        underway=reviews_underway(desk().database),
    )


@pages.post("/import")
def read() -> str | Response | tuple[str, int]:
    """Read the file and begin its review."""
    try:
        source = given()
        known = find_import(desk().database, source)
        if known:
            flash(f"这个文件以前导入过，就是《{known.title}》，没有改动任何内容。")
            return redirect(url_for("plans.show", address=known.address))
        row = open_review(desk().database, source, said(), files=desk().settings.files)
    except PlannerError as error:
        return _choose(error.message), 503 if isinstance(error, StoreUnavailable | Unwritable) else 400
    return redirect(url_for("reviews.show", review_id=row.id))
