"""Misses become groups of messages that ask the same, each ours to answer or chatter."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from bot.decision import Answer, Clarify, Decision, Handoff, HandoffReason, ReplyReason
from bot.dialogue import decision_reason
from bot.insights.gist import gist
from bot.insights.miss import Miss, MissReason
from bot.insights.naming import by_typicality
from bot.insights.regrouping import USUAL, Bounds, regrouped
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
_SHOWN_OURS = 0.2
"""Share of a group that looks like chatter from which its customers' protest says that it is ours.
With less only those who protested count, for some also protest where a joke is declined."""


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
        anew: Whether to group all messages anew, whatever was found before.
        bounds: When to do that anyway.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        vectors: VectorCache,
        redact: Callable[[str], RedactedText],
        ask: Ask,
        *,
        anew: bool = False,
        bounds: Bounds = USUAL,
    ) -> None:
        self._knowledge = knowledge
        self._vectors = vectors
        self.redact = redact
        self._ask = ask
        self._anew = anew
        self._bounds = bounds
        self.space = _space(knowledge, vectors)

    def proved(self, misses: Sequence[Miss]) -> tuple[list[Miss], list[Miss]]:
        """The misses that really are some, and those that are answered now; texts are redacted."""
        redacted = [replace(m, text=self.redact(m.text)) for m in misses]
        kept, answered = self._decided([m for m in redacted if m.text not in _GONE])
        vectors = self._said(kept)
        near = self.space.nearness(vectors)
        proved = [
            miss
            for miss, vector, cosine in zip(kept, vectors, near, strict=True)
            if self._is_miss(miss, vector, float(cosine))
        ]
        return proved, answered

    def groups(self, misses: Sequence[Miss], now: datetime) -> list[Group]:
        """Groups of proved misses, those with the most contacts first.

        Args:
            misses: What to group.
            now: The time; groups that were found long ago are found anew.
        """
        same: dict[str, list[Miss]] = defaultdict(list)
        for miss in misses:
            same[gist(miss.text)].append(miss)
        texts = list(same)
        if not texts:
            return []
        vectors = self._vectors.vectors(texts)
        weights = np.array([len(same[text]) for text in texts], np.float32)
        labels, self._vectors.grouping = regrouped(
            self.space.placed(vectors),
            self._vectors.digests(texts),
            weights,
            self.space.merge,
            None if self._anew else self._vectors.grouping,
            valid_for=_made_by(self._knowledge),
            now=now,
            bounds=self._bounds,
        )
        found = []
        for label in range(int(labels.max()) + 1):
            rows = np.flatnonzero(labels == label)
            order = rows[by_typicality(vectors[rows])]
            own = tuple(miss for row in order for miss in same[texts[row]])
            centre = np.average(vectors[rows], axis=0, weights=weights[rows]).astype(np.float32)
            looked = [texts[row] for row in order[:_LOOKED_AT]]
            ours = self._ours(vectors[rows], looked)
            if ours or not any(miss.is_ours for miss in own):
                found.append(Group(own, centre, ours))
            else:
                found += self._parted(own, centre)
        return sorted(found, key=lambda group: -len(group.misses))

    def _parted(self, own: Sequence[Miss], centre: Floats) -> list[Group]:
        """What looks like chatter, where customers showed that some of it is none."""
        shown = [miss for miss in own if miss.is_ours]
        if len(shown) >= _SHOWN_OURS * len(own):
            return [Group(tuple(own), centre, ours=True)]
        rest = [miss for miss in own if not miss.is_ours]
        return [self.one_group(shown), replace(self.one_group(rest), ours=False)]

    def helped(self, answered: Sequence[Miss]) -> list[Group]:
        """Messages that the last run grouped as misses, by their groups of then.

        To be called before this run's ``groups``, which keep those of the messages that they get.
        """
        before = self._vectors.grouping
        if before is None:
            return []
        digests = self._digests(answered)
        by_label: dict[int, list[Miss]] = defaultdict(list)
        for miss, digest in zip(answered, digests, strict=True):
            if digest in before.groups:
                by_label[before.groups[digest]].append(miss)
        return [self.one_group(own) for own in by_label.values()]

    def one_group(self, misses: Sequence[Miss]) -> Group:
        """These messages as one group, whatever they ask; it is ours."""
        vectors = self._said(misses)
        own = tuple(misses[row] for row in by_typicality(vectors))
        return Group(own, vectors.mean(axis=0).astype(np.float32), ours=True)

    def remember(self, answered: Sequence[tuple[Group, Group | None]]) -> None:
        """Keep answered messages, each group with its gap's misses, for the next ``helped``."""
        now = self._vectors.grouping
        if now is None:
            return
        kept = dict(now.groups)
        new = max(kept.values(), default=-1) + 1
        for place, (group, missed) in enumerate(answered):
            label = new + place
            if missed is not None:
                label = now.groups[self._digests(missed.misses[:1])[0]]
            kept.update((d, label) for d in self._digests(group.misses))
        self._vectors.grouping = replace(now, groups=kept)

    def _said(self, misses: Sequence[Miss]) -> Floats:
        """Embeddings of what messages are about, shape (n, d)."""
        return self._vectors.said([gist(m.text) for m in misses], [m.at for m in misses])

    def _digests(self, misses: Sequence[Miss]) -> list[bytes]:
        return self._vectors.digests([gist(m.text) for m in misses])

    def _decided(self, misses: Sequence[Miss]) -> tuple[list[Miss], list[Miss]]:
        """With the assistant's own decision where none is known, and apart what it answers now."""
        unknown = [m for m in misses if m.reason is MissReason.UNKNOWN]
        decisions = self._ask([RedactedText(m.text) for m in unknown])  # redacted above
        reasons = dict(zip(map(id, unknown), map(_reason, decisions), strict=True))
        answers = {
            id(miss)
            for miss, decision in zip(unknown, decisions, strict=True)
            if isinstance(decision, Answer)
        }
        kept = []
        for miss in misses:
            reason = reasons.get(id(miss), miss.reason)
            if reason is not None:
                kept.append(replace(miss, reason=reason))
        return kept, [miss for miss in unknown if id(miss) in answers]

    def _is_miss(self, miss: Miss, vector: Floats, near: float) -> bool:
        if miss.reason is MissReason.NOTHING_NEAR:
            return not self.space.is_near(near) and not self._article_near(gist(miss.text))
        if miss.reason is MissReason.CONTACTED_AGAIN:
            again = [gist(self.redact(text)) for text in miss.again]
            later = self._vectors.said(again, [miss.at] * len(again))
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


def _made_by(knowledge: Knowledge) -> str:
    """Names index, model and examples, which decide how messages are compared."""
    embedder = knowledge.index.embedder
    intents = knowledge.catalogue.intents.values()
    parts = (
        knowledge.version,
        embedder.sha256 if embedder is not None else "",
        *(f"{intent.id}\0{text}" for intent in intents for text in intent.examples),
    )
    return hashlib.sha256("\0\0".join(parts).encode()).hexdigest()


def _space(knowledge: Knowledge, vectors: VectorCache) -> Space:
    catalogue, model = knowledge.catalogue, knowledge.intent_model
    labelled = [(e, i.id) for i in catalogue.intents.values() for e in i.examples]
    if model is not None and len(model.examples) >= len(labelled):
        # The generation embedded them in this order, labelled messages after them.
        examples, outside = model.examples[: len(labelled)], model.outside
    else:
        examples = vectors.vectors([text for text, _ in labelled])
        outside = vectors.vectors(list(catalogue.out_of_scope))
    return Space.of(examples, [label for _, label in labelled], outside, examples.shape[1])
