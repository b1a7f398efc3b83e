"""What language models cost, and their checked answers that may be given again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_spend",
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=True),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_model_spend_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("scope", "key", "day", name=op.f("pk_model_spend")),
    )
    op.create_index(op.f("ix_model_spend_conversation_id"), "model_spend", ["conversation_id"])
    op.create_table(
        "cached_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_cached_answer_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cached_answer")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cached_answer_key_id", "cached_answer", ["key", "id"])
    op.create_index(op.f("ix_cached_answer_conversation_id"), "cached_answer", ["conversation_id"])
    op.create_index(op.f("ix_cached_answer_at"), "cached_answer", ["at"])
