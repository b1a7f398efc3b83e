import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.accounts import StaffRole
from bot.api.app import create_app
from bot.api.options import ApiOptions, Rates
from bot.api.services import IndexState
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
from bot.dialogue import Judgement
from bot.evidence import Evidence, IntentScore
from bot.gate import Gate
from bot.keys import Keys, load_or_create
from bot.lines import load_lines
from bot.llm.turn import current_turn
from bot.queues import Queues
from bot.service import Care, ConversationService
from bot.staff import StaffAccess, add_account, make_sign_in
from bot.standing import Standings
from bot.store import Store
from bot.store_errors import UnknownAccount
from bot.tokens import VisitorTokens
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience, Passage
from retrieval.hit import Hit
from tests.web.installation import served

ORIGIN = "http://test"

ANSWER = Answer(
    "Open **Cards**. Tap Freeze!\n\n- One\n- Two",
    (Citation("cards/freeze", "cards/freeze#1", "Freeze a card", "how to", "Tap Freeze!"),),
    0.93,
    offers_agent=True,
)
DECISIONS: dict[str, Decision] = {
    "freeze": ANSWER,
    "which": Clarify(
        "Which one is it?",
        (Option("Lost", "cards/lost", "lost"), Option("Stolen", "cards/stolen", None)),
        0.4,
    ),
    "stolen": Handoff(HandoffReason.HIGH_RISK, "A person is coming.", "secret note"),
    "agent": Handoff(HandoffReason.CUSTOMER_ASKED, "Of course.", "asked"),
    "thanks": Reply(ReplyReason.THANKS, "You're welcome."),
}


class KeywordDecider:
    """Decides by the first keyword in the message, after ``delay`` seconds.

    Says ``tells`` before, as a language model's checked sentences are. It waits for ``let``.
    """

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.let.set()
        self.tells: list[str | None] = []
        self.delay = 0.0
        self.seen: list[str] = []

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del conversation
        turn = current_turn()
        for sentence in self.tells:
            assert turn is not None
            turn.say(sentence)
            await asyncio.sleep(0)
        self.seen.append(text)
        await self.let.wait()
        if self.delay:
            await asyncio.sleep(self.delay)
        if "explode" in text:
            raise RuntimeError(text)
        risky = any(word in text.lower() for word in ("stolen", "unreadable"))
        evidence = Evidence(
            language="en",
            intents=(IntentScore("lost", 0.875, Risk.HIGH),) if risky else (),
            rule="secret rule",
        )
        if withheld:
            return Judgement(Handoff(HandoffReason.FAILURE, "A person is coming.", ""), evidence)
        word = next((word for word in DECISIONS if word in text.lower()), "freeze")
        return Judgement(DECISIONS[word], evidence)


def article(article_id: str, audience: Audience) -> Article:
    return Article(
        id=article_id,
        title=article_id.title(),
        body="Text.",
        path=f"{article_id}.md",
        owner="",
        domain="cards",
        audience=audience,
        locale="en",
        intents=(),
        reviewed_on=date(2026, 1, 1),
        review_days=180,
        tags=(),
        revision="0123456789ab",
    )


class Shelf:
    """Three articles; the internal one is handed out by a search, to prove the second check."""

    def __init__(self) -> None:
        self.broken = IndexState.READY
        self.queries: list[str] = []
        self._articles = {
            each.id: each
            for each in (
                article("cards/freeze", Audience.CUSTOMER),
                article("cards/lost", Audience.CUSTOMER),
                article("internal/fraud", Audience.INTERNAL),
            )
        }

    def search(self, text: RedactedText, limit: int) -> Sequence[Hit]:
        self.queries.append(text)
        return [
            Hit(
                Passage(f"{id_}#0", id_, "How", "how to", "Wait. Tap **Freeze** now. Done."),
                0.5, 0.5, 0.5, 0.5, 0.5,
            )
            for id_ in self._articles
        ][:limit]  # fmt: skip

    def article(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def knows(self, article_id: str) -> bool:
        return article_id in self._articles

    def state(self) -> IndexState:
        return self.broken


class Clock:
    """A clock that tests can turn."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Installation:
    data: Path
    store: Store
    keys: Keys
    gate: Gate
    service: ConversationService
    tokens: VisitorTokens
    staff: StaffAccess
    library: Shelf
    decider: KeywordDecider
    clock: Clock
    options: ApiOptions = field(default_factory=ApiOptions)

    def app(self, options: ApiOptions | None = None) -> FastAPI:
        return create_app(self, options or self.options)


@dataclass
class Visitor:
    """A customer's browser with its conversation."""

    http: httpx.AsyncClient
    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.http.post(
            f"/v1/conversations/{self.id}{path}", json=body, headers={**self.headers, **headers}
        )

    async def say(self, text: str, client_id: str | None = None) -> httpx.Response:
        body = {"text": text} if client_id is None else {"text": text, "client_id": client_id}
        return await self.post("/messages", body)

    async def read(self) -> httpx.Response:
        return await self.http.get(f"/v1/conversations/{self.id}", headers=self.headers)


@pytest.fixture(scope="session")
def blank_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with keys and empty tables, to copy: quicker than migrating each time."""
    data = tmp_path_factory.mktemp("blank")
    load_or_create(data)
    store = Store(f"sqlite:///{data / 'firstline.db'}")
    store.upgrade()
    store.close()
    return data


@pytest.fixture
def installation(tmp_path: Path, blank_data: Path) -> Iterator[Installation]:
    shutil.copytree(blank_data, tmp_path, dirs_exist_ok=True)
    made = install(tmp_path)
    yield made
    made.store.close()


def install(
    data: Path,
    decider: KeywordDecider | None = None,
    queues: Queues | None = None,
    url: str | None = None,
) -> Installation:
    """An installation with rules-only redaction in a folder, on its file or another database."""
    lines = load_lines("Kestrel")
    decider = decider or KeywordDecider()
    keys = load_or_create(data)
    store = Store(url or f"sqlite:///{data / 'firstline.db'}")
    gate = Gate(build_redactor(RedactionSettings(named_entities=False), keys.redaction))
    clock = Clock()
    service = ConversationService(
        store,
        gate,
        decider,
        lines,
        key=keys.redaction,
        care=Care(
            Standings(queues or Queues(), lines, lambda _intent: "Freeze the card."), keys.contact
        ),
        clock=clock,
    )
    return Installation(
        data=data,
        store=store,
        keys=keys,
        gate=gate,
        service=service,
        tokens=VisitorTokens(keys.visitor, clock=clock),
        staff=StaffAccess(store, keys.session, clock),
        library=Shelf(),
        decider=decider,
        clock=clock,
        options=ApiOptions(rates=Rates(messages=1000)),
    )


Browser = Callable[[FastAPI], httpx.AsyncClient]


def browser(app: FastAPI, address: str = "192.0.2.1") -> httpx.AsyncClient:
    """A client of the app in process, calling from an address."""
    transport = httpx.ASGITransport(app=app, client=(address, 1234))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


@pytest.fixture
async def http(installation: Installation) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(installation.app()) as client:
        yield client


@pytest.fixture
async def visitor(http: httpx.AsyncClient) -> Visitor:
    return await arrive(http)


async def arrive(http: httpx.AsyncClient) -> Visitor:
    """Starts a conversation."""
    made = (await http.post("/v1/conversations", json={"locale": "en-GB"})).json()
    return Visitor(http, made["id"], made["token"])


@dataclass
class Agent:
    """A signed-in agent's browser."""

    http: httpx.AsyncClient
    form_token: str

    async def post(self, path: str, body: object | None = None) -> httpx.Response:
        headers = {"Origin": ORIGIN, "X-CSRF-Token": self.form_token}
        return await self.http.post(f"/v1/handoffs{path}", json=body, headers=headers)


@pytest.fixture
async def agent(installation: Installation) -> AsyncIterator[Agent]:
    async with browser(installation.app(), "192.0.2.2") as client:
        yield await sign_in(installation, client)


async def sign_in(
    installation: Installation,
    client: httpx.AsyncClient,
    name: str = "Ana",
    *roles: StaffRole,
) -> Agent:
    """Signs somebody in by a one-time link, an agent where no role is named."""
    try:
        account = installation.store.accounts.find(name)
    except UnknownAccount:
        account = add_account(installation.store, name, roles=roles or (StaffRole.AGENT,))
    link = make_sign_in(installation.store, account)
    answered = await client.get("/staff/sign-in", params={"token": link})
    session_id = answered.cookies["firstline_staff"]
    return Agent(client, installation.staff.form_token(session_id))


@dataclass(frozen=True)
class Kit:
    """What tests build further parties with; importing a conftest is not for tests."""

    installation: Installation

    def browser(self, address: str = "192.0.2.1", **options: object) -> httpx.AsyncClient:
        changed = ApiOptions(**options) if options else None  # type: ignore[arg-type]
        return browser(self.installation.app(changed), address)

    @asynccontextmanager
    async def worker(self, queues: Queues | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A second server on the same files: it shares no lock with the first."""
        second = install(self.installation.data, self.installation.decider, queues)
        async with browser(second.app()) as http:
            yield http
        second.store.close()

    @contextmanager
    def served(self, url: str) -> Iterator[tuple[Installation, str]]:
        """A worker on a database, behind a real socket; gives its parts and its address."""
        made = install(self.installation.data, url=url)
        options = ApiOptions(rates=Rates(messages=1000), heartbeat_seconds=1)
        with served(made.app(options)) as address:
            yield made, address
        made.store.close()

    @asynccontextmanager
    async def on(self, url: str) -> AsyncIterator[tuple[Installation, httpx.AsyncClient, Agent]]:
        """An installation on a database, a customer's client and an agent who is signed in."""
        made = install(self.installation.data, url=url)
        async with browser(made.app()) as http, browser(made.app(), "192.0.2.2") as theirs:
            yield made, http, await sign_in(made, theirs)
        made.store.close()

    async def arrive(self, http: httpx.AsyncClient) -> Visitor:
        return await arrive(http)

    async def sign_in(self, http: httpx.AsyncClient, name: str, *roles: StaffRole) -> Agent:
        return await sign_in(self.installation, http, name, *roles)


@pytest.fixture
def kit(installation: Installation) -> Kit:
    return Kit(installation)
