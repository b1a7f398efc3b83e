"""Sealed values, and the record of who had one opened."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vault",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("placeholder", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_vault_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "placeholder", name=op.f("pk_vault")),
    )
    op.create_index(op.f("ix_vault_at"), "vault", ["at"], unique=False)
    op.create_table(
        "vault_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("placeholder", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_access")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_vault_access_conversation_id"), "vault_access", ["conversation_id"], unique=False
    )
