import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.config import load_settings
from evals.case import EvalCase
from evals.crossval import RememberingEmbedder, cross_validate, fold_of
from evals.dataset import load_suite
from retrieval.embedder import Floats
from retrieval.embedder_hashing import HashingEmbedder


def cases(count: int, intents: int = 4) -> list[EvalCase]:
    return [
        EvalCase(id=str(i), says=f"message {i}", intent=f"i{i % intents}") for i in range(count)
    ]


def test_folds_are_even_within_each_intent() -> None:
    rows = cases(200)
    folds = fold_of(rows, 5)
    counts = Counter((case.intent, fold) for case, fold in zip(rows, folds, strict=True))
    assert set(counts.values()) == {10}


def test_equal_texts_stand_in_one_fold() -> None:
    rows = [
        *cases(50),
        EvalCase(id="a", says="Same  words", intent="i0"),
        EvalCase(id="b", says="same words", intent="i1"),
    ]
    assert len(set(fold_of(rows, 5)[-2:])) == 1


def test_folds_do_not_depend_on_the_order() -> None:
    rows = cases(60)
    forward = dict(zip([c.id for c in rows], fold_of(rows, 3), strict=True))
    backward = dict(zip([c.id for c in rows[::-1]], fold_of(rows[::-1], 3), strict=True))
    assert forward == backward


class Counting(HashingEmbedder):
    asked: int = 0

    def embed(self, texts: Sequence[str]) -> Floats:
        self.asked += len(texts)
        return super().embed(texts)


def test_a_text_is_embedded_once() -> None:
    inner = Counting()
    embedder = RememberingEmbedder(inner)
    first = embedder.embed(["one", "two", "one"])
    again = embedder.embed(["two", "three"])
    assert inner.asked == 3
    assert np.array_equal(first[1], again[0])
    assert np.array_equal(again, inner.embed(["two", "three"]))


def test_it_is_the_embedder_that_it_wraps() -> None:
    inner = HashingEmbedder()
    embedder = RememberingEmbedder(inner)
    assert (embedder.name, embedder.dimension) == (inner.name, inner.dimension)
    assert (embedder.sha256, embedder.files) == (inner.sha256, inner.files)
    assert embedder.embed([]).shape == (0, inner.dimension)
    assert np.array_equal(embedder.encode(["a"])[0].vector, inner.encode(["a"])[0].vector)


INTENTS = """\
intents:
  colour:
    tier: low
    articles: [colour]
    examples: ["which colour can I have", "is there a red one", "what shades do you sell",
      "can I get it in blue"]
  delivery:
    tier: account
    articles: [delivery]
    examples: ["where is my parcel", "when does my order come", "my delivery is late",
      "has the parcel been sent"]
out_of_scope: ["who won the match", "tell me a joke", "what is the weather"]
"""


@pytest.mark.model
def test_each_message_is_run_by_an_index_without_it(tmp_path: Path, kestrel_data: Path) -> None:
    kb = tmp_path / "kb"
    kb.mkdir()
    (kb / "intents.yaml").write_text(INTENTS)
    (kb / "colour.md").write_text("# Colours\n\nEvery lamp comes in red, blue and green.\n")
    (kb / "delivery.md").write_text("# Delivery\n\nParcels take three working days.\n")
    messages = tmp_path / "m.csv"
    rows = [f"do you have the lamp in colour {i},colour\n" for i in range(6)]
    rows += [f"parcel number {i} has not been delivered,delivery\n" for i in range(6)]
    messages.write_text("text,category\n" + "".join(rows))
    told: list[str] = []
    done: list[int] = []
    run = asyncio.run(
        cross_validate(
            load_suite(str(messages)),
            load_settings({"data": kestrel_data, "kb": kb}),
            2,
            2,
            told.append,
            lambda count, total: done.append(count),
        )
    )
    assert [r.case.id for r in run.results] == [str(i) for i in range(2, 14)]
    assert (run.setup.kind, run.setup.folds) == ("crossval", 2)
    assert len(set(run.setup.index_version.split())) == 2
    assert done == list(range(1, 13))
    assert len(told) == 4
    assert not run.crashed
