"""How a gap moves on by itself: verified by a new index that answers it, reopened by new misses."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import FirstlineError
from bot.store_gaps import GapState, KnownGap

ANSWERS = 0.6
"""Share of a gap's messages that a newer index must answer for the gap to be verified."""

ANSWERS_AT_FIRST = 0.85
"""The same for a gap that was never seen open: nothing shows that an article came since."""

MISSED_AGAIN = 2
"""Misses after a gap was verified or published from which on it is open again."""

TESTS_FAIL = "Its tests fail."
UNANSWERED = "Too few of its messages are answered."
ASKED_AGAIN = "Customers missed again."

_BETTER_BY = 0.25
_MOST_ASKED = 0.9
_NEVER = 2.0
"""No share is as large: nothing was published since the gap was seen open."""


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a gap's messages.

    Attributes:
        passing: Share that was answered from an article which had not failed these customers.
        index_version: The index that answered.
        newest: Time of the newest miss.
        again: Misses since the gap's state changed.
        now: Time of the run.
        tested: Whether these are the messages that an owner confirmed: then all must be answered.
        indexed_at: When the index was made, to the second, if that is known.
    """

    passing: float
    index_version: str
    newest: datetime
    again: int
    now: datetime
    tested: bool = False
    indexed_at: datetime | None = None


def next_state(gap: KnownGap, played: Played) -> KnownGap:
    """The gap after its messages were played through the assistant."""
    if gap.state is GapState.DISMISSED:
        return gap
    is_verified = gap.state is GapState.VERIFIED
    if not is_verified and played.passing >= _needed(gap, played):
        return _moved(gap, GapState.VERIFIED, played)
    if is_verified or gap.state is GapState.PUBLISHED:
        why = _undone(gap, played)
        return _moved(gap, GapState.OPEN, played, why) if why else gap
    if gap.index_version:
        return gap
    return replace(gap, index_version=played.index_version, passing=played.passing)


def _undone(gap: KnownGap, played: Played) -> str:
    """Why a gap that was closed, or is said to be, is open; empty while nothing speaks for that."""
    is_verified = gap.state is GapState.VERIFIED
    if played.tested and played.passing < 1.0 and (is_verified or _is_newer(gap, played)):
        return TESTS_FAIL
    if is_verified and played.passing < ANSWERS:
        return UNANSWERED
    return ASKED_AGAIN if played.again >= MISSED_AGAIN else ""


def _is_newer(gap: KnownGap, played: Played) -> bool:
    """Whether the index was made after the article was said to be published."""
    if gap.index_version == played.index_version:
        return False
    at = played.indexed_at
    return at is None or at >= gap.changed_at.replace(microsecond=0)


def _needed(gap: KnownGap, played: Played) -> float:
    """Share of the messages that must be answered for the gap to be verified."""
    if played.tested:
        return 1.0
    if not gap.index_version:
        return ANSWERS_AT_FIRST
    if gap.index_version == played.index_version:
        return _NEVER
    return max(ANSWERS, min(_MOST_ASKED, gap.passing + _BETTER_BY))


def _moved(gap: KnownGap, state: GapState, played: Played, why: str = "") -> KnownGap:
    return replace(
        gap,
        state=state,
        reason=why,
        passing=played.passing,
        index_version=played.index_version,
        changed_at=max(played.now, played.newest),
        changed_by="",
    )


class GapStateError(FirstlineError):
    """A gap cannot be put in this state by hand."""


def moved_by_hand(gap: KnownGap, wanted: str, reason: str) -> GapState:
    """The state that a person puts a gap in; ``verified`` is for the runs alone.

    Args:
        gap: As it is.
        wanted: Name of the state.
        reason: Why, which a dismissal needs.

    Raises:
        GapStateError: There is no such state, or it can't be reached from here by hand.
    """
    by_hand = [state.value for state in GapState if state is not GapState.VERIFIED]
    if wanted not in by_hand:
        raise GapStateError(
            f"{wanted!r} is not a state that can be set: use one of {', '.join(by_hand)} "
            "(verified is what an index makes of a gap that it answers)"
        )
    if wanted == GapState.DISMISSED.value and not reason.strip():
        raise GapStateError(f"{gap.id}: say why it is dismissed, with --reason")
    return GapState(wanted)
