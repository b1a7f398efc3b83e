"""``firstline kb preview``: which messages edited articles would answer, before they are published.

The edited folder is indexed into a copy of the data folder, where only what changed is embedded
anew; then the messages nearest to the edited articles, and the tests of all gaps, are played
through the assistant over either index. Nothing of it touches the index that serves.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from bot.config import Settings
from bot.content import read_content
from bot.data_folder import INSIGHTS
from bot.decision import Decision
from bot.edit_check import require_clean_folder
from bot.errors import NotReadyError
from bot.gap_finding import asking
from bot.insights.fates import Preview, fates_of, flips_of
from bot.insights.vector_cache import VectorCache
from bot.keys import load_or_create
from bot.knowledge import INTENTS_FILE, Knowledge
from bot.publishing import indexer
from bot.store import Store
from bot.wiring import Offline, build_offline, open_redactor
from redaction.redactor import RedactedText
from retrieval.embedder import Floats
from retrieval.manifest import index_folder

MOST_PLAYED = 200
"""Messages that are played, the nearest to the edited articles."""

_MOST_READ = 20_000
_DAYS = timedelta(days=90)


def preview(settings: Settings, kb: Path, store: Store, clock: Callable[[], datetime]) -> Preview:
    """Compare the articles of a folder with those in use.

    Args:
        settings: What is wanted.
        kb: The edited folder.
        store: The records with the messages and the tests.
        clock: Tells the time.

    Raises:
        NotReadyError: There is no index, or no embedding model.
        bot.errors.ConfigurationError: A file of the folder is malformed.
    """
    begun, now = time.monotonic(), clock()
    offline = build_offline(settings)
    before = offline.knowledge.current()
    embedder = before.index.embedder
    if embedder is None:
        raise NotReadyError("a preview needs the embedding model: see `firstline check`")
    with _copied(settings) as copy:
        content = read_content(kb)
        changes = indexer(copy, _quiet, embedder).run(content, allow_mass_deletion=True).changes
        edited = (*changes.added, *changes.changed, *changes.removed)
        then = build_offline(copy, embedder)
        messages = _nearest(before, then.knowledge.current(), edited, store, now, settings)
        cases = store.gaps.every_case()
        texts = [*(text for _, text in messages), *(case.text for _, case in cases)]
        old, new = (_decided(each, texts) for each in (offline, then))
    return Preview(
        at=now,
        seconds=time.monotonic() - begun,
        articles=edited,
        played=len(messages),
        fates=fates_of(messages, old[: len(messages)], new[: len(messages)], edited),
        tests=len(cases),
        flips=flips_of(cases, old[len(messages) :], new[len(messages) :]),
    )


def require_no_personal_data(settings: Settings, kb: Path) -> None:
    """Look at what a folder says beyond the index in use, before any of it is copied.

    Raises:
        NotReadyError: There is no index.
        bot.edit_check.PersonalDataError: An article holds personal data; names file, line and kind.
        bot.errors.ConfigurationError: A file of the folder is malformed.
    """
    knowledge = build_offline(settings).knowledge.current()
    intents = index_folder(settings.data) / knowledge.version / INTENTS_FILE
    require_clean_folder(
        lambda: open_redactor(settings, load_or_create(settings.data)),
        kb,
        read_content(kb).articles,
        knowledge.index.articles,
        {INTENTS_FILE: intents.read_text(encoding="utf-8") if intents.is_file() else ""},
    )


def _decided(offline: Offline, texts: Sequence[str]) -> Sequence[Decision]:
    # Messages were redacted before they were stored, and an owner's words are nobody's.
    return asking(offline)([RedactedText(text) for text in texts])


def _nearest(
    before: Knowledge,
    after: Knowledge,
    edited: Sequence[str],
    store: Store,
    now: datetime,
    settings: Settings,
) -> list[tuple[str, str]]:
    """Turn and text of the messages nearest to the edited articles, as they were and will be."""
    passages = [
        passage.text
        for knowledge in (before, after)
        for name in edited
        if name in knowledge.index.articles
        for passage in knowledge.index.passages_of(name)
    ]
    embedder = before.index.embedder
    messages = store.insights.first_messages(now - _DAYS, _MOST_READ)
    if not passages or not messages or embedder is None:
        return []
    vectors = VectorCache(settings.data / INSIGHTS, embedder).vectors([t for _, t in messages])
    about: Floats = embedder.embed(passages)
    near = (vectors @ about.T).max(axis=1)
    return [messages[row] for row in np.argsort(-near, kind="stable")[:MOST_PLAYED].tolist()]


@contextmanager
def _copied(settings: Settings) -> Iterator[Settings]:
    """Settings with a copy of index, models and keys that goes away; the records stay outside."""
    home = settings.data / INSIGHTS
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="preview-", dir=home) as name:
        copy = Path(name)
        for part in ("index", "models", "keys"):
            if (settings.data / part).is_dir():
                shutil.copytree(settings.data / part, copy / part, copy_function=_linked)
        yield settings.model_copy(update={"data": copy})


def _linked(source: str, target: str) -> str:
    """A link to a file of a generation or model, which nobody writes to; else a copy."""
    if Path(source).parent.name in {"index", "keys"}:
        return str(shutil.copy2(source, target))
    os.link(source, target)
    return target


def _quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


@contextmanager
def edited_folder(kb: Path, path: str, text: str) -> Iterator[Path]:
    """A copy of a knowledge base folder in which one file says something else.

    Args:
        kb: The folder.
        path: The file in it.
        text: What it says.
    """
    with tempfile.TemporaryDirectory(prefix="firstline-preview-") as name:
        copy = Path(name) / "kb"
        shutil.copytree(kb, copy, ignore=shutil.ignore_patterns(".git"))
        (copy / path).write_text(text, encoding="utf-8")
        yield copy
