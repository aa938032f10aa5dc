"""Who may open what: one table of every endpoint, kept before every request. docs/roles.md shows it to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from urllib.parse import quote

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from planner.core.permission import ROLE_LABELS, Role
from planner.errors import Forbidden
from planner.store import accounts, feeds, listing, outbox, queries
from planner.store.database import Database
from planner.store.models import Plan
from planner.web.desk import desk


class Reach(Enum):
    """How far a role may open an endpoint; the value is the word of docs/roles.md."""

    ALL = "全部"
    OWN = "自己的"


CLERK = {Role.CLERK: Reach.ALL}
READERS = {**CLERK, Role.LEADER: Reach.ALL}
EVERYONE = {**READERS, Role.CONTACT: Reach.ALL}
GUESTS = {Role.LEADER: Reach.ALL, Role.CONTACT: Reach.ALL}
OWN_DEPARTMENT = {**READERS, Role.CONTACT: Reach.OWN}
OWN_PARTY = {**CLERK, Role.LEADER: Reach.OWN, Role.CONTACT: Reach.OWN}

OPEN = frozenset(
    {
        "static",
        "signing_in.health",
        "signing_in.sign_in",
        "signing_in.use",
        "signing_in.use_password",
        "signing_in.personal",
        "signing_in.use_personal",
        "calendars.landing",
        "calendars.feed",
    }
)
"""What needs no sign-in: the door itself, and what a secret in the address opens."""

ACCESS: dict[str, Mapping[Role, Reach]] = {
    "desk.home": CLERK,
    "parties.me": GUESTS,
    "plans.every": EVERYONE,
    "plans.show": EVERYONE,
    "plans.version": EVERYONE,
    "plans.markdown": EVERYONE,
    "plans.findings": READERS,
    "plans.settle": CLERK,
    "plans.issue": CLERK,
    "plans.archive": CLERK,
    "plans.remind": CLERK,
    "plans.restore": CLERK,
    "carrying.show": CLERK,
    "carrying.carry": CLERK,
    "tasks.show": OWN_DEPARTMENT,
    "tasks.act": OWN_DEPARTMENT,
    "tasks.measure": OWN_DEPARTMENT,
    "tasks.assign": CLERK,
    "tasks.settle": CLERK,
    "tasks.flag": CLERK,
    "entry.quick": CLERK,
    "entry.confirm": CLERK,
    "entry.grid": CLERK,
    "entry.key_in": CLERK,
    "entry.sign_off": CLERK,
    "entry.sign_off_all": CLERK,
    "lists.tasks": READERS,
    "lists.overdue_list": READERS,
    "lists.overdue_print": READERS,
    "lists.overdue_sheet": READERS,
    "lists.task_ledger": READERS,
    "lists.task_ledger_print": READERS,
    "lists.task_ledger_sheet": READERS,
    "events.show": READERS,
    "events.export": READERS,
    "parties.every": READERS,
    "parties.show": OWN_DEPARTMENT,
    "parties.change": OWN_PARTY,
    "handovers.names": CLERK,
    "handovers.settle_name": CLERK,
    "handovers.add_aliases": CLERK,
    "handovers.describe": CLERK,
    "handovers.add_contact": CLERK,
    "handovers.delegate": CLERK,
    "handovers.end_delegation": CLERK,
    "handovers.hand_over": CLERK,
    "handovers.show": READERS,
    "backups.show": CLERK,
    "backups.download": CLERK,
    "settings.show": CLERK,
    "settings.sign_off": CLERK,
    "settings.season": CLERK,
    "wordings.every": CLERK,
    "wordings.show": CLERK,
    "wordings.change": CLERK,
    "workdays.show": CLERK,
    "workdays.change": CLERK,
    "workdays.read": CLERK,
    "workdays.enter": CLERK,
    "thresholds.show": CLERK,
    "thresholds.change": CLERK,
    "thresholds.reset": CLERK,
    "thresholds.contact": CLERK,
    "calendars.subscriptions": EVERYONE,
    "calendars.make": OWN_PARTY,
    "calendars.change_address": OWN_PARTY,
    "calendars.stop": OWN_PARTY,
    "outbox.waiting": CLERK,
    "outbox.told": CLERK,
    "outbox.again": CLERK,
    "outbox.health": CLERK,
    "outbox.inbox": EVERYONE,
    "outbox.message": OWN_PARTY,
    "channels.every": CLERK,
    "channels.add": CLERK,
    "channels.change": CLERK,
    "channels.stop": CLERK,
    "channels.test": CLERK,
    "channels.test_email": CLERK,
    "outbox_history.show": CLERK,
    "rehearsal.show": CLERK,
    "rehearsal.mute": CLERK,
    "rehearsal.unmute": CLERK,
    "notices.every": CLERK,
    "notices.skip": CLERK,
    "notices.show": CLERK,
    "notices.decide": CLERK,
    "notices.printed": CLERK,
    "imports.choose": CLERK,
    "imports.read": CLERK,
    "reviews.show": CLERK,
    "reviews.act": CLERK,
    "reviews.about": CLERK,
    "reviews.pairs": CLERK,
    "reviews.confirm": CLERK,
    "reviews.issue": CLERK,
    "checking.choose": CLERK,
    "checking.check": CLERK,
    "checking.sheet": CLERK,
    "accounts.every": CLERK,
    "accounts.add": CLERK,
    "accounts.link": CLERK,
    "accounts.revoke": CLERK,
    "accounts.restore": CLERK,
    "accounts.give": CLERK,
    "accounts.renew": CLERK,
    "accounts.set_pin": CLERK,
    "accounts.own": EVERYONE,
    "accounts.change": EVERYONE,
    "guide.show": EVERYONE,
    "signing_in.sign_out": EVERYONE,
}

HOME = {Role.CLERK: "desk.home", Role.LEADER: "parties.me", Role.CONTACT: "parties.me"}
"""Where each role begins; whoever opens another role's home is sent to the own one."""

WANTED = "wanted"
LONGEST_WANTED = 1000
FILES = (".xlsx", ".md")
"""What is downloaded: after signing in it would leave the sign-in page standing."""
WANTED_FOR = 3600
"""Seconds for which a page asked for before signing in is remembered."""

MENU = (
    ("desk.home", "今天"),
    ("parties.me", "我的事项"),
    ("plans.every", "文件"),
    ("lists.tasks", "任务"),
    ("lists.overdue_list", "逾期清单"),
    ("parties.every", "人员部门"),
    ("calendars.subscriptions", "日历"),
    ("outbox.inbox", "消息"),
    ("outbox.waiting", "待发"),
    ("events.show", "留痕"),
    ("settings.show", "设置"),
    ("guide.show", "说明"),
)


def recognise(database: Database) -> bool:
    """Set ``g.account`` and ``g.party`` of the session and tell whether it is still good."""
    with database.read() as reading:
        found = accounts.in_session(reading, session.get("account", 0), session.get("epoch", 0))
    g.account, g.party = found or (None, None)
    return found is not None


def remember_wanted() -> None:
    """Keep the page somebody asked for without being signed in, so that signing in leads there.

    It stays in the signed session, never in an address: so nobody can make a link that leads elsewhere after signing in.
    """
    asked = quote(request.path) + ("?" + request.query_string.decode("latin-1") if request.query_string else "")
    is_page = request.endpoint not in HOME.values() and not request.path.endswith(FILES)
    if request.method == "GET" and is_page and len(asked) <= LONGEST_WANTED:
        session[WANTED] = asked, desk().now.timestamp(), request.endpoint
        session.permanent = True


def wanted(new: Role | None = None) -> str | None:
    """Return the page that was asked for before signing in, on this server and not long ago, or None.

    None too where the *new* role that signs in may not open such a page.
    """
    path, at, endpoint = session.get(WANTED, ("", 0.0, ""))
    is_local = path.startswith("/") and not path.startswith(("//", "/\\"))
    is_for = new is None or new in ACCESS.get(endpoint, {})
    return path if is_local and is_for and desk().now.timestamp() - at < WANTED_FOR else None


def role() -> Role:
    """Return the role of whoever is signed in."""
    return Role(g.account.role)


def admit(endpoint: str) -> Response | None:
    """Let the request go on, or send it to the own home; raise ``Forbidden`` for what the role may not open."""
    if endpoint in HOME.values() and endpoint != HOME[role()]:
        return redirect(url_for(HOME[role()]))
    reach = ACCESS.get(endpoint, {}).get(role())
    if reach is None:
        raise Forbidden(f"这一页由办公室使用，您是{ROLE_LABELS[role()]}。需要办理请告诉办公室。")
    if reach is Reach.OWN and not OWN[endpoint]():
        raise Forbidden(f"这一页不是{g.party.name}的，您可以看自己的事项。需要时请找办公室。")
    return None


def may(endpoint: str) -> bool:
    """Tell a page whether to show what leads to an endpoint."""
    return g.get("account") is not None and role() in ACCESS.get(endpoint, {})


def menu() -> list[tuple[str, str]]:
    """Return what stands in the navigation of whoever is signed in."""
    return [(endpoint, label) for endpoint, label in MENU if may(endpoint)]


def may_open_tasks(plan: Plan) -> Callable[[int], bool]:
    """Return whether the task of an id may be opened, for a page with many of one plan."""
    if ACCESS["tasks.show"][role()] is Reach.ALL:
        return lambda _: True
    with desk().database.read() as reading:
        own = listing.concerned_tasks(reading, [plan], g.party.name)
    return lambda task_id: task_id in own


def _is_own_task() -> bool:
    address, _, code = (request.view_args or {}).get("address", "").partition("-")
    with desk().database.read() as reading:
        plan = queries.plan_at(reading, address)
        return queries.task_at(reading, plan, code).id in listing.concerned_tasks(reading, [plan], g.party.name)


def _is_own_party() -> bool:
    return bool((request.view_args or {}).get("party_id") == g.party.id)


def _is_own_message() -> bool:
    with desk().database.read() as reading:
        row = outbox.reminder(reading, (request.view_args or {}).get("reminder_id", 0))
        return bool(row.recipient == g.party.name)


def _is_own_calendar() -> bool:
    return request.form.get("scope", "") in (f"party-{g.party.id}", f"overdue-party-{g.party.id}")


def _is_own_feed() -> bool:
    with desk().database.read() as reading:
        own = feeds.feeds(reading, g.party.id)
    return (request.view_args or {}).get("feed_id") in [feed.id for feed in own]


OWN: dict[str, Callable[[], bool]] = {
    "tasks.show": _is_own_task,
    "tasks.act": _is_own_task,
    "tasks.measure": _is_own_task,
    "parties.show": _is_own_party,
    "parties.change": _is_own_party,
    "calendars.make": _is_own_calendar,
    "outbox.message": _is_own_message,
    "calendars.change_address": _is_own_feed,
    "calendars.stop": _is_own_feed,
}
"""How to tell that what is asked for is the own party's."""
