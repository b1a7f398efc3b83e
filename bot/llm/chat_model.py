"""The seam to a chat model: one prompt in, one completion out.

ChatModelError
├── ModelUnavailableError   it cannot be opened: unknown name, missing package or key
├── ModelTimeoutError       no reply within the time-out
├── ModelFailedError        the server or the transport failed, twice
└── EmptyCompletionError    the reply holds no text
"""

from dataclasses import dataclass
from typing import Protocol

from bot.errors import FirstlineError

MAX_CHARACTERS = 8_000
"""Longest completion that is kept; an answer needs a tenth, and a broken server sends gigabytes."""


class ChatModelError(FirstlineError):
    """Base of every failure of a chat model. Messages never quote a prompt or a reply."""


class ModelUnavailableError(ChatModelError):
    """The model cannot be opened."""


class ModelTimeoutError(ChatModelError):
    """The model did not reply in time."""


class ModelFailedError(ChatModelError):
    """The server or the transport failed."""


class EmptyCompletionError(ChatModelError):
    """The model replied without any text."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked, redacted.

    Attributes:
        name: Template it was made from, with its version, such as ``answer@1``.
        system: What the model is told to do.
        user: What it is to do it with; customer and article text stand here only, as data.
    """

    name: str
    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model replied.

    Attributes:
        text: At most ``MAX_CHARACTERS``, never blank.
        model: Name of the model.
        input_tokens: Tokens read, ``None`` where the provider doesn't say.
        output_tokens: Tokens written, ``None`` where the provider doesn't say.
    """

    text: str
    model: str
    input_tokens: int | None = None
    output_tokens: int | None = None


class ChatModel(Protocol):
    """Completes a prompt. May be called concurrently; keeps nothing between calls."""

    @property
    def name(self) -> str:
        """Name of the model, for records."""
        ...

    async def complete(self, prompt: Prompt) -> Completion:
        """Complete ``prompt``.

        Raises:
            ChatModelError: There is no usable reply.
        """
        ...


def completion_of(
    text: str, model: str, input_tokens: int | None = None, output_tokens: int | None = None
) -> Completion:
    """A completion from a raw reply.

    Raises:
        EmptyCompletionError: The reply is blank.
    """
    if not text.strip():
        raise EmptyCompletionError(f"{model} replied without any text")
    return Completion(text[:MAX_CHARACTERS], model, input_tokens, output_tokens)
