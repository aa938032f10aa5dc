"""Many workers, killed and cut off: nothing is lost, and what may have come twice says so.

The numbers here are small; ``python -m tests.services.crowd URL`` does the same with 3,000 messages and 40 kills.
"""

from __future__ import annotations

import sys
from contextlib import closing

import pytest

from planner.store.database import Database
from tests.conftest import POSTGRESQL
from tests.services.crowd import Outcome, Wire, let_loose

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be killed so there")


def check(outcome: Outcome, reminders: int) -> None:
    assert outcome.lost == 0, outcome
    assert outcome.unmarked == 0 and outcome.by_two == 0, outcome
    assert outcome.doubled <= outcome.marked, outcome
    assert outcome.states["sent"] + outcome.states["failed"] == reminders, outcome


def test_four_workers_killed_again_and_again_lose_nothing(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    check(let_loose(database, [url] * 4, 160, 6), 160)


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_three_machines_share_one_database_and_one_is_cut_off(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    assert POSTGRESQL
    with closing(Wire(url)) as wire:
        check(let_loose(database, [url, url, wire.url], 200, 0, wire), 200)
