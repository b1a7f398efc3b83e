"""Requests of the last minute, counted for all servers on a PostgreSQL database."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_hit",
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", "once", name=op.f("pk_rate_hit")),
    )
    op.create_index(op.f("ix_rate_hit_at"), "rate_hit", ["at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE rate_hit SET UNLOGGED")  # a crash may forget the last minute
