"""A damaged index: what answers in its place, and what it is built from anew."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.content import read_content, read_copies
from bot.errors import ConfigurationError, NotReadyError
from bot.publishing import build_index, rebuild
from bot.salvage import Salvage
from bot.wiring import Offline, build_offline, repair_in_background
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.errors import IndexDamagedError, KnowledgeBaseError
from retrieval.manifest import generation_folder, index_folder, read_manifest, verify
from tests.bot.small_knowledge import ARTICLES, index_small, quiet, write_small

EMBEDDER = HashingEmbedder()


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    return write_small(tmp_path / "kb")


@pytest.fixture
def data(kb: Path, tmp_path: Path) -> Path:
    """An index that learned from labelled messages, of a folder that no setting names."""
    examples = tmp_path / "labelled.csv"
    rows = [f"gimme the secret digits number {n},pin" for n in range(10)]
    rows += [f"refill wallet please {n},top_up" for n in range(10)]
    examples.write_text("\n".join(["text,category", *rows]) + "\n", encoding="utf-8")
    index_small(kb, tmp_path / "data", examples)
    (index_folder(tmp_path / "data") / "ORIGIN").write_text("folder\n", encoding="utf-8")
    return tmp_path / "data"


def settings(data: Path, kb: Path | None = None) -> Settings:
    wanted: dict[str, object] = {"data": data, "redaction": {"named_entities": False}}
    return load_settings({**wanted, "kb": kb} if kb else wanted)


def started(data: Path, kb: Path | None = None) -> Offline:
    wanted = settings(data, kb)
    return build_offline(wanted, EMBEDDER, lambda: rebuild(wanted, quiet, EMBEDDER))


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def flip_in(name: str) -> Callable[[Path], None]:
    return lambda folder: flip(folder / name)


def cut(folder: Path) -> None:
    file = folder / "articles.jsonl"
    file.write_bytes(file.read_bytes()[:-40])


def emptied(folder: Path) -> None:
    (folder / "articles.jsonl").write_bytes(b"")


def without_articles(folder: Path) -> None:
    (folder / "articles.jsonl").unlink()


GONE = pytest.mark.parametrize("damage", [shutil.rmtree, without_articles, cut, emptied])


def index_twice(kb: Path, data: Path) -> str:
    """Add a second generation that says something else; returns the first one's name."""
    before = generation_folder(data).name
    (kb / "new.md").write_text("# New\n\nSomething new.\n", encoding="utf-8")
    index_small(kb, data)
    return before


@GONE
def test_the_generation_before_answers_where_articles_are_lost(
    kb: Path, data: Path, damage: Callable[[Path], None]
) -> None:
    before = index_twice(kb, data)
    shutil.rmtree(kb)
    damage(generation_folder(data))
    known = started(data).knowledge.current()
    assert known.version == before
    assert known.index.degraded
    assert known.intent_model is not None
    assert set(known.index.articles) == set(ARTICLES)


@GONE
def test_it_is_built_anew_from_the_folder_where_no_generation_is_left(
    kb: Path, data: Path, damage: Callable[[Path], None]
) -> None:
    damage(generation_folder(data))
    known = started(data, kb).knowledge.current()
    assert not known.index.degraded
    assert known.intent_model is not None
    assert set(known.index.articles) == set(ARTICLES)
    verify(generation_folder(data))


@pytest.mark.parametrize("content", ["", "nowhere", "../../etc"])
def test_a_pointer_that_leads_nowhere_costs_nothing(kb: Path, data: Path, content: str) -> None:
    version = generation_folder(data).name
    shutil.rmtree(kb)
    (index_folder(data) / "CURRENT").write_text(content, encoding="utf-8")
    known = started(data).knowledge.current()
    if content == "nowhere":
        assert known.version == version
    assert set(known.index.articles) == set(ARTICLES)


def test_who_cannot_rebuild_is_told_of_the_damage(kb: Path, data: Path) -> None:
    shutil.rmtree(generation_folder(data))
    with pytest.raises(IndexDamagedError, match="firstline index"):
        build_offline(settings(data, kb), EMBEDDER)


def test_nothing_at_all_to_build_from_is_told(kb: Path, data: Path) -> None:
    shutil.rmtree(kb)
    shutil.rmtree(generation_folder(data))
    with pytest.raises(NotReadyError, match="firstline index --kb"):
        started(data)
    with pytest.raises(KnowledgeBaseError, match="does not exist"):
        started(data, kb)


@pytest.mark.parametrize(
    "name", ["windows.npy", "lexical.npz", "passages.jsonl", "terms.json", "titles.npy"]
)
def test_a_rebuild_from_its_own_copies_keeps_all_it_had_learned(
    kb: Path, data: Path, name: str
) -> None:
    shutil.rmtree(kb)
    folder = generation_folder(data)
    before = read_manifest(folder)
    flip(folder / name)
    rebuild(settings(data), quiet, EMBEDDER)
    after = verify(generation_folder(data))
    assert after.version != before.version
    assert after.holds_the_same_as(before)
    assert after.extra["labelled"] == 20


@pytest.mark.parametrize("name", ["articles.jsonl", "policy.yaml"])
def test_a_rebuild_from_the_folder_keeps_the_intent_model(kb: Path, data: Path, name: str) -> None:
    folder = generation_folder(data)
    before = read_manifest(folder)
    flip(folder / name)
    rebuild(settings(data, kb), quiet, EMBEDDER)
    assert verify(generation_folder(data)).holds_the_same_as(before)


def test_a_damaged_intent_model_is_fitted_from_the_examples(
    kb: Path, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(kb)
    flip(generation_folder(data) / "intent_model.npz")
    rebuild(settings(data), quiet, EMBEDDER)
    after = verify(generation_folder(data))
    assert "intent_model.npz" in after.files
    assert after.extra["labelled"] == 0
    assert "labelled messages are lost" in caplog.text


def test_other_intents_in_the_folder_are_learned_anew(kb: Path, data: Path) -> None:
    flip(generation_folder(data) / "intents.yaml")
    text = (kb / "intents.yaml").read_text(encoding="utf-8").replace("- see pin\n", "- the four\n")
    (kb / "intents.yaml").write_text(text, encoding="utf-8")
    rebuild(settings(data, kb), quiet, EMBEDDER)
    assert verify(generation_folder(data)).extra["labelled"] == 0


def test_the_built_in_articles_never_replace_those_of_a_folder(data: Path) -> None:
    flip(generation_folder(data) / "articles.jsonl")
    with pytest.raises(NotReadyError):
        rebuild(settings(data), quiet, EMBEDDER)
    with pytest.raises(ConfigurationError, match="--kb or FIRSTLINE_KB"):
        build_index(settings(data), quiet)


def test_a_degraded_server_repairs_itself_from_the_copies(kb: Path, data: Path) -> None:
    shutil.rmtree(kb)
    flip(generation_folder(data) / "windows.npy")
    offline = started(data)
    assert offline.knowledge.current().index.degraded
    repair = repair_in_background(offline, lambda: rebuild(settings(data), quiet, EMBEDDER))
    assert repair is not None
    repair.join(60)
    known = offline.knowledge.reload()
    assert not known.index.degraded
    assert known.intent_model is not None
    assert repair_in_background(offline, lambda: None) is None


def test_after_a_repair_the_generation_before_is_still_there(kb: Path, data: Path) -> None:
    before = index_twice(kb, data)
    flip(generation_folder(data) / "windows.npy")
    rebuild(settings(data), quiet, EMBEDDER)
    assert verify(generation_folder(data)).previous == before
    verify(index_folder(data) / before)


def test_copies_are_what_was_read(kb: Path, data: Path) -> None:
    generation = Salvage.of(generation_folder(data))
    assert generation is not None
    copies, content = read_copies(generation), read_content(kb)
    assert copies is not None
    assert sorted(copies.articles, key=str) == sorted(content.articles, key=str)
    assert (copies.intents_text, copies.policy_text) == (content.intents_text, content.policy_text)


@pytest.mark.parametrize("name", ["articles.jsonl", "intents.yaml", "policy.yaml"])
def test_damaged_copies_are_not_used(data: Path, name: str) -> None:
    flip(generation_folder(data) / name)
    generation = Salvage.of(generation_folder(data))
    assert generation is not None
    assert read_copies(generation) is None


def test_only_sound_files_are_copied(data: Path, tmp_path: Path) -> None:
    folder = generation_folder(data)
    generation = Salvage.of(folder)
    assert generation is not None
    assert generation.copy(("policy.yaml",), tmp_path)
    (tmp_path / "policy.yaml").unlink()
    flip(folder / "intents.yaml")
    assert not generation.copy(("policy.yaml", "intents.yaml"), tmp_path)
    assert not generation.copy(("nothing.txt",), tmp_path)
    assert not (tmp_path / "policy.yaml").exists()
    assert generation.text("nothing.txt") == ""
    flip(folder / "manifest.json")
    assert Salvage.of(folder) is None
