"""Pays for calls of a model: reserves the most that one can cost, and settles what it did cost."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime

from bot.errors import FirstlineError
from bot.llm.chat_model import BudgetSpentError, Prompt
from bot.llm.turn import current_turn
from bot.spend import Account, Caps, Cost, Entry, Ledger, MemoryLedger, Prices, uncounted

logger = logging.getLogger(__name__)

_CHARACTERS_A_TOKEN = 4
"""About so many in the languages of Europe; only used where a provider doesn't count."""
_WRAPPING = 64
"""Tokens that a provider adds around a prompt."""


def _today() -> date:
    return datetime.now(UTC).date()


class Purse:
    """Pays for calls.

    Args:
        ledger: The books; memory by default.
        caps: The most that may be spent.
        prices: What tokens cost.
        most_tokens: Most tokens that a completion may have.
        today: Tells the day.
    """

    def __init__(
        self,
        ledger: Ledger | None = None,
        caps: Caps | None = None,
        prices: Prices | None = None,
        *,
        most_tokens: int,
        today: Callable[[], date] = _today,
    ) -> None:
        self._ledger = ledger or MemoryLedger()
        self._caps = caps or Caps()
        self._prices = prices or Prices()
        self._most_tokens = most_tokens
        self._today = today

    async def reserve(self, prompt: Prompt) -> "Reservation":
        """Reserve the most that a call can cost.

        Raises:
            BudgetSpentError: A cap is reached; names whose.
        """
        turn = current_turn()
        entries = self._caps.entries(Account() if turn is None else turn.account, self._today())
        # No token is shorter than a byte.
        size = len(prompt.system.encode()) + len(prompt.user.encode()) + _WRAPPING
        most = self._prices.cost(size, self._most_tokens)
        spent = await asyncio.to_thread(self._ledger.charge, entries, most)
        if spent is not None:
            raise BudgetSpentError(f"the budget for the {spent.value} is spent")
        return Reservation(self._ledger, self._prices, entries, most, prompt)


class Reservation:
    """What is set aside for one call."""

    def __init__(
        self,
        ledger: Ledger,
        prices: Prices,
        entries: tuple[Entry, ...],
        most: Cost,
        prompt: Prompt,
    ) -> None:
        self._ledger = ledger
        self._prices = prices
        self._entries = entries
        self._most = most
        self._asked = len(prompt.system) + len(prompt.user)

    async def settle(self, said: str, read: int | None, written: int | None) -> None:
        """Put down what the call cost, estimated where the provider doesn't count.

        Args:
            said: What the model replied, as far as it came.
            read: Tokens that the provider counted in the prompt.
            written: Tokens that it counted in the reply.
        """
        cost = self._prices.cost(
            self._asked // _CHARACTERS_A_TOKEN if read is None else read,
            -(-len(said) // _CHARACTERS_A_TOKEN) if written is None else written,
        )
        await self._put(cost)

    async def refund(self) -> None:
        """The call was made and is not charged for."""
        await self._put(uncounted(self._most))

    async def _put(self, cost: Cost) -> None:
        # Shielded: also a call that was cancelled has to be put down.
        work = asyncio.to_thread(self._ledger.correct, self._entries, cost - self._most)
        try:
            await asyncio.shield(asyncio.ensure_future(work))
        except FirstlineError as error:  # the reply is good all the same, the books too high
            logger.warning("a call was not settled error=%s", type(error).__name__)
