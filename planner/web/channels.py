"""Channels: the ways out of the house that the office set up, each with a test; nothing here shows a key again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.errors import Invalid
from planner.notify.channels import CHANNEL_KINDS, LONGEST_ADDRESS, shown
from planner.notify.extra import INSTALL
from planner.services import channeling
from planner.store import outbox, people
from planner.store.database import Session
from planner.store.models import Party
from planner.store.outgoing import Channel, Delivery
from planner.web.desk import desk, said

pages = Blueprint("channels", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A channel as the page may show it: of its address a few characters, of its secret only that there is one."""

    id: int
    kind: str
    name: str
    audience: str
    party: Party | None
    address: str
    has_secret: bool
    made_at: datetime
    made_by: str
    tried_at: datetime | None
    tried_with: str
    last: Delivery | None

    @property
    def carries(self) -> str:
        """What it is for, in words."""
        return f"给{self.party.name}的提醒" if self.party else channeling.AUDIENCES[self.audience]


@pages.get("/channels")
def every() -> str:
    """List the ways out of the house, with forms to set up, change, test and stop them."""
    return _page()


def _page(error: str = "", form: str = "", email: str = "", told: str | None = None) -> str:
    """Return the page; *error* stands at the form of that id, *told* is what the test by mail to *email* said."""
    with desk().database.read() as session:
        rows = [_shown(session, row) for row in outbox.channels(session)]
        parties = _recipients(session)
    return render_template(
        "channels/list.html",
        channels=rows,
        parties=parties,
        kinds=CHANNEL_KINDS,
        apprise_command=INSTALL,
        carries=channeling.CARRIES,
        audiences=channeling.AUDIENCES,
        secrets=channeling.SECRETS,
        longest={
            "address": LONGEST_ADDRESS,
            "name": channeling.LONGEST_NAME,
            "secret": channeling.LONGEST_SECRET,
        },
        error=error,
        wrong=form,
        email=email,
        told=told,
    )


def _shown(session: Session, row: Channel) -> Shown:
    return Shown(
        id=row.id,
        kind=row.kind,
        name=row.name,
        audience=row.audience,
        party=people.party_by_id(session, row.party_id) if row.party_id else None,
        address=shown(row.address),
        has_secret=bool(row.secret),
        made_at=row.made_at,
        made_by=row.made_by,
        tried_at=row.tried_at,
        tried_with=row.tried_with,
        last=outbox.last_over(session, row.id),
    )


def _recipients(session: Session) -> list[Party]:
    """Return who gets messages under the own name; those to a contact are made for the department."""
    parties = people.parties(session)
    return [one for one in parties if one.department_id is None or people.parts_of(session, one.id)]


@pages.post("/channels")
def add() -> str | Response | tuple[str, int]:
    """Set up a channel."""
    form = request.form
    kind = form.get("kind", "")
    try:
        made = channeling.add_channel(
            desk().database, kind, *_described(), form.get("address", ""), form.get("secret", ""), said()
        )
    except Invalid as error:
        if kind not in CHANNEL_KINDS:
            raise
        return _page(error.message, f"new-{kind}"), 400
    flash("渠道已设好。请点「发送测试」，看对方收不收得到。")
    return _at(made)


def _described() -> tuple[str, str, int | None]:
    form = request.form
    return form.get("name", ""), form.get("audience", ""), form.get("party", None, int)


def _at(channel_id: int) -> Response:
    return redirect(url_for("channels.every", _anchor=f"channel-{channel_id}"))


@pages.post("/channels/<int:channel_id>")
def change(channel_id: int) -> str | Response | tuple[str, int]:
    """Change a channel; what is left empty of its keys stays as it is."""
    form = request.form
    keys = form.get("address", ""), form.get("secret", "")
    without = "without_secret" in form
    try:
        channeling.change_channel(
            desk().database, channel_id, *_described(), *keys, said=said(), without_secret=without
        )
    except Invalid as error:
        return _page(error.message, f"channel-{channel_id}"), 400
    flash("渠道已改好。")
    return _at(channel_id)


@pages.post("/channels/<int:channel_id>/stop")
def stop(channel_id: int) -> Response:
    """Take a channel out of use."""
    name = channeling.stop_channel(desk().database, channel_id, said())
    flash(f"「{name}」已停用。还在等它发送的消息会留在「待发」页，由人转告。")
    return redirect(url_for("channels.every"))


@pages.post("/channels/<int:channel_id>/test")
def test(channel_id: int) -> Response:
    """Send a test message at once; what the receiver said stands beside the channel."""
    words = channeling.try_channel(desk().database, channel_id, desk().now)
    if words:
        flash("测试消息没有发出，原因写在这个渠道下面。", "warn")
    else:
        flash("测试消息已发出，对方收下了。请到那里看一眼。")
    return _at(channel_id)


@pages.post("/channels/email")
def test_email() -> str | tuple[str, int]:
    """Send a test letter at once and show what the mail server said."""
    settings, address = desk().settings, request.form.get("address", "").strip()
    try:
        words = channeling.try_email(settings.smtp, address, settings.office, desk().now)
    except Invalid as error:
        return _page(error.message, "email", address), 400
    return _page(form="email", email=address, told=words)
