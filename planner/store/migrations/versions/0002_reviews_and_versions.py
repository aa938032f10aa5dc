"""Reviews with their steps; items and tasks know the version of the plan they stand in."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns are added in place: rebuilding a table that others refer to is not possible with foreign keys on.
    op.add_column("planversion", sa.Column("sections", sa.JSON(), nullable=False, server_default="[]"))
    for table in ("item", "task"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        op.add_column(table, sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("revises_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_review_office_id")),
        sa.ForeignKeyConstraint(["revises_id"], ["plan.id"], name=op.f("fk_review_revises_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_review_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_office_id"), "review", ["office_id"], unique=False)
    op.create_index(op.f("ix_review_sha256"), "review", ["sha256"], unique=False)
    op.create_table(
        "reviewstep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_reviewstep_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewstep")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_reviewstep_review_id_number")),
    )


def downgrade() -> None:
    op.drop_table("reviewstep")
    op.drop_index(op.f("ix_review_sha256"), "review")
    op.drop_index(op.f("ix_review_office_id"), "review")
    op.drop_table("review")
    for table in ("task", "item"):
        op.drop_column(table, "withdrawn")
        op.drop_column(table, "version")
    op.drop_column("planversion", "sections")
