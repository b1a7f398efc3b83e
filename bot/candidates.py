"""Which articles may answer, and how well each is supported.

With intents, an article's support is the summed probability of the intents it serves: where the
model wavers between two intents that one overview article answers, that article is safe. Among
articles of about the same support the most specific one wins. Without intents, support comes from
the calibrated retrieval signals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.answerability import SupportCalibration
from bot.decision import Risk
from bot.intents import IntentCatalogue
from bot.ruling import Candidate
from retrieval.hit import Hit

Probabilities = Mapping[str, float]

_ALMOST = 0.8
"""An article with this share of the best article's support is preferred if more specific."""

_OPTIONS_LOOKED_AT = 3

_CLEAR_LEAD = 0.25  # of the best BM25 score
_CLEAR_SUPPORT = 0.7
_THIN_SUPPORT = 0.4


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which articles serve which intents, as a matrix.

    Attributes:
        intents: Intent ids, the rows.
        risks: Risk of each intent.
        articles: Article ids, sorted, the columns.
        serves: 1 where an article serves an intent, ``(k, a)``.
    """

    intents: tuple[str, ...]
    risks: tuple[Risk, ...]
    articles: tuple[str, ...]
    serves: npt.NDArray[np.float64]

    @classmethod
    def of(cls, catalogue: IntentCatalogue) -> "Coverage":
        """The coverage of a catalogue."""
        intents = tuple(catalogue.intents.values())
        articles = tuple(sorted({name for intent in intents for name in intent.articles}))
        column = {name: place for place, name in enumerate(articles)}
        serves = np.zeros((len(intents), len(articles)))
        for row, intent in enumerate(intents):
            for name in intent.articles:
                serves[row, column[name]] = 1.0
        return cls(tuple(i.id for i in intents), tuple(i.risk for i in intents), articles, serves)

    def candidates(
        self, probabilities: Probabilities, hits: Sequence[Hit]
    ) -> tuple[Candidate, ...]:
        """Articles by the intents they serve, best first: the one to answer from leads.

        Args:
            probabilities: Calibrated probability of each intent.
            hits: Retrieval's view, which settles ties.
        """
        if not self.articles:
            return ()
        row = self._row(probabilities)
        support = row @ self.serves
        lead = self._most_specific(support, hits)
        order = [lead, *(int(c) for c in np.argsort(-support, kind="stable") if c != lead)]
        return tuple(self._candidate(column, row, support) for column in order)

    def options(
        self, probabilities: Probabilities, hits: Sequence[Hit], most: int
    ) -> tuple[Candidate, ...]:
        """Articles that together cover most of the probability, for a clarifying question."""
        left = self._row(probabilities)
        found: list[Candidate] = []
        while self.articles and len(found) < most:
            support = left @ self.serves
            if support.max() <= 0:
                break
            column = self._most_specific(support, hits)
            found.append(self._candidate(column, left, support))
            left = left * (1.0 - self.serves[:, column])
        return tuple(found)

    def _row(self, probabilities: Probabilities) -> npt.NDArray[np.float64]:
        return np.array([probabilities.get(name, 0.0) for name in self.intents])

    def _candidate(
        self, column: int, row: npt.NDArray[np.float64], support: npt.NDArray[np.float64]
    ) -> Candidate:
        # Ties and an article without any probability fall to the first intent that it serves.
        best = int(np.argmax(np.where(self.serves[:, column] > 0, row, -1.0)))
        return Candidate(
            self.articles[column],
            self.intents[best],
            self.risks[best],
            min(1.0, float(support[column])),
        )

    def _most_specific(self, support: npt.NDArray[np.float64], hits: Sequence[Hit]) -> int:
        """The article that serves the fewest intents among those with nearly the best support."""
        places = {hit.passage.article_id: place for place, hit in enumerate(hits)}
        near = np.flatnonzero(support >= support.max() * _ALMOST)
        breadth = self.serves.sum(axis=0)
        return int(
            min(
                near,
                key=lambda c: (
                    breadth[c],
                    places.get(self.articles[c], len(places)),
                    -support[c],
                ),
            )
        )


def by_retrieval(
    hits: Sequence[Hit], support: SupportCalibration
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Candidates and options of a knowledge base without intents, best first."""
    found = tuple(
        Candidate(hit.passage.article_id, None, Risk.LOW, support.support(hits, place))
        for place, hit in enumerate(hits[:_OPTIONS_LOOKED_AT])
    )
    return found[:1], found


def by_words(
    hits: Sequence[Hit], catalogue: IntentCatalogue
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Candidates and options while only BM25 searches, cautious: a clear lead in words answers.

    Risk can't be judged from probabilities then, so an article keeps the highest risk of the
    intents that it serves.
    """
    if not hits:
        return (), ()
    rival = hits[1].lexical if len(hits) > 1 else 0.0
    clear = hits[0].lexical - rival >= _CLEAR_LEAD
    first = _CLEAR_SUPPORT if clear else _THIN_SUPPORT
    found = tuple(
        _by_article(hit.passage.article_id, first if place == 0 else _THIN_SUPPORT, catalogue)
        for place, hit in enumerate(hits[:_OPTIONS_LOOKED_AT])
    )
    return found[:1], found


def _by_article(article_id: str, support: float, catalogue: IntentCatalogue) -> Candidate:
    order = list(Risk)
    served = [catalogue.intents[name] for name in catalogue.serving(article_id)]
    if not served:
        return Candidate(article_id, None, Risk.LOW, support)
    riskiest = max(served, key=lambda intent: order.index(intent.risk))
    return Candidate(article_id, riskiest.id, riskiest.risk, support)


def probability_by_name(names: Sequence[str], values: npt.NDArray[np.float64]) -> dict[str, float]:
    """Intent names with their probabilities."""
    return dict(zip(names, values.tolist(), strict=True))
