"""Reminders with their deliveries, channels, wordings, notices and workers; the office's own calendar and thresholds."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _office()
    for name in ("internal", "major_hazard"):
        op.add_column("task", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _calendar()
    _reminders()
    _feeds()
    _others()


def _office() -> None:
    op.add_column("office", sa.Column("contact", sa.String(), nullable=False, server_default=""))
    op.add_column("office", sa.Column("by_email", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("office", sa.Column("base_url", sa.String(), nullable=False, server_default=""))
    op.add_column("office", sa.Column("thresholds", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("office", sa.Column("settings_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("office", sa.Column("settings_changed_at", UTCDateTime(), nullable=True))


def _take(table: str) -> list[dict[str, Any]]:
    """Return the rows of a table and drop it, to make it anew: SQLite cannot change a rule in place."""
    connection = op.get_bind()
    old = sa.Table(table, sa.MetaData(), autoload_with=connection)
    for column in old.columns:
        if isinstance(column.type, sa.DateTime):
            column.type = UTCDateTime()
    rows = [dict(row) for row in connection.execute(sa.select(old).order_by(old.c.id)).mappings()]
    op.drop_table(table)
    return rows


def _fill(table: sa.Table, rows: list[dict[str, Any]]) -> None:
    connection = op.get_bind()
    names = [column.name for column in table.columns if all(column.name in row for row in rows)]
    if rows:
        connection.execute(table.insert(), [{name: row[name] for name in names} for row in rows])
    if rows and "id" in names and connection.dialect.name == "postgresql":
        highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), highest)))


def _reminders() -> None:
    rows = _take("reminder")
    reminder = op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("matters", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_reminder_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            *("office_id", "recipient", "rule", "subject", "day"),
            name=op.f("uq_reminder_office_id_recipient_rule_subject_day"),
        ),
    )
    op.create_index("ix_reminder_day", "reminder", ["day"])
    op.create_index("ix_reminder_recipient", "reminder", ["recipient", "read_at", "withdrawn_at"])
    op.create_index("ix_reminder_by_hand", "reminder", ["by_hand", "told_at", "read_at", "withdrawn_at"])
    _fill(reminder, [_message(row) for row in rows])
    _deliveries([_delivery(row) for row in rows if row["address"]])
    about = [(int(row["subject"]), row["id"]) for row in rows if row["subject"].isdecimal()]
    _mentions([{"occurrence_id": number, "reminder_id": reminder_id} for number, reminder_id in about])


def _deliveries(rows: list[dict[str, Any]]) -> None:
    delivery = op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UTCDateTime(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("maybe_repeated", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'withdrawn')", name=op.f("ck_delivery_state")
        ),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_delivery_reminder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("reminder_id", "channel", "address", name=op.f("uq_delivery_reminder_id_channel_address")),
    )
    op.create_index("ix_delivery_next", "delivery", ["state", "next_try_at"])
    _fill(delivery, rows)


def _mentions(rows: list[dict[str, Any]]) -> None:
    mention = op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_mention_occurrence_id")),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_mention_reminder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("occurrence_id", "reminder_id", name=op.f("uq_mention_occurrence_id_reminder_id")),
    )
    op.create_index(op.f("ix_mention_reminder_id"), "mention", ["reminder_id"])
    _fill(mention, rows)


ROLES = {"leader_note": "leader", "leader_week": "leader", "clerk_day": "clerk"}


def _message(row: dict[str, Any]) -> dict[str, Any]:
    """Return a message of the earlier outbox, which was its own delivery; the moment it was made is near its first try."""
    about = (
        [{"occurrence": int(row["subject"]), "rule": row["rule"], "words": ""}] if row["subject"].isdecimal() else []
    )
    return {
        **row,
        "role": ROLES.get(row["rule"], "department"),
        "matters": about,
        "made_at": row["claimed_at"] or row["next_try_at"],
        "read_at": None,
        "by_hand": row["rule"] != "clerk_day" and (not row["address"] or row["state"] == "failed"),
        "told_at": row["sent_at"] if row["sent_by_hand"] else None,
        "told_by": "",
        "withdrawn_at": None,
        "withdrawn_because": "",
    }


def _delivery(row: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in row.items() if name != "id"}
    return {**own, "reminder_id": row["id"], "channel": "email", "claimed_by": ""}


def _feeds() -> None:
    rows = _take("feed")
    feed = op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("early_days", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("renewed_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("last_fetched_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("scope IN ('party', 'plan', 'section', 'overdue', 'list')", name=op.f("ck_feed_scope")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_feed_office_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_feed_party_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_feed_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    op.create_index(op.f("ix_feed_office_id"), "feed", ["office_id"])
    new = {"section": "", "choice": {}, "plain": False, "early_days": 0, "created_by": "", "renewed_at": None}
    _fill(feed, [{**row, **new} for row in rows])


def _calendar() -> None:
    op.create_table(
        "calendaryear",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_calendaryear_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendaryear")),
        sa.UniqueConstraint("office_id", "year", name=op.f("uq_calendaryear_office_id_year")),
    )
    op.create_table(
        "calendarday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_calendarday_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendarday")),
        sa.UniqueConstraint("office_id", "day", name=op.f("uq_calendarday_office_id_day")),
    )


def _others() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_wording_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    op.create_index(op.f("ix_wording_name"), "wording", ["name"])
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_by", sa.String(), nullable=False),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("tried_with", sa.String(), nullable=False),
        sa.CheckConstraint("audience IN ('group', 'party', 'all')", name=op.f("ck_channel_audience")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_channel_office_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_channel_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_table(
        "mute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_mute_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute")),
    )
    op.create_index(op.f("ix_mute_task_id"), "mute", ["task_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("situation", sa.JSON(), nullable=False),
        sa.CheckConstraint("level IN ('blue', 'yellow', 'red')", name=op.f("ck_notice_level")),
        sa.CheckConstraint("state IN ('draft', 'issued', 'skipped', 'lapsed')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_notice_occurrence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("occurrence_id", "level", "day", name=op.f("uq_notice_occurrence_id_level_day")),
    )
    op.create_index(op.f("ix_notice_occurrence_id"), "notice", ["occurrence_id"])
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("name", name=op.f("uq_worker_name")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
