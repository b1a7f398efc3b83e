from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.batches import by_length
from retrieval.config import RetrievalSettings
from retrieval.embedder import Embedder
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.embedder_onnx import OnnxEmbedder
from retrieval.errors import ModelHashError, ModelMissingError

TEXTS = [
    "How do I freeze my card?",
    "I want to freeze my card",
    "Interest rates of savings accounts",
    "card " * 3000,
]


@pytest.fixture(
    scope="module",
    params=[
        "hashing",
        pytest.param("onnx", marks=pytest.mark.model),
        pytest.param("transformer", marks=pytest.mark.model),
    ],
)
def any_embedder(request: pytest.FixtureRequest, model_home: Path) -> Iterator[Embedder]:
    if request.param == "hashing":
        yield HashingEmbedder(64)
    elif request.param == "onnx":
        yield OnnxEmbedder.open(RetrievalSettings(), model_home)
    else:
        # torch is heavy, and only this test needs it
        from retrieval.embedder_transformer import TransformerEmbedder  # noqa: PLC0415

        yield TransformerEmbedder.open(RetrievalSettings())


class TestEmbedder:
    """What every embedder promises."""

    def test_vectors_have_length_one(self, any_embedder: Embedder) -> None:
        vectors = any_embedder.embed(TEXTS)
        assert vectors.shape == (4, any_embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_near_texts_have_near_vectors(self, any_embedder: Embedder) -> None:
        one, near, far, _ = any_embedder.embed(TEXTS)
        assert one @ near > one @ far + 0.2

    def test_no_texts_give_no_rows(self, any_embedder: Embedder) -> None:
        assert any_embedder.embed([]).shape == (0, any_embedder.dimension)
        assert any_embedder.encode([]) == []

    def test_a_text_without_words_is_zero(self, any_embedder: Embedder) -> None:
        (encoded,) = any_embedder.encode([""])
        assert not encoded.vector.any()
        assert encoded.tokens.shape == (0, any_embedder.dimension)

    def test_the_batch_does_not_matter(self, any_embedder: Embedder) -> None:
        together = any_embedder.embed(TEXTS)
        apart = np.concatenate([any_embedder.embed([text]) for text in TEXTS])
        assert np.allclose(together, apart, atol=1e-5)

    def test_encode_gives_the_same_vectors_and_normal_tokens(self, any_embedder: Embedder) -> None:
        encoded = any_embedder.encode(TEXTS)
        assert np.allclose(
            np.stack([each.vector for each in encoded]), any_embedder.embed(TEXTS), atol=1e-5
        )
        for each in encoded:
            assert np.allclose(np.linalg.norm(each.tokens, axis=1), 1, atol=1e-5)

    def test_threads_do_not_disturb_each_other(self, any_embedder: Embedder) -> None:
        alone = any_embedder.embed(TEXTS[:1])
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda _: any_embedder.embed(TEXTS[:1]), range(12)))
        assert all(np.allclose(result, alone, atol=1e-5) for result in results)

    def test_it_says_what_it_is(self, any_embedder: Embedder) -> None:
        assert any_embedder.name
        assert len(any_embedder.sha256) == 64
        assert all(len(digest) == 64 for digest in any_embedder.files.values())


@pytest.mark.model
def test_onnx_and_torch_agree(model_home: Path) -> None:
    from retrieval.embedder_transformer import TransformerEmbedder  # noqa: PLC0415 (heavy)

    fast = OnnxEmbedder.open(RetrievalSettings(), model_home).encode(TEXTS)
    reference = TransformerEmbedder.open(RetrievalSettings()).encode(TEXTS)
    for one, other in zip(fast, reference, strict=True):
        assert one.vector @ other.vector > 0.9999
        assert (one.tokens * other.tokens).sum(axis=1).min() > 0.999


@pytest.mark.model
def test_a_damaged_export_is_made_again(tmp_path: Path) -> None:
    OnnxEmbedder.open(RetrievalSettings(), tmp_path)
    network = next(tmp_path.glob("models/*/model.onnx"))
    network.write_bytes(network.read_bytes()[:-100])
    assert OnnxEmbedder.open(RetrievalSettings(), tmp_path).embed(["x"]).any()


def test_other_weights_than_asked_for_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ModelHashError, match=r"model\.safetensors has SHA-256"):
        OnnxEmbedder.open(RetrievalSettings(model_path=tmp_path), tmp_path)


def test_a_pickled_model_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(ModelMissingError, match=r"no model\.safetensors"):
        OnnxEmbedder.open(RetrievalSettings(model_path=tmp_path), tmp_path)


def test_batches_hold_every_text_once_and_little_padding() -> None:
    lengths = [3, 50, 4, 200, 5, 49, 300]
    batches = list(by_length(lengths, 100))
    assert sorted(number for batch in batches for number in batch) == list(range(7))
    assert batches == [[6], [3], [1, 5], [4, 2, 0]]
