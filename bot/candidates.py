"""Which articles may answer, and how well each is supported.

With intents, an article's support is the summed probability of the intents it serves: where the
model wavers between two intents that one overview article answers, that article is safe. Among
articles of about the same support the most specific one wins. Without intents, support comes from
the calibrated retrieval signals.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.answerability import SupportCalibration
from bot.decision import Risk
from bot.intents import IntentCatalogue
from bot.policy import Candidate
from retrieval.hit import Hit

Probabilities = Mapping[str, float]

_ALMOST = 0.9
"""An article with this share of the best article's support is preferred if more specific."""

_OPTIONS_LOOKED_AT = 3


def by_intent(
    catalogue: IntentCatalogue, probabilities: Probabilities, hits: Sequence[Hit]
) -> tuple[Candidate, ...]:
    """Articles by the intents they serve, best first: the one to answer from leads.

    Args:
        catalogue: The intents.
        probabilities: Calibrated probability of each intent.
        hits: Retrieval's view, which settles ties.
    """
    ranked = sorted(_candidates(catalogue, probabilities), key=lambda c: (-c.support, c.article_id))
    if not ranked:
        return ()
    lead = _most_specific(catalogue, ranked, hits)
    return (lead, *(c for c in ranked if c is not lead))


def options_by_intent(
    catalogue: IntentCatalogue, probabilities: Probabilities, hits: Sequence[Hit], most: int
) -> tuple[Candidate, ...]:
    """Articles that together cover most of the probability, for a clarifying question."""
    left = dict(probabilities)
    options: list[Candidate] = []
    for _ in range(most):
        found = by_intent(catalogue, left, hits)
        if not found or found[0].support <= 0:
            break
        options.append(found[0])
        for intent in catalogue.serving(found[0].article_id):
            left[intent] = 0.0
    return tuple(options)


def by_retrieval(
    hits: Sequence[Hit], support: SupportCalibration
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Candidates and options of a knowledge base without intents, best first."""
    found = tuple(
        Candidate(hit.passage.article_id, None, Risk.LOW, support.support(hits, place))
        for place, hit in enumerate(hits[:_OPTIONS_LOOKED_AT])
    )
    return found[:1], found


def _candidates(catalogue: IntentCatalogue, probabilities: Probabilities) -> Iterator[Candidate]:
    served: dict[str, list[str]] = {}
    for intent in catalogue.intents.values():
        for article_id in intent.articles:
            served.setdefault(article_id, []).append(intent.id)
    for article_id, intents in served.items():
        best = max(intents, key=lambda name: probabilities.get(name, 0.0))
        yield Candidate(
            article_id,
            best,
            catalogue.intents[best].risk,
            min(1.0, sum(probabilities.get(name, 0.0) for name in intents)),
        )


def _most_specific(
    catalogue: IntentCatalogue, ranked: Sequence[Candidate], hits: Sequence[Hit]
) -> Candidate:
    places = {hit.passage.article_id: place for place, hit in enumerate(hits)}
    floor = ranked[0].support * _ALMOST
    near = [c for c in ranked if c.support >= floor]
    breadth = {c.article_id: len(catalogue.serving(c.article_id)) for c in near}
    return min(
        near,
        key=lambda c: (breadth[c.article_id], places.get(c.article_id, len(places)), -c.support),
    )


def probability_by_name(names: Sequence[str], values: npt.NDArray[np.float64]) -> dict[str, float]:
    """Intent names with their probabilities."""
    return dict(zip(names, values.tolist(), strict=True))
