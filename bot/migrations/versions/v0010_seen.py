"""When a customer who left contact details was last there."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
