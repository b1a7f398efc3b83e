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
from collections.abc import Iterator, Sequence
from typing import Any

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.name_model import MODEL, verify_name_model
from redaction.recognisers.given_names import DOUBTFUL, FAMILY, GIVEN
from redaction.recognisers.names import NO_NAMES
from redaction.unneeded import left_out

with left_out("torch", "transformers"):
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer
    from spacy.lookups import Lookups

# Names are recognised from the words and their shape alone; the rest of the pipeline costs two
# thirds of its time and is read by nothing here.
_NOT_NEEDED = ("tagger", "parser", "attribute_ruler", "lemmatizer")
_SCORE = 0.6
_LONGEST = 1500
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


class _NamesOnlyEngine(SpacyNlpEngine):
    """spaCy with the two components that find entities, loaded from the installed package."""

    def load(self) -> None:
        """Load the model from its verified folder; never download it."""
        model = spacy.load(verify_name_model(), exclude=list(_NOT_NEEDED))
        self.nlp: Any = {"en": model}  # the engine's own attribute, untyped there


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
        self._keep = frozenset(word for name in keep_names for word in name.lower().split())
        self._words = _dictionary()
        self._mask = mask_of("NAME")

    def detect(self, text: str, locale: str) -> list[Finding]:
        """Names; none where one is masked already, for then the text was searched before."""
        del locale  # the model is English, but names look alike in its neighbours
        if self._mask in text:
            return []
        return [
            finding
            for start, end in _slices(text)
            if self._could_hold_name(text[start:end])
            for finding in self._names(text[start:end], start)
        ]

    def _names(self, text: str, offset: int) -> Iterator[Finding]:
        results = self._analyzer.analyze(text=text, language="en", entities=["PERSON"])
        for result in results:
            span = self._checked(text, result.start, result.end)
            if span is not None:
                yield Finding(offset + span[0], offset + span[1], "NAME", result.score)

    def _could_hold_name(self, text: str) -> bool:
        return any(self._is_sign(text, match) for match in _WORD.finditer(text))

    def _is_sign(self, text: str, match: re.Match[str]) -> bool:
        """Whether a word may be part of a name: a known one, or a capital on an unknown word."""
        word = match.group()
        lower = word.lower()
        if len(word) < 2 or lower in NO_NAMES or lower in self._keep:
            return False
        if lower in GIVEN and lower not in DOUBTFUL:
            return True
        if not word[0].isupper() or (word.isupper() and len(word) <= 4):
            return False
        return not self._is_word(lower) or lower in FAMILY or lower in DOUBTFUL

    def _is_word(self, lower: str) -> bool:
        if lower in self._words:
            return True
        stems = (lower.removesuffix("'s"), lower.removesuffix("s"), lower.removesuffix("es"))
        return any(
            stem in self._words
            for stem in (
                *stems,
                lower.removesuffix("ing"),
                lower.removesuffix("ed"),
                lower.removesuffix("d"),
            )
        )

    def _checked(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """What of the model's span may be masked: from its first to its last word that fits."""
        words = list(_WORD.finditer(text, start, end))
        if any(map(str.isdigit, text[start:end])):
            return None
        signs = [match for match in words if self._is_sign(text, match)]
        if not signs:
            return None
        if len(signs) == 1 and signs[0].group().lower() in DOUBTFUL and len(words) == 1:
            return None
        kept = [
            match
            for match in words
            if (match.group()[0].isupper() or match in signs)
            and match.group().lower() not in NO_NAMES
        ]
        return kept[0].start(), kept[-1].end()


def _slices(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of at most ``_LONGEST`` characters, cut at blanks, to keep the cost linear."""
    start = 0
    while start < len(text):
        end = min(start + _LONGEST, len(text))
        if end < len(text):
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
    return frozenset(words) - (GIVEN - DOUBTFUL)
