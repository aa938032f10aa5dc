"""Signing in by a one-time link: random, valid for a day, stored only as a hash, good for one use."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from planner.errors import Invalid
from planner.store import queries
from planner.store.database import Database
from planner.store.models import Account, Office

LINK_VALID = timedelta(days=1)


def ensure_office(database: Database, name: str) -> None:
    """Create the office and its clerk's account on the first start."""
    with database.write() as session:
        if queries.first_account(session):
            return
        office = Office(name=name)
        session.add(office)
        session.flush()
        session.add(Account(office_id=office.id, name="经办文员"))


def make_link(database: Database, at: datetime) -> str:
    """Return the secret of a new one-time link for the clerk; an earlier unused one stops working."""
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        account = queries.found(queries.first_account(session))
        account.link_hash = hash_token(token)
        account.link_expires_at = at + LINK_VALID
        session.add(account)
    return token


def use_link(database: Database, token: str, at: datetime) -> Account:
    """Return the account a link signs in, using the link up; raise ``Invalid`` for a used, old or wrong one."""
    with database.write() as session:
        account = queries.account_with_link(session, hash_token(token))
        if account is None or account.link_expires_at is None or account.link_expires_at < at:
            raise Invalid("这个登录链接已用过或已过期。请在电脑上运行 planner link，得到新的链接。")
        account.link_hash = account.link_expires_at = None
        session.add(account)
        return account


def hash_token(token: str) -> str:
    """Return what is stored of a secret; it is long and random, so a plain sha256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
