"""Whether passages entail a sentence, as a learnt model reads them together: a veto, no more.

The embedding model's own weights, adapted by small matrices (Hu et al., LoRA, 2021) that were
learnt from labelled pairs (``python -m evals.entailment_fit``). It never lets a sentence through
that the rules refuse: it is too often wrong for that.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

import numpy as np
from safetensors import safe_open
from threadpoolctl import ThreadpoolController
from tokenizers import Tokenizer

from bot.grounding.encoder import Encoder, Prefix, gelu
from retrieval.config import RetrievalSettings
from retrieval.embedder import Floats
from retrieval.errors import RetrievalError
from retrieval.model import WEIGHTS, verify_model

ADAPTER = "entailment.safetensors"
TOKENIZER = "tokenizer.json"
LONGEST_TEXT = 300
"""Word pieces of one passage, or of several that are read together."""
LONGEST_SENTENCE = 90
HEADS = 12
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Head:
    """What scores a sentence from its states: their first, mean and largest, by two layers.

    Attributes:
        wide: Shape (3 d, h).
        wide_bias: Shape (h,).
        narrow: Shape (h,).
        narrow_bias: Shape (1,).
    """

    wide: Floats
    wide_bias: Floats
    narrow: Floats
    narrow_bias: Floats

    def __call__(self, states: Floats) -> float:
        """The score, a log-odds."""
        told = np.concatenate([states[0], states.mean(axis=0), states.max(axis=0)])
        return float(gelu(told @ self.wide + self.wide_bias) @ self.narrow + self.narrow_bias[0])


class Entailment:
    """Scores sentences against passages.

    Safe to call from several threads. Keeps what the last few passages gave, never a sentence.

    Args:
        encoder: Reads both.
        tokenizer: Cuts them into word pieces.
        head: Scores what was read.
        least: The score below which a sentence is refused.
    """

    def __init__(self, encoder: Encoder, tokenizer: Tokenizer, head: Head, least: float) -> None:
        self._encoder, self._tokenizer, self._head = encoder, tokenizer, head
        self._least = least
        marks = tokenizer.encode("").ids
        self._first, self._last = marks[0], marks[-1]
        self._prefixes: OrderedDict[tuple[int, ...], Prefix] = OrderedDict()
        self._lock = threading.Lock()
        # At these sizes threads wait for each other longer than they reckon.
        self._threads = ThreadpoolController()

    @classmethod
    def open(cls, settings: RetrievalSettings) -> Self | None:
        """Adapt the embedding model; ``None`` where another one is set than it was learnt for.

        Raises:
            retrieval.errors.RetrievalError: The model's weights are missing or damaged.
        """
        with as_file(files(__package__) / ADAPTER) as adapter:
            return cls.read(settings, adapter)

    @classmethod
    def read(cls, settings: RetrievalSettings, adapter: Path) -> Self | None:
        """The same with the adapter of a file."""
        with safe_open(adapter, "numpy") as opened:
            told = opened.metadata()
            small = {name: opened.get_tensor(name).astype(np.float32) for name in opened.keys()}  # noqa: SIM118 - no mapping
        if told["base"] != settings.model_sha256:
            return None
        folder = verify_model(settings)
        with safe_open(folder / WEIGHTS, "numpy") as opened:
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        head = Head(*(small[f"head.{name}"] for name in Head.__slots__))
        return cls(
            Encoder(adapted(arrays, small), HEADS),
            open_tokenizer(folder),
            head,
            float(told["least"]),
        )

    def score(self, sentence: str, texts: Sequence[str]) -> float:
        """How far the texts entail a sentence: the best log-odds of what is read together.

        Args:
            sentence: As it would be shown.
            texts: The passages with their headings.
        """
        pieces = self._marked(self._cut(sentence)[:LONGEST_SENTENCE])
        # The limit is the whole process's: two that overlap would leave it behind.
        with self._lock, self._threads.limit(limits=1, user_api="blas"):
            return max(
                self._head(self._encoder.states(pieces, self._prefix(window)))
                for window in self._windows(texts)
            )

    def refuses(self, sentence: str, texts: Sequence[str]) -> bool:
        """Whether a sentence is too unlikely to follow from the texts."""
        return bool(texts) and self.score(sentence, texts) < self._least

    def _windows(self, texts: Sequence[str]) -> Iterator[tuple[int, ...]]:
        """All texts together where they are short enough, else each, cut where it is too long."""
        together = self._cut("\n".join(texts))
        if len(together) <= LONGEST_TEXT:
            yield tuple(together)
            return
        for text in texts:
            cut = self._cut(text)
            for first in range(0, max(1, len(cut)), LONGEST_TEXT):
                yield tuple(cut[first : first + LONGEST_TEXT])

    def _prefix(self, window: tuple[int, ...]) -> Prefix:
        kept = self._prefixes.pop(window, None) or self._encoder.prefix(self._marked(window))
        self._prefixes[window] = kept
        while len(self._prefixes) > _KEPT:
            self._prefixes.popitem(last=False)
        return kept

    def _cut(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _marked(self, pieces: Sequence[int]) -> list[int]:
        return [self._first, *pieces, self._last]


def open_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a model's folder, which cuts and fills up nothing.

    Raises:
        retrieval.errors.RetrievalError: It can't be read.
    """
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # the library raises bare exceptions
        raise RetrievalError(f"{folder / TOKENIZER} can't be read: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def adapted(arrays: Mapping[str, Floats], small: Mapping[str, Floats]) -> dict[str, Floats]:
    """A model's weights with an adapter's changes.

    Args:
        arrays: The weights.
        small: By name of a weight its new value, or ``.left`` and ``.right``, shapes (n, r) and
            (r, m), whose product is added.
    """
    changed = dict(arrays)
    for name, value in small.items():
        if name.endswith(".left"):
            whole = name.removesuffix(".left")
            changed[whole] = arrays[whole] + value @ small[f"{whole}.right"]
        elif name in arrays:
            changed[name] = value
    return changed
