"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.core.permission import Role
from planner.errors import Invalid, PlannerError
from planner.services import attending
from planner.services import signing_in as service
from planner.store.models import Account
from planner.web import access
from planner.web.desk import desk

pages = Blueprint("signing_in", __name__)

PROVEN_AT = "proven_at"
"""In a session begun by a one-time link: when. For a while after it a forgotten password is not asked for."""
INVITATION = Markup('已登录。下次想用姓名和密码登录，可以<a href="{}">设一个密码</a>；不设也行。')


@pages.get("/sign-in")
def sign_in() -> str:
    """Ask a clerk for name and password, or show the button of a one-time link.

    The link itself changes nothing when opened: a preview by a chat program must not use it up.
    """
    return render_template(
        "account/sign_in.html", token=request.args.get("token", ""), error="", waits=access.wanted() is not None
    )


@pages.post("/sign-in")
def use() -> Response:
    """Sign in by the one-time link."""
    account = service.use_link(desk().database, request.form.get("token", ""), desk().now)
    answer = _enter(account)
    session[PROVEN_AT] = desk().now.timestamp()
    if not account.password_hash:
        flash(INVITATION.format(url_for("accounts.own")))
    return answer


@pages.post("/sign-in/password")
def use_password() -> Response | tuple[str, int]:
    """Sign in by name and password."""
    form = request.form
    try:
        return _enter(service.use_password(desk().database, form.get("name", ""), form.get("password", ""), desk().now))
    except Invalid as error:
        return render_template(
            "account/sign_in.html", token="", error=error.message, waits=access.wanted() is not None
        ), 400


@pages.get("/p/<token>")
def personal(token: str) -> str | Response:
    """Sign in by a personal link at once, or ask for its PIN, or whether to leave another account."""
    holder = service.holder_of(desk().database, token)
    is_other = access.recognise(desk().database) and g.account.id != holder.id
    if holder.password_hash or is_other:
        return _ask(token, holder)
    return _enter(service.use_personal_link(desk().database, token, "", desk().now))


def _ask(token: str, holder: Account, error: str = "") -> str:
    return render_template("account/personal.html", token=token, holder=holder, error=error)


@pages.post("/p/<token>")
def use_personal(token: str) -> Response | tuple[str, int]:
    """Sign in by a personal link with its PIN."""
    try:
        return _enter(service.use_personal_link(desk().database, token, request.form.get("pin", ""), desk().now))
    except Invalid as error:
        return _ask(token, service.holder_of(desk().database, token), error.message), 400


def _enter(account: Account) -> Response:
    """Begin a new session, so that nothing of an earlier one remains; go to the page asked for before, or the own home."""
    role = Role(account.role)
    wanted = access.wanted(role)
    session.clear()
    session.permanent = True
    session["account"], session["epoch"] = account.id, account.epoch
    return redirect(wanted or url_for(access.HOME[role]))


@pages.post("/sign-out")
def sign_out() -> Response:
    """Sign out on this device."""
    session.clear()
    return redirect(url_for("signing_in.sign_in"))


@pages.get("/healthz")
def health() -> tuple[dict[str, object], int]:
    """Tell a supervisor that the server answers and how the sending goes; says nothing about the office's matters."""
    try:
        found = attending.health(desk().database, desk().now)
    except PlannerError:
        return {"ok": False, "sending": "unknown"}, 503
    state = "well" if found.is_well else "troubled" if found.alive else "nobody"
    figures = {"waiting": found.waiting, "failed": found.failed, "stuck": found.stuck, "workers": len(found.alive)}
    return {"ok": True, "sending": state, "lag_seconds": int(found.lag.total_seconds()), **figures}, 200
