"""Opening the database: one transaction a block, the same schema on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlmodel import Session

from planner.errors import PlannerError, Unreadable

__all__ = ["Database", "Session", "StoreUnavailable"]


class StoreUnavailable(PlannerError):
    """数据库打不开或写不进去，已记录的内容没有丢失。请检查磁盘空间和 DATABASE_URL 后重试。"""


class Database:
    """A database at *url*, with ``read()`` and ``write()`` blocks that each are one transaction."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that changes nothing."""
        with self._session({}) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or leaves no trace when it raises."""
        with self._session({"planner_write": True}) as session:
            yield session
            session.commit()

    @contextmanager
    def _session(self, options: dict[str, Any]) -> Iterator[Session]:
        bound = self.engine.execution_options(**options) if options else self.engine
        with _translated(), Session(bound, expire_on_commit=False) as session:
            yield session

    def migrate(self) -> None:
        """Bring the schema up to date; does nothing when it is."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        bound = self.engine.execution_options(planner_write=True)
        with _translated(), bound.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailable from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})
    except (ArgumentError, SQLAlchemyError, ImportError, OSError) as error:
        raise Unreadable("数据库地址 DATABASE_URL 或数据文件夹 PLANNER_DATA 用不了，请检查后再启动。") from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is deferred and would let two writers read the same row before either writes.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("planner_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
