"""Drafting the article that a gap needs, with what agents told its customers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from bot.config import Settings
from bot.conversation import Speaker
from bot.data_folder import EXPORT_VECTORS, INSIGHTS
from bot.errors import IntentsError
from bot.insights.draft import Draft, DraftError, draft_article
from bot.insights.gist import gist
from bot.insights.outline import ToldStep, told_steps
from bot.insights.snapshot import SnapshotFile
from bot.insights.vector_cache import VectorCache
from bot.intents import parse_intents
from bot.knowledge import INTENTS_FILE, Knowledge
from bot.measure.replayed import ReplayedConversation, read_replayed
from bot.store import Store
from bot.store_errors import UnknownConversation
from bot.store_gaps import GapState, KnownGap
from bot.tone import phrases_in
from bot.wiring import Offline
from redaction.redactor import RedactedText
from retrieval.manifest import index_folder

_MOST = 100
"""Conversations whose agents are heard."""

_ABOUT_IT = 0.6
"""Cosine of a first message and a gap's centre from which the conversation is taken for its."""


def draft_for(
    offline: Offline,
    store: Store,
    gap_id: str,
    title: str,
    notes: Sequence[str],
    by: str,
    now: datetime,
    conversations: Path | None = None,
) -> Draft:
    """Draft the article that a gap needs; an open gap becomes ``drafting``.

    Args:
        offline: The assistant over the index in use.
        store: The records.
        gap_id: The gap.
        title: The article's heading.
        notes: What to do, in the owner's words, a step each; in place of what agents told.
        by: Who asked for it.
        now: The time.
        conversations: The export that the gap was found in; the records where it is ``None``.

    Raises:
        bot.store_gaps.UnknownGap: There is none of that id.
        bot.insights.draft.DraftError: Nothing is confirmed, or there is such an article.
        bot.measure.replayed.ReplayFileError: The export can't be read.
    """
    known = store.gaps.get(gap_id)
    knowledge = offline.knowledge.current()
    intents = _intents(offline.settings, knowledge.version)
    told = () if notes else _told(offline, store, known, conversations)
    cases = store.gaps.cases(gap_id)
    listed = parse_intents(intents, INTENTS_FILE).phrases.topics
    topics = dict.fromkeys(line for case in cases for line in phrases_in(case.text, listed))
    draft = draft_article(knowledge, gap_id, cases, title, notes, intents, told, tuple(topics))
    folder = offline.settings.kb
    if folder is not None and (folder / draft.path).exists():
        raise DraftError(f"{draft.path} is there already, though not indexed yet: write it there")
    if known.state is GapState.OPEN:
        store.gaps.move(gap_id, GapState.DRAFTING, "", by, now)
    return draft


def _intents(settings: Settings, version: str) -> str:
    """The intents file, as the knowledge base has it now; else as it was indexed; else empty."""
    files = [index_folder(settings.data) / version / INTENTS_FILE]
    if settings.kb is not None:
        files.insert(0, settings.kb / INTENTS_FILE)
    for file in files:
        try:
            text = file.read_bytes().decode("utf-8")  # as it is: line ends are what a patch meets
            parse_intents(text, file.name)
        except (OSError, UnicodeDecodeError, IntentsError):
            continue
        return text
    return ""


def _told(
    offline: Offline, store: Store, gap: KnownGap, conversations: Path | None
) -> tuple[ToldStep, ...]:
    """What agents told the gap's customers, masked once more; what still holds a value is left."""
    knowledge = offline.knowledge.current()
    if knowledge.index.embedder is None:
        return ()
    folder = offline.settings.data / INSIGHTS
    replies = (
        _recorded(store, SnapshotFile(folder), gap.id)
        if conversations is None
        else _exported(knowledge, offline, conversations, gap)
    )
    masked = [[offline.redactor.redact(text).text for text in texts] for texts in replies]
    return told_steps(masked, knowledge.index.embedder)


def _recorded(store: Store, file: SnapshotFile, gap_id: str) -> Iterator[list[str]]:
    """Agents' words in the gap's conversations, as the last reckoning knows them."""
    snapshot = file.read()
    gaps = snapshot.report.gaps if snapshot and snapshot.report else ()
    ids = next((gap.conversation_ids for gap in gaps if gap.id == gap_id), ())
    for each in ids[:_MOST]:
        try:
            turns = store.load(each).turns
        except UnknownConversation:
            continue
        yield [turn.text for turn in turns if turn.speaker is Speaker.AGENT]


def _exported(
    knowledge: Knowledge, offline: Offline, file: Path, gap: KnownGap
) -> list[list[RedactedText]]:
    """Agents' words in the conversations of an export that begin like the gap's messages."""
    embedder = knowledge.index.embedder
    assert embedder is not None  # noqa: S101  for mypy; the caller looked
    vectors = VectorCache(offline.settings.data / INSIGHTS, embedder, EXPORT_VECTORS)
    redact = offline.redactor.redact
    rows = [
        (gist(redact(asked).text), each)
        for each in read_replayed(file, torn=lambda _why: None)
        if (asked := _asked(each)) and any(turn.speaker == "agent" for turn in each.turns)
    ]
    if not rows:
        return []
    cosines = vectors.vectors([text for text, _ in rows]) @ (
        gap.centre / np.linalg.norm(gap.centre)
    )
    near = [int(row) for row in np.argsort(-cosines)[:_MOST] if cosines[row] >= _ABOUT_IT]
    return [
        [redact(turn.text).text for turn in rows[row][1].turns if turn.speaker == "agent"]
        for row in near
    ]


def _asked(conversation: ReplayedConversation) -> str:
    return next((t.text for t in conversation.turns if t.speaker == "customer"), "")
