"""The live service: what customers do. Messages of one conversation are taken in turn."""

import asyncio
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from bot.announcing import ChangeDesk
from bot.compose.summing_up import Summariser
from bot.contacts import ContactBook
from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import Handoff
from bot.desk import AgentDesk
from bot.dialogue import Decider
from bot.events import LiveEvents
from bot.feedback import SILENCE, FeedbackDesk
from bot.gate import Gate
from bot.intake import Desks, Intake
from bot.keys import keyed_digest
from bot.lines import LinesSource
from bot.llm.turn import Tell, model_turn
from bot.notices import NoticeBoard
from bot.queues import Queues
from bot.spend import Account
from bot.standing import Standing, Standings
from bot.store import Store, new_id
from bot.store_errors import UnknownTurn
from bot.store_events import Event
from bot.store_exchanges import StoredReply
from bot.threaded import threaded
from bot.ticket import Ticket
from bot.values import ValueDesk
from redaction.redactor import RedactedText

ASKED = "I'd like to talk to a person."
"""Stands for the press of the button where the customer adds no note."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a customer's message led to, as kept.

    Attributes:
        customer: The customer's redacted turn.
        reply: The assistant's turn; ``None`` while an agent has the conversation.
        notice: What the customer is told about removed data.
        standing: Where the customer stands in the queue, if there is an open handoff ticket.
    """

    customer: Turn
    reply: Turn | None
    notice: str | None
    standing: Standing | None

    @property
    def ticket(self) -> Ticket | None:
        """The open handoff ticket, if there is one."""
        return None if self.standing is None else self.standing.ticket


@dataclass(frozen=True, slots=True)
class Care:
    """How customers who wait or have left are cared for.

    Attributes:
        standings: Routes tickets, and tells customers where they stand.
        contact_key: Seals contact details; 32 bytes.
        silence: How long nobody writes until an episode is over.
        summariser: Words for agents what a customer needs; the rules' summary alone without one.
        model_seconds: How long all language models together may take over a message.
    """

    standings: Standings
    contact_key: bytes = field(repr=False)
    silence: timedelta = SILENCE
    summariser: Summariser | None = None
    model_seconds: float = 6.0


def _now() -> datetime:
    return datetime.now(UTC)


class ConversationService:
    """What customers do: start, write, ask for a person, vote.

    Attributes:
        desk: What agents do.
        closing: What customers say at the end.
        contacts: How customers can be reached.
        notices: What staff tell everybody.
        changes: Announced changes of the product.
        values: Personal values on request, for agents.
        live: Those who follow a conversation as it goes.

    Args:
        store: The records.
        gate: The only door for raw text.
        decider: The assistant.
        lines: What customers hear about handoffs and removed data.
        key: Keys the digests of references to customers and visitors.
        care: How customers who wait or have left are cared for.
        site: The installation's site.
        clock: Tells the time.
    """

    def __init__(
        self,
        store: Store,
        gate: Gate,
        decider: Decider,
        lines: LinesSource,
        *,
        key: bytes,
        care: Care | None = None,
        site: str = "default",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.desk = AgentDesk(store, gate, lines, clock)
        self.values = ValueDesk(store, gate, clock)
        self.live = LiveEvents(store.events)
        care = care or Care(Standings(Queues(), lines), hmac.digest(key, b"contact", "sha256"))
        self.closing = FeedbackDesk(store, gate, lines, clock, care.silence)
        self.contacts = ContactBook(store, care.contact_key, clock)
        self.notices = NoticeBoard(store, gate, lines, clock)
        self.changes = ChangeDesk(store, gate, clock)
        self._store = store
        self._gate = gate
        self._key = key
        self._standings = care.standings
        self._model_seconds = care.model_seconds
        self._site = site
        self._clock = clock
        self._intake = Intake(
            store,
            gate,
            decider,
            lines,
            Desks(care.standings, self.notices, self.closing, self.values, care.summariser),
            clock,
        )
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def queues(self) -> Queues:
        """Who takes which handoff."""
        return self._standings.queues

    async def start(
        self,
        locale: str = "en",
        channel: str = "web",
        customer_ref: str | None = None,
        *,
        is_test: bool = False,
    ) -> Conversation:
        """Opens a conversation. Of ``customer_ref`` only a keyed digest is kept."""
        conversation = Conversation(id=new_id(), locale=locale, channel=channel)
        await threaded(
            self._store.start,
            conversation,
            now=self._clock(),
            customer_ref=None if customer_ref is None else self.digest("customer", customer_ref),
            is_test=is_test,
            site=self._site,
        )
        return conversation

    async def get(self, conversation_id: str) -> Conversation:
        """The conversation with all its turns.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        return await threaded(self._store.load, conversation_id)

    async def ticket_of(self, conversation_id: str) -> Ticket | None:
        """The open ticket of the conversation, if there is one."""
        return await threaded(self._store.handoffs.open_of, conversation_id)

    async def turn(self, conversation_id: str, turn_id: str) -> Turn:
        """One turn of a conversation.

        Raises:
            UnknownTurn: When the conversation has none of that id.
        """
        return await threaded(self._store.turn, conversation_id, turn_id)

    async def standing(self, conversation_id: str) -> tuple[ConversationState, Standing | None]:
        """The state of the conversation, and where its customer stands in the queue.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        state, ticket = await threaded(self._store.standing, conversation_id)
        return state, None if ticket is None else self._standings.of(ticket, self._clock())

    async def events(self, conversation_id: str, after: int, limit: int) -> Sequence[Event]:
        """What happened in the conversation after the event of id ``after``, oldest first."""
        return await threaded(self._store.events.of, conversation_id, after, limit)

    async def newest_event(self, conversation_id: str) -> int:
        """Id of the newest event of the conversation."""
        return await threaded(self._store.events.last_id, conversation_id)

    async def standing_of(self, conversation_id: str) -> Standing | None:
        """Where the customer stands in the queue, if there is an open ticket."""
        ticket = await self.ticket_of(conversation_id)
        return None if ticket is None else self._standings.of(ticket, self._clock())

    async def is_known(self, conversation_id: str, client_id: str) -> bool:
        """Whether a message of that client id was taken before."""
        own = await self._gate.safe_id(client_id)
        if own is None:
            return False
        return await threaded(self._store.reply_to, conversation_id, own) is not None

    async def post(
        self,
        conversation_id: str,
        raw: str,
        client_id: str | None = None,
        *,
        visitor: str = "",
        tell: Tell | None = None,
    ) -> Posted:
        """Takes a customer's message; returns after the commit. A retry gets the same reply.

        Args:
            conversation_id: Where it was written.
            raw: What was written.
            client_id: The sender's own id of it.
            visitor: Whoever's budget it is charged to; only a keyed digest is kept.
            tell: Hears sentences of the reply that are sure before the whole is kept.

        Raises:
            UnknownConversation: When there is none of that id.
            ConversationClosed: When it takes no more messages.
            ClientIdTaken: When a turn of another speaker carries the client id.
            StoreUnavailable: When nothing could be kept; the message may be sent again.
        """
        client_id = await self._gate.safe_id(client_id) if client_id else None
        async with self._lock(conversation_id):
            mine = self.digest("visitor", visitor) if visitor else ""
            account = Account(conversation_id, mine, self._site)
            with model_turn(self._model_seconds, account, tell):
                stored = await self._intake.take(conversation_id, raw, client_id)
        return await self._posted(conversation_id, stored)

    async def ask_for_agent(self, conversation_id: str, note: str | None = None) -> Posted:
        """Hands over because the customer pressed the button.

        A second press opens no second ticket; its note is kept all the same.

        Raises:
            UnknownConversation: When there is none of that id.
            ConversationClosed: When it takes no more messages.
            StoreUnavailable: When nothing could be kept; the button may be pressed again.
        """
        async with self._lock(conversation_id):
            stored = None if note else await self._handed_over(conversation_id)
            with model_turn(self._model_seconds, Account(conversation_id, "", self._site)):
                stored = stored or await self._intake.hand_over(conversation_id, note or ASKED)
        return await self._posted(conversation_id, stored)

    async def feedback(
        self, conversation_id: str, turn_id: str, *, helpful: bool, comment: str | None = None
    ) -> None:
        """Keeps the customer's vote on one of the assistant's turns.

        Raises:
            UnknownTurn: When the conversation has no such turn, or the customer wrote it.
        """
        turn = await threaded(self._store.turn, conversation_id, turn_id)
        if turn.speaker is Speaker.CUSTOMER:
            raise UnknownTurn(turn_id)
        await threaded(
            self._store.feedback.vote_turn,
            turn.id,
            helpful=helpful,
            comment=await self._redacted(comment),
            now=self._clock(),
        )

    async def article_feedback(
        self,
        article_id: str,
        revision: str,
        visitor: str,
        *,
        helpful: bool,
        comment: str | None = None,
    ) -> None:
        """Keeps a visitor's vote on an article; of ``visitor`` only a keyed digest is kept."""
        await threaded(
            self._store.feedback.vote_article,
            article_id,
            revision,
            self.digest("visitor", visitor),
            helpful=helpful,
            comment=await self._redacted(comment),
            now=self._clock(),
        )

    async def ping(self) -> None:
        """Reads one row.

        Raises:
            StoreUnavailable: When the records cannot be read now.
        """
        await threaded(self._store.ping)

    def digest(self, purpose: str, value: str) -> str:
        """A keyed digest that links equal values and gives none back."""
        return keyed_digest(self._key, purpose, value)

    async def _handed_over(self, conversation_id: str) -> StoredReply | None:
        """What the customer was told when this conversation was handed over, if it still is."""
        if await self.ticket_of(conversation_id) is None:
            return None
        turns = (await self.get(conversation_id)).turns
        told = next((t for t in reversed(turns) if isinstance(t.decision, Handoff)), None)
        return None if told is None else StoredReply(told, told, None)

    async def _posted(self, conversation_id: str, stored: StoredReply) -> Posted:
        standing = await self.standing_of(conversation_id)
        return Posted(stored.customer, stored.reply, stored.notice, standing)

    async def _redacted(self, comment: str | None) -> RedactedText | None:
        if comment is None or not comment.strip():
            return None
        return (await self._gate.admit(comment)).text

    def _lock(self, conversation_id: str) -> asyncio.Lock:
        return self._locks.setdefault(conversation_id, asyncio.Lock())
