"""Opening the database: one transaction a block, the same schema on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from planner.errors import Invalid, PlannerError, Unreadable

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

__all__ = ["Database", "Session", "StoreUnavailable", "is_unavailable", "known_revisions", "upgrade"]


class StoreUnavailable(PlannerError):
    """数据库打不开或写不进去，已记录的内容没有丢失。请检查磁盘空间和 DATABASE_URL 后重试。"""


PATIENCE = 30
"""Seconds to wait for another writer of SQLite."""
FULL = "磁盘已满，刚才的没有保存，以前记录的都还在。请腾出空间后再试一次。"
READ_ONLY = "数据库现在只能看、不能写，刚才的没有保存。请让数据文件夹或数据库可以写入后再试。"
DAMAGED = "数据库文件已损坏，没有改动它。请把数据文件夹改名留存，再用 planner restore 恢复最近的备份。"
NEWER = "数据库是更新的 Planner 建的，没有改动它。请先更新程序再启动。"
_WORDS: dict[int | str, str] = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    "53100": FULL,
    "25006": READ_ONLY,
    "42501": READ_ONLY,
}
"""By SQLite's primary code or PostgreSQL's state."""


class Held(local):
    """The session a thread holds for its reads, if any."""

    session: Session | None = None


class Database:
    """A database at *url*, with ``read()`` and ``write()`` blocks that each are one transaction."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.kept: dict[str, Any] = {}
        """What was computed from the database and is still good; whoever keeps it here says until when."""
        self._held = Held()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that changes nothing, or go on with the one this thread holds."""
        held = self._held.session
        if held is not None:
            try:
                with _translated():
                    yield held
            except StoreUnavailable:
                # The page that tells of it reads too, and begins anew.
                held.close()
                raise
            return
        with self._session({}) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let all reads of this thread within the block be one transaction: they cost less, and see one moment."""
        with self._session({}) as session:
            self._held.session = session
            try:
                yield
            finally:
                self._held.session = None

    @contextmanager
    def write(self, *, patient: bool = True) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or leaves no trace when it raises.

        One that is not *patient* raises ``StoreUnavailable`` at once where SQLite has another writer; on PostgreSQL its own
        statements say what they do not wait for.
        """
        with self._session({"planner_write": True, "planner_patient": patient}) as session:
            yield session
            session.commit()
        if self._held.session is not None:
            # What is read from now on shall see what was written.
            self._held.session.close()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open one view of everything that stays as it is, however long it is read and others write."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        # A read transaction of SQLite is such a view by itself.
        bound = self.engine if self.engine.dialect.name == "sqlite" else self.engine.execution_options(**options)
        with _translated(), bound.begin() as connection:
            yield connection

    @contextmanager
    def _session(self, options: dict[str, Any]) -> Iterator[Session]:
        bound = self.engine.execution_options(**options) if options else self.engine
        with _translated(), Session(bound, expire_on_commit=False, info={"kept": self.kept}) as session:
            yield session

    def migrate(self) -> None:
        """Bring the schema up to date; does nothing when it is."""
        with _translated():
            if _is_current(self.engine):
                return
        bound = self.engine.execution_options(planner_write=True)
        with _translated(), bound.begin() as connection:
            upgrade(connection)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a revision, inside the transaction of *connection*; raise ``StoreUnavailable`` for a newer one."""
    from alembic import command  # only here: most starts have nothing to migrate
    from alembic.util import CommandError

    config = _scripts()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise StoreUnavailable(NEWER) from error


def known_revisions() -> set[str]:
    """Return the revisions of the schema this program knows."""
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_scripts()).walk_revisions()}


def _scripts() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _is_current(engine: Engine) -> bool:
    """Tell whether the newest migration has been run: the file names begin with their numbers."""
    newest = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [newest]


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DataError, IntegrityError) as error:
        if "append-only" in str(error.orig):
            raise
        raise Invalid("填写的内容没有存下来：太长、太大，或刚被别人改过。请检查后再提交。") from error
    except DBAPIError as error:
        if not is_unavailable(error):
            raise
        raise StoreUnavailable(_words(error)) from error
    except NoConnection as error:
        raise StoreUnavailable from error


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether the database cannot be used just now, rather than refusing what it was given."""
    # A file that is no database, or a damaged one, is told by the plain kind.
    kinds = (OperationalError, InternalError, InterfaceError)
    return isinstance(error, kinds) or type(error) is DatabaseError or _words(error) is not None


def _words(error: DBAPIError) -> str | None:
    primary = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return _WORDS.get(primary) or _WORDS.get(getattr(error.orig, "sqlstate", "") or "")


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        # What a row holds (the keys of channels among it) stays out of errors and so out of logs.
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
        if parsed.database and not parsed.database.startswith("file:"):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"timeout": PATIENCE, "check_same_thread": False}, hide_parameters=True
        )
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
    options = connection.get_execution_options()
    begin = "BEGIN IMMEDIATE" if options.get("planner_write") else "BEGIN"
    if options.get("planner_patient", True):
        connection.exec_driver_sql(begin)
        return
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql(begin)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
