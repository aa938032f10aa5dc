"""The whole ledger: events cannot be changed, occurrences keep all they say, people sign in, names have aliases."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from planner.core.chain import digest
from planner.store.guards import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = (
    "import", "issue", "settle", "progress", "measure", "chase", "instruction", "extension_request",
    "extension_granted", "extension_refused", "hand_in", "sign_off", "send_back", "reopen", "suspend", "cancel",
    "reassign", "correct", "carry",
)  # fmt: skip
ROLES = ("clerk", "leader", "contact")


def upgrade() -> None:
    _add("office", "sign_off_by VARCHAR DEFAULT 'office' NOT NULL", check="sign_off_by IN ('office', 'leader')")
    _accounts()
    _parties()
    _add("item", "origin_id INTEGER", refers="item")
    _add("task", "origin_id INTEGER", refers="task")
    op.add_column("task", sa.Column("words", sa.String(), nullable=False, server_default=""))
    op.add_column("task", sa.Column("frequency", sa.String(), nullable=True))
    op.add_column("task", sa.Column("time_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    _read_times()
    _occurrences()
    _replace_check("event", "kind", KINDS)
    op.create_index(op.f("ix_event_at"), "event", ["at"])
    _open_what_is_there()
    guard(op.get_bind())


def _add(table: str, column: str, *, refers: str = "", check: str = "") -> None:
    """Add a column with its constraint in place: SQLite cannot add one later, nor rebuild a table others refer to."""
    name = column.split(maxsplit=1)[0]
    rule = f"CONSTRAINT fk_{table}_{name} REFERENCES {refers} (id)" if refers else ""
    rule = f"CONSTRAINT ck_{table}_{name} CHECK ({check})" if check else rule
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {rule}")


def _replace_check(table: str, column: str, words: tuple[str, ...]) -> None:
    """Widen the words a column may hold; nothing refers to the table, so SQLite may rebuild it."""
    rule = f"{column} IN ({', '.join(repr(word) for word in words)})"
    name = f"ck_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        old = sa.MetaData()
        kept = sa.Table(table, old, autoload_with=op.get_bind())
        kept.constraints = {one for one in kept.constraints if not isinstance(one, sa.CheckConstraint)}
        new = sa.CheckConstraint(rule, name=op.f(name))
        with op.batch_alter_table(table, copy_from=kept, recreate="always", table_args=(new,)):
            pass
    else:
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, rule)


def _accounts() -> None:
    _replace_check("account", "role", ROLES)
    _add("account", "party_id INTEGER", refers="party")
    for name, kind in (
        ("personal_hash", sa.String()),
        ("password_hash", sa.String()),
        ("locked_until", UTCDateTime()),
        ("revoked_at", UTCDateTime()),
        ("last_seen_at", UTCDateTime()),
    ):
        op.add_column("account", sa.Column(name, kind, nullable=True))
    for name, start in (("failed_tries", "0"), ("epoch", "1")):
        op.add_column("account", sa.Column(name, sa.Integer(), nullable=False, server_default=start))
    with op.batch_alter_table("account") as batch:
        batch.create_unique_constraint(op.f("uq_account_personal_hash"), ["personal_hash"])


def _parties() -> None:
    for name in ("post", "phone"):
        op.add_column("party", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("party", sa.Column("main_leader", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("party", sa.Column("confirmed_at", UTCDateTime(), nullable=True))
    for name in ("department_id", "merged_into_id"):
        _add("party", f"{name} INTEGER", refers="party")
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_alias_office_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_alias_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint("office_id", "kind", "name", name=op.f("uq_alias_office_id_kind_name")),
    )
    began = datetime(1970, 1, 1, tzinfo=UTC).isoformat(sep=" ")
    op.add_column("assignment", sa.Column("began_at", UTCDateTime(), nullable=False, server_default=began))
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_delegation_party_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["party.id"], name=op.f("fk_delegation_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    for name in ("party_id", "deputy_id"):
        op.create_index(op.f(f"ix_delegation_{name}"), "delegation", [name])
    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_season_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("office_id", "year", "name", name=op.f("uq_season_office_id_year_name")),
    )


def _occurrences() -> None:
    for name in ("first_due_on", "promised_on"):
        op.add_column("occurrence", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("occurrence", sa.Column("closed_at", UTCDateTime(), nullable=True))
    for name in ("times", "extensions"):
        op.add_column("occurrence", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("occurrence", sa.Column("standing", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("signed_by", "difficulty", "coordination", "next_step"):
        op.add_column("occurrence", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("occurrence", sa.Column("cells", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("occurrence", sa.Column("extension", sa.JSON(), nullable=True))
    op.drop_index("ix_occurrence_open", "occurrence")
    still = sa.text("state IN ('not_started', 'in_progress', 'handed_in')")
    columns = ["plan_id", "due_on", "state"]
    op.create_index("ix_occurrence_open", "occurrence", columns, sqlite_where=still, postgresql_where=still)
    op.drop_index(op.f("ix_occurrence_plan_id"), "occurrence")
    standing = ["plan_id", "state", "due_on", "before_issue", "handed_in_on", "closed_on", "task_id"]
    op.create_index("ix_occurrence_standing", "occurrence", standing)
    op.execute("UPDATE occurrence SET first_due_on = due_on")
    op.execute("UPDATE occurrence SET closed_at = changed_at WHERE state = 'done'")
    _learn_from_events()


def _learn_from_events() -> None:
    """Take from the events what the rows did not keep: the first due day of what was moved, and who signed off."""
    connection = op.get_bind()
    tables = sa.MetaData()
    event = sa.Table("event", tables, autoload_with=connection)
    occurrence = sa.Table("occurrence", tables, autoload_with=connection)
    told = sa.select(event).where(event.c.occurrence_id.is_not(None)).order_by(event.c.plan_id, event.c.number)
    moved: set[int] = set()
    for row in connection.execute(told).mappings().all():
        own = occurrence.update().where(occurrence.c.id == row["occurrence_id"])
        was = (row["data"] or {}).get("was")
        if was and row["occurrence_id"] not in moved:
            moved.add(row["occurrence_id"])
            connection.execute(own.values(first_due_on=date.fromisoformat(was)))
        elif row["kind"] == "sign_off":
            done = occurrence.c.state == "done"
            connection.execute(own.where(done).values(signed_by=row["on_behalf_of"] or row["actor"]))


def _read_times() -> None:
    """Fill the two columns of a task that repeat what its deadlines say."""
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, deadlines FROM task")).all():
        rules = json.loads(row.deadlines) if isinstance(row.deadlines, str) else row.deadlines
        frequency = next((rule["freq"] for rule in rules if rule["kind"] == "recurring"), None)
        is_open = any(rule["season"] or rule["weak"] for rule in rules)
        connection.execute(
            sa.text("UPDATE task SET frequency = :frequency, time_open = :open WHERE id = :id"),
            {"frequency": frequency, "open": is_open, "id": row.id},
        )


STORY = (
    "label", "opens_on", "due_on", "first_due_on", "due_by_office", "minimum", "before_issue", "state", "sequence",
    "changed_at", "closed_on", "closed_at", "signed_by", "handed_in_on", "last_event_on", "last_progress", "last_progress_on",
    "version",
)  # fmt: skip


def _open_what_is_there() -> None:
    """Let every plan's ledger begin anew with how its occurrences stand, so that they can be rebuilt from it."""
    connection = op.get_bind()
    tables = sa.MetaData()
    event = sa.Table("event", tables, autoload_with=connection)
    occurrence = sa.Table("occurrence", tables, autoload_with=connection)
    for plan_id in connection.execute(sa.select(occurrence.c.plan_id).distinct()).scalars().all():
        last = connection.execute(
            sa.select(event.c.number, event.c.hash, event.c.at, event.c.day)
            .where(event.c.plan_id == plan_id)
            .order_by(event.c.number.desc())
        ).first()
        if last is None:
            continue
        rows = connection.execute(
            sa.select(occurrence).where(occurrence.c.plan_id == plan_id).order_by(occurrence.c.id)
        )
        at = last.at if last.at.tzinfo else last.at.replace(tzinfo=UTC)
        facts = {
            "plan_id": plan_id,
            "number": last.number + 1,
            "occurrence_id": None,
            "item_id": None,
            "kind": "correct",
            "day": last.day,
            "actor": "系统",
            "on_behalf_of": "",
            "text": "升级：台账从现有情况接着记",
            "data": {"opened": [dict(_story(row)) for row in rows.mappings()]},
        }
        link = digest(last.hash, {**facts, "at": at.timestamp()})
        written = at if last.at.tzinfo else last.at
        connection.execute(event.insert().values(**facts, at=written, previous=last.hash, hash=link))


def _story(row: Any) -> Iterator[tuple[str, Any]]:
    yield "id", row["id"]
    for name in STORY:
        value = row[name]
        if isinstance(value, datetime):
            value = (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
        yield name, value.isoformat() if hasattr(value, "isoformat") else value


def downgrade() -> None:
    raise NotImplementedError("the ledger is append-only; restore a backup instead")
