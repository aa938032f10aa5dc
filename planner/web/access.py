"""Who may open what: one table of every endpoint, kept before every request. docs/roles.md shows it to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from planner.core.permission import ROLE_LABELS, Role
from planner.errors import Forbidden
from planner.store import accounts, listing, queries
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
    "plans.restore": CLERK,
    "carrying.show": CLERK,
    "carrying.carry": CLERK,
    "tasks.show": OWN_DEPARTMENT,
    "tasks.act": OWN_DEPARTMENT,
    "tasks.measure": OWN_DEPARTMENT,
    "tasks.assign": CLERK,
    "tasks.settle": CLERK,
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
    "calendars.subscriptions": CLERK,
    "calendars.make": OWN_DEPARTMENT,
    "calendars.stop": CLERK,
    "outbox.waiting": CLERK,
    "outbox.told": CLERK,
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

MENU = (
    ("desk.home", "今天"),
    ("parties.me", "我的事项"),
    ("plans.every", "文件"),
    ("lists.tasks", "任务"),
    ("lists.overdue_list", "逾期清单"),
    ("parties.every", "人员部门"),
    ("calendars.subscriptions", "日历"),
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


def _is_own_calendar() -> bool:
    return bool(request.form.get("scope", "") == f"party-{g.party.id}")


OWN: dict[str, Callable[[], bool]] = {
    "tasks.show": _is_own_task,
    "tasks.act": _is_own_task,
    "tasks.measure": _is_own_task,
    "parties.show": _is_own_party,
    "parties.change": _is_own_party,
    "calendars.make": _is_own_calendar,
}
"""How to tell that what is asked for is the own party's."""
