"""The tables. Every text column holds redacted text; hashes are keyed with the installation's key.

``bot/migrations`` makes the same tables; a test compares both.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive time, which would be read in the server's own zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Gives the time back in UTC."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Number = BigInteger().with_variant(Integer, "sqlite")
"""An id that never runs out; SQLite numbers rows of plain integers alone."""

OPEN_TICKET = text("state IN ('waiting', 'claimed')")

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("locale", String(35), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("placeholders", JSON, nullable=False),
    Column("customer_ref", String(64), index=True),
    Column("is_test", Boolean, nullable=False),
    Column("site", String(64), nullable=False),
)

turn = Table(
    "turn",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("speaker", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("client_id", String(64)),
    Column("author", String(64)),
    Column("reply_to", ForeignKey("turn.id"), index=True),
    Column("decision", String(16)),
    Column("reason", String(32)),
    Column("notice", Text),
    Column("payload", JSON(none_as_null=True)),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)

handoff = Table(
    "handoff",
    metadata,
    Column("ticket_id", String(16), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("intent", String(128)),
    Column("risk", String(16)),
    Column("language", String(8)),
    Column("sentiment", String(16), nullable=False),
    Column("summary", Text, nullable=False),
    Column("queue", String(32), nullable=False),
    Column("reply_due", UtcDateTime),
    Column("state", String(16), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("disposition", String(32)),
    Index(
        "ix_handoff_open",
        "conversation_id",
        unique=True,
        sqlite_where=OPEN_TICKET,
        postgresql_where=OPEN_TICKET,
    ),
)

handoff_note = Table(
    "handoff_note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", ForeignKey("handoff.ticket_id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("author", String(64), nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)

contact = Table(
    "contact",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("box", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
)

episode = Table(
    "episode",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("last_seq", Integer, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False, index=True),
    Column("ended_by", String(16), nullable=False),
    Column("agent_helped", Boolean, nullable=False),
    Column("solved", Boolean),
    Column("solved_at", UtcDateTime),
    Column("score", Integer),
    Column("comment", Text),
    Column("rated_at", UtcDateTime),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("author", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("paused", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

article_feedback = Table(
    "article_feedback",
    metadata,
    Column("article_id", String(255), primary_key=True),
    Column("revision", String(16), primary_key=True),
    Column("visitor_hash", String(64), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("at", UtcDateTime, nullable=False),
)

turn_feedback = Table(
    "turn_feedback",
    metadata,
    Column("turn_id", ForeignKey("turn.id"), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("at", UtcDateTime, nullable=False),
)

staff_account = Table(
    "staff_account",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("login", String(254), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("name_key", String(255), nullable=False, unique=True),
    Column("roles", String(64), nullable=False),
    Column("password_hash", String(255)),
    Column("subject", String(64), unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("staff_account.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("staff_account.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("who_hash", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("name_key", String(255), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

vault = Table(
    "vault",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("placeholder", String(32), primary_key=True),
    Column("key_id", String(16), nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

vault_access = Table(
    "vault_access",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("agent", String(64), nullable=False),
    # No foreign key: the record outlives the conversation.
    Column("conversation_id", String(64), nullable=False, index=True),
    Column("placeholder", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(255), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("ticket_id", ForeignKey("handoff.ticket_id"), nullable=False, index=True),
    Column("turn_id", ForeignKey("turn.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("ref", String(255)),
    Column("error", String(255)),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    sqlite_autoincrement=True,
)

rate_hit = Table(
    "rate_hit",
    metadata,
    Column("who", String(32), primary_key=True),
    Column("once", String(32), primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
)

gap = Table(
    "gap",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("source", String(16), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("centre", LargeBinary, nullable=False),
    Column("model", String(64), nullable=False),
    Column("index_version", String(64), nullable=False),
    Column("passing", Float, nullable=False),
    Column("contacts", Integer, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(64), nullable=False),
)

gap_case = Table(
    "gap_case",
    metadata,
    Column("gap_id", ForeignKey("gap.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),  # an owner's words, not a customer's
    Column("article_id", String(255), nullable=False),
    Column("confirmed_by", String(64), nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Number, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("payload", JSON, nullable=False),
    Index("ix_event_conversation_id_id", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

model_spend = Table(
    "model_spend",
    metadata,
    Column("scope", String(16), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    # Only of what one conversation cost, so that erasing it erases this.
    Column("conversation_id", ForeignKey("conversation.id"), index=True),
    Column("calls", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("micros", BigInteger, nullable=False),
)

article_view = Table(
    "article_view",  # sums; nothing of who read
    metadata,
    Column("article_id", String(255), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("views", BigInteger, nullable=False),
    Column("searches", BigInteger, nullable=False),
)

product_change = Table(
    "product_change",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", Text, nullable=False),
    Column("articles", JSON, nullable=False),
    Column("author", String(64), nullable=False),
    Column("announced_at", UtcDateTime, nullable=False),
)

dismissed_contradiction = Table(
    "dismissed_contradiction",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

cached_answer = Table(
    "cached_answer",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("vector", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
    Column("citations", JSON, nullable=False),
    Index("ix_cached_answer_key_id", "key", "id"),
    sqlite_autoincrement=True,
)
