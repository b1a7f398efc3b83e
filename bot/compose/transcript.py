"""Turns of a conversation as a model reads them: redacted, the newest few, each short."""

from collections.abc import Sequence

from bot.conversation import Speaker, Turn
from bot.decision import Answer
from bot.prompts import fenced

MOST_TURNS = 8
MOST_CHARACTERS = 500
"""Characters of one turn; of an answer its article says enough."""

_NAMES = {Speaker.CUSTOMER: "Customer", Speaker.AGENT: "Agent", Speaker.SYSTEM: "System"}


def transcript(turns: Sequence[Turn]) -> str:
    """The newest turns, a line each, as data between tags."""
    return "\n".join(_line(turn) for turn in turns[-MOST_TURNS:])


def _line(turn: Turn) -> str:
    text = " ".join(fenced(turn.text)[:MOST_CHARACTERS].split())
    if isinstance(turn.decision, Answer) and turn.decision.citations:
        text = f"(quoted “{turn.decision.citations[0].title}”)"
    return f"{_NAMES.get(turn.speaker, 'Assistant')}: {text}"
