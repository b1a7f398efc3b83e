"""Predicted CSAT: how satisfied a customer probably was, from named features of the conversation.

Always called *predicted*, never mixed with real ratings, and no gate depends on it. What ships was
set by hand, feature by feature; ``firstline-evals csat fit`` makes a better model from real ratings
and ``csat check`` says how either fares. ``docs/predicted-csat.md`` is the card of the one below.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

import numpy as np
from numpy.typing import NDArray

from bot.measure.predicted_csat_features import (
    CUSTOMER,
    REPLIERS,
    Closing,
    Features,
    Line,
    conversation_row,
    turn_rows,
    weights,
)

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
"""Texts to normalised vectors of shape (n, d)."""

LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Embedding:
    """What a fitted model makes of the vectors of two texts.

    Attributes:
        model: Name of the embedding model.
        sha256: Of its weights.
        customer: Weight of each dimension of the customer's message.
        reply: Weight of each dimension of the reply before it.
    """

    model: str
    sha256: str
    customer: tuple[float, ...]
    reply: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CsatModel:
    """Adds up features to stars, and turns stars into the probability of a 4 or 5.

    Attributes:
        name: ``hand-set``, or what it was fitted on.
        intercept: Stars of a conversation of which every feature is 0.
        coefficients: Stars for each unit of a feature; a feature that isn't named counts nothing.
        middle: Stars at which a 4 or 5 is as likely as not.
        spread: Stars over which that probability grows from .5 to .73.
        embedding: Weights over vectors, where it was fitted with them.
    """

    name: str
    intercept: float
    coefficients: Mapping[str, float]
    middle: float = 3.5
    spread: float = 0.4
    embedding: Embedding | None = None

    def stars(self, row: Features, vectors: float = 0.0) -> float:
        """Predicted stars, 1 to 5, of a row of features.

        Args:
            row: Features by name.
            vectors: What the embedding adds, see ``vector_part``.
        """
        total = self.intercept + vectors
        total += sum(weight * row.get(name, 0.0) for name, weight in self.coefficients.items())
        return min(HIGHEST, max(LOWEST, total))

    def probability(self, stars: float) -> float:
        """Predicted probability of a rating of 4 or 5."""
        return 1.0 / (1.0 + exp(-(stars - self.middle) / self.spread))


@dataclass(frozen=True, slots=True)
class PredictedCsat:
    """What is predicted of a conversation.

    Attributes:
        stars: 1 to 5.
        probability: Of a rating of 4 or 5.
        turns: Stars at each of the customer's messages, each knowing only what came before.
        model: Which model said so.
    """

    stars: float
    probability: float
    turns: tuple[float, ...]
    model: str = field(default="")


HAND_SET = CsatModel(
    name="hand-set",
    intercept=3.0,
    coefficients={
        # What the customer says now.
        "pleased": 0.2,
        "thanks": 0.1,
        "positive": 0.3,
        "exclaims": 0.1,
        "negative": -0.3,
        "refuses": -0.3,
        "negates": -0.1,
        "dislikes": -0.1,
        "corrects": -0.05,
        "asks": -0.05,
        # What the replies were worth, and how it went so far.
        "repeats": -0.2,
        "reply_failed": -0.05,
        "reply_failed_again": -0.05,
        "reply_repeats": -0.1,
        "failures_so_far": -0.05,
        "feeling_before": 0.05,
        # How it ended. Nothing of this was checked on public data: there is none.
        "confirmed": 0.8,
        "vote_up": 0.5,
        "vote_down": -1.0,
        "handed_off": -0.2,
        "unmet_handoff": -1.0,
        "handoff_wait": -0.15,
        "unanswered": -0.4,
    },
)
"""What ships. Round figures set by hand; none was fitted."""


def predict(
    lines: Iterable[Line],
    closing: Closing | None = None,
    *,
    locale: str = "en",
    model: CsatModel = HAND_SET,
    embed: Embed | None = None,
) -> PredictedCsat | None:
    """Predict how satisfied the customer of a conversation was.

    Args:
        lines: What was said, in order, redacted.
        closing: How it ended.
        locale: Its language. The features read English only.
        model: Predicts.
        embed: Makes vectors, for a model that wants them.

    Returns:
        ``None`` where the customer said nothing or not in English: unknown is not zero.

    Raises:
        ValueError: The model wants vectors and there is nothing that makes them.
    """
    said = list(lines)
    rows = turn_rows(said)
    if not rows or not locale.lower().startswith("en"):
        return None
    parts = vector_parts(model, said, embed)
    stars = [model.stars(row, part) for row, part in zip(rows, parts, strict=True)]
    whole = conversation_row(rows, closing or Closing())
    part = sum(w * each for w, each in zip(weights(len(parts)), parts, strict=True))
    total = model.stars(whole, part)
    return PredictedCsat(total, model.probability(total), tuple(stars), model.name)


def vector_parts(model: CsatModel, lines: Sequence[Line], embed: Embed | None) -> list[float]:
    """What a model's embedding adds at each of the customer's messages."""
    texts = turn_texts(lines)
    if model.embedding is None:
        return [0.0] * len(texts)
    if embed is None:
        raise ValueError(f"the model {model.name!r} wants vectors of {model.embedding.model}")
    customer = embed([said for said, _ in texts]) @ np.asarray(model.embedding.customer)
    reply = embed([before for _, before in texts]) @ np.asarray(model.embedding.reply)
    return [float(each) for each in customer + reply]


def turn_texts(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """Each of the customer's messages with the reply before it, empty before the first."""
    texts, reply = [], ""
    for line in lines:
        if line.speaker == CUSTOMER:
            texts.append((line.text, reply))
        elif line.speaker in REPLIERS:
            reply = line.text
    return texts
