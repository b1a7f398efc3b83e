"""The reference embedder: sentence-transformers on torch. Slower, and the fallback."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from sentence_transformers import SentenceTransformer

from retrieval.config import RetrievalSettings
from retrieval.embedder import Encoded, Floats
from retrieval.model import WEIGHTS, verify_model


class TransformerEmbedder:
    """Runs any sentence-transformers model that lies on disk.

    Args:
        model: The loaded model.
        name: Name of the model.
        sha256: Hash of its weights.
    """

    def __init__(self, model: SentenceTransformer, *, name: str, sha256: str) -> None:
        self._model: Any = model  # the library ships no usable types
        self._name, self._sha256 = name, sha256

    @classmethod
    def open(cls, settings: RetrievalSettings) -> Self:
        """Verifies the weights and loads them; opens no connection.

        Raises:
            ModelMissingError: When there are no weights.
            ModelHashError: When the weights are not the expected ones.
        """
        folder = verify_model(settings)
        model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
        return cls(model, name=settings.model_name, sha256=settings.model_sha256)

    @property
    def name(self) -> str:
        """Name of the model, for records."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights."""
        return self._sha256

    @property
    def files(self) -> Mapping[str, str]:
        """The weights with their SHA-256."""
        return {WEIGHTS: self._sha256}

    def embed(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([encoded.vector for encoded in self.encode(texts)])

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Vectors together with token vectors, from the same forward pass."""
        if not texts:
            return []
        rows = self._model.encode(
            list(texts), output_value=None, show_progress_bar=False, batch_size=32
        )
        return [self._encoded(row) for row in rows]

    def _encoded(self, row: Mapping[str, Any]) -> Encoded:
        states = row["token_embeddings"].detach().numpy()
        own = states[row["attention_mask"].numpy().astype(bool)]
        tokens = own[1:-1]
        if not len(tokens):  # nothing but the marks of start and end
            return Encoded(np.zeros(own.shape[1], np.float32), tokens)
        vector = row["sentence_embedding"].detach().numpy()
        lengths = np.linalg.norm(tokens, axis=1, keepdims=True)
        return Encoded(
            np.asarray(vector / np.linalg.norm(vector), np.float32),
            np.asarray(tokens / np.maximum(lengths, 1e-12), np.float32),
        )
