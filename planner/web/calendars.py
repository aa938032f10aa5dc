"""Calendar subscriptions: the page that makes them, the landing page a phone opens, and the feed itself."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from planner.formats.qr import qr_svg
from planner.services.subscribing import feed_name, read_feed, revoke, subscribe
from planner.store import people, queries
from planner.web.desk import desk

pages = Blueprint("calendars", __name__)


@pages.get("/calendar")
def subscriptions() -> str:
    """Show the subscriptions, and offer new ones."""
    with desk().database.read() as session:
        feeds = [(feed, feed_name(session, feed)) for feed in queries.feeds(session)]
        parties = people.parties(session)
    return render_template("calendar/list.html", feeds=feeds, parties=parties, plans=desk().standing.plans)


@pages.post("/calendar")
def make() -> str:
    """Make a subscription and show its address, this once."""
    scope, _, chosen = request.form.get("scope", "").partition("-")
    number = int(chosen) if chosen.isascii() and chosen.isdecimal() else 0
    token = subscribe(desk().database, scope, number, desk().now)
    return _addresses(token)


def _addresses(token: str) -> str:
    base = desk().base_url()
    landing = base + url_for("calendars.landing", token=token, on=None)
    feed = base + url_for("calendars.feed", token=token, on=None)
    webcal = "webcal://" + feed.partition("://")[2]
    name = read_feed(desk().database, token, desk().now, base).name
    return render_template(
        "calendar/address.html",
        name=name,
        landing=landing,
        feed=feed,
        webcal=webcal,
        qr=qr_svg(landing, f"订阅{name}的二维码"),
        in_wechat="MicroMessenger" in request.user_agent.string,
    )


@pages.get("/subscribe/<token>")
def landing(token: str) -> str:
    """Show a phone how to subscribe; the token in the address is the only key, so no sign-in."""
    return _addresses(token)


@pages.get("/feeds/<token>.ics")
def feed(token: str) -> Response:
    """Hand out the calendar; an unchanged one is answered with 304."""
    found = read_feed(desk().database, token, desk().now, desk().base_url())
    response = Response(found.body, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = found.etag
    response.last_modified = found.changed_at
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.make_conditional(request)
    return response


@pages.post("/calendar/<int:feed_id>/revoke")
def stop(feed_id: int) -> AnyResponse:
    """Make an address stop working."""
    revoke(desk().database, feed_id, desk().now)
    flash("这个日历地址已停用。需要时可以再生成新的。")
    return redirect(url_for("calendars.subscriptions"))
