"""A whole small installation for the page tests: real app, store and pages, scripted assistant."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from bot.api.app import create_app
from bot.api.options import ApiOptions, Rates
from bot.api.pages import PagePolicy, Pages
from bot.api.printing import PageSources
from bot.api.refusal_pages import install_refusal_pages
from bot.api.services import IndexState
from bot.content_desk import ContentDesk
from bot.conversation import Conversation
from bot.decision import (
    Answer,
    Citation,
    Clarify,
    Decision,
    Handoff,
    HandoffReason,
    Option,
    Reply,
    ReplyReason,
    Risk,
)
from bot.dialogue import Exchange, Judgement, exchange
from bot.evidence import ArticleScore, Evidence, IntentScore
from bot.gate import Gate
from bot.insights.board_desk import BoardDesk, BoardsFile
from bot.insights.draft import SHORT_ANSWER, Draft
from bot.insights.prose import ProseWriter
from bot.insights.snapshot import SnapshotFile
from bot.lines import load_lines
from bot.llm.turn import current_turn
from bot.queues import Queues
from bot.reckoner import ReckoningFolder
from bot.service import Care, ConversationService
from bot.staff import StaffAccess, add_account, make_sign_in
from bot.standing import Standings
from bot.store import Store
from bot.store_gaps import GapState
from bot.tokens import VisitorTokens
from bot.web.brand import Brand
from bot.web.catalogue import Catalogue
from redaction.findings import Finding
from redaction.redactor import RedactedText, Redaction
from retrieval.article import Article, Audience, Passage
from retrieval.hit import Hit

KESTREL = Brand(
    name="Kestrel",
    suggested_questions=("How do I top up?", "My card hasn't arrived yet"),
    hours="Mon–Fri 8–20",
)
KEY = b"0123456789abcdef0123456789abcdef"
_PERSONAL = re.compile(r"(?P<EMAIL>[\w.]+@[\w.]+\w)|(?P<CARD>\b\d(?:[ -]?\d){12,18}\b)")

FREEZE = """Freeze your card in the app: `Cards → Freeze`. It works at once and you can undo it.

## Steps

1. Open **Cards** and choose the card.
2. Tap **Freeze**.
3. If the card is gone for good, [order a new one](../cards/replace.md#fees--limits).

## Fees & limits

| What | Fee | Time |
|---|--:|---|
| Freeze | £0 | at once |
| New card | £5 | 3 to 5 working days |

## If it doesn't work

Update the app, then try again. See [our status page](https://status.example.com).
"""
REPLACE = """A new card costs £5 and arrives in 3 to 5 working days.

## Fees & limits

You can order two cards a year.
"""
INTERNAL = "Ask for the last four digits. Secret word: heliotrope."


def article(
    id_: str, title: str, body: str, *, domain: str = "cards", internal: bool = False
) -> Article:
    return Article(
        id=id_,
        title=title,
        body=body,
        path=f"{'internal' if internal else domain}/{id_.removesuffix('-card')}.md",
        owner="cards-team",
        domain=domain,
        audience=Audience.INTERNAL if internal else Audience.CUSTOMER,
        locale="en",
        intents=(f"intent_{id_}",),
        reviewed_on=date(2026, 10, 5),
        review_days=180,
        tags=("card",),
        revision="0" * 12,
    )


ARTICLES = (
    article("freeze-card", "How to freeze your card", FREEZE),
    article("replace-card", "How to replace your card", REPLACE),
    article("top-up", "How to top up", "Top up by card or transfer.\n", domain="top-ups"),
    article("desk-freeze", "Freezing for a caller", INTERNAL, internal=True),
)


class PatternRedactor:
    """Finds e-mail addresses and long numbers."""

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        del locale, recent, asked
        found = tuple(
            Finding(match.start(), match.end(), match.lastgroup or "", 1.0)
            for match in _PERSONAL.finditer(text)
        )
        masked = _PERSONAL.sub(lambda match: f"[{match.lastgroup}_1]", text)
        return Redaction(RedactedText(masked), found, dict(placeholders or {}))


def answer(*, offers_agent: bool = False) -> Answer:
    text = (
        "Freeze your card in the app: `Cards → Freeze`. It works at once.\n\n"
        "| What | Fee | Time |\n|---|--:|---|\n| Freeze | £0 | at once |\n| New card | £5 | 5 d |"
    )
    citations = (
        Citation("freeze-card", "freeze-card#2", "How to freeze your card", "fees--limits", text),
        Citation("replace-card", "replace-card#0", "How to replace your card", "", REPLACE),
    )
    return Answer(text, citations, 0.93, offers_agent)


CLARIFY = Clarify(
    "I found two things this could be about. Which one is it?",
    (
        Option("How to freeze your card", "freeze-card", "intent_freeze-card"),
        Option("How to replace your card", "replace-card", "intent_replace-card"),
    ),
    0.5,
)
HANDOFF = Handoff(
    HandoffReason.HIGH_RISK,
    "This needs a person. Mon–Fri 8–20 someone answers within about 4 minutes.",
    "A payment the customer doesn't know.",
)
HELLO = Reply(ReplyReason.SMALL_TALK, "Hello! Ask me anything about your account or card.")


@dataclass
class ScriptedAssistant:
    """Decides by a word in the message.

    Says ``tells`` before, as a language model's checked sentences are, and waits after each until
    the test lets it ``go`` on.
    """

    seen: list[str] = field(default_factory=list)
    tells: list[str | None] = field(default_factory=list)
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del conversation, withheld
        self.seen.append(text)
        turn = current_turn()
        for sentence in self.tells:
            assert turn is not None
            turn.say(sentence)
            await asyncio.to_thread(self.go.acquire, timeout=10)
        return Judgement(self._decision(text.lower()), _evidence())

    def _decision(self, text: str) -> Decision:
        if "hello" in text:
            return HELLO
        if "which" in text:
            return CLARIFY
        if "stolen" in text or "fraud" in text:
            return HANDOFF
        return answer(offers_agent="account" in text)


def _evidence() -> Evidence:
    return Evidence(
        language="en",
        intents=(
            IntentScore("freeze_card", 0.81, Risk.LOW),
            IntentScore("lost_or_stolen_card", 0.12, Risk.HIGH),
        ),
        high_risk=0.12,
        account_or_high=0.2,
        in_scope=0.74,
        support=0.93,
        articles=(
            ArticleScore("freeze-card", "freeze-card#2", 0.91, 0.72, 1.0, 0.8),
            ArticleScore("replace-card", "replace-card#0", 0.55, 0.51, 0.4, 0.6),
        ),
        rule="high_risk",
        index_version="2026-11-23-1",
        policy_version="1",
        settings_hash="abcdef012345",
        model="all-MiniLM-L6-v2",
        timings={"redaction": 3.1, "retrieval": 6.4},
    )


class Shelf:
    """The customers' side of a list of articles, found by shared words."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = {each.id: each for each in articles}

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        return self.search_all(text, limit, internal=False)

    def search_all(self, text: str, limit: int, *, internal: bool = True) -> Sequence[Hit]:
        words = set(re.findall(r"\w{3,}", text.lower()))
        hits = []
        for each in self._articles.values():
            if each.audience is Audience.INTERNAL and not internal:
                continue
            shared = words & set(re.findall(r"\w{3,}", f"{each.title} {each.body}".lower()))
            if shared:
                score = len(shared) / len(words)
                hits.append(Hit(_lead(each), score, score, score, 0.0, 0.0))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def article(self, article_id: str) -> Article | None:
        found = self._articles.get(article_id)
        return found if found is not None and found.audience is Audience.CUSTOMER else None

    def knows(self, article_id: str) -> bool:
        return article_id in self._articles

    def state(self) -> IndexState:
        return IndexState.READY

    def passage(self, passage_id: str) -> Passage | None:
        found = self._articles.get(passage_id.split("#", maxsplit=1)[0])
        return None if found is None else _lead(found)


def _lead(of: Article) -> Passage:
    return Passage(f"{of.id}#0", of.id, of.title, "", of.body.split("\n\n")[0])


@dataclass(frozen=True)
class Parts:
    """What ``create_app`` asks for."""

    service: ConversationService
    gate: Gate
    tokens: VisitorTokens
    staff: StaffAccess
    library: Shelf


@dataclass(frozen=True)
class Installation:
    """The app with what tests look into."""

    app: FastAPI
    store: Store
    assistant: ScriptedAssistant
    service: ConversationService

    def sign_in_path(self) -> str:
        accounts = self.store.accounts.list() or [add_account(self.store, "Sam")]
        return f"/staff/sign-in?token={make_sign_in(self.store, accounts[0])}"


def install(
    folder: Path,
    *,
    articles: Sequence[Article] = ARTICLES,
    brand: Brand | None = None,
    embed_origins: tuple[str, ...] = (),
    models_note: str = "",
    gate: Gate | None = None,
    searches: int = 300,
    queues: Queues | None = None,
    prose: Callable[[Store], ProseWriter] | None = None,
    boards_at_once: int = 2000,
    boards_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Installation:
    store = Store(f"sqlite:///{folder / 'pages.db'}")
    store.upgrade()
    gate = gate or Gate(PatternRedactor())
    assistant = ScriptedAssistant()
    lines = load_lines("Kestrel")
    care = Care(Standings(queues or Queues(), lines), KEY)
    service = ConversationService(store, gate, assistant, lines, key=KEY, care=care)
    shelf = Shelf(articles)
    parts = Parts(service, gate, VisitorTokens(KEY), StaffAccess(store, KEY), shelf)

    async def explain(raw: str) -> Exchange:
        return await exchange(
            gate, ScriptedAssistant(), Conversation("trial"), raw, now=datetime.now(UTC)
        )

    sources = PageSources(
        catalogue=lambda: Catalogue(articles),
        staff_search=shelf.search_all,
        passage=shelf.passage,
        explain=explain,
        notice=service.notices.current,
        boards=BoardDesk(
            store.logged,
            BoardsFile(folder / "insights"),
            boards_clock,
            at_once=boards_at_once,
        ),
        content=content_desk(folder, store, prose and prose(store)),
        brand=lambda: brand or KESTREL,
    )
    pages = Pages(
        sources,
        PagePolicy(embed_origins=embed_origins, kept_for="for 30 days", models_note=models_note),
    )
    rates = Rates(starts=10_000, messages=10_000, handoffs=10_000, searches=searches)
    app = create_app(parts, ApiOptions(rates=rates), routers=[pages.router])
    install_refusal_pages(app, pages)
    return Installation(app, store, assistant, service)


def content_desk(folder: Path, store: Store, prose: ProseWriter | None = None) -> ContentDesk:
    """What content owners see: nothing until a test writes a snapshot into ``folder/insights``."""

    def drafted(gap: str, title: str, notes: Sequence[str], by: str, now: datetime) -> Draft:
        store.gaps.move(gap, GapState.DRAFTING, "", by, now)
        return Draft("cards/new.md", "\n".join((f"# {title}", *notes, SHORT_ANSWER, "")))

    insights = folder / "insights"
    return ContentDesk(
        store,
        SnapshotFile(insights),
        ReckoningFolder(insights),
        drafted,
        lambda report, *_: f"# This week\n- {report.gaps[0].title}" if report.gaps else "# None",
        folder / "kb",
        lambda: datetime.now(UTC),
        prose,
    )


@contextmanager
def served(app: object, port: int = 0) -> Iterator[str]:
    """Serves an ASGI app on a port of the loopback, a free one by default; gives its address."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=5)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 10
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
