"""Calendar subscriptions: the page that makes them, the landing page a phone opens, and the feed itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.http import is_resource_modified
from werkzeug.wrappers import Response as AnyResponse

from planner.core.choice import ASKED, choice_words, read_choice
from planner.core.permission import Role
from planner.errors import Invalid
from planner.formats.qr import qr_svg
from planner.services.feeding import View, note_fetch, read_feed
from planner.services.signing_in import hash_token
from planner.services.subscribing import (
    GONE_SECTION,
    Wish,
    feed_name,
    has_lost_its_section,
    renew,
    revoke,
    subscribe,
    what_it_leaves_out,
)
from planner.store import feeds, people, queries
from planner.store.database import Session
from planner.store.models import Plan
from planner.store.outgoing import Feed
from planner.web.accounts import is_near
from planner.web.desk import desk

pages = Blueprint("calendars", __name__)

TYPE = "text/calendar; charset=utf-8"
OPTIONS = ("alarm", "early")
"""What the address of a feed may ask for, by ``=1``, beside what was subscribed."""
_SCOPE = re.compile(r"(?:(?P<overdue>overdue)-)?(?P<of>party|plan)-(?P<id>[0-9]{1,18})")
_SECTION = re.compile(r"section-(?P<id>[0-9]{1,18})-(?P<name>.+)")


@pages.get("/calendar")
def subscriptions() -> str:
    """Show the subscriptions, and offer new ones: the clerk sees all, others those of the own party."""
    own = g.party.id if g.party else None
    with desk().database.read() as session:
        rows = [(feed, feed_name(session, feed), *_told(session, feed)) for feed in feeds.feeds(session, own)]
        parties = people.parties(session) if own is None else [g.party]
        plans = queries.current_plans(session) if own is None else []
        sections = [(plan, name) for plan in plans for name in feeds.sections(session, plan.id)]
    return render_template(
        "calendar/list.html", feeds=rows, parties=parties, plans=plans, sections=sections, chosen=_chosen(plans)
    )


def _told(session: Session, feed: Feed) -> tuple[str, str]:
    """Return what a calendar leaves out, and why it is empty for good, in words."""
    return what_it_leaves_out(feed), GONE_SECTION if has_lost_its_section(session, feed) else ""


def _chosen(plans: Sequence[Plan]) -> dict[str, Any] | None:
    """Return the list that the address carries over from the page of tasks, and its name."""
    if "list" not in request.args or Role(g.account.role) is not Role.CLERK:
        return None
    plan = next((plan for plan in plans if plan.address == request.args.get("plan")), None)
    if plan is None and request.args.get("plan"):
        raise Invalid("没有找到这份计划，请从任务页点「订阅这个列表」。")
    asked = {name: request.args[name] for name in ASKED if name in request.args}
    name = f"{plan.title if plan else '现行计划'}　{choice_words(read_choice(asked))}"
    return {"name": name, "asked": asked, "plan": plan}


@pages.post("/calendar")
def make() -> str:
    """Make a subscription and show its address, this once."""
    wish = _wish(request.form.get("scope", ""))
    return _addresses(subscribe(desk().database, wish, desk().now, g.account.name), is_new=True)


def _wish(scope: str) -> Wish:
    """Return what a form asks for; raise ``Invalid`` for what is none of these.

    ``party-5``, ``plan-2``, ``section-2-一、夯实基础``, ``overdue``, ``overdue-party-5``, ``overdue-plan-2`` or ``list``.
    """
    wanted = partial(Wish, plain="plain" in request.form, early_days=7 if "early" in request.form else 0)
    if scope == "list":
        asked = {name: request.form[name] for name in ASKED if name in request.form}
        return wanted("list", plan_id=_plan_id(), choice=asked)
    if scope == "overdue":
        return wanted("overdue")
    if found := _SECTION.fullmatch(scope):
        return wanted("section", plan_id=int(found["id"]), section=found["name"])
    found = _SCOPE.fullmatch(scope)
    if found is None:
        raise Invalid("请选择要订阅的范围。")
    number, of = int(found["id"]), found["of"]
    kind = found["overdue"] or of
    return wanted(kind, party_id=number) if of == "party" else wanted(kind, plan_id=number)


def _plan_id() -> int | None:
    """Return the plan a list is of, None for all current ones."""
    text = request.form.get("plan_id", "")
    if text and not re.fullmatch("[0-9]{1,18}", text):
        raise Invalid("没有这份计划，请从任务页点「订阅这个列表」。")
    return int(text) if text else None


@pages.post("/calendar/<int:feed_id>/renew")
def change_address(feed_id: int) -> str:
    """Give a subscription another address; the old one stops working at once."""
    return _addresses(renew(desk().database, feed_id, desk().now), is_new=True)


@pages.post("/calendar/<int:feed_id>/revoke")
def stop(feed_id: int) -> AnyResponse:
    """Make an address stop working."""
    revoke(desk().database, feed_id, desk().now)
    flash("这个日历地址已停用。需要时可以再生成新的。")
    return redirect(url_for("calendars.subscriptions"))


@pages.get("/subscribe/<token>")
def landing(token: str) -> Response:
    """Show a phone how to subscribe; the token in the address is the only key, so no sign-in."""
    response = Response(_addresses(token, is_new=False))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _addresses(token: str, *, is_new: bool) -> str:
    with desk().database.read() as session:
        found = feeds.feed_with(session, hash_token(token))
        name, (left_out, lost) = feed_name(session, found), _told(session, found)
    base = desk().base_url()
    asked = [option for option in OPTIONS if request.args.get(option) == "1"]
    query = f"?{urlencode(dict.fromkeys(asked, '1'))}" if asked else ""
    landing = base + url_for("calendars.landing", token=token, on=None)
    address = base + url_for("calendars.feed", token=token, on=None) + query
    can_be_scanned = base.lower().startswith("https://") and not is_near(base)
    return render_template(
        "calendar/address.html",
        name=name,
        left_out=left_out,
        lost=lost,
        feed=found,
        token=token,
        landing=landing,
        address=address,
        webcal="webcal://" + address.partition("://")[2],
        base=base,
        is_near=is_near(base),
        qr=qr_svg(landing + query, f"订阅{name}的二维码") if can_be_scanned else "",
        asked=asked,
        is_new=is_new,
        in_wechat="MicroMessenger" in request.user_agent.string,
    )


@pages.get("/feeds/<token>.ics")
def feed(token: str) -> Response:
    """Hand out the calendar; an unchanged one is answered with 304."""
    view = View(early_days=7 * (request.args.get("early") == "1"), alarm=request.args.get("alarm") == "1")
    found = read_feed(desk().database, token, desk().now, desk().base_url(), view)
    changed = is_resource_modified(request.environ, found.etag, last_modified=found.changed_at)
    response = Response(found.made.parts, content_type=TYPE) if changed else Response(status=304)
    response.headers["ETag"] = found.etag
    response.last_modified = found.changed_at
    response.headers["Cache-Control"] = "private, no-cache"
    response.call_on_close(partial(note_fetch, desk().database, found, desk().now))
    return response
