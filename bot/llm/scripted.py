"""A chat model that replies from a script: for tests, demonstrations and exact cases."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable

from bot.llm.chat_model import (
    ChatModelError,
    Completion,
    ModelFailedError,
    ModelTimeoutError,
    Piece,
    Prompt,
    completion_of,
    whole_stream,
)

Reply = str | ChatModelError

_WORD = re.compile(r"\S+\s*|\s+")


class ScriptedModel:
    """Replies with the next line of a list, or with what a function makes of the prompt.

    Args:
        script: Replies in order, or a function of the prompt. An error among them is raised; after
            the last one every call fails.
        name: Name of the model.
        delay: Seconds that every reply takes.
        timeout: Seconds after which a call fails.

    Attributes:
        prompts: What it was asked, in order.
    """

    def __init__(
        self,
        script: Iterable[Reply] | Callable[[Prompt], Reply],
        *,
        name: str = "scripted",
        delay: float = 0.0,
        timeout: float = 8.0,
    ) -> None:
        self.prompts: list[Prompt] = []
        self._reply = script if callable(script) else _in_order(script, name)
        self._name = name
        self._delay = delay
        self._timeout = timeout

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._name

    async def complete(self, prompt: Prompt) -> Completion:
        """Reply as scripted."""
        return completion_of(await self._said(prompt), self._name)

    async def stream(self, prompt: Prompt) -> AsyncIterator[Piece]:
        """Reply as scripted, word by word."""
        reply = await self._said(prompt)

        async def words() -> AsyncIterator[str]:
            for word in _WORD.findall(reply):
                await asyncio.sleep(0)
                yield word

        async for piece in whole_stream(words(), self._name):
            yield piece

    async def _said(self, prompt: Prompt) -> str:
        self.prompts.append(prompt)
        await asyncio.sleep(min(self._delay, self._timeout))
        if self._delay > self._timeout:
            raise ModelTimeoutError(f"{self._name} did not reply within {self._timeout:g} s")
        reply = self._reply(prompt)
        if isinstance(reply, ChatModelError):
            raise reply
        return reply


def _in_order(script: Iterable[Reply], name: str) -> Callable[[Prompt], Reply]:
    replies = iter(script)
    over = ModelFailedError(f"the script of {name} is over")
    return lambda _: next(replies, over)
