"""The rules an office judges by are kept while they hold, and never longer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from planner.core.thresholds import DEFAULTS
from planner.services.arranging import change_day, set_thresholds
from planner.services.backing_up import back_up, restore
from planner.services.tracking import Said
from planner.store.database import Database
from planner.store.workdays import rules_of, thresholds_of, working_days
from tests.conftest import NOON
from tests.services.test_backing_up import destroyed_and_started_anew

SAID = Said(actor="王文员", at=NOON, day=NOON.date())
DAY = date(2024, 6, 21)


def works(database: Database) -> bool:
    with database.read() as session:
        return working_days(session).is_working(DAY)


def test_without_an_office_the_week_is_plain(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{(tmp_path / 'new.db').as_posix()}")
    database.migrate()
    with database.read() as session:
        assert working_days(session).years == frozenset()
        assert thresholds_of(session) == DEFAULTS
    database.close()


def test_the_rules_are_built_once_for_all_readers(database: Database) -> None:
    with database.read() as session:
        first = rules_of(session)
    with database.read() as session:
        assert rules_of(session) is first
    with database.reading(), database.read() as session:
        assert rules_of(session) is first


def test_another_process_sees_a_change_at_once(database: Database) -> None:
    other = Database(database.engine.url.render_as_string(hide_password=False))
    assert works(database) and works(other)
    change_day(other, DAY, "no", "", SAID)
    assert not works(database)
    set_thresholds(other, {"soon_days": "2"}, SAID)
    with database.read() as session:
        assert thresholds_of(session).soon_days == 2
    other.close()


def test_a_restored_office_is_judged_by_its_own_rules(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    database = Database(f"sqlite:///{(tmp_path / 'planner.db').as_posix()}")
    destroyed_and_started_anew(database, files)
    change_day(database, DAY, "no", "", SAID)
    back_up(database, files, tmp_path / "b.zip", NOON)
    destroyed_and_started_anew(database, files)
    assert works(database)
    restore(database, files, tmp_path / "b.zip")
    assert not works(database)
    database.close()
