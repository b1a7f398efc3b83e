"""Conversations and their turns, kept so that an acknowledged message is never lost or doubled.

A turn pair, its decision with evidence, the handoff ticket, what the helpdesk is to be told and the
events of one message are one transaction. A message sent twice meets the unique index on
``(conversation_id, client_id)``.
"""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import URL, insert, select
from sqlalchemy.exc import IntegrityError

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.dialogue import Exchange
from bot.store_accounts import AccountStore
from bot.store_alerts import AlertStore
from bot.store_answers import AnswerStore
from bot.store_audit import AuditStore
from bot.store_changes import ChangeStore
from bot.store_contacts import ContactStore
from bot.store_database import Database
from bot.store_dismissals import DismissalStore
from bot.store_episodes import EpisodeStore
from bot.store_erasure import ErasureStore
from bot.store_errors import ConversationMoved, UnknownConversation, UnknownTurn
from bot.store_events import EventStore
from bot.store_exchanges import (
    StoredReply,
    load_conversation,
    lock_unmoved,
    mask_earlier,
    reply_of,
    same_speaker,
    set_conversation,
    tell_agents,
    turn_of_client,
)
from bot.store_feedback import FeedbackStore
from bot.store_figures import FigureStore
from bot.store_gaps import GapStore
from bot.store_handoffs import HandoffStore, open_ticket, read_open_ticket
from bot.store_insights import InsightStore
from bot.store_keys import KeyStore
from bot.store_logged import LoggedStore
from bot.store_notes import NoteStore
from bot.store_notices import NoticeStore
from bot.store_outbox import OutboxStore, queue_answer, queue_delivery
from bot.store_rates import RateStore
from bot.store_replay import ReplayStore
from bot.store_retention import RetentionStore
from bot.store_spend import SpendStore
from bot.store_staff import StaffStore
from bot.store_tables import conversation as conversations
from bot.store_tables import turn as turns
from bot.store_turns import insert_turn, read_turn, record_event
from bot.store_vault import VaultStore, forget_sealed, keep_sealed
from bot.store_views import ViewStore
from bot.ticket import NewTicket, Ticket


def new_id() -> str:
    """An id nobody can guess: 128 random bits."""
    return secrets.token_urlsafe(16)


class Store:
    """All records of one installation. Plain synchronous code, safe to call from threads.

    Attributes:
        handoffs: The tickets.
        feedback: Votes on answers and articles.
        episodes: Ends of episodes, with their ratings.
        contacts: Sealed contact details.
        notes: Agents' notes on tickets.
        notices: What staff tell everybody.
        vault: Sealed values, and who had one opened.
        staff: Sign-in links and sessions.
        accounts: Members of staff.
        api_keys: Keys of other programs.
        rates: Requests of the last minute.
        events: What happened in conversations.
        outbox: What other systems are to be told.
        alerts: Which tickets agents are to be told of.
        audit: What staff did.
        figures: How much waits.
        logged: Conversations for the metrics.
        retention: What is older than it may be.
        erasure: Whole conversations, to give out or to erase.
        gaps: Gaps of the knowledge base.
        replay: Conversations in the replay format.
        insights: What content owners' pages read.
        views: How often articles were read.
        changes: Announced changes of the product.
        dismissals: Contradictions that are none.

    Args:
        url: An SQLAlchemy URL, such as ``sqlite:////srv/firstline/firstline.db``.
    """

    def __init__(self, url: str | URL) -> None:
        self._database = Database(url)
        self.handoffs = HandoffStore(self._database)
        self.feedback = FeedbackStore(self._database)
        self.episodes = EpisodeStore(self._database)
        self.contacts = ContactStore(self._database)
        self.notes = NoteStore(self._database)
        self.notices = NoticeStore(self._database)
        self.vault = VaultStore(self._database)
        self.staff = StaffStore(self._database)
        self.accounts = AccountStore(self._database)
        self.api_keys = KeyStore(self._database)
        self.rates = RateStore(self._database)
        self.spend = SpendStore(self._database)
        self.answers = AnswerStore(self._database)
        self.events = EventStore(self._database)
        self.outbox = OutboxStore(self._database)
        self.alerts = AlertStore(self._database)
        self.audit = AuditStore(self._database)
        self.figures = FigureStore(self._database)
        self.logged = LoggedStore(self._database)
        self.retention = RetentionStore(self._database)
        self.erasure = ErasureStore(self._database)
        self.gaps = GapStore(self._database)
        self.replay = ReplayStore(self._database)
        self.insights = InsightStore(self._database)
        self.views = ViewStore(self._database)
        self.changes = ChangeStore(self._database)
        self.dismissals = DismissalStore(self._database)

    @classmethod
    def in_folder(cls, data: Path) -> Self:
        """The store in a data folder's ``firstline.db``, which only its owner can read."""
        data.mkdir(parents=True, exist_ok=True)
        path = data / "firstline.db"
        path.touch(mode=0o600)
        return cls(URL.create("sqlite", database=str(path)))

    @property
    def file(self) -> Path | None:
        """The SQLite file that holds everything; ``None`` on PostgreSQL."""
        return self._database.file

    def upgrade(self) -> None:
        """Brings the tables to the newest version."""
        self._database.upgrade()

    def reach(self) -> None:
        """Asks for a sign of life; the tables need not be there yet.

        Raises:
            StoreUnavailable: When the database cannot be reached now.
        """
        self._database.reach()

    def ping(self) -> None:
        """Reads one row.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        self._database.ping()

    def close(self) -> None:
        """Gives every connection back."""
        self._database.close()

    def start(
        self,
        conversation: Conversation,
        *,
        now: datetime,
        customer_ref: str | None = None,
        is_test: bool = False,
        site: str = "default",
    ) -> None:
        """Keeps a new, empty conversation. ``customer_ref`` is a keyed digest, never the name."""
        with self._database.write() as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation.id,
                    created_at=now,
                    locale=conversation.locale,
                    channel=conversation.channel,
                    state=conversation.state.value,
                    placeholders=conversation.placeholders,
                    customer_ref=customer_ref,
                    is_test=is_test,
                    site=site,
                )
            )
            record_event(connection, conversation.id, now, "started")

    def load(self, conversation_id: str) -> Conversation:
        """The conversation with all its turns.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        with self._database.read() as connection:
            return load_conversation(connection, conversation_id)

    def standing(self, conversation_id: str) -> tuple[ConversationState, Ticket | None]:
        """The state of the conversation, and its open ticket.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        with self._database.read() as connection:
            state = connection.execute(
                select(conversations.c.state).where(conversations.c.id == conversation_id)
            ).scalar_one_or_none()
            if state is None:
                raise UnknownConversation(conversation_id)
            return ConversationState(state), read_open_ticket(connection, conversation_id)

    def reply_to(self, conversation_id: str, client_id: str) -> StoredReply | None:
        """What an earlier message of that client id led to; ``None`` when it is new.

        Raises:
            ClientIdTaken: When the turn of that client id is not a customer's.
        """
        with self._database.read() as connection:
            return reply_of(connection, conversation_id, client_id)

    def keep(
        self,
        exchange: Exchange,
        *,
        before: Conversation,
        ticket: NewTicket | None,
        overtaken: bool = False,
    ) -> StoredReply:
        """Keeps one exchange whole, or what an earlier one of the same client id led to.

        Args:
            exchange: The turns, and the conversation as it is after them.
            before: The conversation that was decided on.
            ticket: Opened in the same transaction, unless one is open already.
            overtaken: Whether an agent's claim overtook an earlier reply, which was dropped.

        Raises:
            ConversationMoved: When the conversation is no longer as ``before`` has it.
            ClientIdTaken: When another speaker's turn carries the client id.
            UnknownConversation: When there is none of that id.
        """
        customer, reply = exchange.customer, exchange.assistant
        try:
            with self._database.write() as connection:
                if customer.client_id is not None:
                    known = reply_of(connection, before.id, customer.client_id)
                    if known is not None:
                        return known
                seq = lock_unmoved(connection, before)
                insert_turn(connection, before.id, seq, customer, notice=exchange.notice)
                if reply is not None:
                    insert_turn(connection, before.id, seq + 1, reply, reply_to=customer.id)
                if overtaken:
                    record_event(
                        connection, before.id, customer.at, "reply_dropped", turn_id=customer.id
                    )
                tell_agents(connection, exchange, ticket)
                set_conversation(connection, exchange.conversation)
                keep_sealed(connection, before.id, exchange.sealed, customer.at)
                forget_sealed(connection, before.id, exchange.mistaken)
                masked = mask_earlier(connection, before, exchange.conversation, customer.at)
        except IntegrityError:
            # Another process was first: with this very message, or with another one.
            if customer.client_id is not None:
                known = self.reply_to(before.id, customer.client_id)
                if known is not None:
                    return known
            raise ConversationMoved(before.id) from None
        if masked:
            self._database.flush()
        return StoredReply(customer, reply, exchange.notice)

    def append(
        self,
        turn: Turn,
        *,
        before: Conversation,
        after: Conversation,
        ticket: NewTicket | None = None,
        notice: str | None = None,
    ) -> Turn:
        """Keeps one turn outside an exchange, such as an agent's; a retry gives the first one.

        Raises:
            ConversationMoved: When the conversation is no longer as ``before`` has it.
            ClientIdTaken: When another speaker's turn carries the client id.
            UnknownConversation: When there is none of that id.
        """
        try:
            with self._database.write() as connection:
                known = turn_of_client(connection, before.id, turn.client_id)
                if known is not None:
                    return same_speaker(known, turn.speaker)
                seq = lock_unmoved(connection, before)
                insert_turn(connection, before.id, seq, turn, notice=notice)
                if ticket is not None:
                    open_ticket(connection, before.id, ticket)
                    queue_delivery(connection, before.id, turn)
                if turn.speaker is Speaker.AGENT:
                    queue_answer(connection, before.id, turn)
                set_conversation(connection, after)
        except IntegrityError:
            raise ConversationMoved(before.id) from None
        return turn

    def turn(self, conversation_id: str, turn_id: str) -> Turn:
        """One turn of a conversation.

        Raises:
            UnknownTurn: When the conversation has none of that id.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(turns).where(
                    turns.c.id == turn_id, turns.c.conversation_id == conversation_id
                )
            ).one_or_none()
        if row is None:
            raise UnknownTurn(turn_id)
        return read_turn(row)
