from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bot.data_folder import EXPORT_VECTORS, INSIGHTS, VECTORS, forget_vectors
from bot.insights.vector_cache import Grouping, VectorCache
from bot.kept_messages import forget_before
from retrieval.embedder import Floats
from retrieval.embedder_hashing import HashingEmbedder

OLD = datetime(2026, 10, 1, tzinfo=UTC)
NEW = datetime(2026, 11, 1, tzinfo=UTC)


class Counting(HashingEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Floats:
        self.asked += texts
        return super().embed(texts)


def kept_in(data: Path, name: str = VECTORS) -> VectorCache:
    """A cache with two messages and a sentence of an article, grouped and saved."""
    cache = VectorCache(data / INSIGHTS, HashingEmbedder(), name)
    cache.vectors(["lend an umbrella"])
    cache.said(["umbrellas, jane?", "weather", "weather"], [OLD, NEW, OLD])
    cache.vectors(["umbrellas, jane?"])
    jane, weather = cache.digests(["umbrellas, jane?", "weather"])
    cache.grouping = Grouping("v1", NEW, {jane: 0, weather: 1}, frozenset([jane]))
    cache.save()
    return cache


def test_vectors_and_groups_are_kept_and_no_text(tmp_path: Path) -> None:
    before = kept_in(tmp_path)
    embedder = Counting()
    after = VectorCache(tmp_path / INSIGHTS, embedder)
    assert after.grouping == before.grouping
    texts = ["lend an umbrella", "weather"]
    np.testing.assert_allclose(after.vectors(texts), before.vectors(texts), atol=1e-3)
    assert embedder.asked == []
    assert b"jane" not in (tmp_path / INSIGHTS / VECTORS).read_bytes()
    assert [each.name for each in (tmp_path / INSIGHTS).iterdir()] == [VECTORS]


def test_what_is_older_than_it_may_be_leaves_vectors_and_groups(tmp_path: Path) -> None:
    for name in (VECTORS, EXPORT_VECTORS):
        kept_in(tmp_path, name)
        forget_before(tmp_path, OLD + timedelta(days=1))
        embedder = Counting()
        after = VectorCache(tmp_path / INSIGHTS, embedder, name)
        after.vectors(["lend an umbrella", "weather", "umbrellas, jane?"])
        assert embedder.asked == ["umbrellas, jane?"]
        assert after.grouping is not None
        assert list(after.grouping.groups) == after.digests(["weather"])
        assert after.grouping.settled == frozenset()


def test_nothing_old_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    kept_in(tmp_path)
    before = (tmp_path / INSIGHTS / VECTORS).stat().st_mtime_ns
    forget_before(tmp_path, OLD)
    assert (tmp_path / INSIGHTS / VECTORS).stat().st_mtime_ns == before


def test_a_run_puts_back_nothing_that_was_erased_meanwhile(tmp_path: Path) -> None:
    kept_in(tmp_path)
    running = VectorCache(tmp_path / INSIGHTS, HashingEmbedder())
    running.said(["umbrellas, jane?"], [NEW])
    forget_vectors(tmp_path)
    running.save()
    assert list((tmp_path / INSIGHTS).iterdir()) == []


def test_half_a_file_is_as_none(tmp_path: Path) -> None:
    kept_in(tmp_path)
    file = tmp_path / INSIGHTS / VECTORS
    file.write_bytes(file.read_bytes()[:200])
    assert VectorCache(tmp_path / INSIGHTS, HashingEmbedder()).grouping is None
    forget_before(tmp_path, NEW)
    assert not file.exists()
