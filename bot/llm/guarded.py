"""A chat model whose failures are bounded: in time, in number, in calls at once, in money.

Whoever asks it has either a reply within the time or one error, and falls back on something else.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from bot.llm.breaker import Breaker
from bot.llm.chat_model import (
    BreakerOpenError,
    ChatModel,
    Completion,
    ModelBusyError,
    ModelFailedError,
    ModelRefusedError,
    ModelTimeoutError,
    Piece,
    Prompt,
)
from bot.llm.purse import Purse, Reservation
from bot.llm.turn import current_turn

logger = logging.getLogger(__name__)

_TRIES = 2
_LEAST = 0.2
"""Seconds that have to be left for another try to be worth it."""


class Line:
    """The way to one server: how many may call, and whether it is worth it now.

    Args:
        breaker: Opens when calls fail.
        at_once: Calls under way at the same time.
        waiting: Calls that may wait for a place.
    """

    def __init__(
        self, breaker: Breaker | None = None, *, at_once: int = 4, waiting: int = 16
    ) -> None:
        self.breaker = breaker or Breaker()
        self._places = asyncio.Semaphore(at_once)
        self._room = waiting
        self._waiting = 0

    @asynccontextmanager
    async def place(self, until: float) -> AsyncIterator[None]:
        """A place among the calls, waited for until a time of the event loop.

        Raises:
            ModelBusyError: Too many wait already, or no place came free in time.
        """
        if self._places.locked() and self._waiting >= self._room:
            raise ModelBusyError(f"{self._waiting} calls wait already")
        self._waiting += 1
        try:
            async with asyncio.timeout_at(until):
                await self._places.acquire()
        except TimeoutError as error:
            raise ModelBusyError("no place came free in time") from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()


@dataclass(slots=True)
class _Told:
    """What came of one attempt so far."""

    said: str = ""
    read: int | None = None
    written: int | None = None

    def add(self, piece: Piece | Completion) -> None:
        self.said += piece.text
        self.read = self.read if piece.input_tokens is None else piece.input_tokens
        if isinstance(piece, Completion):
            self.written = piece.output_tokens
        elif piece.output_tokens is not None:
            self.written = max(self.written or 0, piece.output_tokens)


class GuardedModel:
    """A chat model behind a line and a purse, with a time-out and one more try.

    Args:
        model: Makes one attempt at a call.
        line: The way to its server, shared by all models there.
        purse: Pays.
        timeout: Seconds for a call, waiting and the second try included.
        share: Share of the turn's remaining time that a call may take.
        pause: Most seconds before the second try; the pause is drawn between half of it and it.
    """

    def __init__(
        self,
        model: ChatModel,
        *,
        line: Line,
        purse: Purse,
        timeout: float = 6.0,
        share: float = 1.0,
        pause: float = 0.5,
    ) -> None:
        self._model = model
        self._line = line
        self._purse = purse
        self._timeout = timeout
        self._share = share
        self._pause = pause

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._model.name

    async def complete(self, prompt: Prompt) -> Completion:
        """Complete ``prompt``, trying once more when the server fails."""
        until = self._until()
        async with self._line.place(until):
            for last in (False, True):
                try:
                    async with self._attempt(prompt) as told, self._in_time(until):
                        completion = await self._model.complete(prompt)
                        told.add(completion)
                        return completion
                except ModelFailedError as error:
                    if last or not await self._worth_another(error, until):
                        raise
        raise AssertionError("the last attempt returns or raises")

    async def stream(self, prompt: Prompt) -> AsyncIterator[Piece]:
        """Complete ``prompt`` piece by piece; a failure is tried again before the first piece."""
        until = self._until()
        async with self._line.place(until):
            for last in (False, True):
                began = False
                try:
                    async with (
                        self._attempt(prompt) as told,
                        aclosing(self._pieces(prompt, until)) as pieces,
                    ):
                        async for piece in pieces:
                            began = True
                            told.add(piece)
                            yield piece
                except ModelFailedError as error:
                    if began or last or not await self._worth_another(error, until):
                        raise
                else:
                    return

    async def _pieces(self, prompt: Prompt, until: float) -> AsyncGenerator[Piece, None]:
        pieces = aiter(self._model.stream(prompt))
        try:
            while True:
                async with self._in_time(until):
                    piece = await anext(pieces, None)
                if piece is None:
                    return
                yield piece
        finally:
            close = getattr(pieces, "aclose", None)
            if close is not None:
                await close()

    @asynccontextmanager
    async def _attempt(self, prompt: Prompt) -> AsyncIterator[_Told]:
        """One attempt: admitted by the breaker, paid for, its end reported to both."""
        breaker = self._line.breaker
        if not breaker.admit():
            raise BreakerOpenError(f"{self.name} failed too often and is left alone for a while")
        told = _Told()
        try:
            paid = await self._purse.reserve(prompt)
        except BaseException:
            breaker.released()
            raise
        try:
            yield told
        except (ModelFailedError, ModelTimeoutError) as error:
            breaker.failed()
            logger.warning("%s failed error=%s", self.name, type(error).__name__)
            await self._settle(paid, told, free=isinstance(error, ModelRefusedError))
            raise
        except Exception:
            breaker.succeeded()  # it replied, though with nothing of use
            await self._settle(paid, told)
            raise
        except BaseException:  # cancelled, or its reader had enough
            if told.said:
                breaker.succeeded()
            else:
                breaker.released()
            await self._settle(paid, told)
            raise
        breaker.succeeded()
        await self._settle(paid, told)

    async def _settle(self, paid: Reservation, told: _Told, *, free: bool = False) -> None:
        if free:
            await paid.refund()
        else:
            await paid.settle(told.said, told.read, told.written)

    @asynccontextmanager
    async def _in_time(self, until: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(until):
                yield
        except TimeoutError as error:
            raise ModelTimeoutError(f"{self.name} did not reply in time") from error

    def _until(self) -> float:
        """When a call that begins now has to be done."""
        now = asyncio.get_running_loop().time()
        turn = current_turn()
        if turn is None:
            return now + self._timeout
        return now + min(self._timeout, max(0.0, turn.until - now) * self._share)

    async def _worth_another(self, error: ModelFailedError, until: float) -> bool:
        """Whether to try again; waits a moment first."""
        if isinstance(error, ModelRefusedError) and not error.may_pass:
            return False
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311  jitter
        if asyncio.get_running_loop().time() + pause + _LEAST > until:
            return False
        await asyncio.sleep(pause)
        return True
