"""Signing in: clerks by name and password or a one-time link, leaders and contacts by their personal link.

Links are random and long; only their hash is stored. Passwords and PINs can be guessed, so tries are counted in the
database, where every process sees them: after five wrong ones the account waits.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from planner.core.calendar import day_words
from planner.core.permission import Role
from planner.errors import Invalid, NotFound
from planner.services.passwords import fits, plain
from planner.store import accounts, queries
from planner.store.database import Database, Session
from planner.store.models import Account, Office

LINK_VALID = timedelta(days=1)
TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=1)
WRONG_NAME = "姓名或密码不对，请再试一次。忘了密码，请其他经办文员在「账号」页给您一个登录链接。"
WRONG_PIN = "数字口令不对，请再试一次。忘了请找办公室重新设。"
URGENT = "急用请其他经办文员给您一个登录链接，或在电脑上运行 planner link。"
URGENT_PIN = "急用请办公室重新设数字口令。"
LINK_GONE = "这个链接已停用或已换成新的，请向办公室要新的链接。"


def ensure_office(database: Database, name: str, contact: str = "") -> None:
    """Create the office, with whom to call, and its clerk's account on the first start."""
    with database.write() as session:
        if accounts.first_account(session):
            _fill_contact(session, contact)
            return
        office = Office(name=name, contact=contact)
        session.add(office)
        session.flush()
        session.add(Account(office_id=office.id, name="经办文员"))


def _fill_contact(session: Session, contact: str) -> None:
    """Take over whom to call where an office of an earlier version has not said so itself."""
    office = queries.the_office(session)
    if contact and not office.contact:
        office.contact = contact
        session.add(office)


def make_link(database: Database, at: datetime, name: str = "") -> str:
    """Return the secret of a new one-time link for the clerk *name*, else the first one; an earlier one stops working."""
    with database.write() as session:
        active = accounts.active_clerks(session)
        found = _named(active, name) if name else active[0]
        if found is None:
            raise NotFound(f"没有叫「{name}」的经办文员。现有：{'、'.join(clerk.name for clerk in active)}。")
        return renew_link(session, found, at)


def _named(clerks: Sequence[Account], name: str) -> Account | None:
    return next((clerk for clerk in clerks if plain(clerk.name) == plain(name)), None)


def renew_link(session: Session, account: Account, at: datetime) -> str:
    """Give a clerk a new one-time link within a transaction under way; return its secret."""
    token = secrets.token_urlsafe(32)
    account.link_hash = hash_token(token)
    account.link_expires_at = at + LINK_VALID
    session.add(account)
    return token


def use_link(database: Database, token: str, at: datetime) -> Account:
    """Return the account a link signs in, using the link up; raise ``Invalid`` for a used, old or wrong one."""
    with database.write() as session:
        account = accounts.account_with_link(session, hash_token(token))
        if account is None or account.link_expires_at is None or account.link_expires_at < at:
            raise Invalid("这个登录链接已用过或已过期。请在电脑上运行 planner link，得到新的链接。")
        account.link_hash = account.link_expires_at = None
        return _let_in(session, account, at)


def use_password(database: Database, name: str, password: str, at: datetime) -> Account:
    """Return the clerk of this name and password; raise ``Invalid`` for a wrong one, or while the name waits."""
    return prove(
        database, lambda session: _named(accounts.active_clerks(session, lock=True), name), password, at, WRONG_NAME
    )


def holder_of(database: Database, token: str) -> Account:
    """Return whose personal link this is; raise ``NotFound`` for one withdrawn."""
    with database.read() as session:
        account = accounts.account_with_personal_link(session, hash_token(token))
    if account is None:
        raise NotFound(LINK_GONE)
    return account


def use_personal_link(database: Database, token: str, pin: str, at: datetime) -> Account:
    """Return the account a personal link signs in, again and again; raise ``NotFound``, or ``Invalid`` for a wrong PIN."""
    holder = holder_of(database, token)
    if holder.password_hash is None:
        return _enter(database, holder, at, LINK_GONE)
    return prove(
        database, lambda session: accounts.account_with_personal_link(session, hash_token(token)), pin, at, WRONG_PIN
    )


def prove(
    database: Database, find: Callable[[Session], Account | None], given: str, at: datetime, wrong: str
) -> Account:
    """Return the account that *find* locks and returns, if *given* is its password or PIN; raise ``Invalid``.

    Each try is counted before it is judged, so that many at once cannot outrun the count; hashing holds no lock.
    """
    with database.write() as session:
        account = find(session)
        if account is not None:
            _count_try(account, at)
            session.add(account)
    if not fits(given, account.password_hash if account else None) or account is None:
        raise Invalid(_wait_words(account, at) or wrong)
    return _enter(database, account, at, wrong)


def _count_try(account: Account, at: datetime) -> None:
    waits = _wait_words(account, at)
    if waits:
        raise Invalid(waits)
    account.failed_tries += 1
    rounds, rest = divmod(account.failed_tries, TRIES)
    if rest == 0:
        # 15 minutes, 30, then an hour each time; no more doublings, however long somebody goes on.
        account.locked_until = at + min(FIRST_WAIT * 2 ** min(rounds - 1, 2), LONGEST_WAIT)


def _wait_words(account: Account | None, at: datetime) -> str:
    until = account.locked_until if account else None
    if until is None or until <= at:
        return ""
    local = until.astimezone(at.tzinfo) + timedelta(seconds=59)
    day = "" if local.date() == at.date() else day_words(local.date())
    way_out = URGENT if account and account.role == Role.CLERK else URGENT_PIN
    return f"连续输错{TRIES}次，为防别人乱试，请在{day}{local:%H:%M}以后再试。{way_out}"


def _enter(database: Database, seen: Account, at: datetime, wrong: str) -> Account:
    """Let an account in unless its link, password or PIN was changed since it was *seen*."""
    with database.write() as session:
        account = accounts.account_by_id(session, seen.id)
        if (account.epoch, account.revoked_at) != (seen.epoch, None):
            raise Invalid(wrong)
        return _let_in(session, account, at)


def _let_in(session: Session, account: Account, at: datetime) -> Account:
    account.failed_tries, account.locked_until, account.last_seen_at = 0, None, at
    session.add(account)
    return account


def hash_token(token: str) -> str:
    """Return what is stored of a secret; it is long and random, so a plain sha256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
