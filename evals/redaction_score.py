"""Counts of a redactor's findings against labelled texts, and the figures made of them.

Covered: at least 90 % of a span's letters and digits lie under findings of whatever kind, 100 % for
card, CVV, SSN and IBAN. Right: at least half of a finding's letters and digits lie on labelled
spans. F2 weighs recall twice as much as precision. Lost: a finding touches what must stay.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.estimate import Estimate, share, unknown
from evals.redaction_set import LabelledSpan, LabelledText

WHOLE = frozenset({"CARD", "CVV", "SSN", "IBAN"})
"""Kinds of which every letter and digit must be covered."""

_ENOUGH, _ALL = 0.9, 1.0
_RIGHT = 0.5
_RESAMPLES = 1000
_BETA_SQUARED = 4

Span = tuple[int, int]
Counts = npt.NDArray[np.float64]


class Found(Protocol):
    """What a redactor found, ours or another."""

    @property
    def start(self) -> int:
        """First character."""
        ...

    @property
    def end(self) -> int:
        """One past the last character."""
        ...

    @property
    def kind(self) -> str:
        """Kind of ours, empty where it has none."""
        ...


Marked = Sequence[tuple[LabelledText, Sequence[Found]]]


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Figures of one kind, or of a label, or of everything.

    Attributes:
        name: Kind or label.
        recall: Spans that are covered.
        named: Spans that are covered by findings of their own kind.
        precision: Findings of this kind that lie on spans of this kind.
        on_personal: Findings of this kind that lie on any labelled span.
        f2: Of recall and precision.
    """

    name: str
    recall: Estimate
    named: Estimate
    precision: Estimate
    on_personal: Estimate
    f2: Estimate


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything that is counted on one set.

    Attributes:
        mapped: All labels that have a kind of ours together.
        any_label: All labels, those that we have no kind for included.
        by_word: The same counted in words, as token-wise evaluators do.
        kinds: By kind of ours.
        labels: By the set's own label; recall only.
        keep_lost: Spans that must stay and were touched.
        clean_touched: Texts without any label in which something was masked.
        masked: Share of the letters and digits outside every span that were masked.
    """

    mapped: KindFigures
    any_label: KindFigures
    by_word: KindFigures
    kinds: tuple[KindFigures, ...]
    labels: tuple[KindFigures, ...]
    keep_lost: Estimate
    clean_touched: Estimate
    masked: Estimate


def score(marked: Marked) -> Scores:
    """All figures of a set."""
    counted = [_Row(text, found) for text, found in marked]
    kinds = sorted({k for row in counted for s in row.text.spans for k in s.kinds})
    labels = sorted({s.label for row in counted for s in row.text.spans})
    clean = [row for row in counted if not row.text.spans]
    kept = [hit for row in counted for hit in row.kept()]
    outside = [row.outside() for row in counted]
    return Scores(
        _figures("any, labels with a kind", counted, lambda s: bool(s.kinds), lambda f: True),
        _figures("any, all labels", counted, lambda s: True, lambda f: True),
        _words(counted),
        tuple(_of_kind(kind, counted) for kind in kinds),
        tuple(_of_label(label, counted) for label in labels),
        share(sum(kept), len(kept), empty="no span of the set must stay"),
        share(
            sum(bool(row.found) for row in clean), len(clean), empty="every text has personal data"
        ),
        share(sum(a for a, _ in outside), sum(b for _, b in outside)),
    )


class _Row:
    """One text with marks on its characters."""

    def __init__(self, text: LabelledText, found: Sequence[Found]) -> None:
        self.text, self.found = text, found
        self._solid = [place for place, char in enumerate(text.text) if char.isalnum()]
        self._masked = self._mark((f.start, f.end) for f in found)
        self._labelled = self._mark((s.start, s.end) for s in text.spans)

    def _mark(self, spans: Iterable[Span]) -> bytearray:
        marks = bytearray(len(self.text.text))
        for start, end in spans:
            marks[start:end] = b"\x01" * (end - start)
        return marks

    def _share(self, start: int, end: int, marks: bytearray) -> float:
        text = self.text.text
        solid = [place for place in range(start, end) if text[place].isalnum()]
        return sum(marks[place] for place in solid) / len(solid) if solid else 1.0

    def covered(self, span: LabelledSpan) -> bool:
        """Whether enough of a span is masked."""
        enough = _ALL if span.kinds & WHOLE else _ENOUGH
        return self._share(span.start, span.end, self._masked) >= enough

    def named(self, span: LabelledSpan) -> bool:
        """Whether enough of a span is masked as what it is."""
        marks = self._mark((f.start, f.end) for f in self.found if f.kind in span.kinds)
        return self._share(span.start, span.end, marks) >= _ENOUGH

    def right(self, found: Found, wanted: Callable[[LabelledSpan], bool]) -> bool:
        """Whether a finding lies on spans that are wanted."""
        marks = self._mark((s.start, s.end) for s in self.text.spans if wanted(s))
        return self._share(found.start, found.end, marks) >= _RIGHT

    def on_personal(self, found: Found) -> bool:
        """Whether a finding lies on any labelled span."""
        return self._share(found.start, found.end, self._labelled) >= _RIGHT

    def kept(self) -> list[bool]:
        """For each span that must stay, whether it was touched."""
        return [any(self._masked[start:end]) for start, end in self.text.keep]

    def outside(self) -> Span:
        """Letters and digits outside every span: masked ones, and all."""
        plain = [place for place in self._solid if not self._labelled[place]]
        return sum(self._masked[place] for place in plain), len(plain)

    def words(self) -> tuple[int, int, int, int]:
        """Words that are labelled, of these masked, masked, of these labelled."""
        spans = _word_spans(self.text.text)
        labelled = [self._share(*each, self._labelled) >= _RIGHT for each in spans]
        masked = [self._share(*each, self._masked) >= _RIGHT for each in spans]
        both = sum(a and b for a, b in zip(labelled, masked, strict=True))
        return sum(labelled), both, sum(masked), both


def _word_spans(text: str) -> list[Span]:
    spans, start = [], None
    for place, char in enumerate([*text, " "]):
        if char.isalnum() and start is None:
            start = place
        elif not char.isalnum() and start is not None:
            spans.append((start, place))
            start = None
    return spans


def _of_kind(kind: str, rows: Sequence[_Row]) -> KindFigures:
    return _figures(kind, rows, lambda span: kind in span.kinds, lambda found: found.kind == kind)


def _of_label(label: str, rows: Sequence[_Row]) -> KindFigures:
    return _figures(label, rows, lambda span: span.label == label, lambda found: False)


def _figures(
    name: str,
    rows: Sequence[_Row],
    wanted: Callable[[LabelledSpan], bool],
    counts: Callable[[Found], bool],
) -> KindFigures:
    table, named, personal = [], 0, 0
    for row in rows:
        spans = [span for span in row.text.spans if wanted(span)]
        found = [each for each in row.found if counts(each)]
        if not spans and not found:
            continue
        table.append(
            (
                len(spans),
                sum(row.covered(span) for span in spans),
                len(found),
                sum(row.right(each, wanted) for each in found),
            )
        )
        named += sum(row.named(span) for span in spans)
        personal += sum(row.on_personal(each) for each in found)
    return _of_counts(name, np.array(table, dtype=float).reshape(-1, 4), named, personal)


def _words(rows: Sequence[_Row]) -> KindFigures:
    table = np.array([row.words() for row in rows], dtype=float).reshape(-1, 4)
    return _of_counts("any, all labels, by word", table, None, None)


def _of_counts(name: str, table: Counts, named: int | None, personal: int | None) -> KindFigures:
    """Figures of rows of (spans, covered, findings, right)."""
    spans, covered, found, right = map(int, table.sum(axis=0))
    nothing = unknown("not counted")
    return KindFigures(
        name,
        share(covered, spans, empty="no span"),
        nothing if named is None else share(named, spans, empty="no span"),
        share(right, found, empty="no finding"),
        nothing if personal is None else share(personal, found, empty="no finding"),
        _f2(table),
    )


def _f2(table: Counts) -> Estimate:
    """F2 with a bootstrap of whole texts."""
    sums = table.sum(axis=0)
    if not sums[0] or not sums[2]:
        return unknown("no span" if not sums[0] else "no finding")
    value = float(_f2_of(sums[None, :])[0])
    chosen = np.random.default_rng(0).integers(0, len(table), (_RESAMPLES, len(table)))
    low, high = np.percentile(_f2_of(table[chosen].sum(axis=1)), [2.5, 97.5])
    method = f"bootstrap 95 %, {_RESAMPLES} resamples of {len(table)} texts, seed 0"
    return Estimate(value, float(low), float(high), len(table), method=method)


def _f2_of(sums: Counts) -> Counts:
    recall = sums[:, 1] / np.maximum(sums[:, 0], 1)
    precision = sums[:, 3] / np.maximum(sums[:, 2], 1)
    below = _BETA_SQUARED * precision + recall
    scores: Counts = (1 + _BETA_SQUARED) * precision * recall / np.where(below > 0, below, 1)
    return scores
