"""One transaction a block, the same schema on both databases, errors in words."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import OperationalError

from planner.errors import NotFound, Unreadable
from planner.store import people, queries
from planner.store.database import Database, StoreUnavailable
from planner.store.models import Office, Party
from planner.store.table import Table


def test_the_migrations_make_the_schema_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    database.migrate()


def test_a_failed_block_leaves_no_trace(database: Database) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), database.write() as session:
        session.add(Office(name="半个"))
        session.flush()
        raise Stop
    with database.read() as session:
        assert queries.the_office(session).name == "柳河镇党政办"


def test_two_writers_never_lose_an_update(database: Database) -> None:
    with database.write() as session:
        party = Party(office_id=queries.the_office(session).id, kind="person", name="0")
        session.add(party)

    def count_up() -> None:
        for _ in range(20):
            with database.write() as session:
                queries.the_office(session, lock=True)
                row = people.party_by_id(session, party.id)
                row.name = str(int(row.name) + 1)
                session.add(row)

    workers = [Thread(target=count_up) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.read() as session:
        assert people.party_by_id(session, party.id).name == "80"


def test_an_unusable_address_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="DATABASE_URL"):
        Database("no such address")
    (tmp_path / "file").write_text("")
    with pytest.raises(Unreadable, match="DATABASE_URL"):
        Database(f"sqlite:///{tmp_path}/file/planner.db")
    with pytest.raises(StoreUnavailable):
        Database("postgresql+psycopg://nobody@127.0.0.1:1/none").migrate()


def test_before_the_first_start_there_is_no_office(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/planner.db")
    database.migrate()
    with database.read() as session, pytest.raises(NotFound, match="planner run"):
        queries.the_office(session)
    database.close()


def test_reads_of_a_block_are_one_transaction_and_see_what_is_written(database: Database) -> None:
    with database.reading():
        with database.read() as first:
            name = queries.the_office(first).name
        with database.write() as session:
            queries.the_office(session, lock=True).name = f"{name}新"
        with database.read() as second:
            assert second is first and queries.the_office(second).name == f"{name}新"
    with database.read() as third:
        assert third is not first


def test_after_an_error_a_block_reads_anew(database: Database) -> None:
    with database.reading():
        with pytest.raises(StoreUnavailable), database.read():
            raise OperationalError("", {}, Exception())
        with database.read() as session:
            assert queries.the_office(session)
