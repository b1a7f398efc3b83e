"""What the turns so far say: the episode, the question that was asked back, what came up again."""

from collections.abc import Sequence

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Clarify, Handoff, Option, Reply
from bot.look import Look
from bot.tone import fold


def episode_of(conversation: Conversation) -> tuple[Turn, ...]:
    """The turns since the last handoff: old reasons don't count in a new episode."""
    turns = conversation.turns
    for place in range(len(turns) - 1, -1, -1):
        if isinstance(turns[place].decision, Handoff):
            return turns[place + 1 :]
    return turns


def just_clarified(turns: Sequence[Turn]) -> bool:
    """Whether the assistant's last turn asked back."""
    last = next((t for t in reversed(turns) if t.speaker is Speaker.ASSISTANT), None)
    return last is not None and isinstance(last.decision, Clarify)


_ORDINALS = (
    ("1", "first", "the first one"),
    ("2", "second", "the second one"),
    ("3", "third", "the third one"),
)


def chosen_option(turns: Sequence[Turn], text: str) -> Option | None:
    """The option of the last clarifying question that the customer named, typed or clicked."""
    last = next((t for t in reversed(turns) if t.speaker is Speaker.ASSISTANT), None)
    if last is None or not isinstance(last.decision, Clarify):
        return None
    said = fold(text)
    for option, words in zip(last.decision.options, _ORDINALS, strict=False):
        if said == fold(option.label) or said in words:
            return option
    return None


def came_up(turns: Sequence[Turn], look: Look) -> int:
    """How often in a row the same intent, or without intents the same article, came up."""
    count = 1
    intent = max(look.probabilities, key=lambda n: look.probabilities[n], default=None)
    article = look.hits[0].passage.article_id if look.hits else None
    for turn in reversed(turns):
        if turn.speaker is not Speaker.ASSISTANT or turn.evidence is None:
            continue
        if isinstance(turn.decision, Reply):
            continue
        before = turn.evidence.articles[0].article_id if turn.evidence.articles else None
        same = turn.evidence.intent == intent if intent else before == article
        if not same:
            break
        count += 1
    return count
