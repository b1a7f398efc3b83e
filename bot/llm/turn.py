"""What the calls of one turn share: until when, on whose account, who hears sentences.

Whoever takes a message in opens a turn with :func:`model_turn`; what works on its behalf asks with
:func:`current_turn`. Without an open turn nobody listens and nothing is charged to anybody.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.spend import Account

Tell = Callable[[str | None], None]
"""Hears a sentence, as Markdown, that will be part of the answer; ``None`` takes all back."""


@dataclass(slots=True)
class ModelTurn:
    """One turn.

    Attributes:
        until: Time of the event loop by which every model has to be done.
        account: On whose account it goes.
        tell: Hears each sentence as soon as it is checked.
        used: What worded it: model and prompt of each call whose reply was used.
    """

    until: float
    account: Account = field(default_factory=Account)
    tell: Tell | None = None
    used: list[str] = field(default_factory=list)


_turn: ContextVar[ModelTurn | None] = ContextVar("model_turn", default=None)


@contextmanager
def model_turn(
    seconds: float, account: Account | None = None, tell: Tell | None = None
) -> Iterator[ModelTurn]:
    """Open a turn for the body, on a running event loop; one that is open already goes on.

    Args:
        seconds: How long every model together may take.
        account: On whose account.
        tell: Hears sentences.
    """
    known = _turn.get()
    if known is not None:
        yield known
        return
    opened = ModelTurn(asyncio.get_running_loop().time() + seconds, account or Account(), tell)
    before = _turn.set(opened)
    try:
        yield opened
    finally:
        _turn.reset(before)


def current_turn() -> ModelTurn | None:
    """The turn that is open here."""
    return _turn.get()
