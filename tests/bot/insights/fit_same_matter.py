"""Fits ``bot/insights/same_matter.json``: ``python -m tests.bot.insights.fit_same_matter DATA``.

Pairs about the same matter are those of ``sentence_pairs.yaml`` that contradict each other, and
sentences of the built-in articles that state one fact of ``facts.yaml``; the others are its
near-misses and all pairs of the built-in articles that name different values.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml
from sklearn.ensemble import GradientBoostingClassifier

from bot.config import load_settings
from bot.insights.contradictions import Pair, comparable
from bot.insights.same_matter import FILE, MARKS
from bot.insights.statements import Statement, statements_of
from bot.wiring import open_embedder
from retrieval.article import Article, Audience
from retrieval.embedder import Embedder
from retrieval.source import read_folder
from tests.test_kb_content import KB

PAIRS = Path(__file__).with_name("sentence_pairs.yaml")
TREES = 150
RATE = 0.08
WRITTEN = 8.0
"""How much a written pair weighs against one of the built-in articles."""
REPEATED = 2.0


def article(name: str, body: str) -> Article:
    return Article(
        name, "", body, f"{name}.md", "", "", Audience.CUSTOMER, "en", (), None, 180, (), "0" * 12
    )


def written(embedder: Embedder, wanted: str) -> Iterator[Pair]:
    """The most alike pair of each two sentences."""
    for first, second in yaml.safe_load(PAIRS.read_text(encoding="utf-8"))[wanted]:
        told = [
            each
            for name, text in (("a", first), ("b", second))
            for each in statements_of(article(name, text))
        ]
        pairs = [pair for pair in comparable(told, embedder) if not pair.agree]
        if pairs:
            yield max(pairs, key=lambda pair: pair.marks[0] + pair.marks[1])


def repeated(embedder: Embedder) -> Iterator[Pair]:
    """Each written sentence with itself, its numbers changed."""
    read = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    sentences = [text for pairs in read.values() for pair in pairs for text in pair]
    for text in dict.fromkeys(sentences):
        other = re.sub(r"\d+", lambda number: str(int(number.group()) + 1), text)
        told = [
            *next(([s] for s in statements_of(article("a", text))), []),
            *next(([s] for s in statements_of(article("b", other))), []),
        ]
        yield from (pair for pair in comparable(told, embedder) if not pair.agree)


def built_in(embedder: Embedder) -> Iterator[tuple[Pair, bool]]:
    """Pairs of the built-in articles, and whether they are about the same matter."""
    facts = yaml.safe_load((KB / "facts.yaml").read_text(encoding="utf-8"))["facts"]
    patterns = {name: re.compile(fact["pattern"], re.IGNORECASE) for name, fact in facts.items()}

    def stated(statement: Statement) -> set[str]:
        return {name for name, pattern in patterns.items() if pattern.search(statement.text)}

    told = [
        statement
        for each in read_folder(KB).articles
        if each.audience is Audience.CUSTOMER
        for statement in statements_of(each)
    ]
    of = [stated(statement) for statement in told]
    for pair in comparable(told, embedder):
        same = bool(of[pair.first] & of[pair.second])
        if same == pair.agree:
            yield pair, same


def fit(rows: Sequence[tuple[tuple[float, ...], bool, float]]) -> GradientBoostingClassifier:
    marked, same, weight = zip(*rows, strict=True)
    model = GradientBoostingClassifier(
        n_estimators=TREES, max_depth=3, subsample=0.7, learning_rate=RATE, random_state=0
    )
    return model.fit(np.array(marked), np.array(same), sample_weight=np.array(weight))


def as_json(model: GradientBoostingClassifier) -> dict[str, object]:
    """Each tree as nodes: mark, bound, node up to the bound, node above it; or what is added."""
    trees = []
    for (tree,) in model.estimators_:
        grown = tree.tree_
        trees.append(
            [
                [round(RATE * float(grown.value[n, 0, 0]), 5)]
                if grown.children_left[n] < 0
                else [
                    int(grown.feature[n]),
                    round(float(grown.threshold[n]), 5),
                    int(grown.children_left[n]),
                    int(grown.children_right[n]),
                ]
                for n in range(grown.node_count)
            ]
        )
    prior = model.init_.class_prior_
    return {
        "marks": list(MARKS),
        "start": round(float(np.log(prior[1] / prior[0])), 5),
        "trees": trees,
    }


def main() -> None:
    settings = load_settings({"data": Path(sys.argv[1] if sys.argv[1:] else "data")})
    embedder = open_embedder(settings, settings.data)
    if embedder is None:
        raise SystemExit("the embedding model is missing")
    rows = [(pair.marks, same, 1.0) for pair, same in built_in(embedder)]
    rows += [(pair.marks, True, REPEATED) for pair in repeated(embedder)]
    for wanted in ("contradict", "agree"):
        same = wanted == "contradict"
        rows += [(pair.marks, same, WRITTEN) for pair in written(embedder, wanted)]
    text = json.dumps(as_json(fit(rows)), separators=(",", ":")).replace("],[[", "],\n[[")
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
