"""One look at a text: what the intent model and the search see in it."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.candidates import by_retrieval, by_words, probability_by_name
from bot.decision import ReplyReason, Risk
from bot.intent import IntentView
from bot.keywords import KeywordView
from bot.knowledge import Knowledge
from bot.rules import is_outside
from bot.ruling import Candidate
from bot.sentences import sentences_of
from bot.spans import span, spanned
from redaction.kinds import PLACEHOLDER
from retrieval.article import Audience
from retrieval.embedder import Encoded
from retrieval.hit import Hit, Query

_GIVEN = re.compile(
    r"(?:(?<![^\s,;.(])[,;(]?\s*(?:and |so |but )?(?:my|the|our|here(?:'|’)?s my|this is my) "
    r"(?:[\w'’-]+ ){0,3}(?:is|are|was|:|=)\s*:?\s*)?" + PLACEHOLDER.pattern,
    re.IGNORECASE,
)
"""What was removed, with the words that only introduce it: "my card number is [CARD_1]"."""

_STANDS_ALONE = 5
"""Words from which a question needs no introduction."""

_LEANS = re.compile(r"\b(?:it|its|them|this|that|one)\b", re.IGNORECASE)

_NEGATED = re.compile(r"\b(?:not|never|cannot|can'?t|dont|doesnt|wont|isnt|\w+n['’]t)\b", re.I)

_HALF_OUTSIDE = 0.1
_SURELY_OURS = 0.5
"""Probability of being about our topics from which a single sentence counts."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was seen in one of several sentences.

    Attributes:
        text: The sentence.
        encoded: Its vectors.
        high_risk: Summed probability of the high-risk intents; 0 where it is not about our topics.
        candidate: The article that answers it, ``None`` where that is not sure.
    """

    text: str
    encoded: Encoded
    high_risk: float
    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen.

    Attributes:
        view: The intent model's view; ``None`` without intents.
        probabilities: Calibrated probability of each intent.
        encoded: The text's vectors; ``None`` while only BM25 searches.
        hits: What the search found.
        candidates: Articles that may answer, best first.
        options: Articles for a clarifying question.
        keywords: What its words say where it has hardly any; then the probabilities are the mean
            of both views.
        sentences: What was seen in each of its sentences, where there are several.
        text: What was looked at, without what was removed from it.
    """

    view: IntentView | None
    probabilities: dict[str, float]
    encoded: Encoded | None
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    options: tuple[Candidate, ...]
    keywords: KeywordView | None = None
    sentences: tuple[Sentence, ...] = ()
    text: str = ""

    @property
    def support(self) -> float:
        """How well the best article is supported."""
        return self.candidates[0].support if self.candidates else 0.0


@spanned("look")
def look_at(
    knowledge: Knowledge, text: str, timings: dict[str, float], locale: str | None = None
) -> Look:
    """Embed, search and weigh a redacted text.

    Args:
        knowledge: What is searched.
        text: The text.
        timings: Milliseconds by stage are added here.
        locale: Language of the articles to search; ``None`` for all.
    """
    index = knowledge.index
    text = bare_text(text) or text
    with timed(timings, "embed"):
        encoded = index.encode(text) if index.embedder is not None else None
    with timed(timings, "search"):
        hits = index.search(Query(text, locale, Audience.CUSTOMER), encoded)
    with timed(timings, "intent"):
        model = knowledge.intent_model
        if encoded is None:
            candidates, options = by_words(hits, knowledge.catalogue)
            return Look(None, {}, None, hits, candidates, options)
        if model is None:
            candidates, options = by_retrieval(hits, knowledge.support)
            return Look(None, {}, encoded, hits, candidates, options)
        view = model.view(encoded.vector)
        probabilities = probability_by_name(model.intents, view.probabilities)
        words = knowledge.keywords.view(text)
        if words is not None:
            for name, share in zip(knowledge.keywords.intents, words.probabilities, strict=True):
                probabilities[name] = (probabilities.get(name, 0.0) + float(share)) / 2
        coverage = knowledge.coverage
        candidates = coverage.candidates(probabilities, hits)
        options = coverage.options(probabilities, hits, knowledge.policy.max_options)
    return Look(view, probabilities, encoded, hits, candidates, options, words, text=text)


def look_closer(knowledge: Knowledge, text: str, look: Look, timings: dict[str, float]) -> Look:
    """Look at each sentence of a message by itself, where it has several.

    Args:
        knowledge: What is searched.
        text: The text that ``look`` saw.
        look: What was seen in it as a whole.
        timings: Milliseconds by stage are added here.
    """
    texts = sentences_of(bare_text(text))
    embedder = knowledge.index.embedder
    if look.view is None or embedder is None or not texts:
        return look
    with timed(timings, "sentences"):
        encoded = embedder.encode(texts)
        seen = tuple(
            _sentence(knowledge, *pair, look.hits) for pair in zip(texts, encoded, strict=True)
        )
    return replace(look, sentences=seen)


def look_past_slips(
    knowledge: Knowledge, text: str, look: Look, timings: dict[str, float], locale: str | None
) -> Look:
    """Look again with slips of the finger put right, where a text seems to be off topic.

    Args:
        knowledge: What is searched.
        text: The text that ``look`` saw.
        look: What was seen in it as it stands.
        timings: Milliseconds by stage are added here.
        locale: Language of the articles to search; ``None`` for all.
    """
    embedder = knowledge.index.embedder
    if embedder is None or not is_off_topic(knowledge, look, high_risk_in(knowledge, look)):
        return look
    with timed(timings, "spelling"):
        meant = knowledge.spelling.corrected(text, embedder)
    return look if meant == text else look_at(knowledge, meant, timings, locale)


def _sentence(knowledge: Knowledge, text: str, encoded: Encoded, hits: Sequence[Hit]) -> Sentence:
    model, thresholds = knowledge.intent_model, knowledge.policy.thresholds
    if model is None:
        return Sentence(text, encoded, 0.0, None)
    view = model.view(encoded.vector)
    if view.in_scope < _SURELY_OURS:
        return Sentence(text, encoded, 0.0, None)
    probabilities = probability_by_name(model.intents, view.probabilities)
    best = knowledge.coverage.candidates(probabilities, hits)[:1]
    sure = best and best[0].support >= thresholds.answer_sentence
    risk = summed_high_risk(knowledge, probabilities)
    return Sentence(text, encoded, risk, best[0] if sure else None)


def bare_text(text: str) -> str:
    """The text without what was removed from it, whose words nobody wrote; empty without any."""
    bare = " ".join(PLACEHOLDER.sub(" ", text).split())
    if bare != text.strip():
        own = " ".join(_GIVEN.sub(" ", text).split()).lstrip(" ,;.:")
        # "My PIN is …, how do I change it?" needs the words that say what "it" is.
        if not own or (len(own.split()) >= _STANDS_ALONE and not _LEANS.search(own)):
            bare = own
    return bare if any(ch.isalnum() for ch in bare) or bare == text.strip() else ""


def high_risk_in(knowledge: Knowledge, look: Look) -> float:
    """Summed probability of the high-risk intents.

    While only BM25 searches there is no probability: near a high-risk article, a person takes over.
    Where there are hardly any words, a risk counts only if the words name it: "my card" does not.
    """
    if look.encoded is None:
        return float(any(c.risk is Risk.HIGH for c in look.options[:2]))
    least = knowledge.policy.thresholds.high_risk_by_words
    if look.keywords is not None and look.keywords.high_risk < least:
        return 0.0
    return summed_high_risk(knowledge, look.probabilities)


def summed_high_risk(knowledge: Knowledge, probabilities: Mapping[str, float]) -> float:
    """Summed probability of the high-risk intents."""
    intents = knowledge.catalogue.intents
    return sum(p for name, p in probabilities.items() if intents[name].risk is Risk.HIGH)


def asked_in(look: Look) -> tuple[Candidate, ...]:
    """Articles that different sentences surely ask for; none where all ask for the same."""
    found = {s.candidate.article_id: s.candidate for s in look.sentences if s.candidate is not None}
    # The one that the message as a whole is nearest to is the first to be answered.
    rank = {c.article_id: -c.support for c in look.candidates}
    order = sorted(found.values(), key=lambda c: rank.get(c.article_id, 0.0))
    return tuple(order) if len(order) > 1 else ()


def chatter_in(look: Look) -> tuple[ReplyReason, float] | None:
    """Small talk or thanks with its likeness, if the text is nearer to it than to a question."""
    view = look.view
    if view is None or _NEGATED.search(look.text):
        return None  # "it's not working" is near to "it's working now, thanks"
    best = max((view.thanks, ReplyReason.THANKS), (view.small_talk, ReplyReason.SMALL_TALK))
    # A greeting before a question is nearer to the question's examples than to a greeting.
    return (best[1], best[0]) if best[0] > view.proximity else None


def floor_of(knowledge: Knowledge, look: Look) -> float | None:
    """The calibrated threshold where there are no intents; ``None`` leaves it to the policy.

    A threshold that was tuned on labelled cases leads over what a knowledge base tells of itself.
    """
    by_signals = look.view is None and look.encoded is not None
    return knowledge.support.threshold if by_signals and knowledge.policy.tuned is None else None


def is_off_topic(knowledge: Knowledge, look: Look, high_risk: float) -> bool:
    """Whether the text is about none of our topics."""
    if look.view is None or (look.keywords is not None and look.keywords.topical):
        return False
    top = max(look.probabilities.values(), default=0.0)
    return is_outside(look.view.in_scope, top, high_risk, knowledge.policy.thresholds)


def is_thin(knowledge: Knowledge, look: Look) -> bool:
    """Whether a message says too little by itself; chatter says all there is."""
    thresholds = knowledge.policy.thresholds
    chatter = chatter_in(look)
    if chatter is not None and chatter[1] >= thresholds.chatter:
        return False
    floor = floor_of(knowledge, look)
    if look.support < (thresholds.answer if floor is None else floor):
        return True
    # Not quite about our topics alone, it may be with the message before: "can I pick it myself?"
    return look.view is not None and _HALF_OUTSIDE <= look.view.in_scope < thresholds.in_scope


@contextmanager
def timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Add the milliseconds that a stage takes, and trace it."""
    started = time.perf_counter()
    with span(stage):
        yield
    timings[stage] = timings.get(stage, 0.0) + milliseconds(started)


def milliseconds(started: float) -> float:
    """Milliseconds since a reading of the performance counter."""
    return round((time.perf_counter() - started) * 1000, 3)
