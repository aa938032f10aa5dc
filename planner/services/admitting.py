"""Admitting: who may sign in. Clerks with one-time links, leaders and contacts with personal ones, and their secrets.

Whatever withdraws a link, password or PIN raises ``Account.epoch``: sessions of an older epoch are over at once.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from planner.core.permission import Role
from planner.errors import Invalid
from planner.services.passwords import hash_password, hash_pin, plain
from planner.services.signing_in import hash_token, prove, renew_link
from planner.store import accounts, people, queries
from planner.store.database import Database, Session
from planner.store.models import Account, Party

LONGEST_NAME = 20


def add_clerk(database: Database, name: str, at: datetime) -> tuple[Account, str]:
    """Add a clerk; return the account and the secret of its one-time link."""
    wanted = _name(name)
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        if any(plain(clerk.name) == plain(wanted) for clerk in accounts.clerks(session)):
            raise Invalid(f"已经有叫「{wanted}」的经办文员。同名的人请加上部门，例如「{wanted}（党政办）」。")
        account = Account(office_id=office.id, name=wanted)
        return account, renew_link(session, account, at)


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"请填写姓名，不超过{LONGEST_NAME}字。")
    return name


def give_link(database: Database, account_id: int, at: datetime) -> tuple[Account, str]:
    """Give a clerk a new one-time link, for a new machine or a forgotten password."""
    with database.write() as session:
        account = accounts.account_by_id(session, account_id)
        if account.role != Role.CLERK or account.revoked_at:
            raise Invalid("这个账号不在用，请先点「恢复」。")
        return account, renew_link(session, account, at)


def revoke(database: Database, account_id: int, at: datetime) -> Account:
    """Take an account out of use and end its sessions; raise ``Invalid`` for the last clerk."""
    with database.write() as session:
        # The office's row makes two clerks who take out each other wait for one another.
        queries.the_office(session, lock=True)
        account = accounts.account_by_id(session, account_id)
        if account.role == Role.CLERK and all(clerk.id == account.id for clerk in accounts.active_clerks(session)):
            raise Invalid("至少要留一位在用的经办文员。请先添加另一位，再停用这一位。")
        account.link_hash = account.personal_hash = None
        account.revoked_at = account.revoked_at or at
        return _end_sessions(session, account)


def restore(database: Database, account_id: int) -> Account:
    """Take a clerk's account into use again, with the password it had."""
    with database.write() as session:
        account = accounts.account_by_id(session, account_id)
        if account.role != Role.CLERK:
            raise Invalid("请在这位领导或部门的页面点「换一个链接」。")
        account.revoked_at = None
        session.add(account)
        return account


def give_personal_link(database: Database, party_id: int, name: str, pin: str) -> tuple[Account, str]:
    """Let a leader, or the contact *name* of a department, sign in by a link of their own; return its secret.

    *pin* is asked for beside the link; "" for none.
    """
    hashed = hash_pin(pin)
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        party = people.party_by_id(session, party_id)
        wanted = _holder(party, name)
        held = accounts.accounts_of(session, party_id)
        if any(party.kind == "person" or plain(one.name) == plain(wanted) for one in held):
            raise Invalid(f"{wanted}已经有链接了。丢了或外泄了，请点「换一个链接」。")
        role = Role.LEADER if party.kind == "person" else Role.CONTACT
        account = Account(office_id=office.id, name=wanted, role=role.value, party_id=party.id, password_hash=hashed)
        return account, _renew_personal(session, account)


def _holder(party: Party, name: str) -> str:
    if party.kind != "person":
        return _name(name)
    if party.department_id is not None:
        raise Invalid(f"{party.name}是部门经办人，请到所在部门的页面生成链接。")
    return party.name


def renew_personal_link(database: Database, account_id: int) -> tuple[Account, str]:
    """Change a personal link for a new one, in use again if it was not; the old one and its sessions end."""
    with database.write() as session:
        account = accounts.account_by_id(session, account_id)
        if account.role == Role.CLERK:
            raise Invalid("经办文员用姓名和密码登录，没有个人链接。")
        account.revoked_at = None
        return _end_sessions(session, account), _renew_personal(session, account)


def _renew_personal(session: Session, account: Account) -> str:
    token = secrets.token_urlsafe(32)
    account.personal_hash, account.last_seen_at = hash_token(token), None
    session.add(account)
    return token


def set_pin(database: Database, account_id: int, pin: str) -> Account:
    """Set the PIN beside a personal link, or none for ""; sessions end so that it is asked for."""
    hashed = hash_pin(pin)
    with database.write() as session:
        account = accounts.account_by_id(session, account_id)
        if account.role == Role.CLERK:
            raise Invalid("经办文员的密码由本人在「我的账号」里设。")
        return _set_secret(session, account, hashed)


def change_secret(
    database: Database, account_id: int, old: str, new: str, at: datetime, *, proven: bool = False
) -> Account:
    """Change one's own password or PIN; return the account with its new epoch, all sessions of the old one over.

    The old one is asked for when there is one, unless the session was *proven* by a one-time link just now.
    """
    with database.read() as session:
        account = accounts.account_by_id(session, account_id)
    hashed = hash_password(new) if account.role == Role.CLERK else hash_pin(new)
    if account.password_hash and not proven:
        prove(database, lambda session: accounts.account_by_id(session, account_id), old, at, WRONG_OLD)
    with database.write() as session:
        return _set_secret(session, accounts.account_by_id(session, account_id), hashed)


WRONG_OLD = "原来的密码或数字口令不对，没有改动。"


def _set_secret(session: Session, account: Account, hashed: str | None) -> Account:
    account.password_hash = hashed
    account.failed_tries, account.locked_until = 0, None
    return _end_sessions(session, account)


def _end_sessions(session: Session, account: Account) -> Account:
    account.epoch += 1
    session.add(account)
    return account
