"""Misses become groups of messages that ask the same, each ours to answer or chatter."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.decision import Answer, Clarify, Decision, Handoff, HandoffReason, ReplyReason
from bot.dialogue import decision_reason
from bot.insights.clustering import cluster
from bot.insights.miss import Miss, MissReason
from bot.insights.naming import by_typicality
from bot.insights.space import Space, near_article
from bot.insights.vector_cache import VectorCache
from bot.knowledge import Knowledge
from redaction.redactor import WITHHELD, RedactedText
from retrieval.article import Audience
from retrieval.embedder import Floats
from retrieval.hit import Query

Ask = Callable[[Sequence[RedactedText]], Sequence[Decision]]
"""What the assistant would decide on each of some first messages today."""

SAME_MATTER = 0.6
"""Cosine from which two messages of one customer are taken to be about the same."""

_GONE = frozenset({str(WITHHELD), "[expired]"})
_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Messages that ask the same.

    Attributes:
        misses: The most typical first; texts are redacted.
        centre: Mean embedding, shape (d,).
        ours: Whether it is about what the knowledge base is about.
    """

    misses: tuple[Miss, ...]
    centre: Floats
    ours: bool


class Grouper:
    """Finds the groups.

    Args:
        knowledge: The knowledge base in use; needs an embedding model.
        vectors: Embeds.
        redact: Masks personal data in a message.
        ask: Asks the assistant about conversations of which no decision is known.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        vectors: VectorCache,
        redact: Callable[[str], RedactedText],
        ask: Ask,
    ) -> None:
        self._knowledge = knowledge
        self._vectors = vectors
        self.redact = redact
        self._ask = ask
        self.space = _space(knowledge, vectors)

    def proved(self, misses: Sequence[Miss]) -> list[Miss]:
        """The misses that really are some, with redacted texts."""
        redacted = [replace(m, text=self.redact(m.text)) for m in misses]
        kept = self._decided([m for m in redacted if m.text not in _GONE])
        vectors = self._vectors.vectors([m.text for m in kept])
        near = self.space.nearness(vectors)
        return [
            miss
            for miss, vector, cosine in zip(kept, vectors, near, strict=True)
            if self._is_miss(miss, vector, float(cosine))
        ]

    def groups(self, misses: Sequence[Miss]) -> list[Group]:
        """Groups of proved misses, those with the most contacts first."""
        same: dict[str, list[Miss]] = defaultdict(list)
        for miss in misses:
            same[miss.text].append(miss)
        texts = list(same)
        if not texts:
            return []
        vectors = self._vectors.vectors(texts)
        weights = np.array([len(same[text]) for text in texts], np.float32)
        labels = cluster(self.space.placed(vectors), self.space.merge, weights)
        found = []
        for label in range(int(labels.max()) + 1):
            rows = np.flatnonzero(labels == label)
            order = rows[by_typicality(vectors[rows])]
            own = tuple(miss for row in order for miss in same[texts[row]])
            centre = np.average(vectors[rows], axis=0, weights=weights[rows]).astype(np.float32)
            looked = [texts[row] for row in order[:_LOOKED_AT]]
            found.append(Group(own, centre, self._ours(vectors[rows], looked)))
        return sorted(found, key=lambda group: -len(group.misses))

    def _decided(self, misses: Sequence[Miss]) -> list[Miss]:
        """With the assistant's own decision where none is known; what it answers is no miss."""
        unknown = [m for m in misses if m.reason is MissReason.UNKNOWN]
        decisions = self._ask([RedactedText(m.text) for m in unknown])  # redacted above
        reasons = dict(zip(map(id, unknown), map(_reason, decisions), strict=True))
        kept = []
        for miss in misses:
            reason = reasons.get(id(miss), miss.reason)
            if reason is not None:
                kept.append(replace(miss, reason=reason))
        return kept

    def _is_miss(self, miss: Miss, vector: Floats, near: float) -> bool:
        if miss.reason is MissReason.NOTHING_NEAR:
            return not self.space.is_near(near) and not self._article_near(miss.text)
        if miss.reason is MissReason.CONTACTED_AGAIN:
            later = self._vectors.vectors([self.redact(text) for text in miss.again])
            return bool((later @ vector).max(initial=0.0) >= SAME_MATTER)
        return True

    def _article_near(self, text: str) -> bool:
        if len(self.space.examples):
            return False  # examples tell better
        return near_article(self._nearest(text))

    def _ours(self, vectors: Floats, texts: Sequence[str]) -> bool:
        articles = [] if len(self.space.examples) else [self._nearest(text) for text in texts]
        return self.space.ours(vectors, articles)

    def _nearest(self, text: str) -> float:
        query = Query(text, audience=Audience.CUSTOMER, limit=1)
        return max((hit.dense for hit in self._knowledge.index.search(query)), default=0.0)


def _reason(decision: Decision) -> MissReason | None:
    """Why a message on which this would be decided is a miss; ``None`` if it isn't."""
    if isinstance(decision, Answer):
        return None
    if isinstance(decision, Clarify):
        return MissReason.QUESTION_UNANSWERED
    if not isinstance(decision, Handoff):
        outside = decision_reason(decision) == ReplyReason.OUT_OF_SCOPE.value
        return MissReason.DECLINED if outside else None
    if decision.reason is HandoffReason.CUSTOMER_ASKED:
        return None
    by_name = {reason.value: reason for reason in MissReason}
    return by_name.get(decision.reason.value, MissReason.NOTHING_NEAR)


def _space(knowledge: Knowledge, vectors: VectorCache) -> Space:
    catalogue = knowledge.catalogue
    labelled = [(e, i.id) for i in catalogue.intents.values() for e in i.examples]
    examples = vectors.vectors([text for text, _ in labelled])
    outside = vectors.vectors(list(catalogue.out_of_scope))
    return Space.of(examples, [label for _, label in labelled], outside, examples.shape[1])
