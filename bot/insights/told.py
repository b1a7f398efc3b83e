"""What agents wrote to customers that may hold an answer."""

from collections.abc import Iterable

from bot.conversation import Conversation, Speaker
from redaction.redactor import RedactedText

_ANSWER_WORDS = 6
_MOST = 5


def told_by_agents(conversations: Iterable[Conversation]) -> list[RedactedText]:
    """The first few answers of agents, redacted, greetings left out."""
    found = (
        turn.text
        for each in conversations
        for turn in each.turns
        if turn.speaker is Speaker.AGENT and len(turn.text.split()) >= _ANSWER_WORDS
    )
    return list(dict.fromkeys(found))[:_MOST]
