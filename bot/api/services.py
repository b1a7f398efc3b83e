"""What the HTTP layer needs; ``bot.wiring.Services`` has it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from bot.api.crowd import Crowd, OneByOne
from bot.api.options import ApiOptions
from bot.api.rates import RateLimiter, SharedRates
from bot.api.witness import Witness
from bot.gate import Gate
from bot.metrics import Metrics
from bot.service import ConversationService
from bot.staff import StaffAccess
from bot.tokens import VisitorTokens
from redaction.redactor import RedactedText
from retrieval.article import Article
from retrieval.hit import Hit


class IndexState(StrEnum):
    """How well the knowledge base can be searched now."""

    READY = "ready"
    LEXICAL_ONLY = "lexical only"
    MISSING = "missing"


class Library(Protocol):
    """The customers' side of the knowledge base that is in use now. Synchronous."""

    def search(self, text: RedactedText, limit: int) -> Sequence[Hit]:
        """Customer articles that fit, best first."""
        ...

    def article(self, article_id: str) -> Article | None:
        """The article, ``None`` when there is none of that id for customers."""
        ...

    def knows(self, article_id: str) -> bool:
        """Whether there is an article of that id, for customers or not."""
        ...

    def state(self) -> IndexState:
        """How well it can be searched now."""
        ...


class ApiServices(Protocol):
    """The parts of a running installation."""

    @property
    def service(self) -> ConversationService:
        """Conversations."""
        ...

    @property
    def gate(self) -> Gate:
        """The only door for raw text."""
        ...

    @property
    def tokens(self) -> VisitorTokens:
        """Visitors' tokens."""
        ...

    @property
    def staff(self) -> StaffAccess:
        """Staff sessions."""
        ...

    @property
    def library(self) -> Library:
        """The knowledge base."""
        ...


def services_of(request: Request) -> ApiServices:
    """The services that the app was made with."""
    return cast("ApiServices", request.app.state.services)


def options_of(request: Request) -> ApiOptions:
    """The options that the app was made with."""
    return cast("ApiOptions", request.app.state.options)


def limiter_of(request: Request) -> RateLimiter:
    """The app's rate limiter."""
    return cast("RateLimiter", request.app.state.limiter)


def shared_rates_of(request: Request) -> SharedRates | None:
    """Counts for all servers together, where they share a database."""
    return cast("SharedRates | None", request.app.state.shared_rates)


def metrics_of(request: Request) -> Metrics:
    """The app's figures."""
    return cast("Metrics", request.app.state.metrics)


def witness_of(request: Request) -> Witness:
    """Puts what staff do on the audit chain."""
    return cast("Witness", request.app.state.witness)


@asynccontextmanager
async def place_for_message(request: Request, conversation_id: str) -> AsyncIterator[None]:
    """A place for deciding on a message: one of each conversation, so many of all.

    Raises:
        Problem: When there is none soon.
    """
    one_by_one = cast("OneByOne", request.app.state.one_by_one)
    crowd = cast("Crowd", request.app.state.messages)
    async with one_by_one.turn(conversation_id), crowd.place():
        yield


def sign_ins_of(request: Request) -> Crowd:
    """Places for checking passwords: each takes a core and 46 MiB."""
    return cast("Crowd", request.app.state.sign_ins)


async def _parts(request: Request) -> ApiServices:
    """The same as a dependency; it is async, for others run in a thread."""
    return services_of(request)


Parts = Annotated[ApiServices, Depends(_parts)]
"""A route's parameter of this type is handed the services."""
