"""督办单: the drafts of formal notices, which a person edits and issues or skips, and the sheets to print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.escalation import LEVEL_LABELS
from planner.core.notice import full_day_words
from planner.core.status import words
from planner.errors import Conflict, Invalid
from planner.services import noticing
from planner.services.noticing import Sheet
from planner.web.desk import CONTROL, KEPT, desk, parse_day, said, status_of_refusal

pages = Blueprint("notices", __name__)


@pages.get("/notices")
def every() -> str:
    """Show what waits to be issued, what lapsed, and what was decided."""
    on, days = desk().now.date(), desk().days
    with desk().database.read() as session:
        drafts = noticing.papers(session, on, "draft", "lapsed")
        decided = noticing.papers(session, on, "issued", "skipped")
    return render_template(
        "notices/list.html",
        waiting=[paper for paper in drafts if paper.holds],
        lapsed=[paper for paper in drafts if not paper.holds],
        decided=decided,
        told=lambda entry: words(entry.facts, on, days),
        labels=LEVEL_LABELS,
    )


@pages.get("/notices/<int:notice_id>")
def show(notice_id: int) -> str:
    """Show one notice: a draft to edit and sign, or what became of it."""
    return _page(notice_id)


def _page(notice_id: int, error: str = "", told: str = "") -> str:
    with desk().database.read() as session:
        sheet = noticing.sheet(session, notice_id, desk().now.date())
    body = sheet.paper.notice.body if told else request.form.get("body", sheet.paper.notice.body)
    return render_template(
        "notices/show.html", sheet=sheet, labels=LEVEL_LABELS, error=error, told=told, form=request.form, body=body
    )


@pages.get("/notices/<int:notice_id>/print")
def printed(notice_id: int) -> str:
    """Show a notice as the sheet to print."""
    with desk().database.read() as session:
        sheet = noticing.sheet(session, notice_id, desk().now.date())
    notice = sheet.paper.notice
    return _printed(sheet, notice.body, notice.signed_by)


def _printed(sheet: Sheet, body: str, signed_by: str) -> str:
    return render_template("notices/sheet.html", sheet=sheet, labels=LEVEL_LABELS, body=body, signed_by=signed_by)


def _preview(notice_id: int) -> str:
    """Return the sheet as it would be with what was typed; nothing of it is kept."""
    form = request.form
    with desk().database.read() as session:
        sheet = noticing.sheet(session, notice_id, desk().now.date())
    if sheet.paper.notice.state != "draft":
        raise Conflict("这份单子刚刚已有结果，请刷新后再看。")
    days = _days_asked()
    finish_by, reply_by = (full_day_words(days[name]) if name in days else "" for name in ("finish_by", "reply_by"))
    seen = replace(sheet, situation=replace(sheet.situation, finish_by=finish_by, reply_by=reply_by))
    body = noticing.with_day(form.get("body", "").translate(CONTROL), finish_by)
    return _printed(seen, body, form.get("signed_by", ""))


def _days_asked() -> dict[str, date]:
    form = request.form
    return {name: parse_day(form[name]) for name in ("finish_by", "reply_by") if form.get(name)}


@pages.post("/notices/<int:notice_id>")
def decide(notice_id: int) -> str | Response | tuple[str, int]:
    """Issue a draft, skip it, write it anew as the matter stands today, or show how it would be printed."""
    what = request.form.get("what", "")
    try:
        if what in ("preview", "edit"):
            return _preview(notice_id) if what == "preview" else _page(notice_id)
        done = _decide(notice_id, what)
    except KEPT as error:
        return _page(notice_id, error.message), status_of_refusal(error)
    if what == "redraft":
        # Signer and days that were typed stay; only the text is new.
        return _page(notice_id, told=done)
    flash(done)
    if what == "skip":
        return redirect(url_for("notices.every"))
    return redirect(url_for("notices.show", notice_id=notice_id))


@pages.post("/notices")
def skip() -> Response:
    """Skip all drafts that were chosen, for one reason."""
    chosen = request.form.getlist("notice", int)
    late = [notice_id for notice_id in chosen if not _skipped(notice_id)]
    done = len(chosen) - len(late)
    if done or not chosen:
        flash(f"已跳过{done}份，不发。" if chosen else "请先在「选」一栏里勾选要跳过的。")
    if late:
        flash(f"另有{len(late)}份刚刚已有结果，没有跳过。")
    return redirect(url_for("notices.every"))


def _skipped(notice_id: int) -> bool:
    """Skip a draft, and tell whether that was still to be done."""
    try:
        noticing.skip_notice(desk().database, notice_id, said())
    except Conflict:
        return False
    return True


def _decide(notice_id: int, what: str) -> str:
    form, database = request.form, desk().database
    if what == "skip":
        noticing.skip_notice(database, notice_id, said())
        return "已跳过，这份单子不发。"
    days = _days_asked()
    if what == "redraft":
        noticing.redraft(database, notice_id, said(), days.get("finish_by"))
        return "已按今天的情况重写正文。"
    if what != "issue":
        raise Invalid("还没有签发。请看过以后点「签发」。")
    body = form.get("body", "").translate(CONTROL)
    data = {name: day.isoformat() for name, day in days.items()}
    number = noticing.issue_notice(database, notice_id, body, form.get("signed_by", ""), said(data))
    return f"已签发，编号{number}。请打印送达。"
