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
        began: Time of the event loop.
        first_told: Time of the first sentence that was told, ``None`` before.
    """

    until: float
    account: Account = field(default_factory=Account)
    tell: Tell | None = None
    used: list[str] = field(default_factory=list)
    began: float = 0.0
    first_told: float | None = None

    def say(self, sentence: str | None) -> None:
        """Tell a sentence, or take all back, where anybody listens."""
        if self.tell is None:
            return
        if self.first_told is None and sentence is not None:
            self.first_told = asyncio.get_running_loop().time()
        self.tell(sentence)


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
    now = asyncio.get_running_loop().time()
    opened = ModelTurn(now + seconds, account or Account(), tell, began=now)
    before = _turn.set(opened)
    try:
        yield opened
    finally:
        _turn.reset(before)


def current_turn() -> ModelTurn | None:
    """The turn that is open here."""
    return _turn.get()


def take_back() -> None:
    """Take back what was told in the turn that is open here: it is decided anew."""
    turn = _turn.get()
    if turn is not None and turn.first_told is not None:
        turn.say(None)
