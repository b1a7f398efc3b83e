import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult

from bot.llm.chat_model import (
    ChatModel,
    ModelUnavailableError,
)
from bot.llm.langchain_model import LangChainModel
from tests.bot.llm.chat_model_suite import PROMPT, QUOTED, ChatModelSuite


class Provider(GenericFakeChatModel):
    """A provider that keeps what it is asked, fails the first times and takes its time."""

    failures: int = 0
    seconds: float = 0.0
    asked: list[list[BaseMessage]] = []  # noqa: RUF012  pydantic copies it for each model

    async def _agenerate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> ChatResult:
        self.asked.append(messages)
        await asyncio.sleep(self.seconds)
        if len(self.asked) <= self.failures:
            raise ConnectionError(f"{QUOTED}: {messages[-1].content}")
        return self._generate(messages, stop)


def provider(*replies: str | AIMessage, failures: int = 0, seconds: float = 0.0) -> Provider:
    messages: Iterator[AIMessage | str] = iter(replies)
    return Provider(messages=messages, failures=failures, seconds=seconds)


def opened(model: Provider, timeout: float = 5.0) -> LangChainModel:
    return LangChainModel(model, name="fake:provider", timeout=timeout)


class TestLangChainModel(ChatModelSuite):
    def replying(self, *replies: str) -> ChatModel:
        return opened(provider(*replies))

    def failing(self) -> ChatModel:
        return opened(provider(failures=9))

    def slow(self) -> ChatModel:
        return opened(provider("late", seconds=30), timeout=0.05)


async def test_the_rules_go_as_system_and_the_data_as_human_message() -> None:
    asked = provider("fine")
    await opened(asked).complete(PROMPT)
    assert [(m.type, m.content) for m in asked.asked[0]] == [
        ("system", PROMPT.system),
        ("human", PROMPT.user),
    ]


async def test_cancelling_is_no_failure() -> None:
    hanging = provider("late", seconds=30)
    call = asyncio.create_task(opened(hanging).complete(PROMPT))
    await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(hanging.asked) == 1


async def test_tokens_are_counted_where_the_provider_counts() -> None:
    usage = {"input_tokens": 30, "output_tokens": 2, "total_tokens": 32}
    model = opened(provider(AIMessage("yes", usage_metadata=usage), "no count"))
    counted, uncounted = await model.complete(PROMPT), await model.complete(PROMPT)
    assert (counted.input_tokens, counted.output_tokens) == (30, 2)
    assert (uncounted.input_tokens, uncounted.output_tokens) == (None, None)


@pytest.mark.parametrize(
    ("name", "base_url", "told"),
    [
        ("nonsense", "", "name it provider:model"),
        ("nonsense:large", "", "name it provider:model"),
        ("", "", "name it provider:model"),
        # The packages of providers are extras, which the tests do without.
        ("mistralai:small", "", "pip install langchain-mistralai"),
        ("anthropic:large", "", r"pip install 'firstline\[anthropic\]'"),
    ],
)
def test_a_model_that_cannot_be_opened_says_what_to_do(name: str, base_url: str, told: str) -> None:
    with pytest.raises(ModelUnavailableError, match=told) as caught:
        LangChainModel.open(name, base_url=base_url, api_key="sk-key")
    assert "sk-key" not in str(caught.value)


def test_importing_it_imports_no_langchain() -> None:
    script = (
        "import sys, bot.llm.langchain_model;"
        "sys.exit(any(name.split('.')[0].startswith('langchain') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0  # noqa: S603
