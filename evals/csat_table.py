"""Rated messages, or whole rated conversations, as rows of numbers beside what was predicted."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.measure.predicted_csat import CsatModel, Embed, turn_texts
from bot.measure.predicted_csat_features import (
    NAMES,
    Features,
    conversation_row,
    turn_rows,
    weights,
)
from evals.csat_ratings import RatedDialogue, Ratings
from evals.errors import RatingsError

Matrix = NDArray[np.float64]


class Unit(StrEnum):
    """What was rated."""

    TURN = "turn"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class RatedRow:
    """One rated message or conversation.

    Attributes:
        dialogue: Its conversation.
        features: By name.
        ratings: What people gave it.
        texts: The messages and the replies before them, each with its weight, for vectors.
    """

    dialogue: RatedDialogue
    features: Features
    ratings: Ratings
    texts: tuple[tuple[str, str, float], ...]

    @property
    def mean(self) -> float:
        """Mean rating."""
        return sum(self.ratings) / len(self.ratings)

    @property
    def satisfied(self) -> float:
        """Share of the ratings that are 4 or 5."""
        return sum(rating >= 4 for rating in self.ratings) / len(self.ratings)

    @property
    def low(self) -> bool:
        """Whether the mean rating is 2.5 or below."""
        return self.mean <= LOW


LOW = 2.5


def rows_of(dialogues: Sequence[RatedDialogue], unit: Unit) -> list[RatedRow]:
    """Every rated message, or every rated conversation."""
    found: list[RatedRow] = []
    for dialogue in dialogues:
        rows = turn_rows(dialogue.lines)
        texts = turn_texts(dialogue.lines)
        if unit is Unit.CONVERSATION:
            if dialogue.whole and rows:
                whole = conversation_row(rows, dialogue.closing)
                said = tuple((*t, w) for t, w in zip(texts, weights(len(texts)), strict=True))
                found.append(RatedRow(dialogue, whole, dialogue.whole, said))
            continue
        found += [
            RatedRow(dialogue, row, ratings, ((*text, 1.0),))
            for row, text, ratings in zip(rows, texts, dialogue.turns, strict=True)
            if ratings
        ]
    return found


def unit_of(dialogues: Sequence[RatedDialogue]) -> Unit:
    """Messages where any were rated, else conversations."""
    return Unit.TURN if any(any(each.turns) for each in dialogues) else Unit.CONVERSATION


def matrix_of(rows: Sequence[RatedRow]) -> Matrix:
    """Features of the rows, shape (n, features), in the order of ``NAMES``."""
    return np.array([[row.features.get(name, 0.0) for name in NAMES] for row in rows])


def vectors_of(rows: Sequence[RatedRow], embed: Embed) -> Matrix:
    """Vectors of the customer's messages and of the replies before them, shape (n, 2 d)."""
    unique = sorted({text for row in rows for said in row.texts for text in said[:2]})
    place = {text: number for number, text in enumerate(unique)}
    table = np.vstack([embed(unique[i : i + 256]) for i in range(0, len(unique), 256)])
    size = table.shape[1]
    result = np.zeros((len(rows), 2 * size))
    for number, row in enumerate(rows):
        for customer, reply, weight in row.texts:
            result[number, :size] += weight * table[place[customer]]
            result[number, size:] += weight * table[place[reply]]
    return result


def predicted_stars(
    model: CsatModel, rows: Sequence[RatedRow], embed: Embed | None = None
) -> Matrix:
    """Predicted stars of each row, shape (n,).

    Raises:
        RatingsError: The model wants vectors and there is nothing that makes them.
    """
    parts = np.zeros(len(rows))
    if model.embedding is not None:
        if embed is None:
            raise RatingsError(
                f"{model.name}: wants vectors of {model.embedding.model}: --data DIR"
            )
        weight = np.array([*model.embedding.customer, *model.embedding.reply])
        parts = vectors_of(rows, embed) @ weight
    stars = [model.stars(row.features, float(p)) for row, p in zip(rows, parts, strict=True)]
    return np.array(stars)
