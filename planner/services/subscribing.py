"""Calendar subscriptions: made, given another address, stopped. Only a hash of the secret in the address is stored."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from planner.core.choice import ASKED, choice_words, read_choice
from planner.errors import Invalid
from planner.services.signing_in import hash_token
from planner.store import feeds, people, queries
from planner.store.database import Database, Session
from planner.store.outgoing import Feed

EARLY_DAYS = (0, 7)
LONGEST_WORD = 200
GONE_SECTION = "计划里已没有这一部分，请重新订阅"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants in a calendar: of a party, a plan, a section of it, what is overdue, or a list as chosen.

    ``choice`` are the parameters of the list page. ``plain`` leaves out names and words; ``early_days`` is 0 or 7.
    """

    scope: str
    party_id: int | None = None
    plan_id: int | None = None
    section: str = ""
    choice: Mapping[str, str] = field(default_factory=dict)
    plain: bool = False
    early_days: int = 0


def subscribe(database: Database, wish: Wish, at: datetime, by: str = "") -> str:
    """Make a subscription and return its secret, shown only this once; raise ``Invalid`` or ``NotFound``."""
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        _check(session, wish)
        feed = Feed(
            office_id=queries.the_office(session).id,
            scope=wish.scope,
            party_id=wish.party_id,
            plan_id=wish.plan_id,
            section=wish.section,
            choice=dict(wish.choice),
            plain=wish.plain,
            early_days=wish.early_days,
            created_at=at,
            created_by=by,
            token_hash=hash_token(token),
        )
        session.add(feed)
    return token


def _check(session: Session, wish: Wish) -> None:
    needed = {"party": wish.party_id, "plan": wish.plan_id, "section": wish.section and wish.plan_id}
    if wish.scope not in ("overdue", "list") and not needed.get(wish.scope):
        raise Invalid("请选择要订阅的范围：一个人、一个部门、一份计划或其中一部分。")
    if wish.early_days not in EARLY_DAYS:
        raise Invalid("提前的提示只有提前7天一种。")
    if wish.party_id is not None:
        people.party_by_id(session, wish.party_id)
    if wish.plan_id is not None:
        queries.plan_by_id(session, wish.plan_id)
    if wish.scope == "section" and wish.section not in feeds.sections(session, wish.plan_id or 0):
        raise Invalid("这份计划里没有这一部分，请从列表里选。")
    if set(wish.choice) - set(ASKED) or any(len(word) > LONGEST_WORD for word in wish.choice.values()):
        raise Invalid("没有这样的筛选，请从任务页点「订阅这个列表」。")
    if any(_CONTROL.search(word) for word in wish.choice.values()):
        raise Invalid("筛选的词里有看不见的控制字符，请删掉后再订阅。")
    read_choice(wish.choice)


def renew(database: Database, feed_id: int, at: datetime) -> str:
    """Give a subscription another address and return its secret; the old address stops working at once."""
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        feed = feeds.feed_by_id(session, feed_id)
        if feed.revoked_at is not None:
            raise Invalid("这个日历已经停用，请重新生成一个。")
        feed.token_hash, feed.renewed_at, feed.last_fetched_at = hash_token(token), at, None
        session.add(feed)
    return token


def revoke(database: Database, feed_id: int, at: datetime) -> None:
    """Make an address stop working; phones that still ask get 404."""
    with database.write() as session:
        feed = feeds.feed_by_id(session, feed_id)
        feed.revoked_at = feed.revoked_at or at
        session.add(feed)


def feed_name(session: Session, feed: Feed | feeds.Basis) -> str:
    """Return what a calendar holds, as it is called on pages and, unless it is plain, in the calendar itself."""
    party = people.party_by_id(session, feed.party_id).name if feed.party_id is not None else ""
    plan = queries.plan_with(session, feed.plan_id).title if feed.plan_id is not None else ""
    match feed.scope:
        case "party":
            return f"{party} 重点工作"
        case "plan":
            return plan
        case "section":
            return f"{plan}　{feed.section}"
        case "overdue":
            return f"{party or plan or '全部'}　逾期事项"
    chosen = read_choice(feed.choice)
    # A party may go by another name since.
    return f"{plan or '现行计划'}　{choice_words(replace(chosen, party=people.known_as(session, chosen.party)))}"


def has_lost_its_section(session: Session, feed: Feed) -> bool:
    """Tell whether a calendar of a section stays empty because a later version of the plan has no such section."""
    return feed.scope == "section" and feed.section not in feeds.sections(session, feed.plan_id or 0)


def what_it_leaves_out(feed: Feed) -> str:
    """Return how a calendar differs from the usual one, in words; empty where it does not."""
    told = ["只有编号和标题"] if feed.plain else []
    told += [f"带提前{feed.early_days}天的提示"] if feed.early_days else []
    return "，".join(told)
