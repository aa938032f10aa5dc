"""A link signs in once, within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.errors import Invalid
from planner.services.signing_in import LINK_VALID, ensure_office, make_link, use_link
from planner.store import queries
from planner.store.database import Database
from tests.conftest import NOON


def test_a_link_works_once(database: Database) -> None:
    token = make_link(database, NOON)
    assert use_link(database, token, NOON).name == "经办文员"
    with pytest.raises(Invalid, match="已用过或已过期"):
        use_link(database, token, NOON)


def test_an_old_or_replaced_link_does_not(database: Database) -> None:
    token = make_link(database, NOON)
    with pytest.raises(Invalid):
        use_link(database, token, NOON + LINK_VALID + timedelta(seconds=1))
    make_link(database, NOON)
    with pytest.raises(Invalid):
        use_link(database, token, NOON)


def test_the_link_itself_is_not_stored(database: Database) -> None:
    token = make_link(database, NOON)
    with database.read() as session:
        account = queries.first_account(session)
    assert account is not None and account.link_hash is not None and token not in account.link_hash


def test_the_office_is_made_once(database: Database) -> None:
    ensure_office(database, "另一个名字")
    with database.read() as session:
        assert queries.the_office(session).name == "柳河镇党政办"
