"""The steps that agents told a gap's customers, as an outline: likes together, in their order.

No model writes anything. What agents wrote is cut into sentences; those that say the same are one
step, the oftener said the better, and steps stand in the order in which agents said them. What
greets, asks back or only says who somebody is, is left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.insights.clustering import cluster
from bot.insights.gist import gist
from redaction.kinds import PLACEHOLDER
from redaction.redactor import RedactedText
from retrieval.embedder import Floats

MOST_STEPS = 8
_MOST_SENTENCES = 2000
_FEWEST_WORDS = 4
_SAME = 0.7
"""Mean cosine from which sentences say the same."""

_OFTEN = 0.5
"""Share of the most told step's customers from which a step is sure to be shown."""

_END = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*")
_ITEM = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_PASSING = re.compile(
    r"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|welcome|thanks|thank you|"
    r"you're welcome|sorry|i'm sorry|apolog|no problem|of course|sure|great|bye|goodbye|"
    r"have a |take care|is there anything|anything else|let me (?:check|look|see)|"
    r"one moment|just a moment|please hold|i(?:'ll| will) (?:check|look|have a look|be right)|"
    r"i(?:'m| am) (?:checking|looking)|my name|this is|kind regards|best|i hope)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:hello|hi|hey|dear|good (?:morning|afternoon|evening))\b[^,.!?]{0,30}[,.!]\s*",
    re.IGNORECASE,
)


class Embeds(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text, shape (n, d)."""
        ...


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step as agents told it.

    Attributes:
        text: The most typical of the sentences that say it, redacted, without placeholders.
        customers: How many customers of the gap were told it.
    """

    text: str
    customers: int


def told_steps(replies: Sequence[Sequence[RedactedText]], embedder: Embeds) -> tuple[ToldStep, ...]:
    """The steps, in the order in which they were told.

    Args:
        replies: What agents wrote in each conversation, in its order.
        embedder: Tells what says the same.
    """
    said = [
        (conversation, place, text)
        for conversation, texts in enumerate(replies)
        for place, text in enumerate(_sentences(texts))
    ][:_MOST_SENTENCES]
    if not said:
        return ()
    vectors = np.asarray(embedder.embed([text for *_, text in said]), np.float32)
    labels = cluster(vectors, _SAME)
    found = []
    for label in range(int(labels.max()) + 1):
        rows = np.flatnonzero(labels == label)
        customers = len({said[row][0] for row in rows})
        typical = rows[int((vectors[rows] @ vectors[rows].mean(axis=0)).argmax())]
        order = float(np.mean([said[row][1] for row in rows]))
        found.append((customers, order, said[typical][2]))
    most = max(customers for customers, *_ in found)
    often = [each for each in found if each[0] >= max(1, most * _OFTEN) or each[0] > 1]
    best = sorted(often, key=lambda each: (-each[0], each[1]))[:MOST_STEPS]
    return tuple(
        ToldStep(text, customers) for customers, _, text in sorted(best, key=lambda each: each[1])
    )


def _sentences(texts: Sequence[RedactedText]) -> list[str]:
    """What of an agent's messages may be a step."""
    found = []
    for text in texts:
        for sentence in _END.split(text):
            whole = _GREETING.sub("", _ITEM.sub("", sentence.strip()))
            bare = gist(whole)
            if bare not in whole or PLACEHOLDER.search(bare) or _PASSING.match(bare):
                continue  # it tells of this customer alone, or of nothing
            if len(bare.split()) >= _FEWEST_WORDS and not bare.endswith("?"):
                found.append(bare[0].upper() + bare[1:])
    return found
