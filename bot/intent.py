"""Intent of a message with calibrated probabilities, and how near it is to what we know.

The model is a multinomial logistic regression over sentence embeddings of example messages;
``bot.intent_fit`` fits it. Only NumPy is needed to look at a message.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

NEIGHBOURS = 5
"""Nearest examples whose cosines are averaged."""

_ARRAYS = "intent_model.npz"
_META = "intent_model.json"


@dataclass(frozen=True, slots=True)
class IntentView:
    """What the model says of one message.

    Attributes:
        probabilities: Calibrated probability of each intent, ``(k,)``, in the model's order.
        in_scope: Calibrated probability that the message is about what the intents are about.
        small_talk: Cosine with the nearest small-talk example, -1 when there is none.
        thanks: Cosine with the nearest thanks example, -1 when there is none.
        proximity: Mean cosine with the nearest in-scope examples.
    """

    probabilities: npt.NDArray[np.float64]
    in_scope: float
    small_talk: float
    thanks: float
    proximity: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the model was fitted and what it reached on examples it had not seen.

    Attributes:
        n: Held-out messages.
        accuracy: Share of them whose most probable intent was the right one.
        temperature: Divides the logits.
        held_out: ``clusters`` of written examples, or ``labelled`` messages at random.
    """

    n: int
    accuracy: float
    temperature: float
    held_out: str


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A fitted model.

    Attributes:
        intents: Labels in the order of the probabilities.
        weights: ``(k, d)``.
        bias: ``(k,)``.
        examples: In-scope example vectors, ``(n, d)``.
        outside: Out-of-scope example vectors, ``(m, d)``.
        small_talk: ``(s, d)``.
        thanks: ``(t, d)``.
        scope: Intercept and weights of the in-scope regression, ``(4,)``.
        calibration: How it was fitted.
    """

    intents: tuple[str, ...]
    weights: Floats
    bias: Floats
    examples: Floats
    outside: Floats
    small_talk: Floats
    thanks: Floats
    scope: npt.NDArray[np.float64]
    calibration: Calibration

    def view(self, vector: Floats) -> IntentView:
        """Look at one message.

        Args:
            vector: Its embedding, ``(d,)``, L2-normalised.
        """
        logits = (self.weights @ vector + self.bias).astype(np.float64)
        probabilities = softmax(logits[None, :] / self.calibration.temperature)[0]
        near = float(mean_of_best((self.examples @ vector)[None, :])[0])
        outside = (self.outside @ vector)[None, :]
        far = float(mean_of_best(outside)[0]) if len(self.outside) else 0.0
        row = np.array([1.0, near, far, float(probabilities.max())])
        return IntentView(
            probabilities=probabilities,
            in_scope=float(1.0 / (1.0 + np.exp(-(self.scope @ row)))),
            small_talk=_best(self.small_talk, vector),
            thanks=_best(self.thanks, vector),
            proximity=near,
        )

    def save(self, folder: Path) -> None:
        """Write the model into ``folder`` as arrays and JSON, no pickle."""
        np.savez(
            folder / _ARRAYS,
            weights=self.weights,
            bias=self.bias,
            examples=self.examples.astype(np.float16),
            outside=self.outside,
            small_talk=self.small_talk,
            thanks=self.thanks,
            scope=self.scope,
        )
        meta = {
            "intents": list(self.intents),
            "n": self.calibration.n,
            "accuracy": self.calibration.accuracy,
            "temperature": self.calibration.temperature,
            "held_out": self.calibration.held_out,
        }
        (folder / _META).write_text(json.dumps(meta, indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Read what :meth:`save` wrote."""
        meta: dict[str, Any] = json.loads((folder / _META).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            return cls(
                intents=tuple(meta["intents"]),
                weights=arrays["weights"],
                bias=arrays["bias"],
                examples=arrays["examples"].astype(np.float32),
                outside=arrays["outside"],
                small_talk=arrays["small_talk"],
                thanks=arrays["thanks"],
                scope=arrays["scope"],
                calibration=Calibration(
                    meta["n"], meta["accuracy"], meta["temperature"], meta["held_out"]
                ),
            )

    @staticmethod
    def present(folder: Path) -> bool:
        """Whether ``folder`` holds a model."""
        return (folder / _META).is_file()


def softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Softmax of each row, ``(n, k)``."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: npt.NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return result


def mean_of_best(cosines: Floats) -> npt.NDArray[np.float64]:
    """Mean of the ``NEIGHBOURS`` highest cosines of each row, ``(n, m)`` to ``(n,)``."""
    count = min(NEIGHBOURS, cosines.shape[1])
    best = np.partition(cosines, -count, axis=1)[:, -count:]
    means: npt.NDArray[np.float64] = best.mean(axis=1, dtype=np.float64)
    return means


def _best(examples: Floats, vector: Floats) -> float:
    return float((examples @ vector).max()) if len(examples) else -1.0
