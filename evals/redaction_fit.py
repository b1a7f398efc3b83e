"""Learns the weights of ``redaction.recognisers.weighed`` and writes them where they ship.

``python -m evals.redaction_fit [TEXTS…]`` reads the wordings, the labelled suites of this package,
and texts that hold no secret: JSONL rows with ``text``, of which whole real conversations make
the best. It writes ``redaction/recognisers/words/secret_weights.json``: a softmax regression's
weight of every sign for each kind and for none, two decimals, small ones left out.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from evals.redaction_wordings import Wordings
from redaction.kinds import mask_of
from redaction.recognisers.suspects import candidates
from redaction.recognisers.talk import read
from redaction.recognisers.talk_signs import signs
from redaction.recognisers.weighed import KINDS

_SUITES = (
    "redaction",
    "redaction_heldout",
    "redaction_ordinary",
    "redaction_fresh",
    "redaction_odd",
    "redaction_authors",
)
_EACH = 10
_SEED = 1
_MASKED = 0.35
_LABELLED_WEIGHT = 4.0
_STRENGTH = 0.25
"""The inverse of how hard large weights are held down."""
_SEEN_IN_WORDINGS = 12
_SEEN_IN_SUITES = 4
_LEAST_WEIGHT = 0.05
_NONE = len(KINDS)
# A question or the like on a first line, and what was answered.
_QUESTION = re.compile(r"[^\n]*[?.]\n")

Span = tuple[int, int, str]
Case = tuple[frozenset[str], int]


def cases(text: str, spans: Sequence[Span]) -> Iterator[Case]:
    """The signs of each candidate of a text, and the place of its kind.

    Args:
        text: A message.
        spans: What is labelled in it; candidates within other kinds are left out.
    """
    tokens = read(text)
    asked = text.find("\n") if _QUESTION.match(text) else 0
    found = candidates(text, tokens, asked=asked)
    for candidate in found:
        if candidate.start < asked:
            continue
        kinds = [
            kind for start, end, kind in spans if candidate.start < end and start < candidate.end
        ]
        if kinds and kinds[0] not in KINDS:
            continue
        kind = KINDS.index(kinds[0]) if kinds else _NONE
        yield frozenset(signs(text, tokens, candidate, found, asked)), kind


def _from_wordings() -> Iterator[Case]:
    chance = random.Random(_SEED)  # noqa: S311 - it draws examples, not secrets
    for wording in Wordings().draw(_SEED, _EACH):
        spans = list(wording.secrets)
        yield from cases(wording.text, spans)
        if spans and chance.random() < _MASKED:
            yield from cases(*_with_mask(wording.text, spans, chance))


def _with_mask(text: str, spans: list[Span], chance: random.Random) -> tuple[str, list[Span]]:
    """The text as a later round sees it, with one secret found."""
    start, end, kind = chance.choice(spans)
    less = end - start - 1
    rest = [
        (first - less * (first > start), last - less * (first > start), each)
        for first, last, each in spans
        if first != start
    ]
    return text[:start] + mask_of(kind) + text[end:], rest


def _from_rows(raw: str) -> Iterator[Case]:
    for line in raw.splitlines():
        row = json.loads(line)
        text = row["text"]
        spans = [(each["start"], each["end"], each["type"]) for each in row.get("spans", ())]
        asked = " ".join(row.get("before", "").split())
        if not asked or not spans:
            yield from cases(text, spans)
        if asked:
            more = len(asked) + 1
            shifted = [(start + more, end + more, kind) for start, end, kind in spans]
            yield from cases(f"{asked}\n{text}", shifted)


def fit(wordings: Sequence[Case], labelled: Sequence[Case]) -> dict[str, list[float]]:
    """The weights of every sign that is common enough."""
    in_wordings = Counter(sign for each, _ in wordings for sign in each)
    in_suites = Counter(sign for each, _ in labelled for sign in each)
    names = sorted(
        sign
        for sign in in_wordings.keys() | in_suites.keys()
        if in_wordings[sign] >= _SEEN_IN_WORDINGS or in_suites[sign] >= _SEEN_IN_SUITES
    )
    place = {sign: number for number, sign in enumerate(names)}
    columns: list[int] = []
    rows = [0]
    for each, _ in (*wordings, *labelled):
        columns += sorted(place[sign] for sign in each if sign in place)
        rows.append(len(columns))
    table = csr_matrix((np.ones(len(columns)), columns, rows), (len(rows) - 1, len(names)))
    kinds = np.array([kind for _, kind in (*wordings, *labelled)])
    heavy = np.array([1.0] * len(wordings) + [_LABELLED_WEIGHT] * len(labelled))
    model = LogisticRegression(C=_STRENGTH, max_iter=400, fit_intercept=False)
    model.fit(table, kinds, sample_weight=heavy)
    return {
        sign: [round(float(weight), 2) for weight in model.coef_[:, number]]
        for sign, number in place.items()
        if np.abs(model.coef_[:, number]).max() >= _LEAST_WEIGHT
    }


def main(texts: Sequence[str]) -> None:
    """Fit, and write the weights."""
    labelled: list[Case] = []
    for name in _SUITES:
        labelled += _from_rows((files("evals") / "suites" / f"{name}.jsonl").read_text("utf-8"))
    for path in texts:
        labelled += _from_rows(Path(path).read_text("utf-8"))
    weights = fit(list(_from_wordings()), labelled)
    rows = ",\n".join(
        f"{json.dumps(sign)}: {json.dumps(each)}" for sign, each in sorted(weights.items())
    )
    target = files("redaction.recognisers") / "words" / "secret_weights.json"
    Path(str(target)).write_text(f"{{\n{rows}\n}}\n", "utf-8")
    sys.stdout.write(f"{len(weights)} weights, {len(labelled)} labelled candidates\n")


if __name__ == "__main__":
    main(sys.argv[1:])
