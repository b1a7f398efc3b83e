"""What every chat model must do. A subclass overrides the factories."""

import pytest

from bot.llm.chat_model import (
    MAX_CHARACTERS,
    ChatModel,
    EmptyCompletionError,
    ModelFailedError,
    ModelTimeoutError,
    Prompt,
)

PROMPT = Prompt("answer@1", "Answer briefly.", "How do I freeze my card?")
QUOTED = "what stands-in-the-provider's-message"


class ChatModelSuite:
    def replying(self, *replies: str) -> ChatModel:
        raise NotImplementedError

    def failing(self) -> ChatModel:
        raise NotImplementedError

    def slow(self) -> ChatModel:
        """Would reply after its time-out of 0.05 s."""
        raise NotImplementedError

    async def test_it_replies_under_its_name(self) -> None:
        model = self.replying("Open Cards. [1]")
        completion = await model.complete(PROMPT)
        assert completion.text == "Open Cards. [1]"
        assert completion.model == model.name != ""

    async def test_calls_are_independent(self) -> None:
        model = self.replying("one", "two")
        assert [(await model.complete(PROMPT)).text for _ in range(2)] == ["one", "two"]

    async def test_a_blank_reply_is_an_error(self) -> None:
        with pytest.raises(EmptyCompletionError):
            await self.replying(" \n ").complete(PROMPT)

    async def test_an_endless_reply_is_cut(self) -> None:
        completion = await self.replying("x" * 1_000_000).complete(PROMPT)
        assert len(completion.text) == MAX_CHARACTERS

    async def test_a_broken_server_is_an_error_that_quotes_nothing(self) -> None:
        with pytest.raises(ModelFailedError) as caught:
            await self.failing().complete(PROMPT)
        assert QUOTED not in str(caught.value)
        assert PROMPT.user not in str(caught.value)

    async def test_a_late_reply_is_an_error(self) -> None:
        with pytest.raises(ModelTimeoutError, match=r"0\.05 s"):
            await self.slow().complete(PROMPT)
