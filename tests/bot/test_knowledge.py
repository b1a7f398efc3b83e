import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import PolicyError
from bot.knowledge import KnowledgeHolder
from bot.policy import Policy
from retrieval.config import RetrievalSettings
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.errors import IndexDamagedError
from retrieval.load import load, load_lexical
from retrieval.manifest import generation_folder
from retrieval.search import SearchIndex
from tests.bot.small_knowledge import holder, index_small, write_small


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    return write_small(tmp_path / "kb")


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_a_running_holder_takes_up_a_new_generation(kb: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = index_small(kb, data).version
    running = holder(data)
    assert running.current().version == first
    second = index_small(kb, data).version
    assert within(5, lambda: running.current().version == second)


def test_reloading_takes_up_a_new_generation_at_once(kb: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    index_small(kb, data)
    running = holder(data)
    second = index_small(kb, data).version
    assert running.reload().version == second == running.current().version


def test_a_damaged_generation_is_not_taken_up(
    kb: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    first = index_small(kb, data).version
    running = holder(data)
    index_small(kb, data)
    (generation_folder(data) / "intents.yaml").write_text("tampered", encoding="utf-8")
    with pytest.raises(IndexDamagedError):
        running.reload()
    assert within(5, lambda: running.current() is not None and "not usable" in caplog.text)
    assert running.current().version == first


def test_the_data_folder_can_move(kb: Path, tmp_path: Path) -> None:
    index_small(kb, tmp_path / "data")
    shutil.rmtree(kb)
    moved = (tmp_path / "data").rename(tmp_path / "elsewhere")
    known = holder(moved).current()
    assert known.intent_model is not None
    assert "top-up" in known.index.articles


def test_without_a_model_intents_are_not_recognised(kb: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    index_small(kb, data)

    alone = KnowledgeHolder(data, lambda: load(data, RetrievalSettings(), None))
    assert alone.current().intent_model is None
    assert alone.current().catalogue.intents


def test_a_policy_that_is_handed_over_leads_over_the_index(kb: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    index_small(kb, data)

    def index() -> SearchIndex:
        return load(data, RetrievalSettings(), HashingEmbedder())

    assert KnowledgeHolder(data, index).current().policy.version != "mine"
    held = KnowledgeHolder(data, index, policy=Policy(version="mine"))
    assert held.current().policy.version == held.reload().policy.version == "mine"


def test_internal_articles_serve_no_intent(kb: Path, tmp_path: Path) -> None:
    index_small(kb, tmp_path / "data")
    assert holder(tmp_path / "data").current().catalogue.intents["top_up"].articles == ("top-up",)


def test_a_generation_that_cannot_be_used_is_tried_once_and_the_old_one_serves(
    kb: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    first = index_small(kb, data).version
    loads: list[str] = []

    def load_once() -> SearchIndex:
        loads.append("load")
        if len(loads) > 1:
            raise PolicyError("policy.yaml: thresholds.x: Extra inputs are not permitted")
        return load(data, RetrievalSettings(), HashingEmbedder())

    running = KnowledgeHolder(data, load_once)
    index_small(kb, data)
    assert within(5, lambda: running.current() is not None and "not usable" in caplog.text)
    assert not within(1.3, lambda: running.current() is not None and len(loads) > 2)
    assert running.current().version == first


def test_at_the_start_a_damaged_index_is_rescued(kb: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    index_small(kb, data)

    def damaged() -> SearchIndex:
        raise IndexDamagedError("vectors.npy is damaged")

    rescued = KnowledgeHolder(
        data, damaged, lambda reason: load_lexical(data, RetrievalSettings(), reason)
    ).current()
    assert rescued.index.degraded == "vectors.npy is damaged"
    assert rescued.catalogue.intents
    assert rescued.intent_model is None


def test_at_the_start_damaged_intents_cost_the_intents_and_no_more(
    kb: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    index_small(kb, data)
    (generation_folder(data) / "intents.yaml").write_bytes(b"intents: [\xff")
    rescued = KnowledgeHolder(
        data,
        lambda: load(data, RetrievalSettings(), HashingEmbedder()),
        lambda reason: load_lexical(data, RetrievalSettings(), reason),
    ).current()
    assert not rescued.catalogue.intents
    assert rescued.index.articles
