"""What language models may cost and have cost, in tokens and money; money in millionths.

A call is charged before it is made with the most that it can cost, all scopes at once or none, and
corrected when its cost is known. So what is spent never passes a cap by more than one call, however
many calls go on at once; a server that dies meanwhile leaves the higher figure.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

MOST_TOKENS = 10_000_000
"""Most tokens believed of one call."""


class Scope(StrEnum):
    """What a budget is for: a conversation as a whole, the others for a day."""

    CONVERSATION = "conversation"
    VISITOR = "visitor"
    SITE = "site"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Account:
    """On whose account a call goes; what is empty is not counted.

    Attributes:
        conversation: Id of the conversation.
        visitor: A keyed digest.
        site: Name of the site.
    """

    conversation: str = ""
    visitor: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What calls cost.

    Attributes:
        calls: How many.
        input_tokens: Read by the model.
        output_tokens: Written by the model.
        micros: Millionths of the currency.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    micros: int = 0

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Cost") -> "Cost":
        """Both."""
        return Cost(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.micros + other.micros,
        )

    def __sub__(self, other: "Cost") -> "Cost":
        """The difference, which may be negative."""
        return Cost(
            self.calls - other.calls,
            self.input_tokens - other.input_tokens,
            self.output_tokens - other.output_tokens,
            self.micros - other.micros,
        )


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be spent; 0 is no limit."""

    tokens: int = 0
    micros: int = 0

    def reached(self, spent: Cost) -> bool:
        """Whether nothing more may be spent."""
        return bool(
            (self.tokens and spent.tokens >= self.tokens)
            or (self.micros and spent.micros >= self.micros)
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the books that a call is charged to.

    Attributes:
        scope: What it is for.
        key: Which conversation, visitor or site; empty for the day.
        day: ISO date in UTC; empty for a conversation.
        cap: The most that may stand there.
    """

    scope: Scope
    key: str
    day: str
    cap: Cap


class Ledger(Protocol):
    """The books. May be used by many threads and, where it is stored, by many servers."""

    def charge(self, entries: Sequence[Entry], cost: Cost) -> Scope | None:
        """Add ``cost`` to every entry, unless one has reached its cap: then its scope."""
        ...

    def correct(self, entries: Sequence[Entry], difference: Cost) -> None:
        """Add a difference to every entry, caps or not."""
        ...

    def spent(self, scope: Scope, key: str, day: str) -> Cost:
        """What stands in one entry."""
        ...


class MemoryLedger:
    """Books in memory, for what runs without a store."""

    def __init__(self) -> None:
        self._books: dict[tuple[Scope, str, str], Cost] = {}
        self._lock = threading.Lock()

    def charge(self, entries: Sequence[Entry], cost: Cost) -> Scope | None:
        """Add ``cost`` to every entry, unless one has reached its cap."""
        with self._lock:
            for entry in entries:
                if entry.cap.reached(self._of(entry)):
                    return entry.scope
            self._add(entries, cost)
        return None

    def correct(self, entries: Sequence[Entry], difference: Cost) -> None:
        """Add a difference to every entry."""
        with self._lock:
            self._add(entries, difference)

    def spent(self, scope: Scope, key: str, day: str) -> Cost:
        """What stands in one entry."""
        with self._lock:
            return self._books.get((scope, key, day), Cost())

    def _of(self, entry: Entry) -> Cost:
        return self._books.get((entry.scope, entry.key, entry.day), Cost())

    def _add(self, entries: Sequence[Entry], cost: Cost) -> None:
        for entry in entries:
            self._books[entry.scope, entry.key, entry.day] = self._of(entry) + cost


class Books:
    """Books that are kept in memory until there is a store for them."""

    def __init__(self) -> None:
        self._ledger: Ledger = MemoryLedger()

    def keep_in(self, ledger: Ledger) -> None:
        """Keep them there from now on."""
        self._ledger = ledger

    def charge(self, entries: Sequence[Entry], cost: Cost) -> Scope | None:
        """Add ``cost`` to every entry, unless one has reached its cap."""
        return self._ledger.charge(entries, cost)

    def correct(self, entries: Sequence[Entry], difference: Cost) -> None:
        """Add a difference to every entry."""
        self._ledger.correct(entries, difference)

    def spent(self, scope: Scope, key: str, day: str) -> Cost:
        """What stands in one entry."""
        return self._ledger.spent(scope, key, day)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens costs."""

    input: float = 0.0
    output: float = 0.0

    def cost(self, input_tokens: int, output_tokens: int) -> Cost:
        """What one call of so many tokens costs."""
        read = min(max(input_tokens, 0), MOST_TOKENS)
        written = min(max(output_tokens, 0), MOST_TOKENS)
        return Cost(1, read, written, round(read * self.input + written * self.output))


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be spent by scope."""

    conversation: Cap = Cap()
    visitor: Cap = Cap()
    site: Cap = Cap()
    day: Cap = Cap()

    def entries(self, account: Account, today: date) -> tuple[Entry, ...]:
        """The entries that a call on this account is charged to."""
        day = today.isoformat()
        named = (
            Entry(Scope.CONVERSATION, account.conversation, "", self.conversation),
            Entry(Scope.VISITOR, account.visitor, day, self.visitor),
            Entry(Scope.SITE, account.site, day, self.site),
        )
        return (*(each for each in named if each.key), Entry(Scope.DAY, "", day, self.day))


def uncounted(cost: Cost) -> Cost:
    """The same for a call that the provider doesn't charge: it was made, nothing else."""
    return replace(cost, input_tokens=0, output_tokens=0, micros=0)
