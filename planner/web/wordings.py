"""Wordings: the text of every message, as the office wants it, with a preview before it is saved."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.errors import Invalid, PlannerError
from planner.notify.letters import Letterhead
from planner.notify.messages import BLANKS, LONGEST, pressing_words, problems_of
from planner.notify.wording_form import NUMBER
from planner.services import circumstances, wording
from planner.services.wording import Worded
from planner.web.desk import CONTROL, KEPT, desk, status_of_refusal

pages = Blueprint("wordings", __name__)

Page = str | Response | tuple[str, int]


def letterhead() -> Letterhead:
    """Return what every letter of the office carries."""
    with desk().database.read() as session:
        return circumstances.letterhead(session)


@pages.get("/settings/wordings")
def every() -> str:
    """List the messages."""
    return render_template("wordings/list.html", worded=wording.worded_messages(desk().database))


@pages.get("/settings/wordings/<name>")
def show(name: str) -> str:
    """Show a message with its text and how it reads."""
    return _page(name)


def _page(name: str, typed: str | None = None, refusal: PlannerError | None = None) -> str:
    """Return the page of a message with the *typed* text, by default the one in force, and how it reads."""
    worded, earlier = wording.worded_message(desk().database, name)
    text = worded.text if typed is None else typed
    return render_template(
        "wordings/show.html",
        worded=worded,
        text=text,
        problems=problems_of(name, text),
        pressing=pressing_words(text),
        shown=wording.try_wording(desk().standing, letterhead(), name, text),
        changed=text != worded.text,
        refusal=refusal.message if refusal else "",
        blanks=_blanks(worded),
        earlier=earlier,
        longest=LONGEST,
    )


def _blanks(worded: Worded) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the blanks of a message in groups: everywhere, within 逐件, and there for some kinds only."""
    known = worded.message.known
    groups = [
        ("随处可用", known.blanks),
        ("只在{逐件…：}里面", (NUMBER, *known.of_matters) if known.of_matters else ()),
    ]
    for kind, names in known.kinds.items():
        groups.append((f"只在{{逐件 {kind}：}}里面", names))
    meanings = {**BLANKS, NUMBER: ("这一行在整条提醒里是第几件", "1")}
    return [(title, [(name, *meanings[name]) for name in names]) for title, names in groups if names]


@pages.post("/settings/wordings/<name>")
def change(name: str) -> Page:
    """Try a text, save it, or go back to the shipped one or an earlier one."""
    worded, _ = wording.worded_message(desk().database, name)
    text = wording.tidy(request.form.get("text", worded.text).translate(CONTROL))
    if request.form.get("act") == "try":
        return _page(name, text)
    try:
        kept = _keep(name, text)
    except KEPT as error:
        # What is wrong with the text stands above it line by line.
        told = isinstance(error, Invalid) and problems_of(name, text)
        return _page(name, text, None if told else error), status_of_refusal(error)
    done = "已恢复原文" if request.form["act"] == "reset" else "已保存"
    flash(f"「{worded.message.label}」{done}，从下一条提醒起用。" if kept else "文字没有变，不用保存。")
    return redirect(url_for("wordings.show", name=name, on=None))


def _keep(name: str, text: str) -> bool:
    form, database = request.form, desk().database
    by, at, seen = g.account.name, desk().now, form.get("seen", None, int)
    match form.get("act", ""):
        case "save":
            return wording.save_wording(database, name, text, by=by, at=at, seen=seen)
        case "reset":
            return wording.reset_wording(database, name, by=by, at=at, seen=seen)
        case "restore":
            return wording.restore_wording(database, name, form.get("wording", 0, int), by=by, at=at, seen=seen)
    raise Invalid("请从页面上的按钮操作。")
