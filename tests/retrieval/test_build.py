import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.article import Article
from retrieval.build import stage
from retrieval.config import RetrievalSettings
from retrieval.embedder import Encoded, Floats
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
    KnowledgeBaseError,
    RefusedDeletionError,
)
from retrieval.hit import Query
from retrieval.load import load, load_lexical
from retrieval.manifest import Manifest, current, generation_folder, read_manifest, verify
from retrieval.swap import rollback


class CountingEmbedder:
    """Counts the texts that pass through another embedder."""

    def __init__(self) -> None:
        self._inner = HashingEmbedder(64)
        self.texts = 0

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    @property
    def sha256(self) -> str:
        return self._inner.sha256

    @property
    def files(self) -> Mapping[str, str]:
        return self._inner.files

    def embed(self, texts: Sequence[str]) -> Floats:
        self.texts += len(texts)
        return self._inner.embed(texts)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self.texts += len(texts)
        return self._inner.encode(texts)


SETTINGS = RetrievalSettings()


def publish(
    articles: Sequence[Article], data: Path, embedder: CountingEmbedder | HashingEmbedder | None
) -> Manifest:
    with stage(articles, data, embedder, SETTINGS) as staged:
        return staged.publish()


def first(data: Path, text: str, embedder: HashingEmbedder | None = None) -> str:
    found = load(data, SETTINGS, embedder).search(Query(text))
    return found[0].passage.article_id if found else ""


def test_a_generation_is_published_and_loaded(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    assert current(tmp_path) is None
    with stage(articles, tmp_path, embedder, SETTINGS) as staged:
        assert staged.report.added == ("fees", "freeze", "karte", "limits", "staff")
        (staged.folder / "calibration.json").write_text("{}")
        assert current(tmp_path) is None
        manifest = staged.publish({"policy": "v1"})
    assert current(tmp_path) == manifest.version
    assert manifest.extra == {"policy": "v1"}
    assert "calibration.json" in manifest.files
    assert manifest.articles["freeze"] == "r1"
    assert manifest.model is not None
    assert (manifest.model.dimension, manifest.model.sha256) == (64, embedder.sha256)
    loaded = load(tmp_path, SETTINGS, embedder)
    assert loaded.version == manifest.version
    assert loaded.articles["freeze"] == articles[0]
    query = Query("freeze the card")
    assert loaded.search(query) == staged.index.search(query)


def test_unchanged_articles_keep_their_vectors(tmp_path: Path, articles: list[Article]) -> None:
    counting = CountingEmbedder()
    publish(articles, tmp_path, counting)
    before = counting.texts
    changed = [replace(articles[0], body="Now it is different.", revision="r2"), *articles[1:]]
    with stage(changed, tmp_path, counting, SETTINGS) as staged:
        assert counting.texts - before == 2  # one window, one title
        assert staged.report.changed == ("freeze",)
        assert staged.report.unchanged == ("fees", "karte", "limits", "staff")
        again = staged.index.search(Query("withdrawals cost"))
    with stage(changed, tmp_path / "fresh", counting, SETTINGS) as fresh:
        assert again == fresh.index.search(Query("withdrawals cost"))


def test_a_new_owner_needs_no_new_vector(tmp_path: Path, articles: list[Article]) -> None:
    counting = CountingEmbedder()
    publish(articles, tmp_path, counting)
    before = counting.texts
    moved = [replace(article, owner="New team", revision="r2") for article in articles]
    with stage(moved, tmp_path, counting, SETTINGS) as staged:
        assert len(staged.report.changed) == 5
        assert staged.index.articles["fees"].owner == "New team"
    assert counting.texts == before


def test_other_splitting_or_another_model_embeds_anew(
    tmp_path: Path, articles: list[Article]
) -> None:
    counting = CountingEmbedder()
    publish(articles, tmp_path, counting)
    before = counting.texts
    with stage(articles, tmp_path, counting, RetrievalSettings(window_words=20)):
        assert counting.texts > before
    with stage(articles, tmp_path, HashingEmbedder(32), SETTINGS) as staged:
        assert staged.index.encode("x").vector.shape == (32,)


def test_deleted_articles_are_gone_in_the_same_run(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    publish(articles, tmp_path, embedder)
    with stage(articles[1:], tmp_path, embedder, SETTINGS) as staged:
        assert staged.report.removed == ("freeze",)
        staged.publish()
    assert "freeze" not in load(tmp_path, SETTINGS, embedder).articles
    for file in generation_folder(tmp_path).iterdir():
        assert b"Unfreeze" not in file.read_bytes()


def test_mass_deletion_is_refused_unless_told(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    version = publish(articles, tmp_path, embedder).version
    with pytest.raises(RefusedDeletionError, match=r"2 of the 5.*--allow-mass-deletion"):
        stage(articles[:2], tmp_path, embedder, SETTINGS)
    assert current(tmp_path) == version
    with stage(articles[:3], tmp_path, embedder, SETTINGS):
        pass  # three of five are enough
    with stage(articles[:1], tmp_path, embedder, SETTINGS, allow_mass_deletion=True) as staged:
        assert len(staged.report.removed) == 4


def test_rollback_goes_one_generation_back(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    with pytest.raises(IndexMissingError):
        rollback(tmp_path)
    versions = [publish(articles, tmp_path, embedder).version]
    with pytest.raises(IndexMissingError, match="no earlier"):
        rollback(tmp_path)
    versions += [publish(articles[: 5 - n], tmp_path, embedder).version for n in (1, 2)]
    assert sorted(each.name for each in (tmp_path / "index").iterdir() if each.is_dir()) == sorted(
        versions[1:]
    )
    assert rollback(tmp_path).version == versions[1] == current(tmp_path)
    assert len(load(tmp_path, SETTINGS, embedder).articles) == 4


def test_rollback_refuses_a_damaged_generation(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    old = publish(articles, tmp_path, embedder).version
    new = publish(articles, tmp_path, embedder).version
    (tmp_path / "index" / old / "windows.npy").write_bytes(b"x")
    with pytest.raises(IndexDamagedError):
        rollback(tmp_path)
    assert current(tmp_path) == new


def test_what_is_not_published_leaves_no_trace(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    version = publish(articles, tmp_path, embedder).version
    with stage(articles, tmp_path, embedder, SETTINGS):
        pass
    assert current(tmp_path) == version
    assert {each.name for each in (tmp_path / "index").iterdir()} == {".lock", "CURRENT", version}


def test_two_builds_do_not_meet(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    with stage(articles, tmp_path, embedder, SETTINGS) as staged:
        with pytest.raises(IndexLockedError):
            stage(articles, tmp_path, embedder, SETTINGS)
        staged.publish()
    publish(articles, tmp_path, embedder)


def test_twins_are_refused(tmp_path: Path, articles: list[Article]) -> None:
    with pytest.raises(KnowledgeBaseError, match="freeze"):
        stage([articles[0], articles[0]], tmp_path, None, SETTINGS)


@pytest.mark.parametrize("damage", ["flip", "cut", "delete"])
def test_any_damaged_file_is_found_and_named(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder, damage: str
) -> None:
    publish(articles, tmp_path, embedder)
    folder = generation_folder(tmp_path)
    for file in sorted(folder.iterdir()):
        whole = file.read_bytes()
        if damage == "delete":
            file.unlink()
        elif damage == "cut":
            file.write_bytes(whole[: len(whole) // 2])
        else:
            file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(IndexDamagedError, match=file.name):
            load(tmp_path, SETTINGS, embedder)
        file.write_bytes(whole)
    load(tmp_path, SETTINGS, embedder)


def test_bm25_answers_while_the_vectors_are_damaged(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    publish(articles, tmp_path, embedder)
    folder = generation_folder(tmp_path)
    for file in folder.iterdir():
        if file.name != "articles.jsonl":
            file.unlink()
    lexical = load_lexical(tmp_path, SETTINGS, "the index is damaged")
    assert lexical.degraded == "the index is damaged"
    assert lexical.search(Query("freeze card"))[0].passage.article_id == "freeze"
    assert all(hit.passage.article_id != "staff" for hit in lexical.search(Query("secret lever")))
    publish(articles, tmp_path, embedder)  # and the next build puts it right
    assert first(tmp_path, "freeze card", embedder) == "freeze"


@pytest.mark.parametrize("content", ["", "nowhere", "../../etc", "a\nb", ".staging-1"])
def test_a_wrong_pointer_is_found(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder, content: str
) -> None:
    publish(articles, tmp_path, embedder)
    (tmp_path / "index" / "CURRENT").write_text(content)
    with pytest.raises(IndexDamagedError):
        load(tmp_path, SETTINGS, embedder)


def test_a_manifest_that_points_outside_is_refused(tmp_path: Path, articles: list[Article]) -> None:
    publish(articles, tmp_path, None)
    file = generation_folder(tmp_path) / "manifest.json"
    content = json.loads(file.read_text())
    content["files"]["../CURRENT"] = "0" * 64
    file.write_text(json.dumps(content))
    with pytest.raises(IndexDamagedError, match="outside"):
        verify(file.parent)


def test_another_format_asks_for_a_build(tmp_path: Path, articles: list[Article]) -> None:
    publish(articles, tmp_path, None)
    file = generation_folder(tmp_path) / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": 99}))
    with pytest.raises(IndexMismatchError, match="firstline index"):
        read_manifest(file.parent)


def test_another_model_than_the_index_is_a_mismatch(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    publish(articles, tmp_path, embedder)
    with pytest.raises(IndexMismatchError, match="hashing-64"):
        load(tmp_path, SETTINGS, HashingEmbedder(32))
    assert load(tmp_path, SETTINGS, None).degraded


def test_an_index_without_vectors_serves_with_any_model(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    publish(articles, tmp_path, None)
    assert first(tmp_path, "freeze card", embedder) == "freeze"


def test_the_data_folder_can_be_moved_and_names_no_path(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    publish(articles, tmp_path / "here", embedder)
    shutil.move(tmp_path / "here", tmp_path / "there")
    assert first(tmp_path / "there", "freeze card", embedder) == "freeze"
    for file in (tmp_path / "there").rglob("*"):
        assert file.is_dir() or str(tmp_path).encode() not in file.read_bytes()


def test_nothing_is_pickled(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    publish(articles, tmp_path, embedder)
    for file in generation_folder(tmp_path).glob("*.np[yz]"):
        loaded = np.load(file, allow_pickle=False)
        for name in getattr(loaded, "files", []):
            assert loaded[name].dtype != object


def test_an_unwritable_place_is_a_clear_error(tmp_path: Path, articles: list[Article]) -> None:
    (tmp_path / "index").write_text("a file stands where the folder should")
    with pytest.raises(IndexWriteError, match="can't be written"):
        stage(articles, tmp_path, None, SETTINGS)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_the_old_index(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    version = publish(articles, tmp_path, embedder).version
    with stage(articles, tmp_path, embedder, SETTINGS) as staged:
        (staged.folder / "manifest.json").symlink_to("/dev/full")
        with pytest.raises(IndexWriteError, match="disk is full"):
            staged.publish()
    assert current(tmp_path) == version
    assert first(tmp_path, "freeze card", embedder) == "freeze"


BUILD = """
import sys, pathlib
from retrieval.build import stage
from retrieval.config import RetrievalSettings
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.source import read_folder
print("ready", flush=True)
articles = read_folder(pathlib.Path(sys.argv[1])).articles
while True:
    with stage(articles, pathlib.Path(sys.argv[2]), HashingEmbedder(64), RetrievalSettings()) as s:
        s.publish()
"""


def test_a_killed_build_leaves_a_whole_index(tmp_path: Path, embedder: HashingEmbedder) -> None:
    folder, data = tmp_path / "kb", tmp_path / "data"
    folder.mkdir()
    for number in range(30):
        (folder / f"a{number}.md").write_text(f"# Card {number}\n\nText about card {number}.\n")
    command = [sys.executable, "-c", BUILD, str(folder), str(data)]
    for delay in (0.15, 0.2, 0.3, 0.45):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as building:  # noqa: S603 (our own code)
            assert building.stdout is not None
            building.stdout.readline()
            time.sleep(delay)
            building.send_signal(signal.SIGKILL)
        if current(data) is not None:
            assert first(data, "card 17", embedder) == "a17"
    with stage([], data, embedder, SETTINGS, allow_mass_deletion=True):
        left = [each.name for each in (data / "index").glob(".staging-*")]
        assert len(left) == 1  # its own; those of the killed are swept


def test_progress_is_reported(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    seen: list[tuple[str, int, int]] = []
    stage(
        articles,
        tmp_path,
        embedder,
        SETTINGS,
        progress=lambda *step: seen.append(step),
    ).close()
    assert seen[:2] == [("split", 1, 5), ("split", 2, 5)]
    assert seen[-1] == ("embed", 5, 5)
