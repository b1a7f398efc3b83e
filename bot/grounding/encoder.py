"""A BERT encoder that reads a text once and then any number of sentences beside it.

The text attends to itself alone, so its keys and values are reckoned once; a sentence attends to
the text and to itself, and costs its own few word pieces. It runs on numpy, since serving loads no
torch, and the exported network of the embedder reads one text at a time.

Devlin et al., BERT, 2019; the split of attention is that of a prefix (Raffel et al., T5, 2020).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import erf

from retrieval.embedder import Floats

_SMALL = 1e-12
Arrays = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Prefix:
    """What a text that was read gives to the sentences after it.

    Attributes:
        keys: One array a layer, shape (heads, t, d / heads).
        values: The same.
        length: Its word pieces t, marks included.
    """

    keys: tuple[Floats, ...]
    values: tuple[Floats, ...]
    length: int


@dataclass(frozen=True, slots=True)
class _Linear:
    weight: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        return rows @ self.weight + self.bias


@dataclass(frozen=True, slots=True)
class _Norm:
    weight: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        rows = rows - rows.mean(axis=-1, keepdims=True)
        spread = np.sqrt((rows * rows).mean(axis=-1, keepdims=True) + _SMALL)
        return np.asarray(rows / spread * self.weight + self.bias, np.float32)


@dataclass(frozen=True, slots=True)
class _Layer:
    query: _Linear
    key: _Linear
    value: _Linear
    attended: _Linear
    after_attention: _Norm
    wide: _Linear
    narrow: _Linear
    after: _Norm

    @classmethod
    def of(cls, arrays: Arrays, number: int) -> Self:
        def linear(name: str) -> _Linear:
            at = f"encoder.layer.{number}.{name}"
            return _Linear(np.ascontiguousarray(arrays[f"{at}.weight"].T), arrays[f"{at}.bias"])

        def norm(name: str) -> _Norm:
            at = f"encoder.layer.{number}.{name}.LayerNorm"
            return _Norm(arrays[f"{at}.weight"], arrays[f"{at}.bias"])

        return cls(
            linear("attention.self.query"),
            linear("attention.self.key"),
            linear("attention.self.value"),
            linear("attention.output.dense"),
            norm("attention.output"),
            linear("intermediate.dense"),
            linear("output.dense"),
            norm("output"),
        )


class Encoder:
    """Runs the weights of a BERT model. Deterministic, and safe to call from several threads.

    Args:
        arrays: The model's weights by the names of its file.
        heads: Of the attention.
    """

    def __init__(self, arrays: Arrays, heads: int) -> None:
        self._heads = heads
        self._words = arrays["embeddings.word_embeddings.weight"]
        self._places = arrays["embeddings.position_embeddings.weight"]
        self._kinds = arrays["embeddings.token_type_embeddings.weight"]
        self._norm = _Norm(
            arrays["embeddings.LayerNorm.weight"], arrays["embeddings.LayerNorm.bias"]
        )
        count = sum(name.endswith(".intermediate.dense.bias") for name in arrays)
        self._layers = [_Layer.of(arrays, number) for number in range(count)]

    @property
    def longest(self) -> int:
        """The most word pieces of a text and a sentence together."""
        return len(self._places)

    def prefix(self, pieces: Sequence[int]) -> Prefix:
        """Read a text.

        Args:
            pieces: The numbers of its word pieces, marks included.
        """
        states = self._embedded(pieces, 0, 0)
        keys, values = [], []
        for layer in self._layers:
            key, value = self._split(layer.key(states)), self._split(layer.value(states))
            keys.append(key)
            values.append(value)
            states = self._step(layer, states, key, value)
        return Prefix(tuple(keys), tuple(values), len(pieces))

    def states(self, pieces: Sequence[int], prefix: Prefix) -> Floats:
        """Read a sentence after a text: its last hidden states, shape (pieces, d).

        Args:
            pieces: The numbers of its word pieces, marks included.
            prefix: The text.
        """
        states = self._embedded(pieces, prefix.length, 1)
        for layer, keys, values in zip(self._layers, prefix.keys, prefix.values, strict=True):
            own, told = self._split(layer.key(states)), self._split(layer.value(states))
            states = self._step(
                layer,
                states,
                np.concatenate([keys, own], axis=1),
                np.concatenate([values, told], axis=1),
            )
        return states

    def _embedded(self, pieces: Sequence[int], first: int, kind: int) -> Floats:
        places = self._places[first : first + len(pieces)]
        return self._norm(self._words[list(pieces)] + places + self._kinds[kind])

    def _split(self, rows: Floats) -> Floats:
        return rows.reshape(len(rows), self._heads, -1).transpose(1, 0, 2)

    def _step(self, layer: _Layer, states: Floats, keys: Floats, values: Floats) -> Floats:
        asked = self._split(layer.query(states))
        weights = asked @ keys.transpose(0, 2, 1) / np.sqrt(np.float32(keys.shape[-1]))
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        found = (weights @ values).transpose(1, 0, 2).reshape(states.shape)
        states = layer.after_attention(states + layer.attended(found))
        return layer.after(states + layer.narrow(gelu(layer.wide(states))))


def gelu(rows: Floats) -> Floats:
    """Gaussian error linear units (Hendrycks and Gimpel, 2016), in their exact form."""
    half = np.float32(0.5)
    return np.asarray(half * rows * (1 + erf(rows / np.sqrt(np.float32(2)))), np.float32)
