"""Any chat model that LangChain opens, such as ``openai:NAME`` or an OpenAI-compatible server.

LangChain and the provider's package are imported when a model is opened, never before. One call is
one attempt: waiting, trying again and leaving off are ``bot.llm.guarded``'s.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from bot.llm.bounded import bounded_transport
from bot.llm.chat_model import (
    MAX_CHARACTERS,
    ChatModelError,
    Completion,
    EmptyCompletionError,
    ModelFailedError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
    Piece,
    Prompt,
    UnreadableReplyError,
    completion_of,
)
from bot.model_settings import provider_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

MOST_TOKENS = 400
"""Tokens asked for: an answer of 120 words and its markers, with room."""

_EXTRAS = frozenset({"anthropic", "ollama", "openai"})
_HOLDS_TO_SCHEMA = frozenset({"anthropic", "ollama", "openai"})
"""Providers that can be held to a schema; a server that only speaks their protocol may not."""

# Names of classes, since each provider's package has its own and none need be installed.
_TRANSPORT = frozenset(
    {"APIConnectionError", "TransportError", "OSError", "StreamChunkTimeoutError"}
)
_ENDINGS = ("finish_reason", "stop_reason", "done_reason")


class LangChainModel:
    """A LangChain chat model with a time-out.

    Args:
        model: The opened model.
        name: Name for records.
        timeout: Seconds for a completion.
        structured: Whether it can be held to a schema.
        ends: Whether a whole stream says how it ended, so that one which doesn't broke off.
    """

    def __init__(
        self,
        model: "BaseChatModel",
        *,
        name: str,
        timeout: float = 8.0,
        structured: bool = False,
        ends: bool = False,
    ) -> None:
        self._model = model
        self._name = name
        self._timeout = timeout
        self._structured = structured
        self._ends = ends

    @classmethod
    def open(
        cls,
        name: str,
        *,
        base_url: str = "",
        api_key: str = "",
        timeout: float = 8.0,
        structured: bool | None = None,
        most_tokens: int = MOST_TOKENS,
    ) -> Self:
        """Open a model by its LangChain name.

        Args:
            name: ``provider:model``; with ``base_url`` the provider may be left out.
            base_url: Address of an OpenAI-compatible server, or of the named provider's.
            api_key: Key of the provider; empty leaves it to the provider's own variable.
            timeout: Seconds for a completion.
            structured: Whether it can be held to a schema; ``None`` goes by the provider.
            most_tokens: Most tokens of a completion.

        Raises:
            ModelUnavailableError: The name is unknown, or its package or key is missing.
        """
        from langchain.chat_models import init_chat_model  # noqa: PLC0415  takes a second

        provider = provider_of(name, base_url)
        try:
            # An empty name would open a model that is named with every call.
            model = init_chat_model(
                name or "unnamed",
                model_provider=None if ":" in name else provider or None,
                **_options(provider, base_url, api_key, timeout, most_tokens),
            )
        except ImportError as error:
            extra = f": pip install 'firstline[{provider}]'" if provider in _EXTRAS else ""
            raise ModelUnavailableError(f"language model {name}: {error}{extra}") from error
        except Exception as error:  # noqa: BLE001  every provider has errors of its own
            # A provider's message may hold the key, so only its type is told.
            raise ModelUnavailableError(
                f"language model {name} cannot be opened ({type(error).__name__}): name it "
                "provider:model, such as openai:NAME or ollama:NAME, and set its key"
            ) from None
        if structured is None:
            structured = provider in _HOLDS_TO_SCHEMA and not base_url
        return cls(
            model,
            name=name,
            timeout=timeout,
            structured=structured,
            ends=provider in _HOLDS_TO_SCHEMA,
        )

    @property
    def name(self) -> str:
        """Name for records."""
        return self._name

    async def complete(self, prompt: Prompt) -> Completion:
        """Complete ``prompt``; a reply that was asked for in JSON is JSON where that can be had."""
        try:
            async with asyncio.timeout(self._timeout):
                message, parsed = await self._ask(prompt)
        except TimeoutError as error:
            raise self._late() from error
        except Exception as error:  # noqa: BLE001  every provider has errors of its own
            raise self._failure(error) from None
        text = str(message.text) if parsed is None else json.dumps(parsed, ensure_ascii=False)
        return completion_of(text, self._name, *_tokens(message.usage_metadata))

    async def stream(self, prompt: Prompt) -> AsyncIterator[Piece]:
        """Complete ``prompt`` piece by piece."""
        room, blank, ended = MAX_CHARACTERS, True, not self._ends
        pieces = aiter(self._model.astream(_messages(prompt)))
        until = asyncio.get_running_loop().time() + self._timeout
        try:
            while room > 0:
                async with asyncio.timeout_at(until):
                    chunk = await anext(pieces, None)
                if chunk is None:
                    break
                ended = ended or any(chunk.response_metadata.get(each) for each in _ENDINGS)
                text = str(chunk.text)[:room]
                room -= len(text)
                blank &= not text.strip()
                yield Piece(text, *_tokens(chunk.usage_metadata))
        except TimeoutError as error:
            raise self._late() from error
        except GeneratorExit:
            raise
        except Exception as error:  # noqa: BLE001  every provider has errors of its own
            raise self._failure(error) from None
        if room > 0 and not ended:
            raise ModelFailedError(f"{self._name} broke off")
        if blank:
            raise EmptyCompletionError(f"{self._name} replied without any text")

    async def _ask(self, prompt: Prompt) -> tuple["AIMessage", object]:
        """The message, and what it holds where it could be held to the prompt's schema."""
        messages = _messages(prompt)
        if prompt.schema is None or not self._structured:
            return await self._model.ainvoke(messages), None
        held = self._model.with_structured_output(dict(prompt.schema), include_raw=True)
        both = await held.ainvoke(messages)
        assert isinstance(both, Mapping)  # noqa: S101  include_raw says so
        return both["raw"], both["parsed"]

    def _late(self) -> ModelTimeoutError:
        return ModelTimeoutError(f"{self._name} did not reply within {self._timeout:g} s")

    def _failure(self, error: BaseException) -> ChatModelError:
        """What went wrong, by its type alone: a provider's message may quote the prompt."""
        kind = type(error).__name__
        for each in _causes(error):
            names = {base.__name__ for base in type(each).__mro__}
            status = getattr(each, "status_code", None)
            if isinstance(status, int) and status >= 400:
                return ModelRefusedError(f"{self._name} answered with status {status}", status)
            if "TimeoutException" in names or "APITimeoutError" in names:
                return ModelTimeoutError(f"{self._name} did not reply in time ({kind})")
            if names & _TRANSPORT:
                return ModelFailedError(f"{self._name} failed with {kind}")
        return UnreadableReplyError(f"{self._name} sent what cannot be read ({kind})")


def _options(
    provider: str, base_url: str, api_key: str, timeout: float, most_tokens: int
) -> dict[str, Any]:
    options: dict[str, Any] = {"temperature": 0}
    if provider == "ollama":
        import httpx  # noqa: PLC0415  what its package works with

        options |= {"num_predict": most_tokens}
        transport = bounded_transport(httpx)
        options["async_client_kwargs"] = {"transport": transport, "timeout": timeout}
    else:
        # The retry is ours.
        options |= {"max_tokens": most_tokens, "timeout": timeout, "max_retries": 0}
    if base_url:
        options["base_url"] = base_url
    if provider == "openai":
        options["http_async_client"] = _openai_client(timeout)
        options["stream_usage"] = True
        if base_url:  # its package sends a newer name, which many servers don't know
            options["extra_body"] = {"max_tokens": most_tokens}
    if (api_key or base_url) and provider != "ollama":
        options["api_key"] = api_key or "unused"  # a local server wants none, the client does
    return options


def _openai_client(timeout: float) -> Any:  # noqa: ANN401  of either httpx
    try:
        from langchain_openai._compat import httpx  # noqa: PLC0415  tells which of the two
    except ImportError:
        import httpx  # noqa: PLC0415

    return httpx.AsyncClient(transport=bounded_transport(httpx), timeout=timeout)


def _messages(prompt: Prompt) -> list[tuple[str, str]]:
    return [("system", prompt.system), ("human", prompt.user)]


def _tokens(usage: Mapping[str, Any] | None) -> tuple[int | None, int | None]:
    return (usage["input_tokens"], usage["output_tokens"]) if usage else (None, None)


def _causes(error: BaseException | None) -> list[BaseException]:
    """An error and what it came from."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
