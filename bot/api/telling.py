"""A reply as server-sent events: sentences while the turn is decided on, then what was kept."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Coroutine

from bot.api.replies import reply_body, sentences
from bot.service import Posted

logger = logging.getLogger(__name__)

_under_way: set[asyncio.Task[Posted]] = set()
"""Turns whose reader may have gone; they are finished all the same."""


class Telling:
    """Passes on what is sure of a reply before the whole of it is kept."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[str | None] = asyncio.Queue()
        self._shown = ""

    def tell(self, sentence: str | None) -> None:
        """Pass a sentence on; ``None`` takes all back."""
        self._told.put_nowait(sentence)

    async def begin(self, work: Coroutine[object, object, Posted]) -> asyncio.Task[Posted]:
        """Start a turn, and return when it is over or something is told."""
        task = asyncio.create_task(work)
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)
        waiting = asyncio.create_task(self._told.get())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            first = waiting.result()
            self._shown = first or ""
        else:
            waiting.cancel()
        return task

    async def events(self, task: asyncio.Task[Posted]) -> AsyncIterator[str]:
        """What is sure of the reply, what was kept of the message, the rest, the whole.

        ``restart`` takes back what was said. A stream without ``done`` broke off: the message may
        be sent again.
        """
        if self._shown:
            yield _event("sentence", {"text": self._shown})
        async for sentence in self._more(task):
            if sentence is None:
                self._shown = ""
                yield _event("restart", {})
            else:
                piece = f" {sentence}" if self._shown else sentence
                self._shown += piece
                yield _event("sentence", {"text": piece})
        try:
            posted = await asyncio.shield(task)
        except Exception as error:  # noqa: BLE001  the response has begun: it can only end
            logger.warning("a reply broke off error=%s", type(error).__name__)
            return
        text = "" if posted.reply is None else posted.reply.text
        if not text.startswith(self._shown):
            self._shown = ""
            yield _event("restart", {})
        yield _event("ack", {"turn_id": posted.customer.id, "text": posted.customer.text})
        for piece in sentences(text[len(self._shown) :]):
            yield _event("sentence", {"text": piece})
        yield _event("done", reply_body(posted).model_dump(mode="json"))

    async def _more(self, task: asyncio.Task[Posted]) -> AsyncIterator[str | None]:
        while not task.done() or not self._told.empty():
            waiting = asyncio.create_task(self._told.get())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                yield waiting.result()
            else:
                waiting.cancel()


def _event(name: str, data: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
