"""The rehearsal: what will be sent and drafted in the days to come if nothing happens; and what is muted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.calendar import day_words
from planner.core.escalation import LEVEL_LABELS
from planner.core.ledger import Entry
from planner.core.reminders import MUTABLE, RULE_LABELS, Matter, Rule
from planner.services import muting
from planner.services.rehearsing import REHEARSED, Drafted, Rehearsed, first_undecided, rehearse
from planner.services.reporting import Standing
from planner.store import outbox, queries
from planner.web.desk import desk, said

pages = Blueprint("rehearsal", __name__)

PAGE = 200
DRAFTS = 20
"""Drafts of one day that are named one by one."""
WAYS = {"day": "按日期", "person": "按人", "rule": "按规则"}


class Told(NamedTuple):
    """A message with those of its lines that a group shows, each with its entry."""

    message: Rehearsed
    lines: tuple[tuple[Matter, Entry], ...]


class Group(NamedTuple):
    """Messages under one heading: how many there are in all, from which page on, and those of the page shown."""

    title: str
    total: int
    page: int
    told: tuple[Told, ...]


@pages.get("/outbox/rehearsal")
def show() -> str:
    """Show what will be sent."""
    standing = desk().standing
    first, since = _first_day(standing)
    rehearsal = rehearse(desk().database, first, REHEARSED, since=since)
    by = request.args.get("by", "")
    by = by if by in WAYS else "day"
    page = max(request.args.get("page", 1, int), 1)
    every = list(SORTED[by](rehearsal.messages))
    with desk().database.read() as session:
        muted = [(row, task, queries.plan_with(session, task.plan_id)) for row, task in outbox.muted_tasks(session)]
    until = first + timedelta(days=REHEARSED - 1)
    return render_template(
        "outbox/rehearsal.html",
        standing=standing,
        first=first,
        until=until,
        unknown_years=[year for year in range(first.year, until.year + 1) if not standing.days.knows(year)],
        count=len(rehearsal.messages),
        drafts=_drafts(rehearsal.drafts),
        total=len(rehearsal.drafts),
        named=DRAFTS,
        levels=LEVEL_LABELS,
        by=by,
        ways=WAYS,
        groups=grouped(every, page),
        page=page,
        last=max((len(every) - 1) // PAGE + 1, 1),
        muted=muted,
        mutable=MUTABLE,
        labels=RULE_LABELS,
    )


def _first_day(standing: Standing) -> tuple[date, date | None]:
    """Return the day asked for if it is to come, else the first not decided yet, with the last that was.

    The sample has a day of its own.
    """
    if standing.is_sample or standing.on > standing.today:
        return standing.on, None
    with desk().database.read() as session:
        return first_undecided(session, standing.today)


def _drafts(drafts: Iterable[Drafted]) -> list[tuple[date, list[Drafted]]]:
    """Return the drafts by the day they will be made."""
    return [(day, list(some)) for day, some in groupby(drafts, key=lambda one: one.due.day)]


def _whole(message: Rehearsed) -> Told:
    return Told(message, tuple(zip(message.due.matters, message.entries, strict=True)))


def _by_day(messages: Iterable[Rehearsed]) -> Iterator[tuple[str, Told]]:
    for message in messages:
        yield day_words(message.day), _whole(message)


def _by_person(messages: Iterable[Rehearsed]) -> Iterator[tuple[str, Told]]:
    for message in sorted(messages, key=lambda one: one.due.recipient):
        yield message.due.recipient, _whole(message)


def _by_rule(messages: Iterable[Rehearsed]) -> Iterator[tuple[str, Told]]:
    """Yield each message under every rule that one of its lines is there for, with these lines."""
    whole = [_whole(message) for message in messages]
    for rule in Rule:
        for told in whole:
            lines = tuple(line for line in told.lines if line[0].rule is rule)
            if lines:
                yield RULE_LABELS[rule], Told(told.message, lines)


SORTED: dict[str, Callable[[Iterable[Rehearsed]], Iterator[tuple[str, Told]]]] = {
    "day": _by_day,
    "person": _by_person,
    "rule": _by_rule,
}


def grouped(every: list[tuple[str, Told]], page: int) -> list[Group]:
    """Return every group in the order given, each with what of it stands on one page."""
    titles: dict[str, list[int]] = {}
    for place, (title, _) in enumerate(every):
        titles.setdefault(title, []).append(place)
    shown = range((page - 1) * PAGE, page * PAGE)
    return [
        Group(title, len(places), places[0] // PAGE + 1, tuple(every[place][1] for place in places if place in shown))
        for title, places in titles.items()
    ]


@pages.post("/outbox/mutes")
def mute() -> Response:
    """Send nothing more about a task under a rule."""
    rule = request.form.get("rule", "")
    muting.mute(desk().database, request.form.get("task", 0, int), rule, said())
    flash(f"已记下：以后不为这一项发「{RULE_LABELS[Rule(rule)]}」提醒，随时可以恢复。")
    return _back()


@pages.post("/outbox/mutes/<int:mute_id>")
def unmute(mute_id: int) -> Response:
    """Let a muted rule speak again."""
    muting.unmute(desk().database, mute_id, said())
    flash("已恢复提醒。")
    return _back()


def _back() -> Response:
    if request.form.get("address"):
        return redirect(url_for("tasks.show", address=request.form["address"]))
    return redirect(url_for("rehearsal.show", by=request.form.get("by") or None, page=request.form.get("page") or None))
