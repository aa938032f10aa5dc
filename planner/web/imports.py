"""Importing: drop the file in, see what was read, confirm once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.plan import Plan
from planner.errors import Invalid, PlannerError
from planner.services.importing import Source, commitments, find_import, import_plan, item_codes, read_source
from planner.web.desk import desk

pages = Blueprint("imports", __name__)

KEPT_FOR = timedelta(days=1)


@pages.get("/import")
def choose() -> str:
    """Ask for the file."""
    return render_template("plans/import.html", error="")


@pages.post("/import")
def preview() -> str | Response | tuple[str, int]:
    """Read the uploaded file and show what was found; nothing is stored yet."""
    try:
        source = _uploaded()
        known = find_import(desk().database, source)
        if known:
            flash(f"这个文件以前导入过，就是《{known.title}》，没有改动任何内容。")
            return redirect(url_for("plans.show", address=known.address))
        read = read_source(source)
    except PlannerError as error:
        return render_template("plans/import.html", error=error.message), 400
    return _preview(source, read, _set_aside(source))


def _preview(source: Source, read: Plan, ticket: str, error: str = "") -> str:
    leaders = dict.fromkeys(name.name for item in read.items for name in item.responsibility.leaders)
    departments = dict.fromkeys(name.name for item in read.items for name in item.responsibility.departments)
    return render_template(
        "plans/preview.html",
        read=read,
        codes=item_codes(read.items),
        commitments=commitments,
        filename=source.filename,
        ticket=ticket,
        leaders=list(leaders),
        departments=list(departments),
        error=error,
    )


@pages.post("/import/confirm")
def confirm() -> str | Response | tuple[str, int]:
    """Store the plan that was shown, or forget the file."""
    path, source = _set_aside_as(request.form.get("ticket", ""))
    if "cancel" in request.form:
        path.unlink(missing_ok=True)
        flash("没有导入，什么都没有改动。")
        return redirect(url_for("imports.choose"))
    year = request.form.get("year", None, int)
    try:
        done = import_plan(
            desk().database, source, actor="经办文员", at=desk().now, year=year, files=desk().settings.files
        )
    except Invalid as error:
        return _preview(source, read_source(source, year), path.name, error.message), 400
    path.unlink(missing_ok=True)
    flash(f"已导入《{done.title}》：{done.items}条，{done.tasks}项任务。")
    return redirect(url_for("plans.show", address=done.address))


def _uploaded() -> Source:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("请先选择一个文件，再点「读文件」。")
    # Only the last part of the name is kept, and never used as a path.
    return Source(file.filename.replace("\\", "/").rsplit("/", 1)[-1], file.stream.read())


def _waiting_room() -> Path:
    return desk().settings.data / "uploads"


def _set_aside(source: Source) -> str:
    """Keep an upload until it is confirmed and return its ticket; forget those nobody confirmed."""
    room = _waiting_room()
    room.mkdir(parents=True, exist_ok=True)
    limit = (desk().now - KEPT_FOR).timestamp()
    for path in room.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
    ticket = secrets.token_hex(16)
    name = source.filename.encode("utf-8", "replace")[:400]
    (room / ticket).write_bytes(len(name).to_bytes(2) + name + source.data)
    return ticket


def _set_aside_as(ticket: str) -> tuple[Path, Source]:
    if len(ticket) != 32 or not set(ticket) <= set("0123456789abcdef"):
        raise Invalid("没有找到刚才上传的文件，请重新上传。")
    path = _waiting_room() / ticket
    if not path.is_file():
        raise Invalid("刚才上传的文件已经处理过或超过一天，请重新上传。")
    held = path.read_bytes()
    cut = 2 + int.from_bytes(held[:2])
    return path, Source(held[2:cut].decode("utf-8", "replace"), held[cut:])
