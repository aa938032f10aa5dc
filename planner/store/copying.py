"""Whole tables out of a database and into one, of either kind and of any revision of the schema.

The tables are taken as the database has them, not as the models say: a backup of an older schema is restored as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    bindparam,
    cast,
    event,
    false,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel.sql.sqltypes import UTCDateTime

from planner.errors import Conflict, NotFound, Unreadable
from planner.store import models, outgoing
from planner.store.database import is_unavailable, upgrade

BATCH = 500
OWN = {str(name) for module in (models, outgoing) for name in module.Table.metadata.tables}
"""The names of the product's tables; both modules are named because each brings its own into the metadata."""
FIRST_START = {"office": 1, "account": 1}
"""Rows that are there before anybody recorded anything, beside the years of the calendar that nobody entered."""
NOT_EMPTY = (
    "数据库里已有内容，没有恢复，什么都没有改动。请先停止 Planner，把数据文件夹整个改名留存"
    "（用 PostgreSQL 的，在 DATABASE_URL 里换一个空的数据库），再恢复一次。"
)
UNFIT = "这份备份里有这个数据库存不下的内容，没有恢复任何内容。请换一份备份再试。"


def revision_of(connection: Connection) -> str:
    """Return the revision of the schema; raise ``NotFound`` before the first start."""
    from alembic.migration import MigrationContext  # only here: it takes a while and memory to load

    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise NotFound("还没有初始化，没有可以备份的内容。请先运行 planner run。")
    return revision


def tables_in(connection: Connection) -> list[Table]:
    """Return the product's own tables as they are in the database, those that are referred to first."""
    found = MetaData()
    event.listen(found, "column_reflect", _use_own_types)
    present = set(inspect(connection).get_table_names())
    found.reflect(connection, only=sorted(present & OWN))
    return found.sorted_tables


def _use_own_types(_inspector: Any, _table: Any, column: Any) -> None:
    if isinstance(column["type"], JSON):
        column["type"] = JSON(none_as_null=True)
    elif isinstance(column["type"], DateTime):
        column["type"] = UTCDateTime()


def rows_of(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Return the rows of a table as JSON has them, one at a time, by their id; a NULL is left out."""
    statement = select(*(_as_written(column) for column in table.columns)).order_by(*table.primary_key.columns)
    makers = [(column.name, _to_json(column)) for column in table.columns]
    with connection.execute(statement, execution_options={"yield_per": BATCH}) as found:
        for row in found:
            yield {name: make(value) for (name, make), value in zip(makers, row, strict=True) if value is not None}


def _as_written(column: Column[Any]) -> Any:
    # As its text a JSON null differs from a NULL.
    return cast(column, Text) if isinstance(column.type, JSON) else column


def _to_json(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, JSON):
        return json.loads
    return _iso if isinstance(column.type, Date | UTCDateTime) else lambda value: value


def _iso(value: date) -> str:
    return value.isoformat()


def _from_json(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, JSON):
        return lambda value: JSON.NULL if value is None else value
    if isinstance(column.type, Date):
        return date.fromisoformat
    if isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat
    return _only(next(kind for known, kind in _KINDS.items() if isinstance(column.type, known)))


_KINDS: dict[type, type] = {Boolean: bool, Integer: int, String: str}


def _only(kind: type) -> Callable[[Any], Any]:
    def same(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return same


def file_names(connection: Connection, tables: Sequence[Table]) -> dict[str, bool]:
    """Return the sha256 of every file a row names, and whether that file is kept (a sample's never was)."""
    by_name = {table.name: table for table in tables}
    plan, version = by_name["plan"], by_name["planversion"]
    kept = select(version.c.sha256, plan.c.sample).join(plan, plan.c.id == version.c.plan_id)
    names = {name: not sample for name, sample in connection.execute(kept.order_by(plan.c.sample.desc()))}
    if "review" in by_name:
        names |= dict.fromkeys(connection.execute(select(by_name["review"].c.sha256)).scalars(), True)
    return names


def make_anew(connection: Connection, revision: str) -> list[Table]:
    """Make the tables anew as of a revision and return them; raise ``Conflict`` when anything was recorded in them."""
    tables = tables_in(connection)
    _hold(connection, tables)
    for table in tables:
        some = connection.execute(_recorded(table).limit(2)).all()
        if len(some) > FIRST_START.get(table.name, 0):
            raise Conflict(NOT_EMPTY)
    for table in reversed(tables):
        table.drop(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    upgrade(connection, revision)
    return tables_in(connection)


def _recorded(table: Table) -> Select[Any]:
    """Return the statement of what somebody recorded in a table; days of the calendar count by their year."""
    rows = select(table.c.id)
    if table.name == "calendaryear":
        return rows.where(table.c.entered_by != "")
    return rows.where(false()) if table.name in ("calendarday", "worker") else rows


def _hold(connection: Connection, tables: Sequence[Table]) -> None:
    """Keep others from writing; on SQLite the transaction does."""
    if connection.dialect.name == "postgresql" and tables:
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text(f"LOCK TABLE {', '.join(table.name for table in tables)}"))


def add_rows(connection: Connection, table: Table, rows: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
    """Add rows with their ids; *rows* is called again where they refer to rows of the same table.

    Raise ``Unreadable`` for a row that does not fit the table or is refused by the database.
    """
    own = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    with _fitting():
        for batch in _batches(_values(table, rows())):
            connection.execute(table.insert(), [{**row, **dict.fromkeys(own)} for row in batch])
        # The row referred to may come later, so they are tied together when all are there.
        linked = (row for row in _values(table, rows()) if any(row[name] for name in own)) if own else iter(())
        for batch in _batches(linked):
            tie = table.update().where(table.c.id == bindparam("its_id"))
            connection.execute(tie, [{"its_id": row["id"], **{name: row[name] for name in own}} for row in batch])


@contextmanager
def _fitting() -> Iterator[None]:
    try:
        yield
    except StatementError as error:
        if isinstance(error, DBAPIError) and is_unavailable(error):
            raise
        raise Unreadable(UNFIT) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise Unreadable(UNFIT) from error


def _values(table: Table, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    makers = {column.name: _from_json(column) for column in table.columns}
    for row in rows:
        if not row.keys() <= makers.keys():
            raise Unreadable(UNFIT)
        yield {name: make(row[name]) if name in row else None for name, make in makers.items()}


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def set_counters(connection: Connection, tables: Sequence[Table]) -> None:
    """Let new rows be numbered after those there are; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        counter = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(counter, func.coalesce(func.max(table.c.id), 0) + 1, false())))
