"""Spans of what is under way, for traces: the seam, and a place to open one from anywhere.

Whoever takes a request in sets the tracer with :func:`traced`; what runs on its behalf, also in
threads, opens spans with :func:`span`. Without a tracer a span costs one look-up and nothing is
made. Attributes are ids, kinds and counts, never anybody's words.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Attribute = str | int | bool


class Span(Protocol):
    """Something under way."""

    def note(self, **attributes: Attribute | None) -> None:
        """Adds what is known by now; ``None`` adds nothing."""
        ...

    def rename(self, name: str) -> None:
        """Gives it another name."""
        ...


class Tracer(Protocol):
    """Makes spans."""

    def span(self, name: str) -> AbstractContextManager[Span]:
        """A span around the body, inside the one that is open."""
        ...


class NoSpan:
    """Stands for a span where nobody traces."""

    def note(self, **attributes: Attribute | None) -> None:
        """Does nothing."""

    def rename(self, name: str) -> None:
        """Does nothing."""


_NOTHING: AbstractContextManager[Span] = nullcontext(NoSpan())
_tracer: ContextVar[Tracer | None] = ContextVar("tracer", default=None)


@contextmanager
def traced(tracer: Tracer | None) -> Iterator[None]:
    """Lets :func:`span` inside the body open spans of ``tracer``; of none with ``None``."""
    before = _tracer.set(tracer)
    try:
        yield
    finally:
        _tracer.reset(before)


def span(name: str) -> AbstractContextManager[Span]:
    """A span around the body, if anybody traces."""
    tracer = _tracer.get()
    return _NOTHING if tracer is None else tracer.span(name)


def spanned(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Opens a span around each call of a synchronous function."""

    def around(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            with span(name):
                return function(*args, **kwargs)

        return call

    return around
