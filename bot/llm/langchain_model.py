"""Any chat model that LangChain opens, such as ``openai:NAME`` or an OpenAI-compatible server.

LangChain and the provider's package are imported when a model is opened, never before.
"""

import asyncio
import logging
import random
from typing import TYPE_CHECKING, Any, Self

from bot.llm.chat_model import (
    Completion,
    ModelFailedError,
    ModelTimeoutError,
    ModelUnavailableError,
    Prompt,
    completion_of,
)

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

logger = logging.getLogger(__name__)

_MOST_TOKENS = 400  # an answer of 120 words and its markers, with room
_TRIES = 2


class LangChainModel:
    """A LangChain chat model with a time-out and one retry.

    Args:
        model: The opened model.
        name: Name for records.
        timeout: Seconds for a completion, the retry included.
        pause: Most seconds before the retry; the pause is drawn between half of it and all of it.
    """

    def __init__(
        self, model: "BaseChatModel", *, name: str, timeout: float = 8.0, pause: float = 0.5
    ) -> None:
        self._model = model
        self._name = name
        self._timeout = timeout
        self._pause = pause

    @classmethod
    def open(
        cls, name: str, *, base_url: str = "", api_key: str = "", timeout: float = 8.0
    ) -> Self:
        """Open a model by its LangChain name.

        Args:
            name: ``provider:model``; with ``base_url`` the provider may be left out.
            base_url: Address of an OpenAI-compatible server.
            api_key: Key of the provider; empty leaves it to the provider's own variable.
            timeout: Seconds for a completion.

        Raises:
            ModelUnavailableError: The name is unknown, or its package or key is missing.
        """
        from langchain.chat_models import init_chat_model  # noqa: PLC0415  takes a second

        provider = "openai" if base_url and ":" not in name else None
        options: dict[str, Any] = {"temperature": 0, "max_tokens": _MOST_TOKENS}
        options |= {"timeout": timeout, "max_retries": 0}  # the retry is ours
        if base_url:
            options["base_url"] = base_url
        if api_key or base_url:
            options["api_key"] = api_key or "unused"  # a local server wants none, the client does
        try:
            # An empty name would open a model that is named with every call.
            model = init_chat_model(name or "unnamed", model_provider=provider, **options)
        except ImportError as error:
            raise ModelUnavailableError(f"language model {name}: {error}") from error
        except Exception as error:  # noqa: BLE001  every provider has errors of its own
            # A provider's message may hold the key, so only its type is told.
            raise ModelUnavailableError(
                f"language model {name} cannot be opened ({type(error).__name__}): name it "
                "provider:model, such as openai:NAME or ollama:NAME, and set its key"
            ) from None
        return cls(model, name=name, timeout=timeout)

    @property
    def name(self) -> str:
        """Name for records."""
        return self._name

    async def complete(self, prompt: Prompt) -> Completion:
        """Complete ``prompt``, trying once more when the server fails."""
        messages = [("system", prompt.system), ("human", prompt.user)]
        try:
            async with asyncio.timeout(self._timeout):
                message = await self._ask(messages)
        except TimeoutError as error:
            raise ModelTimeoutError(
                f"{self._name} did not reply within {self._timeout:g} s"
            ) from error
        usage = message.usage_metadata
        return completion_of(
            str(message.text),
            self._name,
            usage["input_tokens"] if usage else None,
            usage["output_tokens"] if usage else None,
        )

    async def _ask(self, messages: list[tuple[str, str]]) -> "AIMessage":
        failure = ""
        for attempt in range(_TRIES):
            if attempt:
                await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311  jitter
            try:
                return await self._model.ainvoke(messages)
            except Exception as error:  # noqa: BLE001  every provider has errors of its own
                logger.warning("%s failed error=%s", self._name, type(error).__name__)
                failure = type(error).__name__
        # The provider's message may quote the prompt, so only its type is told.
        raise ModelFailedError(f"{self._name} failed {_TRIES} times, last with {failure}")
