"""Prose for the draft of an article, by a language model: marked, with its sources, never live.

What leaves: the messages that an owner confirmed, passages of articles for customers, the owner's
notes, and what agents answered in the gap's conversations, redacted once more.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from posixpath import dirname, relpath

from bot.compose.composer import Source
from bot.compose.draft_reader import NOTES, TO_CHECK, is_told
from bot.compose.drafting import ArticleDraft, draft
from bot.conversation import Conversation
from bot.errors import FirstlineError
from bot.gate import TextRedactor
from bot.grounding.check import GroundingCheck
from bot.insights.draft import SHORT_ANSWER, Draft, related_articles
from bot.insights.snapshot import SnapshotFile
from bot.insights.told import told_by_agents
from bot.knowledge import Knowledge
from bot.llm.chat_model import ChatModel, ChatModelError
from bot.llm.turn import model_turn
from bot.spend import Account
from bot.store import Store
from bot.store_errors import UnknownConversation
from bot.threaded import threaded
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience
from retrieval.hit import Query

logger = logging.getLogger(__name__)

SECONDS = 45.0
"""For a draft in all; proxies give up on a request after 60."""

_LOOKED_AT = 5
_HITS = 10
_CONVERSATIONS = 10
_KEPT = 8


class NoProseError(FirstlineError):
    """A model words no draft now; the outline stands."""


@dataclass(frozen=True, slots=True)
class WordedDraft:
    """A draft with prose.

    Attributes:
        draft: The article.
        prose: What the model wrote of it.
    """

    draft: Draft
    prose: ArticleDraft


class ProseWriter:
    """Words drafts, one at a time: customers' turns share the way to the model.

    Args:
        model: Words them.
        knowledge: The knowledge base in use.
        store: The records.
        file: The last snapshot, by which a gap's conversations are known.
        redactor: Masks what agents wrote once more, and finds personal data in what came.
        own: Names of the company itself.
        seconds: How long a draft may take.
    """

    def __init__(
        self,
        model: ChatModel,
        knowledge: Callable[[], Knowledge],
        store: Store,
        file: SnapshotFile,
        redactor: TextRedactor,
        own: frozenset[str] = frozenset(),
        seconds: float = SECONDS,
    ) -> None:
        self._model = model
        self._knowledge = knowledge
        self._store = store
        self._file = file
        self._redactor = redactor
        self._own = own
        self._seconds = seconds
        self._busy = False
        self._made: dict[str, WordedDraft] = {}

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._model.name

    def last(self, outline: Draft) -> WordedDraft | None:
        """What was worded of the same outline before, where it is still known."""
        return self._made.get(outline.patch())

    async def word(self, gap_id: str, outline: Draft, notes: Sequence[str]) -> WordedDraft:
        """Word a draft.

        Args:
            gap_id: The gap.
            outline: The draft without prose.
            notes: What to do, in the owner's words.

        Raises:
            NoProseError: The model failed, took too long or supported nothing; says why.
        """
        if self._busy:
            raise NoProseError("another draft is being worded: try again in a minute")
        self._busy = True
        try:
            async with asyncio.timeout(self._seconds + 1):
                made = await self._word(gap_id, outline, notes)
        except ChatModelError as error:
            raise NoProseError(str(error)) from error
        except TimeoutError as error:
            raise NoProseError(f"{self.name} did not reply within {self._seconds:g} s") from error
        except NoProseError:
            raise
        except Exception as error:  # whatever breaks, the outline stands
            logger.exception("not drafted model=%s", self.name)
            raise NoProseError(f"it failed ({type(error).__name__})") from error
        finally:
            self._busy = False
        self._made[outline.patch()] = made
        for oldest in list(self._made)[:-_KEPT]:
            del self._made[oldest]
        return made

    async def _word(self, gap_id: str, outline: Draft, notes: Sequence[str]) -> WordedDraft:
        knowledge = self._knowledge()
        texts = [case.text for case in await threaded(self._store.gaps.cases, gap_id)]
        sources = await threaded(sources_of, knowledge, texts)
        told = await threaded(self._told, gap_id)
        check = GroundingCheck(own=self._own, embedder=knowledge.index.embedder)
        with model_turn(self._seconds, Account()):
            prose = await draft(
                self._model,
                [RedactedText(text) for text in texts],
                sources,
                RedactedText("\n".join(notes)),
                told,
                check,
                self._is_personal,
            )
        if not prose.kept + prose.to_check:
            raise NoProseError(f"no source supports anything that {self.name} wrote")
        related = {source.article.id: source.article for source in sources}
        rests_on = dict.fromkeys(each.rpartition("#")[0] for each in prose.rests_on)
        cited = [related[each] for each in rests_on if each in related]
        return WordedDraft(_with_prose(outline, prose, cited, self.name), prose)

    def _told(self, gap_id: str) -> list[RedactedText]:
        """What agents answered in the gap's conversations, as the last snapshot knows them."""
        snapshot = self._file.read()
        gaps = snapshot.report.gaps if snapshot and snapshot.report else ()
        ids = next((gap.conversation_ids for gap in gaps if gap.id == gap_id), ())
        texts = told_by_agents(self._conversations(ids[:_CONVERSATIONS]))
        return [self._redactor.redact(text).text for text in texts]

    def _conversations(self, ids: Sequence[str]) -> Iterator[Conversation]:
        for each in ids:
            try:
                yield self._store.load(each)
            except UnknownConversation:
                continue

    def _is_personal(self, text: str) -> bool:
        return bool(self._redactor.redact(text).findings)


def sources_of(knowledge: Knowledge, texts: Sequence[str]) -> list[Source]:
    """Articles for customers near some messages, each with its nearest passages first."""
    related = related_articles(knowledge, texts)
    near: dict[str, float] = {}
    for text in texts[:_LOOKED_AT]:
        query = Query(text, audience=Audience.CUSTOMER, limit=_HITS)
        for hit in knowledge.index.search(query):
            near[hit.passage.id] = max(hit.dense, near.get(hit.passage.id, 0.0))

    def passages(article: Article) -> Source:
        every = knowledge.index.passages_of(article.id)
        return Source(article, tuple(sorted(every, key=lambda p: -near.get(p.id, 0.0))))

    return [passages(article) for article in related]


def _with_prose(outline: Draft, prose: ArticleDraft, cited: Sequence[Article], model: str) -> Draft:
    folder = dirname(outline.path) or "."
    sources = [f"- [{a.title}]({relpath(a.path, folder)})" for a in cited]
    if NOTES in prose.rests_on:
        sources.append("- the owner's notes")
    if any(is_told(each) for each in prose.rests_on):
        sources.append("- what agents answered customers: true of one case, perhaps not of all")
    note = (
        f"> Draft, worded by {model} ({prose.worded_by.partition(' ')[0]}) from the sources at the "
        f"end.\n> Nobody has checked it. What ends with “{TO_CHECK}” no article and no note "
        "supports.\n> Delete this note, the marks and the list of sources before you publish."
    )
    worded = outline.text.replace(SHORT_ANSWER, f"{note}\n\n{prose.body}", 1)
    listed = "\n".join(sources or ["- none: all of it is to be checked"])
    return replace(outline, text=f"{worded}\n## Sources of this draft\n{listed}\n")
