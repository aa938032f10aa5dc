"""Accounts: the clerks, the personal links of leaders and contacts, and one's own password or PIN."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from planner.errors import Invalid
from planner.formats.qr import qr_svg
from planner.services import admitting
from planner.store import accounts
from planner.store.models import Account
from planner.web.desk import desk
from planner.web.signing_in import PROVEN_AT

pages = Blueprint("accounts", __name__)

PROVEN_FOR = timedelta(hours=1)
"""How long after a one-time link a forgotten password may be replaced."""


@pages.get("/accounts")
def every() -> str:
    """List the clerks, and offer to add one."""
    return _clerks()


def _clerks(error: str = "") -> str:
    with desk().database.read() as reading:
        clerks = accounts.clerks(reading)
    return render_template("account/list.html", clerks=clerks, error=error, name=request.form.get("name", ""))


@pages.post("/accounts")
def add() -> str | tuple[str, int]:
    """Add a clerk and show the one-time link, this once."""
    try:
        return _one_time(*admitting.add_clerk(desk().database, request.form.get("name", ""), desk().now))
    except Invalid as error:
        return _clerks(error.message), 400


@pages.post("/accounts/<int:account_id>/link")
def link(account_id: int) -> str:
    """Make a new one-time link and show it, this once."""
    return _one_time(*admitting.give_link(desk().database, account_id, desk().now))


def _one_time(account: Account, token: str) -> str:
    address = desk().base_url() + url_for("signing_in.sign_in", token=token, on=None)
    return render_template("account/link.html", holder=account, address=address)


@pages.post("/accounts/<int:account_id>/revoke")
def revoke(account_id: int) -> Response:
    """Take a clerk or a personal link out of use."""
    account = admitting.revoke(desk().database, account_id, desk().now)
    flash(f"{account.name}的{'链接' if account.party_id else '账号'}已停用，已登录的也退出了。")
    return _back(account)


def _back(account: Account) -> Response:
    if account.party_id is None:
        return redirect(url_for("accounts.every"))
    return redirect(url_for("parties.show", party_id=account.party_id, _anchor="links"))


@pages.post("/accounts/<int:account_id>/restore")
def restore(account_id: int) -> Response:
    """Take a clerk into use again."""
    account = admitting.restore(desk().database, account_id)
    flash(f"{account.name}的账号已恢复，密码还是原来的。忘了密码请点「新的登录链接」。")
    return _back(account)


@pages.post("/accounts/personal/<int:party_id>")
def give(party_id: int) -> str:
    """Make a personal link of a leader or of a department's contact and show it, this once."""
    form = request.form
    return _personal(
        *admitting.give_personal_link(desk().database, party_id, form.get("name", ""), form.get("pin", ""))
    )


@pages.post("/accounts/<int:account_id>/personal")
def renew(account_id: int) -> str:
    """Change a personal link for a new one and show it, this once."""
    return _personal(*admitting.renew_personal_link(desk().database, account_id))


def _personal(account: Account, token: str) -> str:
    address = desk().base_url() + url_for("signing_in.personal", token=token, on=None)
    qr = qr_svg(address, f"{account.name}的个人链接二维码")
    near = is_near(address)
    return render_template("account/personal_link.html", holder=account, address=address, qr=qr, is_near=near)


def is_near(address: str) -> bool:
    """Tell whether an address means the machine itself, so that no phone can open it."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        number = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return number.is_loopback or number.is_unspecified


@pages.post("/accounts/<int:account_id>/pin")
def set_pin(account_id: int) -> Response:
    """Set the PIN beside a personal link, or take it away."""
    account = admitting.set_pin(desk().database, account_id, request.form.get("pin", ""))
    flash(f"{account.name}的数字口令已{'设好，下次打开链接时要填' if account.password_hash else '取消'}。")
    return _back(account)


@pages.get("/account")
def own() -> str:
    """Show one's own account."""
    return _own()


def _own(error: str = "") -> str:
    return render_template("account/own.html", error=error, proven=_is_proven())


def _is_proven() -> bool:
    return desk().now - datetime.fromtimestamp(session.get(PROVEN_AT, 0), desk().now.tzinfo) < PROVEN_FOR


@pages.post("/account")
def change() -> str | Response | tuple[str, int]:
    """Change one's own password or PIN; other devices are signed out."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise Invalid("两次填写的不一样，请重新填写。")
        account = admitting.change_secret(desk().database, g.account.id, old, new, desk().now, proven=_is_proven())
    except Invalid as error:
        return _own(error.message), 400
    session["epoch"] = account.epoch
    session.pop(PROVEN_AT, None)
    flash("已保存。其他电脑和手机上的登录都已退出，这里不用重新登录。")
    return redirect(url_for("accounts.own"))
