"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from planner.services import signing_in as service
from planner.web.desk import desk

pages = Blueprint("signing_in", __name__)


@pages.get("/sign-in")
def sign_in() -> str:
    """Show the button of a one-time link, or how to get one.

    The link itself changes nothing when opened: a preview by a chat program must not use it up.
    """
    return render_template("account/sign_in.html", token=request.args.get("token", ""))


@pages.post("/sign-in")
def use() -> Response:
    """Sign in by the one-time link."""
    account = service.use_link(desk().database, request.form.get("token", ""), desk().now)
    session.clear()
    session.permanent = True
    session["account"] = account.id
    return redirect(url_for("desk.home"))


@pages.post("/sign-out")
def sign_out() -> Response:
    """Sign out on this device."""
    session.clear()
    return redirect(url_for("signing_in.sign_in"))


@pages.get("/healthz")
def health() -> dict[str, bool]:
    """Tell a supervisor that the server answers; says nothing about the office."""
    return {"ok": True}
