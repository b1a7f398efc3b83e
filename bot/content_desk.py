"""What content owners see and do on their pages: the last snapshot, with what changed since.

States, votes and words come from the records at once; what takes minutes stands in the snapshot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.conversation import Conversation
from bot.data_folder import PREVIEWS
from bot.insights.dismissed import without
from bot.insights.draft import Draft
from bot.insights.drivers import DriverReport
from bot.insights.fates import Preview
from bot.insights.gap import Gap
from bot.insights.gaps import Chatter, GapReport
from bot.insights.gist import gist
from bot.insights.health import ArticleHealth, with_changes
from bot.insights.naming import title_of
from bot.insights.played_words import turns_of, with_words
from bot.insights.preview_jobs import PreviewJob, PreviewJobs
from bot.insights.product_changes import merged
from bot.insights.progress import moved_by_hand
from bot.insights.prose import ProseWriter
from bot.insights.snapshot import Snapshot, SnapshotFile
from bot.reckoner import ReckoningFolder, Standing
from bot.store import Store
from bot.store_audit import AuditEntry
from bot.store_dismissals import Dismissal
from bot.store_errors import UnknownConversation
from bot.store_gaps import CLOSED, GapCase, GapState
from bot.store_insights import GapStanding, RevisionVotes

Drafter = Callable[[str, str, Sequence[str], str, datetime], Draft]
Digester = Callable[[GapReport, Sequence[ArticleHealth], DriverReport, str], str]

_TITLES = 3

SHOWN = 10
"""Conversations that a page quotes."""


@dataclass(frozen=True, slots=True)
class Board:
    """The snapshot as it is shown now.

    Attributes:
        snapshot: As it was reckoned.
        gaps: Its gaps with titles and their states of now, open ones first, then by worth.
        standings: Where each gap stands.
    """

    snapshot: Snapshot
    gaps: tuple[Gap, ...]
    standings: dict[str, GapStanding]

    def gap(self, gap_id: str) -> Gap | None:
        """One gap; ``None`` where the last run did not find it."""
        return next((gap for gap in self.gaps if gap.id == gap_id), None)


@dataclass(frozen=True, slots=True)
class GapFolder:
    """All that is known of one gap.

    Attributes:
        snapshot: The run that found it.
        gap: As that run found it, with the words of its examples and tests.
        standing: Where it stands.
        cases: Its tests.
        deeds: What was done to it, the newest first.
        conversations: The first of its conversations that are still there.
    """

    snapshot: Snapshot
    gap: Gap
    standing: GapStanding
    cases: Sequence[GapCase]
    deeds: Sequence[AuditEntry]
    conversations: Sequence[Conversation]


@dataclass(frozen=True, slots=True)
class EditedArticle:
    """An edit that is or was previewed.

    Attributes:
        job: The edit.
        preview: What it would change; ``None`` while it is played.
        failure: Why it can't be played; empty where it can.
    """

    job: PreviewJob
    preview: Preview | None
    failure: str


class ContentDesk:
    """Answers the pages. Plain synchronous code, safe to call from threads.

    Args:
        store: The records.
        file: The snapshot.
        folder: Where a new one is asked for.
        drafter: Drafts an article of gap, title, notes, who and when.
        digester: Writes the week's news of gaps, health and drivers.
        sources: The knowledge base folder, for previews of edits.
        clock: Tells the time.
        prose: Words drafts by a language model; ``None`` where no model does.
    """

    def __init__(
        self,
        store: Store,
        file: SnapshotFile,
        folder: ReckoningFolder,
        drafter: Drafter,
        digester: Digester,
        sources: Path,
        clock: Callable[[], datetime],
        prose: ProseWriter | None = None,
    ) -> None:
        self.prose = prose
        self._store = store
        self._file = file
        self._folder = folder
        self._drafter = drafter
        self._digester = digester
        self._sources = sources
        self._previews = PreviewJobs(folder.folder / PREVIEWS)
        self._clock = clock

    def standing(self) -> Standing:
        """What is known of the next snapshot."""
        return self._folder.standing()

    def reckon(self) -> None:
        """Asks for a new snapshot, which a process beside the server makes."""
        self._folder.ask()

    def snapshot(self) -> Snapshot | None:
        """The last snapshot, with the changes of the product that wait now."""
        snapshot = self._file.read()
        if snapshot is None:
            return None
        changes = merged(snapshot.changes, self._store.changes.every())
        health = without(snapshot.health, self._store.dismissals.keys())
        return replace(snapshot, health=with_changes(health, changes, self._clock()))

    def dismiss(self, key: str, reason: str, by: str) -> bool:
        """Says that a contradiction is none; whether the last run names one of that key."""
        snapshot = self._file.read()
        named = snapshot.health if snapshot is not None else ()
        if not key or not any(issue.key == key for each in named for issue in each.issues):
            return False
        self._store.dismissals.add(Dismissal(key, reason, by, self._clock()))
        return True

    def board(self) -> Board | None:
        """The snapshot as it is now; ``None`` where there is none yet."""
        snapshot = self.snapshot()
        if snapshot is None:
            return None
        standings = self._store.insights.gap_standings()
        found = snapshot.report.gaps if snapshot.report is not None else ()
        said = {gap.id: snapshot.said.get(gap.id, ())[:_TITLES] for gap in found}
        texts = self._store.insights.texts([turn for turns in said.values() for turn in turns])
        gaps = [
            replace(
                gap,
                title=_title([texts[turn] for turn in said[gap.id] if turn in texts], gap.terms),
                state=standings[gap.id].state if gap.id in standings else gap.state,
            )
            for gap in found
        ]
        gaps.sort(key=lambda gap: (gap.state in CLOSED, -gap.worth, gap.id))
        return Board(snapshot, tuple(gaps), standings)

    def chatter(self, snapshot: Snapshot) -> list[Chatter]:
        """What is none of our topics, as far as its words are kept."""
        found = snapshot.report.chatter if snapshot.report is not None else ()
        texts = self._store.insights.texts([turn for turn in snapshot.chatter_said if turn])
        return [
            Chatter(title_of(gist(texts[turn])), each.contacts)
            for each, turn in zip(found, snapshot.chatter_said, strict=False)
            if turn in texts
        ]

    def open_gap(self, gap_id: str, first: int = 0) -> GapFolder | None:
        """One gap with some of its conversations; ``None`` where the last run did not find it.

        Args:
            gap_id: The gap.
            first: Place of the first conversation that is shown.
        """
        board = self.board()
        gap = board.gap(gap_id) if board is not None else None
        if board is None or gap is None or gap_id not in board.standings:
            return None
        cases = self._store.gaps.cases(gap_id)
        texts = self._store.insights.texts(turns_of(board.snapshot, gap_id))
        return GapFolder(
            board.snapshot,
            with_words(gap, board.snapshot, cases, texts),
            board.standings[gap_id],
            cases,
            self._store.insights.gap_deeds(gap_id),
            self.conversations(gap.conversation_ids[first : first + SHOWN]),
        )

    def conversations(self, ids: Sequence[str]) -> list[Conversation]:
        """Those of these conversations that were not erased."""
        found = []
        for each in ids:
            try:
                found.append(self._store.load(each))
            except UnknownConversation:
                continue
        return found

    def move(self, gap_id: str, state: str, reason: str, by: str) -> GapState:
        """Puts a gap in another state, on record.

        Raises:
            bot.insights.progress.GapStateError: Nobody can put it there by hand.
            bot.store_gaps.UnknownGap: There is no such gap.
        """
        wanted = moved_by_hand(self._store.gaps.get(gap_id), state, reason)
        why = reason if wanted is GapState.DISMISSED else ""
        self._store.gaps.move(gap_id, wanted, why, by, self._clock())
        return wanted

    def confirm(self, gap_id: str, cases: Sequence[GapCase], by: str) -> None:
        """Makes messages the gap's tests, in place of earlier ones.

        Raises:
            bot.store_gaps.UnknownGap: There is no such gap.
        """
        self._store.gaps.confirm(gap_id, cases, by, self._clock())

    def draft(self, gap_id: str, title: str, notes: Sequence[str], by: str) -> Draft:
        """Drafts the article that a gap needs; an open gap is being drafted from then on.

        Raises:
            bot.insights.draft.DraftError: Nothing is confirmed yet, or there is such an article.
            bot.store_gaps.UnknownGap: There is no such gap.
        """
        return self._drafter(gap_id, title, notes, by, self._clock())

    def digest(self) -> str:
        """The week's news as Markdown for a mail; empty without a snapshot."""
        board = self.board()
        if board is None or board.snapshot.report is None:
            return ""
        snapshot, report = board.snapshot, board.snapshot.report
        told = replace(report, gaps=board.gaps)
        return self._digester(told, snapshot.health, snapshot.drivers, snapshot.currency)

    def votes(self, article_id: str) -> Sequence[RevisionVotes]:
        """The votes on each revision of an article, the newest first."""
        return self._store.insights.votes_by_revision(article_id)

    def cases_of_article(self, article_id: str) -> list[tuple[str, GapCase]]:
        """The tests that this article must pass, each with its gap."""
        every = self._store.gaps.every_case()
        return [(gap, case) for gap, case in every if case.article_id == article_id]

    def source(self, path: str) -> str | None:
        """What a file of the knowledge base folder says; ``None`` where it isn't there."""
        file = (self._sources / path).resolve()
        if not file.is_relative_to(self._sources.resolve()):
            return None
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def ask_preview(self, path: str, text: str) -> str:
        """Asks for the preview of an edit, which a process beside the server plays; its name."""
        return self._previews.ask(path, text, self._clock())

    def preview(self, job_id: str) -> EditedArticle | None:
        """An edit with what came of it; ``None`` where there is none of that name."""
        job = self._previews.job(job_id)
        if job is None:
            return None
        found = self._previews.result(job_id)
        if found is not None:
            texts = self._store.insights.texts([fate.turn_id for fate in found.fates])
            kept = (replace(f, text=texts[f.turn_id]) for f in found.fates if f.turn_id in texts)
            found = replace(found, fates=tuple(kept))
        return EditedArticle(job, found, self._previews.failure(job_id))


def _title(texts: Sequence[str], terms: Sequence[str]) -> str:
    """A gap's title: its most typical message that is kept, or the words that set it apart."""
    return title_of(gist(texts[0])) if texts else ", ".join(terms) or "its words have been cleared"
