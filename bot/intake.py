"""Taking one message: decide on what is there, keep it, and decide anew if that moved on.

One transaction a message. The store refuses what was decided on an outdated view, because another
process or an agent wrote in between; then the message is decided again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.awaiting import Awaiting
from bot.compose.summing_up import Summariser
from bot.conversation import Conversation, ConversationState
from bot.decision import Handoff, HandoffReason
from bot.dialogue import Decider, Exchange, Judgement, exchange
from bot.evidence import Evidence
from bot.feedback import FeedbackDesk
from bot.gate import Gate
from bot.handoff import IN_SHORT, new_ticket, since_agent
from bot.lines import LinesSource
from bot.llm.turn import take_back
from bot.notices import NoticeBoard
from bot.spans import span
from bot.standing import Standings
from bot.store import Store
from bot.store_errors import ConversationClosed, ConversationMoved, StoreUnavailable
from bot.store_exchanges import StoredReply
from bot.threaded import threaded
from bot.ticket import NewTicket, Ticket
from bot.values import ValueDesk
from redaction.redactor import RedactedText

logger = logging.getLogger(__name__)

ATTEMPTS = 8
"""How often a message is decided anew because another one came between."""


@dataclass(frozen=True, slots=True)
class _Always:
    """Hands over whatever was said."""

    reason: HandoffReason
    note: str
    lines: LinesSource

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del text, withheld
        language = _language(conversation)
        line = self.lines.current(language).handoff(self.reason)
        handoff = Handoff(self.reason, line, self.note)
        return Judgement(handoff, Evidence(language=language, rule=self.reason.value))


def _language(conversation: Conversation) -> str:
    """The language of the page that the customer writes on."""
    return conversation.locale.partition("-")[0].lower()


@dataclass(frozen=True, slots=True)
class Desks:
    """Whom the taking of a message asks or tells.

    Attributes:
        standings: Routes tickets, and tells customers where they stand.
        notices: What staff tell everybody.
        closing: Ends episodes in which nobody wrote for long.
        values: Sealed values, to be purged where a message took one back.
        summariser: Words for agents what a customer needs, if there is one.
    """

    standings: Standings
    notices: NoticeBoard
    closing: FeedbackDesk
    values: ValueDesk
    summariser: Summariser | None = None


class Intake:
    """Takes customers' messages.

    Args:
        store: The records.
        gate: The only door for raw text.
        decider: The assistant.
        lines: What customers hear about handoffs and removed data.
        desks: Whom to ask or tell on the way.
        clock: Tells the time.
    """

    def __init__(
        self,
        store: Store,
        gate: Gate,
        decider: Decider,
        lines: LinesSource,
        desks: Desks,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._gate = gate
        self._decider = decider
        self._lines = lines
        self._desks = desks
        self._clock = clock
        self._pressed = _Always(
            HandoffReason.CUSTOMER_ASKED, "The customer pressed the button.", lines
        )
        self._broken = _Always(
            HandoffReason.FAILURE, "The assistant failed on this message; see the log.", lines
        )

    async def take(
        self, conversation_id: str, raw: str, client_id: str | None = None
    ) -> StoredReply:
        """Decides on a message and keeps both; a retry of one gets what the first led to.

        Raises:
            UnknownConversation: When there is none of that id.
            ConversationClosed: When it takes no more messages.
            ClientIdTaken: When a turn of another speaker carries the client id.
            StoreUnavailable: When nothing could be kept; the message may be sent again.
        """
        return await self._take_traced(conversation_id, raw, self._decider, client_id)

    async def hand_over(self, conversation_id: str, raw: str) -> StoredReply:
        """Keeps a message of somebody who pressed the button for a person; raises as `take`."""
        return await self._take_traced(conversation_id, raw, self._pressed)

    async def _take_traced(
        self, conversation_id: str, raw: str, decider: Decider, client_id: str | None = None
    ) -> StoredReply:
        with span("turn") as seen:
            seen.note(conversation_id=conversation_id)
            stored = await self._take(conversation_id, raw, decider, client_id)
            seen.note(
                turn_id=stored.customer.id, reply_id=stored.reply.id if stored.reply else None
            )
            return stored

    async def _take(
        self, conversation_id: str, raw: str, decider: Decider, client_id: str | None = None
    ) -> StoredReply:
        """Decides and keeps; again on a fresh view when somebody wrote in between.

        What another worker has kept of this very message by then is its reply.
        """
        spoke = False
        for _ in range(ATTEMPTS):
            if client_id is not None:
                known = await threaded(self._store.reply_to, conversation_id, client_id)
                if known is not None:
                    return known
            before = await self._current(conversation_id)
            made = await self._decide(_reopened(before), raw, decider, client_id)
            try:
                with span("store"):
                    stored = await threaded(
                        self._store.keep,
                        made,
                        before=before,
                        ticket=await self._ticket(made),
                        overtaken=spoke and made.assistant is None,
                    )
            except ConversationMoved:
                spoke = spoke or made.assistant is not None
                take_back()
                continue
            if made.sealed:
                await self._desks.values.purge()
            return stored
        raise StoreUnavailable("the conversation is too busy; send the message again")

    async def _current(self, conversation_id: str) -> Conversation:
        """The conversation, its last episode ended where nobody wrote for long."""
        loaded = await threaded(self._store.load, conversation_id)
        silent = loaded.turns and self._desks.closing.is_silent(loaded.turns[-1].at)
        if loaded.state is not ConversationState.OPEN or not silent:
            return loaded
        await self._desks.closing.end_silent(conversation_id)
        return await threaded(self._store.load, conversation_id)

    async def _decide(
        self, conversation: Conversation, raw: str, decider: Decider, client_id: str | None
    ) -> Exchange:
        now = self._clock()
        ticket = None
        if conversation.state is ConversationState.WAITING:
            ticket = await self._open_ticket(conversation.id)
        decider = await self._desks.notices.heeding(decider)

        async def made_by(decider: Decider) -> Exchange:
            return await exchange(
                self._gate,
                decider
                if ticket is None
                else Awaiting(decider, self._desks.standings, ticket, now),
                conversation,
                raw,
                client_id=client_id,
                now=now,
                notices=self._lines.current(_language(conversation)).removed,
            )

        try:
            return await made_by(decider)
        except Exception as error:  # noqa: BLE001  the product's own failure mode is a handoff
            # The error's message may quote the customer, so only its type is logged.
            logger.error(  # noqa: TRY400  a trace could quote the customer
                "decision failed conversation=%s error=%s", conversation.id, type(error).__name__
            )
            return await made_by(self._broken)

    async def _open_ticket(self, conversation_id: str) -> Ticket | None:
        return await threaded(self._store.handoffs.open_of, conversation_id)

    async def _ticket(self, made: Exchange) -> NewTicket | None:
        """What the ticket of a conversation that waits opens with, or is brought up to."""
        waits = made.conversation.state is ConversationState.WAITING
        new = new_ticket(made.conversation) if waits else None
        if new is None:
            return None
        short = await self._short(made) if self._desks.summariser is not None else ""
        if short:
            new = replace(new, summary=f"{new.summary}\n{IN_SHORT}{short}")
        return self._desks.standings.queues.place(new)

    async def _short(self, made: Exchange) -> str:
        """What the customer needs in a few words: worded at the handoff, then kept."""
        told = None if made.assistant is None else made.assistant.decision
        if self._desks.summariser is not None and isinstance(told, Handoff):
            return await self._desks.summariser.sum_up(since_agent(made.conversation.turns))
        ticket = await self._open_ticket(made.conversation.id)
        return "" if ticket is None else ticket.summary.partition(f"\n{IN_SHORT}")[2]


def _reopened(conversation: Conversation) -> Conversation:
    """A resolved conversation opens again with the next message; a closed one does not."""
    if conversation.state is ConversationState.CLOSED:
        raise ConversationClosed(conversation.id)
    if conversation.state is ConversationState.RESOLVED:
        return replace(conversation, state=ConversationState.OPEN)
    return conversation
