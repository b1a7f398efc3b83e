"""What customers say at the end: whether it is solved, and how it was. Silence ends, too."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.conversation import ConversationState
from bot.gate import Gate
from bot.lines import LinesSource
from bot.periodic import every
from bot.store import Store
from bot.store_episodes import EndedBy
from bot.threaded import threaded

LOOK_SECONDS = 60
SILENCE = timedelta(hours=24)
"""How long nobody writes until an episode is over, where nothing else is set."""


class FeedbackDesk:
    """Ends episodes and keeps what is said of them.

    Args:
        store: The records.
        gate: Redacts comments.
        lines: What is noted in the conversation.
        clock: Tells the time.
        silence: How long nobody writes until an episode is over.
    """

    def __init__(
        self,
        store: Store,
        gate: Gate,
        lines: LinesSource,
        clock: Callable[[], datetime],
        silence: timedelta = SILENCE,
    ) -> None:
        self._store = store
        self._gate = gate
        self._lines = lines
        self._clock = clock
        self._silence = silence

    async def solved(self, conversation_id: str, *, solved: bool) -> ConversationState:
        """Keeps whether it is solved; a yes ends the episode of an open conversation.

        Gives the state that the conversation has now.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        now = self._clock()
        if solved:
            await self._end(conversation_id, now)
        state = (await threaded(self._store.load, conversation_id)).state
        # A no in an open conversation says nothing final: the next message goes on with it.
        if state in {ConversationState.RESOLVED, ConversationState.CLOSED}:
            await threaded(self._store.episodes.solved, conversation_id, solved=solved, now=now)
        return state

    async def rate(self, conversation_id: str, score: int, comment: str | None) -> None:
        """Keeps the rating of the episode that is over; an open one ends by it.

        Raises:
            UnknownConversation: When there is none of that id.
            NotEnded: When an agent is awaited or there, and no earlier episode has ended.
            AlreadyRated: When it has another rating.
        """
        said = None
        if comment is not None and comment.strip():
            said = (await self._gate.admit(comment)).text
        now = self._clock()
        await self._end(conversation_id, now)
        await threaded(self._store.episodes.rate, conversation_id, score, said, now)

    async def asks_rating(self, conversation_id: str, state: ConversationState) -> bool:
        """Whether the customer may still rate: it is over, and nobody has."""
        if state not in {ConversationState.RESOLVED, ConversationState.CLOSED}:
            return False
        last = await threaded(self._store.episodes.last, conversation_id)
        return last is not None and last.score is None

    async def end_silent(self, conversation_id: str | None = None) -> int:
        """Ends open conversations in which nobody wrote for long; says how many."""
        now = self._clock()
        remark = self._lines.current().ending["silence"]
        since = now - self._silence
        return await threaded(self._store.episodes.end_silent, since, now, remark, conversation_id)

    async def run(self, stop: asyncio.Event) -> None:
        """Ends what is silent, once a minute, until ``stop`` is set."""
        await every(LOOK_SECONDS, self.end_silent, stop, "ending of silent conversations")

    def is_silent(self, newest: datetime) -> bool:
        """Whether a newest turn of that time is too long ago."""
        return newest < self._clock() - self._silence

    async def _end(self, conversation_id: str, now: datetime) -> None:
        await threaded(
            self._store.episodes.end,
            conversation_id,
            now,
            EndedBy.CUSTOMER,
            self._lines.current().ending["customer"],
        )
