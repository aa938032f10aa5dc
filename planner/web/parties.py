"""People and departments: who answers for what, and one page of each one's own items (我的事项)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.choice import Choice
from planner.core.ledger import Entry, totals
from planner.core.permission import needs_main_leader
from planner.core.status import OPEN, Mark, State, worst
from planner.services.assigning import set_email
from planner.services.reporting import Standing
from planner.store import people, queries
from planner.store.accounts import accounts_of
from planner.store.database import Session
from planner.store.models import Account, Delegation, Party
from planner.web.desk import desk

pages = Blueprint("parties", __name__)

MOST = 500
"""Periods shown on one page; nobody answers for more."""


@pages.get("/parties")
def every() -> str:
    """List the people and departments recognised from the plans, with their items by role."""
    standing = desk().standing
    plan_ids = [plan.id for plan in standing.plans]
    with desk().database.read() as session:
        parties = people.parties(session)
        parts = queries.assigned_in(session, plan_ids)
    counts = Counter((part.party_id, part.role) for item in parts.values() for part in item)
    held = {party_id for party_id, _ in counts}
    shown = [party for party in parties if party.id in held or (party.department_id is None and party.confirmed_at)]
    unknown = sum(party.confirmed_at is None for party in parties)
    return render_template("parties/list.html", parties=shown, counts=counts, unknown=unknown, standing=standing)


@pages.get("/me")
def me() -> Response:
    """Send a leader or contact to the page of their own."""
    return redirect(url_for("parties.show", party_id=g.account.party_id))


@pages.get("/parties/<int:party_id>")
def show(party_id: int) -> str:
    """Show what one person or department answers for, in the order of the document, and what waits for a decision."""
    standing = desk().standing
    with desk().database.read() as session:
        own = _own(session, party_id)
    entries = standing.choose(Choice(party=own.party.name), limit=MOST)
    stood_in = [entry for name in own.stands_in_for for entry in standing.choose(Choice(party=name), limit=MOST)]
    return render_template(
        "parties/show.html",
        own_page=own,
        party=own.party,
        links=own.links,
        groups=_by_item(entries),
        worst=lambda periods: worst(standing.mark(one) for one in periods if not one.facts.before_issue),
        standing=standing,
        totals=totals(entries, standing.on),
        decide=_to_decide(own, standing, [*entries, *stood_in]),
        soon=[entry for entry in entries if standing.mark(entry) is Mark.DUE_SOON],
        late=[entry for entry in entries if standing.mark(entry) is Mark.OVERDUE],
    )


@dataclass(frozen=True, slots=True)
class Own:
    """A person or department with all that its page shows beside its items."""

    party: Party
    links: Sequence[Account]
    aliases: Sequence[str]
    contacts: Sequence[Party]
    department: Party | None
    delegations: Sequence[tuple[Delegation, str]]
    stands_in_for: Sequence[str]
    others: Sequence[Party]


def _own(session: Session, party_id: int) -> Own:
    party = people.party_by_id(session, party_id)
    return Own(
        party=party,
        links=accounts_of(session, party_id),
        aliases=people.aliases(session, party_id),
        contacts=people.contacts_of(session, party_id),
        department=people.party_by_id(session, party.department_id) if party.department_id else None,
        delegations=[
            (row, people.party_by_id(session, row.deputy_id).name)
            for row in people.delegations(session, party_id)
            if row.ends_on >= desk().now.date()
        ],
        stands_in_for=[
            leader for deputy, leader in people.deputies(session, desk().now.date()) if deputy == party.name
        ],
        others=[one for one in people.parties(session) if one.kind == party.kind and one.id != party_id],
    )


def _by_item(entries: Iterable[Entry]) -> list[list[tuple[Entry, list[Entry]]]]:
    """Return the points, each as its tasks: the period that counts now, and all periods of the task."""
    items: dict[tuple[int, str, str], dict[int, list[Entry]]] = {}
    for entry in entries:
        tasks = items.setdefault((entry.plan_id, entry.item_number, entry.item_title), {})
        tasks.setdefault(entry.task_id, []).append(entry)
    return [[(_current(periods), periods) for periods in tasks.values()] for tasks in items.values()]


def _current(periods: Sequence[Entry]) -> Entry:
    """Return the first period that is still open and counts, else the last."""
    return next((one for one in periods if one.facts.state in OPEN and not one.facts.before_issue), periods[-1])


def _may_put_off(entry: Entry) -> bool:
    """Tell whether an extension waits that any responsible leader may decide."""
    if entry.asked is None or entry.facts.due_on is None:
        return False
    return not needs_main_leader(entry.facts.due_on, date.fromisoformat(entry.asked["due_on"]), entry.extensions)


def _to_decide(own: Own, standing: Standing, entries: Iterable[Entry]) -> list[Entry]:
    """Return what waits for a leader: handed in, or asked to be put off; a main leader sees every extension."""
    if own.party.kind != "person":
        return []
    names = {own.party.name, *own.stands_in_for}
    mine = [
        entry
        for entry in entries
        if names & set(entry.leaders) and (entry.facts.state is State.HANDED_IN or _may_put_off(entry))
    ]
    every = standing.choose(Choice(pending=True), limit=MOST) if own.party.main_leader else []
    return list({entry.occurrence_id: entry for entry in (*mine, *every)}.values())


@pages.post("/parties/<int:party_id>")
def change(party_id: int) -> Response:
    """Save where a party's reminders go."""
    set_email(desk().database, party_id, request.form.get("email", ""))
    flash("邮箱已保存。" if request.form.get("email", "").strip() else "邮箱已清空，提醒会留在「待发」页。")
    return redirect(url_for("parties.show", party_id=party_id))
