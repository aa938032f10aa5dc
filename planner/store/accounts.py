"""Reading accounts: who may sign in, by which name, link or session."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from planner.store.models import Account, Party
from planner.store.queries import found

ACTIVE = col(Account.revoked_at).is_(None)


def first_account(session: Session) -> Account | None:
    """Return the account made on the first start."""
    return session.exec(select(Account).order_by(col(Account.id))).first()


def account_by_id(session: Session, account_id: int) -> Account:
    """Return an account, locked for this transaction; raise ``NotFound``."""
    row = session.exec(select(Account).where(Account.id == account_id).with_for_update()).first()
    return found(row, "没有找到这个账号，请刷新后再看。")


def clerks(session: Session) -> Sequence[Account]:
    """Return the clerks, those no longer in use too, in the order they were added."""
    return session.exec(select(Account).where(Account.role == "clerk").order_by(col(Account.id))).all()


def active_clerks(session: Session, *, lock: bool = False) -> Sequence[Account]:
    """Return the clerks in use in the order they were added, locked for this transaction if asked."""
    statement = select(Account).where(Account.role == "clerk", ACTIVE).order_by(col(Account.id))
    return session.exec(statement.with_for_update() if lock else statement).all()


def account_with_link(session: Session, link_hash: str) -> Account | None:
    """Return the account whose unused one-time link has this hash, locked for this transaction."""
    return session.exec(select(Account).where(Account.link_hash == link_hash, ACTIVE).with_for_update()).first()


def account_with_personal_link(session: Session, personal_hash: str) -> Account | None:
    """Return the account whose personal link has this hash, locked for this transaction."""
    statement = select(Account).where(Account.personal_hash == personal_hash, ACTIVE)
    return session.exec(statement.with_for_update()).first()


def accounts_of(session: Session, party_id: int) -> Sequence[Account]:
    """Return the accounts of a leader or of a department's contacts, in the order they were made."""
    return session.exec(select(Account).where(Account.party_id == party_id).order_by(col(Account.id))).all()


def in_session(session: Session, account_id: int, epoch: int) -> tuple[Account, Party | None] | None:
    """Return the account of a session with its party, or None when the session is over: one query a request."""
    statement = select(Account, Party).join(Party, col(Party.id) == col(Account.party_id), isouter=True)
    row = session.exec(statement.where(Account.id == account_id, Account.epoch == epoch, ACTIVE)).first()
    return (row[0], row[1]) if row else None
