"""The desk: what every handler has at hand for one request, and the clerk's first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import Blueprint, g, render_template, request

from planner.config import Settings
from planner.core.calendar import WorkingDays
from planner.core.choice import URGENT, Choice, Order
from planner.core.escalation import LEVEL_LABELS, Level
from planner.core.ledger import Entry
from planner.core.permission import Role
from planner.core.reminders import Circumstances
from planner.errors import Conflict, Forbidden, Invalid, PlannerError
from planner.services.noticing import papers
from planner.services.reporting import Standing, stand
from planner.services.tracking import Said
from planner.store import outbox, queries
from planner.store.database import Database, StoreUnavailable
from planner.store.workdays import working_days

pages = Blueprint("desk", __name__)

OFFICE = Circumstances().clerk
"""Under which name the office itself gets messages."""
NOTICE_MONTH = 11
SHOWN = 20
"""How many things to do stand on the first page."""


@dataclass
class Desk:
    """Settings, database and the one moment of this request, with the standing of the chosen plans."""

    settings: Settings
    database: Database
    now: datetime

    @cached_property
    def on(self) -> date | None:
        """The day asked for in the address, or None; raise ``Invalid`` when it is no day."""
        text = request.args.get("on", "")
        return parse_day(text) if text else None

    @cached_property
    def standing(self) -> Standing:
        """The plan named in the address, or all current ones, as of the chosen day."""
        return self._stand(request.args.get("plan") or None)

    @cached_property
    def days(self) -> WorkingDays:
        """The office's working-day table."""
        with self.database.read() as session:
            return working_days(session)

    @property
    def unknown_years(self) -> list[int]:
        """The years judged by now whose holiday notice was not entered."""
        return self.standing.unknown_years

    @cached_property
    def waiting(self) -> int:
        """How many messages wait for a person to send them."""
        with self.database.read() as session:
            return outbox.count_to_tell(session)

    @cached_property
    def unread(self) -> int:
        """How many messages to whoever is signed in were not opened yet."""
        with self.database.read() as session:
            return outbox.count_unread(session, own_names())

    def standing_of(self, address: str) -> Standing:
        """Return one plan's standing and make it the one this page speaks of."""
        self.standing = self._stand(address)
        return self.standing

    def _stand(self, address: str | None) -> Standing:
        return stand(self.database, self.now, self.on, address, as_recorded="as_recorded" in request.args)

    def base_url(self) -> str:
        """Return the address others reach this server at."""
        return self.settings.base_url or request.host_url.rstrip("/")


def own_names() -> list[str]:
    """Return under which names whoever is signed in gets messages: the party's, or the office's."""
    return [g.party.name] if g.party else [OFFICE]


def desk() -> Desk:
    """Return the desk of this request."""
    given: Desk = g.desk
    return given


def parse_day(text: str) -> date:
    """Return the day written as 2024-06-30; raise ``Invalid``."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(f"日期「{text[:20]}」看不懂，请写成 2024-06-30 这样。") from error
    if day.year not in YEARS:
        raise Invalid(f"年份「{day.year}」不对，请写 {YEARS[0]} 到 {YEARS[-1]} 年之间的日子。")
    return day


def said(data: Mapping[str, Any] | None = None) -> Said:
    """Return the sentence of a submitted form: its words, day, on whose behalf, and what belongs to it beside."""
    today = desk().now.date()
    day = request.form.get("day", "")
    return Said(
        actor=g.account.name,
        at=desk().now,
        day=parse_day(day) if day else today,
        text=request.form.get("text", "").translate(CONTROL),
        on_behalf_of=request.form.get("on_behalf_of", "")[:40],
        data=data or {},
        role=Role(g.account.role),
        party=g.party.name if g.party else "",
    )


YEARS = range(1990, 2100)
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
"""Characters that no keyboard makes and one of the databases refuses."""
KEPT = (Invalid, Conflict, Forbidden, StoreUnavailable)
"""Refusals after which the page comes back with the words still in it: nothing typed is lost."""


def status_of_refusal(error: PlannerError) -> int:
    """Return the HTTP status of such a page."""
    return {Conflict: 409, Forbidden: 403, StoreUnavailable: 503}.get(type(error), 400)


@pages.get("/")
def home() -> str:
    """Show what to do this morning."""
    standing = desk().standing
    counts = standing.count_marks()
    with desk().database.read() as session:
        underway = queries.open_reviews(session)
        drafts = Counter(paper.level for paper in papers(session, desk().now.date(), "draft") if paper.holds)
    return render_template(
        "desk.html",
        standing=standing,
        urgent=standing.choose(Choice(marks=URGENT), Order.URGENCY, SHOWN),
        urgent_count=sum(counts[mark] for mark in URGENT),
        totals=standing.totals(),
        gaps=standing.count_gaps(),
        underway=underway,
        drafts=[(LEVEL_LABELS[level], drafts[level]) for level in reversed(Level) if drafts[level]],
        missing_year=_missing_year(),
    )


def _missing_year() -> int | None:
    """Return the next year once its holiday notice should be there and is not: the State Council issues it about then."""
    today = desk().now.date()
    late = today.month >= NOTICE_MONTH and not desk().days.knows(today.year + 1)
    return today.year + 1 if late else None


def tasks_count(entries: Iterable[Entry]) -> int:
    """Count the tasks, not the occurrences, among some entries."""
    return len({entry.task_id for entry in entries})
