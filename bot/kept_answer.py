"""A checked answer that may be given again to nearly the same question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as kept.

    Attributes:
        vector: Of the question, 1-dimensional; the question itself is not kept.
        text: As shown.
        citations: As JSON.
    """

    vector: Vector
    text: str
    citations: Sequence[Mapping[str, str]]


class AnswerMemory(Protocol):
    """Keeps answers until the conversation that each was made in is erased or too old."""

    def of(self, key: str, now: datetime) -> Sequence[KeptAnswer]:
        """The newest answers of a key."""
        ...

    def keep(self, key: str, conversation_id: str, kept: KeptAnswer, now: datetime) -> None:
        """Keep an answer."""
        ...
