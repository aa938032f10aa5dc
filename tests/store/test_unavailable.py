"""A full disk, a read-only or a damaged database: told in a sentence, nothing recorded is lost, and it works again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event, text

from planner.cli import main
from planner.config import Settings, session_key
from planner.core.status import Act
from planner.errors import Unwritable
from planner.scheduler import Shift
from planner.services.importing import Imported, Source, import_plan
from planner.services.signing_in import make_link
from planner.services.tracking import Said, record
from planner.store import queries
from planner.store.database import DAMAGED, FULL, NEWER, READ_ONLY, Database, StoreUnavailable
from tests.conftest import NOON, PLAN, POSTGRESQL

SAID = Said(actor="王文员", at=NOON, day=NOON.date(), text="检查" * 200)


@contextmanager
def no_more_room(database: Database) -> Iterator[None]:
    """Let a database file of SQLite grow no further: SQLite then says what it says on a full disk."""

    def limit(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    event.listen(database.engine, "connect", limit)
    database.close()
    yield
    event.remove(database.engine, "connect", limit)
    database.close()


def fill_up(database: Database, occurrence_id: int) -> int:
    """Record until there is no more room; return how often it was recorded."""
    before = events(database)
    with pytest.raises(StoreUnavailable) as told:
        for _ in range(1000):
            record(database, occurrence_id, Act.PROGRESS, SAID)
    assert told.value.message == FULL
    return events(database) - before


@pytest.fixture
def sqlite(database: Database, imported: Imported) -> Database:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("a full disk is made by a pragma of SQLite")
    return database


def events(database: Database) -> int:
    with database.read() as session:
        return queries.count_events(session)


def test_a_full_disk_loses_nothing_and_writing_works_again(sqlite: Database) -> None:
    before = events(sqlite)
    with no_more_room(sqlite):
        done = fill_up(sqlite, 1)
        assert events(sqlite) == before + done
        with sqlite.read() as session:
            assert queries.occurrence(session, 1).version == 1 + done
        with pytest.raises(StoreUnavailable, match="磁盘已满"):
            import_plan(sqlite, Source("再.md", (PLAN * 30).encode()), actor="王文员", at=NOON)
        with pytest.raises(StoreUnavailable, match="磁盘已满"), sqlite.write() as session:
            session.execute(text("CREATE TABLE more (id INTEGER)"))
            session.execute(
                text(
                    "INSERT INTO more SELECT 1 FROM occurrence a, occurrence b, occurrence c, occurrence d, occurrence e"
                )
            )
    record(sqlite, 1, Act.PROGRESS, SAID)
    assert events(sqlite) == before + done + 1
    with sqlite.read() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_a_read_only_database_can_be_read(database: Database, imported: Imported) -> None:
    url = read_only(database)
    locked = Database(url)
    assert events(locked) == events(database)
    locked.migrate()
    for attempt in (lambda: make_link(locked, NOON), lambda: record(locked, 1, Act.PROGRESS, SAID)):
        with pytest.raises(StoreUnavailable) as told:
            attempt()
        assert told.value.message == READ_ONLY
    locked.close()
    record(database, 1, Act.PROGRESS, SAID)


def read_only(database: Database) -> str:
    """Return the address of the same database for reading only."""
    if database.engine.dialect.name == "sqlite":
        return f"sqlite:///file:{database.engine.url.database}?mode=ro&uri=true"
    return f"{POSTGRESQL}?options=-c%20default_transaction_read_only%3Don"


@pytest.mark.parametrize("words", [["link"], ["remind"], ["run"], ["import", "要点.md", "--yes"]])
def test_commands_on_a_read_only_database(
    database: Database, imported: Imported, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "要点.md").write_text(PLAN + "\n补充。\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", read_only(database))
    # Outside the hours of the office there is nothing to write for reminders.
    monkeypatch.setattr("planner.cli.running.now", lambda: NOON)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1 and READ_ONLY in result.output and "Traceback" not in result.output


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not stop the superuser")
@pytest.mark.parametrize("words", [["run"], ["link"], ["import", "要点.md", "--yes"]])
def test_commands_on_a_data_folder_without_permission(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    data = tmp_path / "data"
    (tmp_path / "要点.md").write_text(PLAN, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANNER_DATA", str(data))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["link"]).exit_code == 0
    for path in (*data.iterdir(), data):
        path.chmod(0o555)
    result = CliRunner().invoke(main, words)
    data.chmod(0o755)
    assert result.exit_code == 1 and "再" in result.output and "Traceback" not in result.output


@pytest.mark.parametrize("words", [["run"], ["link"], ["backup", "b.zip"], ["restore", "b.zip"]])
def test_commands_without_a_usable_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1 and "PLANNER_DATA" in result.output and "Traceback" not in result.output
    with pytest.raises(Unwritable, match="数据文件夹"):
        session_key(tmp_path / "data")


def test_a_damaged_file_is_left_as_it_is(sqlite: Database, tmp_path: Path) -> None:
    sqlite.close()
    path = Path(sqlite.engine.url.database or "")
    for damaged in (b"no database at all" * 1000, path.read_bytes()[:4096] + b"\xff" * 40_000):
        (tmp_path / "damaged.db").write_bytes(damaged)
        database = Database(f"sqlite:///{tmp_path}/damaged.db")
        with pytest.raises(StoreUnavailable) as told:
            database.migrate()
        assert told.value.message == DAMAGED
        database.close()
        assert (tmp_path / "damaged.db").read_bytes() == damaged


def test_a_database_of_a_newer_program_is_left_as_it_is(database: Database) -> None:
    write = "UPDATE alembic_version SET version_num = :revision"
    with database.write() as session:
        revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        session.execute(text(write), {"revision": "9999"})
    with pytest.raises(StoreUnavailable) as told:
        database.migrate()
    with database.write() as session:
        session.execute(text(write), {"revision": revision})
    assert told.value.message == NEWER


def test_the_scheduler_says_one_line_and_tries_again(
    sqlite: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    locked = Database(read_only(sqlite))
    Shift(settings, locked, lambda: NOON).look()
    locked.close()
    assert set(caplog.messages) == {READ_ONLY}
    assert not Shift(settings, sqlite, lambda: NOON).look()


def test_what_the_database_refuses_for_good_is_no_outage(database: Database, imported: Imported) -> None:
    with pytest.raises(Exception, match="append-only") as refused, database.write() as session:
        session.execute(text("UPDATE event SET text = ''"))
    assert not isinstance(refused.value, StoreUnavailable)
