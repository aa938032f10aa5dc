"""Triggers that refuse to change or delete what is only ever added to: events and the issued words."""

from __future__ import annotations

from sqlalchemy import Connection

APPEND_ONLY = ("event", "planversion", "reviewstep")
"""Tables the database itself keeps from being changed."""
ACTS = ("UPDATE", "DELETE")

_POSTGRESQL_REFUSAL = """
CREATE OR REPLACE FUNCTION planner_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME;
END $$
"""


def guard(connection: Connection) -> None:
    """Create the triggers; an UPDATE or DELETE of these tables raises an error from then on."""
    if connection.dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ACTS:
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {_name(table, act)} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'append-only: {act} on {table} is refused'); END"
                )
            # INSERT OR REPLACE takes a row away without a DELETE that a trigger would see.
            connection.exec_driver_sql(
                f"CREATE TRIGGER {_name(table, 'replace')} BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on {table} is refused'); END"
            )
        return
    # Two percent signs: the driver reads one as the start of a parameter.
    connection.exec_driver_sql(_POSTGRESQL_REFUSAL.replace("%", "%%"))
    for table in APPEND_ONLY:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {_name(table, 'change')} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION planner_append_only()"
        )


def unguard(connection: Connection) -> None:
    """Drop the triggers: for a migration that rebuilds such a table, and for tests that play the forger."""
    for table in APPEND_ONLY:
        if connection.dialect.name == "sqlite":
            for act in (*ACTS, "replace"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(table, act)}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(table, 'change')} ON {table}")


def _name(table: str, act: str) -> str:
    return f"{table}_no_{act.lower()}"
