"""The default composer: quotes the part of the article that answers. No model, nothing invented."""

import re
from collections.abc import Mapping, Sequence

from bot.compose.composer import Draft, Source
from bot.compose.question_form import QuestionForm, form_of
from bot.compose.quotation import quotation, word_count, words_of_links
from bot.decision import Citation
from redaction.redactor import RedactedText
from retrieval.article import Passage

WORD_LIMIT = 120
"""Words aimed at: two passages may have a tenth more, and a single one is never cut."""

_LEAD_SLACK = 1.1
_SAYS_ENOUGH = 12
"""Words from which a section can stand without the article's short answer."""

# Chosen on 125 questions of our own about Kestrel's articles; closeness is 0 to 1.
_FITS_FORM = 0.12
_SENDS_AWAY = 0.2
_LEAD_FAR = 0.82
_OVERVIEW_FAR = 0.97
_LEAD_ENOUGH = 1.1
_OVERVIEW_INTENTS = 4

_STEPS = re.compile(r"^\s*1[.)]\s", re.MULTILINE)
_TABLE = re.compile(r"^\s*\|", re.MULTILINE)
_ITEMS = re.compile(r"^\s*[-*+]\s", re.MULTILINE)


class ExtractiveComposer:
    """Quotes the article's short answer, the section that answers best, or both.

    Args:
        word_limit: Most words of an answer.
        way_to_a_person: What articles call the way to a person.
    """

    def __init__(
        self, word_limit: int = WORD_LIMIT, way_to_a_person: str = "Talk to a person"
    ) -> None:
        self._limit = word_limit
        self._way_to_a_person = way_to_a_person

    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        """Quote from the first source; the passages are already ranked for the question."""
        source = sources[0]
        chosen = self._choose(question, source)
        citations = tuple(
            Citation(source.article.id, p.id, source.article.title, p.anchor, p.text)
            for p in chosen
        )
        return Draft(_read_in_order(chosen), citations)

    def _choose(self, question: str, source: Source) -> list[Passage]:
        """The passages to quote, the best for the question first."""
        texts = {p.id: quotation(p) for p in source.passages}
        ranked = self._by_worth(question, source, texts)
        lead = next((p for p in ranked if not p.anchor and p.id.endswith("#0")), None)
        sections = [p for p in ranked if p is not lead]
        if lead is None or not sections:
            return ranked[:1]
        section = sections[0]
        closeness = _closeness(source)
        share = closeness[lead.id] / max(closeness[section.id], 1e-9)
        if source.closeness:
            far = _OVERVIEW_FAR if _is_overview(source) else _LEAD_FAR
            says_enough = _has_blocks(section) or word_count(texts[section.id]) >= _SAYS_ENOUGH
            if says_enough and share < far:
                return [section]
            if not says_enough and share >= _LEAD_FAR:
                return [lead]
            if share > _LEAD_ENOUGH and not _has_blocks(section):
                return [lead]
        pair = [lead, section] if share >= 1 else [section, lead]
        if self._fits(texts, pair):
            return pair
        asked_for = _has_form(section, form_of(question))
        return [section if asked_for or share < _LEAD_FAR else lead]

    def _fits(self, texts: Mapping[str, str], passages: Sequence[Passage]) -> bool:
        words = sum(word_count(texts[passage.id]) for passage in passages)
        return words <= self._limit * _LEAD_SLACK

    def _by_worth(self, question: str, source: Source, texts: Mapping[str, str]) -> list[Passage]:
        """Passages that say something, those nearest to the question and of its form first.

        One that sends the reader to a person adds little: every reply offers that already.
        """
        form = form_of(question)
        closeness = _closeness(source)
        most = max(closeness.values()) or 1.0

        def worth(passage: Passage) -> float:
            fits = _FITS_FORM * _has_form(passage, form)
            sends_away = self._way_to_a_person in passage.text
            less = _SENDS_AWAY * sends_away * (0.5 if _has_blocks(passage) else 1.0)
            return closeness[passage.id] / most + fits - less

        said = [p for p in source.passages if texts[p.id]] or source.passages
        return sorted(said, key=worth, reverse=True)


def _closeness(source: Source) -> dict[str, float]:
    """Closeness of each passage; where only the order is known, it falls from 1 by rank."""
    given = source.closeness or [1 / rank for rank in range(1, len(source.passages) + 1)]
    return {p.id: value for p, value in zip(source.passages, given, strict=True)}


def _is_overview(source: Source) -> bool:
    """Whether an article serves so many intents that its lead is about none of them."""
    return len(source.article.intents) >= _OVERVIEW_INTENTS


def _has_form(passage: Passage, form: QuestionForm) -> bool:
    match form:
        case QuestionForm.STEPS:
            return bool(_STEPS.search(passage.text))
        case QuestionForm.FIGURE:
            return bool(_TABLE.search(passage.text))
        case QuestionForm.OPEN:
            return False


def _has_blocks(passage: Passage) -> bool:
    return any(form.search(passage.text) for form in (_STEPS, _TABLE, _ITEMS))


def _read_in_order(chosen: Sequence[Passage]) -> str:
    """The passages as shown, in the article's order, each under the heading that says what it is.

    What only leads elsewhere is shown after all where there is nothing else.
    """
    numbers = {p.id: int(p.id.rpartition("#")[2]) for p in chosen}
    parts = []
    heading = ""
    for passage in sorted(chosen, key=lambda p: numbers[p.id]):
        follows = numbers[passage.id] + 1 in numbers.values()
        text = quotation(passage, next_follows=follows) or words_of_links(passage.text)
        if passage.anchor and passage.heading and passage.anchor != heading:
            parts.append(f"**{passage.heading}**")
        heading = passage.anchor
        parts.append(text)
    return "\n\n".join(parts)
