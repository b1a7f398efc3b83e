"""The whole product in one process: real articles, models, redaction, database and app."""

import asyncio
import json
import logging
import os
import re
import shutil
import time
import unicodedata
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from bot.application import build_app
from bot.config import Settings, load_settings
from bot.installation import Services, build_services
from bot.publishing import build_index, rebuild
from bot.staff import add_account, make_sign_in
from bot.wiring import built_in_kb, repair_in_background
from retrieval.article import Audience
from retrieval.manifest import generation_folder

pytestmark = pytest.mark.model

ORIGIN = "http://help.test"
DISPUTE = "I see a payment that I did not make, somebody used my card"
Body = dict[str, Any]  # JSON


@dataclass(frozen=True)
class Running:
    """An installation and its data folder."""

    services: Services
    app: FastAPI
    data: Path

    def browser(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, client=("192.0.2.1", 1234))
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, timeout=60)


def copied(source: Path, target: Path) -> Path:
    """A copy of a data folder; the model's big files are the same on disk."""

    def copy(old: str, new: str) -> None:
        (os.link if "models" in Path(old).parts else shutil.copy2)(old, new)

    shutil.copytree(source, target, copy_function=copy)
    return target


def started(settings: Settings) -> Running:
    services = build_services(settings)
    return Running(services, build_app(services), settings.data)


@pytest.fixture(scope="module")
def running(kestrel_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = copied(kestrel_data, tmp_path_factory.mktemp("serving") / "data")
    web = {"messages_per_minute": 1000}
    made = started(load_settings({"data": data, "web": web}))
    yield made
    made.services.store.close()


@pytest.fixture
async def http(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.browser() as client:
        yield client


@dataclass(frozen=True)
class Customer:
    """A browser with its conversation."""

    http: httpx.AsyncClient
    id: str
    headers: dict[str, str]

    async def post(self, path: str, body: Body, **headers: str) -> httpx.Response:
        address = f"/v1/conversations/{self.id}{path}"
        return await self.http.post(address, json=body, headers={**self.headers, **headers})

    async def say(self, text: str) -> Body:
        answered = await self.post("/messages", {"text": text})
        assert answered.status_code == 200, answered.text
        body: Body = answered.json()
        return body

    async def read(self) -> Body:
        body: Body = (
            await self.http.get(f"/v1/conversations/{self.id}", headers=self.headers)
        ).json()
        return body


async def arrive(http: httpx.AsyncClient) -> Customer:
    made = (await http.post("/v1/conversations", json={})).json()
    return Customer(http, made["id"], {"Authorization": f"Bearer {made['token']}"})


@pytest.fixture
async def customer(http: httpx.AsyncClient) -> Customer:
    return await arrive(http)


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("How do I top up with my card?", "top-up-by-card"),
        ("can i use apple pay to add money", "top-up-with-apple-pay-or-google-pay"),
        ("where do I see the exchange rate", "exchange-rates"),
    ],
)
async def test_a_low_risk_question_is_answered_from_a_paragraph_that_exists(
    customer: Customer, text: str, article: str
) -> None:
    reply = await customer.say(text)
    assert (reply["decision"], reply["handoff"]) == ("answer", None)
    assert reply["citations"][0]["article_id"] == article
    for citation in reply["citations"]:
        page = await customer.http.get(citation["url"].partition("#")[0])
        assert page.status_code == 200
        assert citation["title"] in page.text
        assert not citation["anchor"] or f'id="{citation["anchor"]}"' in page.text


async def test_an_account_question_is_answered_and_a_person_offered(customer: Customer) -> None:
    reply = await customer.say("why did my card payment get declined?")
    assert (reply["decision"], reply["offers_agent"]) == ("answer", True)
    assert reply["citations"]


async def test_a_disputed_payment_waits_for_an_agent_with_a_summary(
    running: Running, customer: Customer
) -> None:
    await customer.say("How do I top up with my card?")
    reply = await customer.say(DISPUTE)
    assert (reply["decision"], reply["reason"], reply["citations"]) == ("handoff", "high_risk", [])
    ticket = reply["handoff"]["ticket_id"]
    assert re.fullmatch(r"K-[2-9A-Z]{4}", ticket)
    assert ticket in reply["handoff"]["message"]
    assert (await customer.read())["handoff"] == reply["handoff"]
    async with running.browser() as agent:
        store = running.services.store
        token = make_sign_in(store, add_account(store, "Ana"))
        await agent.get("/staff/sign-in", params={"token": token})
        seen = (await agent.get(f"/v1/handoffs/{ticket}")).json()
        assert (seen["risk"], seen["state"]) == ("high", "waiting")
        assert seen["summary"].startswith(f"Problem: {DISPUTE}\n")
        assert "1 answer given" in seen["summary"]
        assert DISPUTE in (await agent.get(f"/staff?ticket={ticket}")).text


async def test_a_vague_message_is_asked_about_and_the_choice_answered(
    http: httpx.AsyncClient,
) -> None:
    asked: list[Body] = []
    for text in ("it did not arrive", "it's late", "the fee", "how long", "change it"):
        customer = await arrive(http)
        reply = await customer.say(text)
        if reply["decision"] == "clarify":
            asked.append(reply)
            break
    assert asked, "no vague message was asked about"
    options = asked[0]["options"]
    assert 2 <= len(options) <= 3
    assert len({option["article_id"] for option in options}) == len(options)
    chosen = await customer.say(options[0]["label"])
    assert chosen["decision"] == "answer"
    assert options[0]["article_id"] in {c["article_id"] for c in chosen["citations"]}


NUMBER = "4539148803436467"
SPELLINGS = (
    "4539 1488 0343 6467",
    "4539-1488-0343-6467",
    "4539.1488.0343.6467",
    "４５３９１４８８０３４３６４６７",
    "4 5 3 9 1 4 8 8 0 3 4 3 6 4 6 7",
    "4539\u200b1488\u200b0343\u200b6467",
    "number4539148803436467thanks",
    "4539 1488\n0343 6467",
)


def digits(text: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


async def test_a_card_number_in_odd_spellings_reaches_nothing(
    running: Running, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    for logger in ("bot", "retrieval", "redaction"):
        caplog.set_level(logging.DEBUG, logger)
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.WARNING, "httpx")  # the customer's browser, in this test
    shown: list[str] = []
    for spelling in SPELLINGS:
        text = f"my card {spelling} does not work"
        customer = await arrive(http)
        for accept in ("application/json", "text/event-stream"):
            said = await customer.post("/messages", {"text": text}, Accept=accept)
            assert said.status_code == 200
            shown.append(said.text)
        for path, body in (
            ("/handoff", {"note": text}),
            (
                "/feedback",
                {"turn_id": said.text.rpartition('"turn_id": "')[2].partition('"')[0]}
                | {"helpful": False, "comment": text},
            ),
        ):
            shown.append((await customer.post(path, body)).text)
        shown.append(json.dumps(await customer.read()))
        shown.append((await http.get("/v1/search", params={"q": text})).text)
        shown.append((await http.get("/search", params={"q": text})).text)
        vote = {"helpful": False, "comment": text}
        shown.append((await http.post("/v1/articles/top-up-by-card/feedback", json=vote)).text)
        refused = await http.post(
            f"/v1/conversations/{quote(spelling)}/messages", json={"text": text}
        )
        assert refused.status_code >= 400
        shown.append(refused.text)
    pieces = await arrive(http)
    for text in ("it starts with 4539 1488", "and then 0343 6467"):
        shown += [json.dumps(await pieces.say(text))]
    shown.append(json.dumps(await pieces.read()))
    assert "[CARD_1]" in "".join(shown)
    for text in (*shown, caplog.text):
        assert NUMBER not in digits(text)
    needles = [NUMBER.encode(), *(spelling.encode() for spelling in SPELLINGS)]
    files = [file for file in running.data.rglob("*") if file.is_file()]
    assert any(file.suffix == ".db-wal" for file in files)
    for file in files:
        content = file.read_bytes()
        assert not [needle for needle in needles if needle in content], file


AGENT_LIKE = (
    "account closure checklist for agents",
    "beneficiary blocks what agents may do and say",
    "what may an agent say about a blocked beneficiary",
    "complaint handling procedure",
    "how do agents log a complaint",
    "deadline for the final response to a complaint",
    "fraud triage the first ten minutes",
    "fraud triage steps for the desk",
    "what do staff do first when a customer reports fraud",
    "identity document review guidelines",
    "which documents does the reviewer reject",
    "how agents review identity documents",
    "refund and chargeback authority limits",
    "how much may an agent refund without approval",
    "refund authority of a team lead",
    "chargeback limits for agents",
    "source of funds review for agents",
    "which source of funds evidence is accepted by the team",
    "source-of-funds escalation",
    "swallowed cards procedure for agents",
    "agent procedure when a machine keeps the card",
    "vulnerable customers policy",
    "how to speak with a vulnerable customer",
    "signs of vulnerability agents should note",
    "internal article",
    "internal notes for staff",
    "agent handbook",
    "escalation path for agents",
    "security questions agents ask the caller",
    "when does an agent freeze an account",
)


async def test_internal_articles_are_in_no_reply_search_or_page(
    running: Running, http: httpx.AsyncClient
) -> None:
    articles = running.services.offline.knowledge.current().index.articles.values()
    internal = [a for a in articles if a.audience is Audience.INTERNAL]
    assert len(internal) >= 8
    words = {word for a in internal for word in (a.id, a.title)}
    seen: dict[str, str] = {"home": (await http.get("/")).text}
    for query in AGENT_LIKE:
        seen[f"reply to {query}"] = json.dumps(await (await arrive(http)).say(query))
        for path in ("/v1/search?limit=50", "/search"):
            found = await http.get(path, params={"q": query, "limit": 50})
            # What the visitor typed comes back in the page and is no finding.
            seen[f"{path} {query}"] = re.sub(re.escape(query), "", found.text, flags=re.IGNORECASE)
    for article in internal:
        for path in (f"/articles/{article.id}", f"/domains/{article.domain}"):
            page = await http.get(path, headers={"Accept": "text/html"})
            assert page.status_code == 404, path
            seen[path] = page.text
    for place, text in seen.items():
        assert not [word for word in words if word in text], place


async def test_a_new_index_is_taken_up_while_customers_write(
    kestrel_data: Path, tmp_path: Path
) -> None:
    kb = tmp_path / "kb"
    shutil.copytree(built_in_kb(), kb)
    settings = load_settings(
        {"data": copied(kestrel_data, tmp_path / "data"), "kb": kb}
        | {"web": {"messages_per_minute": 10_000}}
    )
    live = started(settings)
    article = next(path for path in kb.rglob("*.md") if "id: top-up-by-card\n" in path.read_text())
    text = article.read_text(encoding="utf-8")
    article.write_text(text.rstrip() + "\n\n## New today\n\nHeliotropes pay.\n", encoding="utf-8")
    async with live.browser() as http:
        building = asyncio.create_task(
            asyncio.to_thread(build_index, settings, lambda stage, done, total: None)
        )
        statuses: list[int] = []
        customer = await arrive(http)
        until = time.monotonic() + 300
        while time.monotonic() < until:
            said = await customer.post("/messages", {"text": "How do I top up with my card?"})
            shown = await http.get("/articles/top-up-by-card")
            statuses += [said.status_code, shown.status_code]
            if "Heliotropes pay." in shown.text:
                break
            await asyncio.sleep(0.2)
        await building
        assert "Heliotropes pay." in shown.text
        assert set(statuses) == {200}
        hits = (await http.get("/v1/search", params={"q": "heliotropes pay"})).json()["hits"]
        assert hits[0]["article_id"] == "top-up-by-card"
    live.services.store.close()


async def test_a_damaged_index_is_served_by_words_and_mends_itself(
    kestrel_data: Path, tmp_path: Path
) -> None:
    data = copied(kestrel_data, tmp_path / "data")
    vectors = generation_folder(data) / "windows.npy"
    content = bytearray(vectors.read_bytes())
    content[len(content) // 2] ^= 0xFF
    vectors.write_bytes(content)
    settings = load_settings({"data": data})
    live = started(settings)
    async with live.browser() as http:
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert ready.json()["index"] == "lexical only"
        reply = await (await arrive(http)).say("How do I top up with my card?")
        assert reply["decision"] in {"answer", "clarify", "handoff"}
        hits = (await http.get("/v1/search", params={"q": "top up by debit card"})).json()["hits"]
        assert "top-up-by-card" in [hit["article_id"] for hit in hits[:3]]
        repair = repair_in_background(
            live.services.offline, lambda: rebuild(settings, lambda stage, done, total: None)
        )
        assert repair is not None
        await asyncio.to_thread(repair.join, 300)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            ready = await http.get("/readyz")
            if ready.json()["index"] == "ready":
                break
            await asyncio.sleep(0.2)
        assert (ready.json()["status"], ready.json()["index"]) == ("ready", "ready")
        reply = await (await arrive(http)).say("How do I top up with my card?")
        assert reply["decision"] == "answer"
    live.services.store.close()
