"""Importing: drop the file in, or paste the text, and its review begins."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.errors import Invalid, PlannerError
from planner.services.importing import Source, find_import
from planner.services.reviewing import open_review, reviews_underway
from planner.web.desk import desk, said

pages = Blueprint("imports", __name__)

PASTED = "粘贴的文字"


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
        source = _given()
        known = find_import(desk().database, source)
        if known:
            flash(f"这个文件以前导入过，就是《{known.title}》，没有改动任何内容。")
            return redirect(url_for("plans.show", address=known.address))
        row = open_review(desk().database, source, said(), files=desk().settings.files)
    except PlannerError as error:
        return _choose(error.message), 400
    return redirect(url_for("reviews.show", review_id=row.id))


def _given() -> Source:
    file = request.files.get("file")
    if file is not None and file.filename:
        # Only the last part of the name is kept, and never used as a path.
        return Source(file.filename.replace("\\", "/").rsplit("/", 1)[-1], file.stream.read())
    text = request.form.get("text", "")
    if not text.strip():
        raise Invalid("请先选择一个文件，或把文字贴到框里，再点「读文件」。")
    name = next(line.strip() for line in text.splitlines() if line.strip())[:30]
    return Source(f"{PASTED}：{name}.txt".replace("/", "_"), text.replace("\r\n", "\n").encode())
