"""The seam to a chat model: one prompt in, one completion out, whole or in pieces.

ChatModelError
├── ModelUnavailableError   it cannot be opened: unknown name, missing package or key
├── ModelTimeoutError       no reply within the time-out
├── ModelFailedError        the server or the transport failed
│   └── ModelRefusedError   the server answered with a status of 400 or more
├── UnreadableReplyError    a reply came that the provider's package cannot read
├── EmptyCompletionError    the reply holds no text
├── ModelBusyError          too many calls wait already, or the wait took too long
├── BreakerOpenError        it failed so often that it is not asked for a while
└── BudgetSpentError        what may be spent is spent
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.errors import FirstlineError

MAX_CHARACTERS = 8_000
"""Longest completion that is kept; an answer needs a tenth, and a broken server sends gigabytes."""

Schema = Mapping[str, Any]  # a JSON schema


class ChatModelError(FirstlineError):
    """Base of every failure of a chat model. Messages never quote a prompt or a reply."""


class ModelUnavailableError(ChatModelError):
    """The model cannot be opened."""


class ModelTimeoutError(ChatModelError):
    """The model did not reply in time."""


class ModelFailedError(ChatModelError):
    """The server or the transport failed."""


class ModelRefusedError(ModelFailedError):
    """The server answered with an error, so the call costs nothing.

    Args:
        told: What happened.
        status: The HTTP status, 400 or more.
    """

    def __init__(self, told: str, status: int) -> None:
        super().__init__(told)
        self.status = status

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed a moment later."""
        return self.status in {408, 409, 425, 429} or self.status >= 500


class UnreadableReplyError(ChatModelError):
    """A reply came that cannot be read."""


class EmptyCompletionError(ChatModelError):
    """The model replied without any text."""


class ModelBusyError(ChatModelError):
    """Too many calls at once."""


class BreakerOpenError(ChatModelError):
    """It failed so often that it is left alone for a while."""


class BudgetSpentError(ChatModelError):
    """What may be spent is spent."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked, redacted.

    Attributes:
        name: Template it was made from, with its version, such as ``answer@1``.
        system: What the model is told to do.
        user: What it is to do it with; customer and article text stand here only, as data.
        schema: Shape of a reply in JSON; ``None`` for plain text. A model that cannot be held to it
            is asked in words, so whoever reads the reply checks it.
    """

    name: str
    system: str
    user: str
    schema: Schema | None = field(default=None, compare=False)


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply as it comes.

    Attributes:
        text: What was added; may be empty.
        input_tokens: Tokens read so far, ``None`` where the provider doesn't say.
        output_tokens: Tokens written so far, ``None`` where the provider doesn't say.
    """

    text: str
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

    def stream(self, prompt: Prompt) -> AsyncIterator[Piece]:
        """Complete ``prompt`` piece by piece, ``MAX_CHARACTERS`` at most.

        Raises:
            ChatModelError: The reply broke off, or there is none.
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


async def whole_stream(pieces: AsyncIterator[str], model: str) -> AsyncIterator[Piece]:
    """A stream of texts as pieces, cut at ``MAX_CHARACTERS``.

    Raises:
        EmptyCompletionError: Nothing but blanks came.
    """
    room, blank = MAX_CHARACTERS, True
    async for text in pieces:
        blank &= not text.strip()
        yield Piece(text[:room])
        room -= len(text)
        if room <= 0:
            break
    if blank:
        raise EmptyCompletionError(f"{model} replied without any text")
