"""What speed is held against: the libraries by themselves, as their quickstarts use them."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from retrieval.config import RetrievalSettings
from retrieval.model import verify_model


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
