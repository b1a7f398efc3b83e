"""Sentences in other words than the passage, each beside a near-miss that must not pass."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from bot.grounding.check import GroundingCheck
from bot.grounding.likeness import Likeness, split
from retrieval.article import Passage
from retrieval.embedder import Encoded, Floats

LIBRARY = Passage(
    "library#0",
    "library",
    "",
    "",
    "You can borrow 12 books for 4 weeks, and each late day costs £0.20 a book. Reserved books "
    "are refused at the machine. Members pay by card; we take no cash. Only the borrower can "
    "extend a loan. The reading room opens at 16:30 and is quiet in the evening.\n\n"
    "## What can I take home?\n\n"
    "| Item | At home? | For how long |\n|---|---|---|\n"
    "| Atlas | No, use it in the reading room | – |\n| Film | Yes | 7 days |",
)


def passes(sentence: str, embedder: "Vectors | None" = None) -> bool:
    return GroundingCheck(embedder=embedder).check(sentence, [LIBRARY]).supported


@pytest.mark.parametrize(
    ("supported", "near_miss"),
    [
        ("You can borrow a dozen books.", "You can borrow half a dozen books."),
        ("A late day costs 20 pence a book.", "A late day costs 2 pence a book."),
        ("A late day costs 20p a book.", "A late day costs 20 cents a book."),
        ("The reading room opens at 4.30 p.m.", "The reading room opens at 4.30 a.m."),
        ("Reserved books aren't accepted at the machine.", "Reserved books are accepted there."),
        ("Members can't pay in cash.", "Members can pay in cash."),
        ("A loan can be extended by the borrower alone.", "A loan can be extended by anyone."),
        ("Yes, you can take a film home for 7 days.", "Yes, you can take an atlas home."),
        ("You can't take an atlas home.", "You can't take a film home."),
        ("No, you can't take an atlas home.", "No, you can't take a film home."),
        ("I'm afraid we take no cash.", "I'm afraid we take cash."),
        ("You can borrow 12 books.", "You can borrow as many books as you like."),
        ("The reading room is quiet.", "The reading room is guaranteed to be quiet."),
        ("Thanks for asking! You can borrow 12 books.", "Thanks for asking! You can borrow 13."),
        ("The reading room is quiet in the evening.", "The reading room is quiet in the morning."),
    ],
)
def test_another_wording_passes_and_another_meaning_does_not(
    supported: str, near_miss: str
) -> None:
    assert passes(supported)
    assert not passes(near_miss)


class Vectors:
    """An embedder whose token vectors are known: one direction for each group of words."""

    name, dimension, sha256 = "known", 3, ""
    files: Mapping[str, str] = {}
    _groups = ({"loan", "borrow", "procure"}, {"stroke"})

    def embed(self, texts: Sequence[str]) -> Floats:
        return np.zeros((len(texts), 3), np.float32)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return [Encoded(np.zeros(3, np.float32), self._tokens(text)) for text in texts]

    def _tokens(self, text: str) -> Floats:
        rows = [
            [word in self._groups[0], word in self._groups[1], 0.0] for word in split(text.lower())
        ]
        return np.array(rows, np.float32).reshape(-1, 3)


def test_a_word_like_one_of_the_passage_passes_only_with_an_embedder() -> None:
    said = "You can procure 12 books."
    assert passes(said, Vectors())
    assert not passes(said)
    assert not passes("You can stroke 12 books.", Vectors())


def test_words_that_do_not_add_up_to_tokens_are_like_nothing() -> None:
    class Coarse(Vectors):
        def _tokens(self, text: str) -> Floats:
            return super()._tokens(text)[:1]

    assert Likeness(Coarse()).read("borrow a book").best(["borrow"], ["borrow"]) == 0.0
    read = Likeness(Vectors()).read("Borrow it!")
    assert read.best(["borrow"], ["a loan", ""]) == 1.0
    assert read.best(["borrow"], ["a loan"]) == 1.0
    assert read.best(["borrow"], []) == read.best(["book"], ["a loan"]) == 0.0
    assert split("Don't (ever)") == ["Don", "'", "t", "(", "ever", ")"]
