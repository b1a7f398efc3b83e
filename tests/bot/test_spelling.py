from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from bot.spelling import Spelling
from retrieval.embedder import Encoded, Floats

EXAMPLES = [
    *["Where is my cash withdrawal?", "I didn't make this withdrawal", "withdrawal twice"],
    *["my money is gone", "send money abroad", "money back please"],
    *["my phones", "two phones", "no phones"],
    "a singular word",
]
WORDS = {"monkey", "horse", "singula"}


class Reader:
    """Reads known words in one piece and others letter by letter."""

    name, dimension, sha256 = "reader", 2, ""
    files: Mapping[str, str] = {}

    def embed(self, texts: Sequence[str]) -> Floats:
        return np.zeros((len(texts), 2), np.float32)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        pieces = [1 if text in WORDS else len(text) for text in texts]
        return [Encoded(np.zeros(2, np.float32), np.zeros((n, 2), np.float32)) for n in pieces]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("What is this witdrawal", "What is this withdrawal"),
        ("track the moeney", "track the money"),
        ("WITHDRAWL?? mony!", "withdrawal?? money!"),
    ],
)
def test_a_slip_becomes_the_word_that_was_meant(typed: str, meant: str) -> None:
    assert Spelling(EXAMPLES).corrected(typed, Reader()) == meant


@pytest.mark.parametrize(
    "text",
    [
        "what does a monkey eat",  # a word of its own
        "is this a singulr word",  # the only word near is hardly ever used
        "the qzxv of the day",  # near to nothing
        "is it [PHONE_1]",  # what was removed
        "",
        "x" * 500,
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert Spelling(EXAMPLES).corrected(text, Reader()) == text


def test_nothing_is_corrected_without_examples() -> None:
    assert Spelling(()).corrected("witdrawal", Reader()) == "witdrawal"
