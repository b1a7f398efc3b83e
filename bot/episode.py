"""What the turns so far say: the episode, the question that was asked back, what came up again."""

import re
from collections.abc import Sequence

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Answer, Clarify, Handoff, Option, Reply
from bot.look import Look
from bot.tone import fold
from redaction.redactor import RedactedText


def episode_of(conversation: Conversation) -> tuple[Turn, ...]:
    """The turns since the last handoff, agent or ending: old reasons don't count any more."""
    turns = conversation.turns
    for place in range(len(turns) - 1, -1, -1):
        turn = turns[place]
        if isinstance(turn.decision, Handoff) or turn.speaker in {Speaker.AGENT, Speaker.SYSTEM}:
            return turns[place + 1 :]
    return turns


def just_clarified(turns: Sequence[Turn]) -> bool:
    """Whether the assistant's last turn asked back."""
    last = next((t for t in reversed(turns) if t.speaker is Speaker.ASSISTANT), None)
    return last is not None and isinstance(last.decision, Clarify)


_CHOICE = re.compile(
    r"(?:option |number |the |no |nr |answer )*"
    r"(?:(?P<first>1|1st|one|first|former|both|both of them|either|all)|"
    r"(?P<second>2|2nd|two|second|latter)|(?P<third>3|3rd|three|third)|(?P<last>last))"
    r"(?: one| option| please| pls| thanks| thank you)*"
)


def chosen_option(turns: Sequence[Turn], text: str) -> Option | None:
    """The option of the last clarifying question that the customer named, typed or clicked."""
    last = next((t for t in reversed(turns) if t.speaker is Speaker.ASSISTANT), None)
    if last is None or not isinstance(last.decision, Clarify):
        return None
    options = last.decision.options
    said = fold(text)
    named = next((option for option in options if said == fold(option.label)), None)
    choice = _CHOICE.fullmatch(said)
    if named is not None or choice is None:
        return named
    places = {"first": 0, "second": 1, "third": 2, "last": len(options) - 1}
    place = places[str(choice.lastgroup)]
    return options[place] if place < len(options) else None


def asked_before(turns: Sequence[Turn]) -> RedactedText | None:
    """The customer's message before the newest one."""
    return next((t.text for t in reversed(turns) if t.speaker is Speaker.CUSTOMER), None)


def has_answered(turns: Sequence[Turn]) -> bool:
    """Whether the assistant has answered in this episode."""
    return any(isinstance(turn.decision, Answer) for turn in turns)


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
