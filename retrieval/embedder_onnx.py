"""The default embedder: the model's own weights, run by onnxruntime in fp32."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from retrieval.batches import by_length
from retrieval.config import RetrievalSettings
from retrieval.embedder import Encoded, Floats
from retrieval.errors import ModelMissingError
from retrieval.export import NETWORK, SHAPE, TOKENIZER, ensure_export
from retrieval.model import WEIGHTS, verify_model


class OnnxEmbedder:
    """Runs an exported network. Loads neither torch nor transformers.

    Args:
        folder: Folder with network, tokenizer and shape, already verified.
        name: Name of the model.
        sha256: Hash of the weights that were exported.
        files: Hashes of the files that were read.
        threads: Processor threads of one call.
        batch_tokens: Word pieces of one batch.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        sha256: str,
        files: Mapping[str, str],
        threads: int = 1,
        batch_tokens: int = 2048,
    ) -> None:
        shape = json.loads((folder / SHAPE).read_text())
        self._name, self._sha256, self._files = name, sha256, dict(files)
        self._dimension = int(shape["dimension"])
        self._first_only = shape["pooling"] == "cls"
        self._batch_tokens = batch_tokens
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(shape["longest"]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Idle threads that spin would take the processor from other requests.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / NETWORK), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {each.name for each in self._session.get_inputs()}

    @classmethod
    def open(cls, settings: RetrievalSettings, data_dir: Path) -> Self:
        """Verifies the model, exports it once below the data folder, and loads the export.

        Raises:
            ModelMissingError: When there are no weights, or they can't be exported.
            ModelHashError: When the weights are not the expected ones.
        """
        model = verify_model(settings)
        folder = data_dir / "models" / settings.model_sha256
        files = ensure_export(model, folder)
        try:
            return cls(
                folder,
                name=settings.model_name,
                sha256=settings.model_sha256,
                files={WEIGHTS: settings.model_sha256, **files},
                threads=settings.threads,
                batch_tokens=settings.batch_tokens,
            )
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions
            raise ModelMissingError(f"the exported model can't be loaded: {error}") from error

    @property
    def name(self) -> str:
        """Name of the model, for records."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights that were exported."""
        return self._sha256

    @property
    def files(self) -> Mapping[str, str]:
        """Weights, network, tokenizer and shape with their SHA-256."""
        return self._files

    def embed(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text."""
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for numbers, encodings, states in self._batches(texts):
            for row, (number, encoding) in enumerate(zip(numbers, encodings, strict=True)):
                vectors[number] = self._pool(states[row, : len(encoding)])
        return vectors

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Vectors together with token vectors, from the same forward pass."""
        found: dict[int, Encoded] = {}
        for numbers, encodings, states in self._batches(texts):
            for row, (number, encoding) in enumerate(zip(numbers, encodings, strict=True)):
                own = states[row, : len(encoding)]
                tokens = own[1:-1]
                lengths = np.linalg.norm(tokens, axis=1, keepdims=True)
                found[number] = Encoded(self._pool(own), tokens / np.maximum(lengths, 1e-12))
        return [found[number] for number in range(len(texts))]

    def _pool(self, states: Floats) -> Floats:
        if len(states) <= 2:  # nothing but the marks of start and end
            return np.zeros(self._dimension, np.float32)
        pooled = states[0] if self._first_only else states.mean(axis=0)
        return np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-12), np.float32)

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[Encoding], Floats]]:
        encodings = self._tokenizer.encode_batch(list(texts))
        lengths = [len(encoding) for encoding in encodings]
        for numbers in by_length(lengths, self._batch_tokens):
            batch = [encodings[number] for number in numbers]
            yield numbers, batch, self._run(batch)

    def _run(self, batch: Sequence[Encoding]) -> Floats:
        """Last hidden states, shape (texts, pieces, d)."""
        shape = (len(batch), max(len(encoding) for encoding in batch))
        ids: NDArray[np.int64] = np.zeros(shape, np.int64)
        mask: NDArray[np.int64] = np.zeros(shape, np.int64)
        for row, encoding in enumerate(batch):
            ids[row, : len(encoding)] = encoding.ids
            mask[row, : len(encoding)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        known = {name: value for name, value in feeds.items() if name in self._inputs}
        return np.asarray(self._session.run(None, known)[0], np.float32)
