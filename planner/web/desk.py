"""The desk: what every handler has at hand for one request, and the clerk's first page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flask import Blueprint, g, render_template, request

from planner.config import Settings
from planner.core.ledger import Entry, totals
from planner.core.status import Mark
from planner.errors import Invalid
from planner.services.reporting import Standing, stand
from planner.services.tracking import Said
from planner.store import queries
from planner.store.database import Database

pages = Blueprint("desk", __name__)

URGENT = (Mark.OVERDUE, Mark.HANDED_IN, Mark.DUE_SOON)


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
        return stand(self.database, self.now.date(), self.on, request.args.get("plan") or None)

    @cached_property
    def waiting(self) -> int:
        """How many messages wait for a person to send them."""
        with self.database.read() as session:
            return queries.waiting_count(session)

    def standing_of(self, address: str) -> Standing:
        """Return one plan's standing and make it the one this page speaks of."""
        self.standing = stand(self.database, self.now.date(), self.on, address)
        return self.standing

    def base_url(self) -> str:
        """Return the address others reach this server at."""
        return self.settings.base_url or request.host_url.rstrip("/")


def desk() -> Desk:
    """Return the desk of this request."""
    given: Desk = g.desk
    return given


def parse_day(text: str) -> date:
    """Return the day written as 2024-06-30; raise ``Invalid``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(f"日期「{text[:20]}」看不懂，请写成 2024-06-30 这样。") from error


def said() -> Said:
    """Return the sentence of a submitted form: its words, day, and on whose behalf."""
    today = desk().now.date()
    day = request.form.get("day", "")
    return Said(
        actor=g.account.name,
        at=desk().now,
        day=parse_day(day) if day else today,
        text=request.form.get("text", ""),
        on_behalf_of=request.form.get("on_behalf_of", "")[:40],
    )


@pages.get("/")
def home() -> str:
    """Show what to do this morning."""
    standing = desk().standing
    with desk().database.read() as session:
        underway = queries.open_reviews(session)
    return render_template(
        "desk.html",
        standing=standing,
        urgent=worklist(standing),
        totals=totals(standing.entries, standing.on),
        gaps=gaps(standing),
        underway=underway,
    )


def worklist(standing: Standing) -> list[Entry]:
    """Return what needs doing today: overdue, to review, due soon, in this order, then by due day."""
    chosen = standing.marked(*URGENT)
    return sorted(chosen, key=lambda entry: (URGENT.index(standing.mark(entry)), entry.facts.due_on or date.max))


def gaps(standing: Standing) -> dict[str, int]:
    """Count what the plans still lack: tasks without anyone, with an open time, without any date."""
    return {
        "unassigned": tasks_count(entry for entry in standing.entries if not entry.facts.assigned),
        "unsettled": tasks_count(entry for entry in standing.entries if entry.facts.unsettled),
        "undated": tasks_count(entry for entry in standing.entries if entry.facts.due_on is None),
    }


def tasks_count(entries: Iterable[Entry]) -> int:
    """Count the tasks, not the occurrences, among some entries."""
    return len({entry.task_id for entry in entries})
