"""Names of people by presidio-analyzer over spaCy's small English model.

The model reads names into many a chat line that holds none, so it is asked only where a word could
be a name at all, and what it says is checked again: a capital that the sentence does not explain,
and no dictionary word. Places, organisations, dates and nationalities are not taken from it: it
finds few of them that identify a person, and a support answer needs them.

Nothing is downloaded: the model comes from its package, tldextract is not part of the registry.

Its files are verified before they are loaded; ``redaction.name_model`` draws the errors.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import chain, pairwise
from typing import Any

from redaction.detector import Detector
from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.name_model import MODEL, verify_name_model
from redaction.name_words import (
    WORD,
    NameWords,
    full_names,
    rows_of_names,
    sure_endings,
)
from redaction.recognisers.given_names import DOUBTFUL, SURE, plain
from redaction.unneeded import left_out

with left_out("torch", "transformers"):
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer
    from spacy.lookups import Lookups

# What recognises names has its own reading of the words; the rest of the pipeline, ``tok2vec``
# included, costs three quarters of the time and is read by nothing here.
_NOT_NEEDED = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer")
_SCORE = 0.6
_LONGEST = 1500
_BATCH = 32
_SHORTEST_LOWER = 4
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
# Labels of the model that speak against a person.
_OTHERS = frozenset(
    {"EVENT", "FAC", "GPE", "LANGUAGE", "LAW", "LOC", "NORP", "ORG", "PRODUCT", "WORK_OF_ART"}
)
_JOINT = r"(?:,[ \t]|,?[ \t](?:and|or|&)[ \t])"
_AFTER_JOINT = re.compile(rf"{_JOINT}([^\W\d_a-z][^\W\d_]+)(?![\w@])")
_BEFORE_JOINT = re.compile(rf"(?<![\w@])([^\W\d_a-z][^\W\d_]+){_JOINT}")
_INITIAL = re.compile(r"[ \t]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_AFTER_NAME = re.compile(rf"{mask_of('NAME')}[ \t]([^\W\d_]{{4,20}})(?![\w@'’])")
_MASKED = re.compile(mask_of("NAME"))


class _NamesOnlyEngine(SpacyNlpEngine):
    """spaCy with the one component that finds entities, loaded from the installed package."""

    def load(self) -> None:
        """Load the model from its verified folder; never download it."""
        model = spacy.load(verify_name_model(), exclude=list(_NOT_NEEDED))
        self.nlp: Any = {"en": model}  # the engine's own attribute, untyped there


_Sentence = tuple[str, bool]
"""A sentence, and whether the text around it is English."""
_Read = Callable[[str, dict[_Sentence, list[tuple[int, int]]]], list[Finding]]


class _Reading:
    """What was read of one text so far; it lives no longer than the text does."""

    def __init__(self, read: _Read) -> None:
        self._read = read
        self._known: dict[_Sentence, list[tuple[int, int]]] = {}

    def detect(self, text: str, locale: str) -> list[Finding]:
        """Names that the rules left."""
        del locale  # the text itself tells its language
        return self._read(text, self._known)


class PresidioDetector:
    """Finds names of people with presidio-analyzer.

    Args:
        keep_names: Names of products and places that stay, case ignored.
    """

    def __init__(self, keep_names: Sequence[str] = ()) -> None:
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        engine = _NamesOnlyEngine(
            models=[{"lang_code": "en", "model_name": MODEL}],
            ner_model_configuration=NerModelConfiguration(
                model_to_presidio_entity_mapping={"PERSON": "PERSON"},
                labels_to_ignore=[
                    "CARDINAL", "DATE", "EVENT", "FAC", "GPE", "LANGUAGE", "LAW", "LOC", "MONEY",
                    "NORP", "ORDINAL", "ORG", "PERCENT", "PRODUCT", "QUANTITY", "TIME",
                    "WORK_OF_ART",
                ],
                default_score=_SCORE,
            ),
        )  # fmt: skip
        registry = RecognizerRegistry(
            recognizers=[SpacyRecognizer(supported_entities=["PERSON"])], supported_languages=["en"]
        )
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=engine,
            supported_languages=["en"],
            default_score_threshold=0.0,
        )
        self._engine = engine
        self._words = NameWords(_dictionary(), _common_words(), keep_names)

    def detect(self, text: str, locale: str) -> list[Finding]:
        """Names that the rules left."""
        return self.afresh().detect(text, locale)

    def afresh(self) -> Detector:
        """A detector for one text and the same with masks, that reads no sentence twice."""
        return _Reading(self._read)

    def _read(self, text: str, known: dict[_Sentence, list[tuple[int, int]]]) -> list[Finding]:
        """Names in a text; ``known`` holds those of sentences that were read before."""
        text = _SURROGATE.sub("\ufffd", text)  # which spaCy can't encode
        english = self._words.is_english(text)
        sentences = [(start, text[start:end]) for start, end in _sentences(text)]
        new = dict.fromkeys(part for _, part in sentences if (part, english) not in known)
        known.update(((part, english), []) for part in new)
        fresh = list(filter(self._could_hold_name, new))
        # All at once: half of what the model costs on a short text is not for its words.
        batch = self._engine.process_batch(fresh, "en", _BATCH)
        for part, each in zip(fresh, batch, strict=True):
            known[part, english] = self._names(part, each[1], english)
        found = {
            (offset + start, offset + end)
            for offset, part in sentences
            for start, end in known[part, english]
        }
        found |= set(_everywhere(text, sorted(found)))
        if english:
            found |= set(self._family_names(text))
            found |= set(self._lower_pairs(text))
        return [Finding(*span, "NAME", _SCORE) for span in sorted(found)]

    def _could_hold_name(self, text: str) -> bool:
        return any(self._words.is_sign(match.group()) for match in WORD.finditer(text))

    def _names(self, text: str, read: NlpArtifacts, english: bool) -> list[tuple[int, int]]:
        """Spans of names: what the model says, checked, and what capitals in a row say."""
        results = self._analyzer.analyze(
            text=text, language="en", entities=["PERSON"], nlp_artifacts=read
        )
        spans = [self._checked(text, each.start, each.end, english) for each in results]
        found = list(dict.fromkeys(span for span in spans if span is not None))
        if english:
            others = [
                (each.start_char, each.end_char)
                for each in read.tokens.ents
                if each.label_ in _OTHERS
            ]
            found += [
                span
                for span in full_names(text, self._words, taken=others)
                if not any(start < span[1] and span[0] < end for start, end in found)
            ]
            found += [*rows_of_names(text, self._words), *sure_endings(text, self._words)]
            found += self._listed(text, found)
        return found

    def _family_names(self, text: str) -> Iterator[tuple[int, int]]:
        """Words that no dictionary has right after a name, however they are cased."""
        for match in _AFTER_NAME.finditer(text):
            word = match.group(1)
            if not self._words.is_none(word) and not self._words.is_word(plain(word)):
                yield match.span(1)

    def _lower_pairs(self, text: str) -> Iterator[tuple[int, int]]:
        """Given names in lower case with a word after them that no dictionary has."""
        found = list(WORD.finditer(text))
        for first, last in pairwise(found):
            if (
                plain(first.group()) in SURE
                and len(last.group()) >= _SHORTEST_LOWER
                and last.group().islower()
                and _INITIAL.fullmatch(text, first.end(), last.start())
                and not self._words.is_none(last.group())
                and not self._words.is_word(plain(last.group()))
            ):
                yield first.start(), last.end()

    def _listed(self, text: str, found: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Names in a list with one that was found: "Ann, Bob and Zuzanka"."""
        ends = {end for _, end in found} | {match.end() for match in _MASKED.finditer(text)}
        starts = {start for start, _ in found} | {match.start() for match in _MASKED.finditer(text)}
        for match in _AFTER_JOINT.finditer(text):
            if match.start() in ends and self._words.is_sign(match.group(1)):
                ends.add(match.end())
                yield match.span(1)
        for match in reversed(list(_BEFORE_JOINT.finditer(text))):
            if match.end() in starts and self._words.is_sign(match.group(1)):
                starts.add(match.start())
                yield match.span(1)

    def _checked(self, text: str, start: int, end: int, english: bool) -> tuple[int, int] | None:
        """What of the model's span may be masked: from its first to its last word that fits."""
        words = list(WORD.finditer(text, start, end))
        if any(map(str.isdigit, text[start:end])) or text[:start].endswith("& "):
            return None
        signs = [match for match in words if self._words.is_sign(match.group())]
        if not signs or (not english and not any(self._words.is_listed(m.group()) for m in signs)):
            return None
        if len(signs) == 1 and len(words) == 1 and plain(signs[0].group()) in DOUBTFUL:
            return None
        if len(words) > 1 and len({match.group() for match in words}) == 1:
            return None  # Bora Bora
        kept = [
            match
            for match in words
            if (match.group()[0].isupper() or match in signs)
            and not self._words.is_none(match.group())
        ]
        return kept[0].start(), kept[-1].end()


def _everywhere(text: str, found: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What was found, and every other place where one of its words stands."""
    yield from found
    parts = {
        match.group()
        for span in found
        for match in WORD.finditer(text, *span)
        if len(match.group()) > 2 and match.group()[0].isupper()
    }
    if parts:
        covered = set(chain.from_iterable(range(*span) for span in found))
        for match in WORD.finditer(text):
            if match.group() in parts and match.start() not in covered:
                yield match.span()


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Sentences and lines, cut at blanks where they are longer than ``_LONGEST``."""
    ends = [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    start = 0
    for stop in ends:
        while start < stop:
            end = min(start + _LONGEST, stop)
            if end < stop:
                blank = text.rfind(" ", start + _LONGEST // 2, end)
                end = blank if blank > start else end
            yield start, end
            start = end


def _dictionary() -> frozenset[str]:
    """English words, from the word lists that the model's lemmatizer carries."""
    lookups = Lookups().from_disk(verify_name_model() / "lemmatizer" / "lookups")
    words: set[str] = set()
    for part in lookups.get_table("lemma_index").values():
        words.update(part)
    for part in lookups.get_table("lemma_exc").values():
        words.update(part)
    return frozenset(words)


def _common_words() -> dict[str, frozenset[str]]:
    """The commonest words of each language that the rules read, from spaCy's lists."""
    return {
        code: frozenset(import_module(f"spacy.lang.{code}.stop_words").STOP_WORDS)
        for code in _LANGUAGES
    }
