"""Language, mood, queue and the time a first reply is due of a handoff ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("handoff") as batch:
        batch.add_column(sa.Column("language", sa.String(length=8), nullable=True))
        batch.add_column(
            sa.Column("sentiment", sa.String(length=16), nullable=False, server_default="neutral")
        )
        batch.add_column(
            sa.Column("queue", sa.String(length=32), nullable=False, server_default="general")
        )
        batch.add_column(sa.Column("reply_due", sa.DateTime(timezone=True), nullable=True))
