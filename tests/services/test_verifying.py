"""A touched ledger is found and named; a copy that says otherwise is rebuilt from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text as sql

from planner.core.status import Act
from planner.services.importing import Imported
from planner.services.tracking import record
from planner.services.verifying import rebuild, verify
from planner.store.database import Database
from tests.conftest import NOON
from tests.services.test_tracking import SAID, first, forge

__all__ = ["first"]


@pytest.fixture
def told(database: Database, imported: Imported) -> None:
    for act, words in ((Act.PROGRESS, "已检查3家"), (Act.CHASE, "电话催办"), (Act.HAND_IN, "都查完了")):
        record(database, 1, act, replace(SAID, text=words))


def test_an_untouched_ledger_is_whole(database: Database, told: None) -> None:
    (result,) = verify(database)
    assert result.is_whole and result.events == 5
    assert result.sentence() == f"《柳河镇2024年安全生产工作要点》第1—5条连续，未见改动。末条校验码 {result.head[:12]}"
    assert rebuild(database, NOON) == 0


def test_one_changed_byte_is_named(database: Database, told: None) -> None:
    forge(database, "UPDATE event SET text = '电话催辦' WHERE number = 4")
    (result,) = verify(database)
    assert result.broken == 4 and "第4条留痕对不上" in result.sentence()


@pytest.mark.parametrize("column", ["actor", "on_behalf_of", "kind", "day", "data", "previous"])
def test_every_column_is_covered(database: Database, told: None, column: str) -> None:
    value = {"kind": "'progress'", "day": "'2024-01-01'", "data": "'{\"times\": 9}'"}.get(column, "'x'")
    forge(database, f"UPDATE event SET {column} = {value} WHERE number = 4")
    assert verify(database)[0].broken == 4


def test_an_event_taken_out_is_named(database: Database, told: None) -> None:
    forge(database, "DELETE FROM event WHERE number = 4")
    assert verify(database)[0].broken == 5, "the link to the missing one does not hold"


def test_a_copy_that_says_otherwise_is_found_and_rebuilt(database: Database, told: None) -> None:
    with database.write() as session:
        session.execute(sql("UPDATE occurrence SET state = 'done', last_progress = '' WHERE id = 1"))
    (result,) = verify(database)
    assert result.broken is None and result.stray == ("1-1",) and "planner rebuild" in result.sentence()
    assert rebuild(database, NOON) == 1
    assert verify(database)[0].is_whole
