"""The outbox: messages that wait for a person to pass them on, what went wrong, and whether the sending goes well."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.ledger import Entry
from planner.core.reminders import ALONE, RULE_LABELS, Rule
from planner.errors import Conflict
from planner.services import attending
from planner.services.announcing import group_text
from planner.services.delivering import LEASE, mark_told, read_message, try_again
from planner.store import listing, outbox, queries
from planner.store.outgoing import Reminder
from planner.web.desk import desk, own_names

pages = Blueprint("outbox", __name__)


@pages.get("/outbox")
def waiting() -> str:
    """Show what waits, by recipient, with text to copy; what could not be sent; and the notice for the group."""
    by_recipient: dict[str, list[Reminder]] = defaultdict(list)
    with desk().database.read() as session:
        for row in outbox.to_tell(session):
            by_recipient[row.recipient].append(row)
        troubled = outbox.troubled(session, desk().now - LEASE)
        names = outbox.channel_names(session)
        open_channels = {"email", *(str(row.id) for row in outbox.channels(session))}
        contact = queries.the_office(session).contact
    return render_template(
        "outbox/list.html",
        waiting=_urgent_first(by_recipient),
        troubled=troubled,
        channel_names=names,
        open_channels=open_channels,
        contact=contact,
        count=desk().waiting,
        group=group_text(desk().database, desk().now.date()),
        labels={rule.value: label for rule, label in RULE_LABELS.items()},
    )


def _urgent_first(waiting: Mapping[str, Sequence[Reminder]]) -> dict[str, list[Reminder]]:
    """Return what waits with the messages of one matter (到期, 逾期) before digests, and who has such before the others."""

    def place(row: Reminder) -> bool:
        return row.rule not in ALONE

    rows = {name: sorted(some, key=place) for name, some in waiting.items()}
    return dict(sorted(rows.items(), key=lambda one: place(one[1][0])))


@pages.post("/outbox/told")
def told() -> Response:
    """Note that messages were passed on by a person: one, or all that wait for a recipient."""
    chosen = [int(text) for text in request.form.getlist("reminder") if re.fullmatch("[0-9]{1,18}", text)]
    late = [reminder_id for reminder_id in chosen if not _told(reminder_id)]
    done = len(chosen) - len(late)
    flash(f"已记下：{done}条提醒已转告。" if done else "没有要记的提醒。")
    if late:
        flash(f"另有{len(late)}条刚刚已有结果，不用再转告。")
    return redirect(url_for("outbox.waiting"))


def _told(reminder_id: int) -> bool:
    """Note that a message was passed on, and tell whether that was still to be done."""
    try:
        mark_told(desk().database, reminder_id, desk().now, g.account.name)
    except Conflict:
        return False
    return True


@pages.post("/outbox/deliveries/<int:delivery_id>")
def again(delivery_id: int) -> Response:
    """Try a delivery again that failed or got stuck."""
    try_again(desk().database, delivery_id, desk().now)
    flash("已放回等待发送，一分钟内再试。")
    return redirect(url_for("outbox.waiting"))


@pages.get("/outbox/health")
def health() -> str:
    """Show whether reminding and sending go well."""
    return render_template("outbox/health.html", health=attending.health(desk().database, desk().now))


@pages.get("/inbox")
def inbox() -> str:
    """Show what was sent to whoever is signed in."""
    with desk().database.read() as session:
        rows = outbox.inbox(session, own_names())
    return render_template("outbox/inbox.html", rows=rows, labels={rule.value: RULE_LABELS[rule] for rule in Rule})


@pages.get("/inbox/<int:reminder_id>")
def message(reminder_id: int) -> str:
    """Show one message to its recipient, and note that it was read."""
    row = read_message(desk().database, reminder_id, own_names(), desk().now)
    with desk().database.read() as session:
        spoken_of = [one["occurrence"] for one in row.matters]
        entries = listing.entries_with(session, queries.current_plans(session), spoken_of)
    return render_template(
        "outbox/message.html", reminder=row, label=RULE_LABELS[Rule(row.rule)], matters=[*filter(_is_open, entries)]
    )


def _is_open(entry: Entry) -> bool:
    """Tell whether whoever is signed in may open the task of an entry: a contact only the own department's."""
    return g.party is None or g.account.role != "contact" or g.party.name in entry.departments + entry.supporting
