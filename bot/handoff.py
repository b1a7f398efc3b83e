"""What an agent reads first about a conversation that is handed over. Made by rules, no model."""

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Answer, Clarify, Handoff

_LONGEST_QUOTE = 300
_WANTS = {
    "customer_asked": "a person; the assistant was asked for one",
    "high_risk": "a person to act: the matter carries risk",
    "no_article": "an answer that no article gives",
    "low_confidence": "an answer; the assistant was not sure which article fits",
    "not_grounded": "an answer that the articles support",
    "sensitive": "care: the message shows distress or names a legal or personal matter",
    "repeated": "an end to going round: the same thing came up again, or patience is over",
    "other_language": "an answer in their own language",
    "failure": "a reply: a component of the assistant broke",
}


def summarise(conversation: Conversation) -> str:
    """Summarise a conversation for the agent who takes it over.

    Redacted, as its turns are. One line each: problem, what was tried, articles shown, what the
    customer wants.
    """
    turns = conversation.turns
    said = [t.text for t in turns if t.speaker is Speaker.CUSTOMER]
    lines = [f"Problem: {_cut(said[-1]) if said else 'nothing was written yet'}"]
    if len(said) > 1:
        lines.append("Before: " + " / ".join(_cut(text) for text in said[-4:-1]))
    lines.append(f"Steps already taken: {_tried(turns)}")
    lines.append(f"Articles shown: {', '.join(_shown(turns)) or 'none'}")
    last = next((t.decision for t in reversed(turns) if isinstance(t.decision, Handoff)), None)
    if last is not None:
        lines.append(f"Customer wants: {_WANTS[last.reason.value]}")
        lines.append(f"Evidence: {last.note}")
    return "\n".join(lines)


def _tried(turns: tuple[Turn, ...]) -> str:
    answers = sum(isinstance(t.decision, Answer) for t in turns)
    questions = sum(isinstance(t.decision, Clarify) for t in turns)
    if not answers and not questions:
        return "none by the assistant"
    parts = []
    if answers:
        parts.append(f"{answers} answer{'s' if answers > 1 else ''} given")
    if questions:
        parts.append(f"{questions} clarifying question{'s' if questions > 1 else ''} asked")
    return ", ".join(parts)


def _shown(turns: tuple[Turn, ...]) -> list[str]:
    """Titles of the cited articles, each once, in order."""
    titles = [
        citation.title
        for turn in turns
        if isinstance(turn.decision, Answer)
        for citation in turn.decision.citations[:1]
    ]
    return list(dict.fromkeys(titles))


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_QUOTE else flat[: _LONGEST_QUOTE - 1] + "…"
