"""Builds a new generation of the index beside the serving one, then swaps a pointer.

``stage`` writes a folder that nobody reads; the caller may add files; ``publish`` hashes, syncs
and swaps. A build that dies leaves the old generation serving, and the next one cleans up.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import IOBase
from pathlib import Path
from types import TracebackType
from typing import Self

from retrieval.article import Article, Passage
from retrieval.config import RetrievalSettings
from retrieval.corpus import Corpus, in_index_order
from retrieval.embedder import Embedder
from retrieval.errors import (
    IndexStoreError,
    KnowledgeBaseError,
    RefusedDeletionError,
)
from retrieval.generation import read_articles, write_corpus, write_lexical
from retrieval.lexical import build_lexical
from retrieval.load import open_generation
from retrieval.manifest import (
    FORMAT,
    MANIFEST,
    Manifest,
    ModelRecord,
    earlier_generations,
    generation_folder,
    index_folder,
    verify,
)
from retrieval.search import SearchIndex
from retrieval.splitter import split_article
from retrieval.swap import (
    disk_errors,
    hashes,
    hold,
    is_staging,
    keep_only,
    new_name,
    new_staging,
    point_to,
    sweep,
    sync,
)
from retrieval.vector_writer import Progress, Reusable, write_vectors


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of articles against the generation that serves."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


class StagedIndex:
    """A generation that is written but not published. Leaving the context discards it.

    Attributes:
        folder: Where the caller may add files of its own; they are hashed with the rest.
        index: The new generation, ready to search.
        report: What changed against the serving one.
    """

    def __init__(
        self, folder: Path, index: SearchIndex, report: Changes, manifest: Manifest, lock: IOBase
    ) -> None:
        self.folder = folder
        self.index = index
        self.report = report
        self._manifest = manifest
        self._lock = lock

    def serving_if_same(self, extra: Mapping[str, object]) -> Manifest | None:
        """The serving generation's manifest, when it is whole and publishing would repeat it."""
        try:
            serving = verify(self.folder.parent / self._manifest.previous)
        except IndexStoreError:
            return None
        return serving if serving.holds_the_same_as(self._hashed(extra)) else None

    def publish(self, extra: Mapping[str, object] | None = None) -> Manifest:
        """Hashes and syncs every file and makes this the serving generation.

        Args:
            extra: Plain JSON to remember in the manifest.

        Raises:
            IndexWriteError: When the disk is full; the old generation goes on serving.
        """
        with disk_errors(self.folder.parent):
            manifest = self._hashed(extra or {})
            (self.folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), "utf-8")
            sync(self.folder)
            home = self.folder.parent
            final = home / manifest.version
            self.folder.replace(final)
            self.folder = final
            point_to(home, manifest.version)
        keep_only(home, {manifest.version, manifest.previous})
        self.close()
        return manifest

    def _hashed(self, extra: Mapping[str, object]) -> Manifest:
        return self._manifest.model_copy(
            update={
                "created_at": datetime.now(UTC),
                "files": hashes(self.folder),
                "extra": dict(extra),
            }
        )

    def close(self) -> None:
        """Lets other builds in, and deletes the folder unless it was published."""
        if is_staging(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def stage(
    articles: Sequence[Article],
    data_dir: Path,
    embedder: Embedder | None,
    settings: RetrievalSettings,
    *,
    allow_mass_deletion: bool = False,
    progress: Progress | None = None,
) -> StagedIndex:
    """Writes a new generation beside the serving one.

    Articles whose words are unchanged keep their vectors when model and splitting are the same.

    Args:
        articles: Everything that the index shall hold; what is missing gets deleted.
        data_dir: The data folder.
        embedder: The model; without it the generation is searched by BM25 alone.
        settings: Retrieval settings.
        allow_mass_deletion: Go on though most known articles are missing.
        progress: Called with a stage, how many are done, and how many there are.

    Raises:
        KnowledgeBaseError: When two articles have one id.
        RefusedDeletionError: When under half of the known articles are left.
        IndexLockedError: When another build is running.
        IndexWriteError: When the disk is full.
    """
    _refuse_twins(articles)
    home = index_folder(data_dir)
    with disk_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        lock = hold(home)
    try:
        with disk_errors(home):
            sweep(home)
            return _stage(
                articles,
                data_dir,
                embedder,
                settings,
                allow_mass_deletion,
                progress or _quiet,
                lock,
            )
    except BaseException:
        sweep(home)
        lock.close()
        raise


def _stage(
    articles: Sequence[Article],
    data_dir: Path,
    embedder: Embedder | None,
    settings: RetrievalSettings,
    allow_mass_deletion: bool,
    progress: Progress,
    lock: IOBase,
) -> StagedIndex:
    known, old = _known(data_dir)
    report = _changes(known, articles)
    kept = len(known) - len(report.removed)
    if kept * 2 < len(known) and not allow_mass_deletion:
        raise RefusedDeletionError(len(known), kept)
    home = index_folder(data_dir)
    folder = new_staging(home)
    ordered = tuple(in_index_order(articles))
    passages: list[Passage] = []
    for done, article in enumerate(ordered, 1):
        passages.extend(split_article(article, settings))
        progress("split", done, len(ordered))
    corpus = Corpus(ordered, tuple(passages))
    write_corpus(folder, corpus)
    write_lexical(
        folder,
        build_lexical(corpus, k1=settings.k1, b=settings.b, title_repeats=settings.title_repeats),
    )
    if embedder is not None:
        reusable = Reusable(*old, embedder, settings) if old else None
        write_vectors(folder, corpus, embedder, settings, reusable, progress)
    manifest = Manifest(
        format=FORMAT,
        version=new_name(home),
        previous=old[0].name if old else next((f.name for f in earlier_generations(data_dir)), ""),
        created_at=datetime.now(UTC),
        model=_record(embedder) if embedder is not None else None,
        settings=settings.model_dump(mode="json", exclude={"model_path"}),
        articles={article.id: article.revision for article in ordered},
        passages=len(passages),
        files={},
        extra={},
    )
    index = open_generation(folder, manifest, settings, embedder)
    index.version = manifest.version
    return StagedIndex(folder, index, report, manifest, lock)


def _refuse_twins(articles: Sequence[Article]) -> None:
    seen: set[str] = set()
    for article in articles:
        if article.id in seen:
            raise KnowledgeBaseError(f"two articles have the id `{article.id}`")
        seen.add(article.id)


def _known(data_dir: Path) -> tuple[tuple[Article, ...], tuple[Path, Manifest] | None]:
    """Articles of the serving generation, and the generation itself when it is whole.

    From a damaged one the list of articles is taken when it can be read, so that the guard
    against deletion still stands; its vectors are not reused.
    """
    try:
        folder = generation_folder(data_dir)
    except IndexStoreError:
        return (), None
    try:
        manifest = verify(folder)
        return read_articles(folder), (folder, manifest)
    except IndexStoreError:
        pass
    try:
        return read_articles(folder), None
    except IndexStoreError:
        return (), None


def _changes(known: Sequence[Article], articles: Sequence[Article]) -> Changes:
    before = {article.id: article for article in known}
    after = {article.id: article for article in articles}
    both = [id_ for id_ in after if id_ in before]
    return Changes(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(id_ for id_ in both if before[id_] != after[id_])),
        unchanged=tuple(sorted(id_ for id_ in both if before[id_] == after[id_])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


def _record(embedder: Embedder) -> ModelRecord:
    return ModelRecord(
        name=embedder.name,
        sha256=embedder.sha256,
        dimension=embedder.dimension,
        files=dict(embedder.files),
    )


def _quiet(stage: str, done: int, total: int) -> None:
    """No progress is wanted."""
