"""Whether the best article answers a message at all: one calibrated score from several signals.

For a knowledge base without intents. Cosines that mean "this is it" differ from one knowledge base
to the next, so ``bot.calibration`` fits each on itself, or on labelled questions.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.hit import Hit

_FILE = "answerability.json"

SIGNALS = ("dense", "title", "late", "margin")


def signals(hits: Sequence[Hit], place: int = 0) -> npt.NDArray[np.float64]:
    """The signals of one hit among those of its query, ``(4,)``, in the order of ``SIGNALS``.

    Cosine with the best passage, cosine with the title, MaxSim, and the cosine's lead over the
    best other article.
    """
    hit = hits[place]
    # Without a rival nothing was beaten: the lead of the only article says nothing.
    rival = max((h.dense for i, h in enumerate(hits) if i != place), default=hit.dense)
    return np.array([hit.dense, hit.title, hit.late, hit.dense - rival])


@dataclass(frozen=True, slots=True)
class SupportCalibration:
    """How signals become a probability, and how good that was on questions it had not seen.

    Attributes:
        weights: Intercept and one weight for each signal.
        threshold: Support from which an answer is given.
        source: ``self``, ``questions`` or ``none``.
        n: Questions it was fitted on.
        target_error: Wrong answers aimed at, as a share of the answers.
        estimated_error: Wrong answers expected at the threshold.
        estimated_coverage: Answerable questions expected to be answered right at the threshold.
        orphans_answered: Questions without an article that would be answered all the same.
        note: What the estimates rest on, or why it stays cautious.
    """

    weights: tuple[float, ...]
    threshold: float
    source: str
    n: int
    target_error: float
    estimated_error: float | None
    estimated_coverage: float | None
    orphans_answered: float | None
    note: str

    def save(self, folder: Path) -> None:
        """Write into a generation's folder."""
        (folder / _FILE).write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "SupportCalibration":
        """Read what :meth:`save` wrote; the prior when there is nothing."""
        path = folder / _FILE
        if not path.is_file():
            return PRIOR
        row = json.loads(path.read_text(encoding="utf-8"))
        row["weights"] = tuple(row["weights"])
        return cls(**row)

    def support(self, hits: Sequence[Hit], place: int = 0) -> float:
        """Probability that the article at ``place`` answers, from 0 to 1."""
        if place >= len(hits):
            return 0.0
        row = np.r_[1.0, signals(hits, place)]
        return float(1.0 / (1.0 + np.exp(-(np.asarray(self.weights) @ row))))


PRIOR = SupportCalibration(
    # Fitted on 2,519 questions to knowledge bases of 5 to 10 articles, drawn at random from
    # three larger ones, half of the questions without their article; docs/evaluation.md has what
    # it does on each of them when fitted on the other two.
    weights=(-6.74, 6.88, 2.95, 0.74, 5.97),
    threshold=0.5,
    source="none",
    n=0,
    target_error=0.08,
    estimated_error=None,
    estimated_coverage=None,
    orphans_answered=None,
    note="too few questions to calibrate on; stays cautious with what other knowledge bases taught",
)
