"""The whole service with a language model behind a real HTTP server on loopback."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.config import load_settings
from bot.decision import Answer, Handoff
from bot.erasure import erase
from bot.installation import Services, build_services
from bot.spend import Scope
from bot.wiring import build_offline
from retrieval.embedder_hashing import HashingEmbedder
from tests.bot.llm.loopback import Asked, Loopback, loopback, number_of
from tests.bot.small_knowledge import index_small, write_small
from tests.bot.small_store import NOW

QUESTION = "How do I top up my account?"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assisted-service")
    index_small(write_small(folder / "kb"), folder / "data")
    return folder / "data"


@pytest.fixture
def data(indexed: Path, sqlite_blank: Path, tmp_path: Path) -> Path:
    data = Path(shutil.copytree(indexed, tmp_path / "data"))
    shutil.copyfile(sqlite_blank, data / "firstline.db")
    return data


def says(asked: Asked) -> str:
    """What a helpful model says."""
    if "An agent of a help centre takes over" in asked["messages"][0]["content"]:
        return "The customer said someone stole the card. The customer was promised 500 euros."
    return f"You top up by card or by bank transfer [{number_of(asked, 'You top up by card')}]."


@asynccontextmanager
async def serving(
    data: Path, budget: dict[str, Any] | None = None, **llm: Any
) -> AsyncIterator[tuple[Services, Loopback]]:
    async with loopback(say=says) as server:
        named = {"model": "openai:m", "base_url": server.base_url, **llm}
        wanted: dict[str, Any] = {"data": data, "redaction": {"named_entities": False}}
        settings = load_settings({**wanted, "llm": named, "budget": budget or {}})
        services = build_services(settings, build_offline(settings, HashingEmbedder()))
        try:
            yield services, server
        finally:
            services.store.close()


async def ask(services: Services, text: str, visitor: str = "192.0.2.1") -> tuple[str, str]:
    """The conversation, and what the assistant said."""
    talk = await services.service.start()
    posted = await services.service.post(talk.id, text, visitor=visitor)
    assert posted.reply is not None
    return talk.id, posted.reply.text


async def test_a_turn_is_charged_to_conversation_visitor_site_and_day(data: Path) -> None:
    async with serving(data, {"input_price": 1, "output_price": 2}) as (services, server):
        talk, said = await ask(services, QUESTION)
        assert said == "You top up by card or by bank transfer."
        cost = services.store.spend.spent(Scope.CONVERSATION, talk, "")
        assert (cost.calls, cost.tokens, cost.micros) == (1, 110, 120)
        bill = services.store.spend.bill(NOW)
        assert bill.cost == bill.spent_on_them == cost
        assert (bill.contained, bill.micros_per_contained) == (1, 120)
        assert b"192.0.2.1" not in server.raw
    files = [each.read_bytes() for each in data.glob("firstline.db*")]  # noqa: ASYNC240  a test
    assert all(b"192.0.2.1" not in each for each in files)


@pytest.mark.parametrize("cap", ["conversation_tokens", "visitor_tokens", "site_tokens"])
async def test_a_spent_budget_quotes_the_article(data: Path, cap: str) -> None:
    async with serving(data, {cap: 1}) as (services, server):
        talk = await services.service.start()
        for _ in range(2):
            posted = await services.service.post(talk.id, QUESTION, visitor="192.0.2.1")
            assert posted.reply is not None
            assert isinstance(posted.reply.decision, Answer)
        assert len(server.asked) == 1
        await ask(services, QUESTION, visitor="192.0.2.99")
        assert len(server.asked) == (1 if cap == "site_tokens" else 2)


async def test_nearly_the_same_question_costs_once_and_goes_when_erased(data: Path) -> None:
    async with serving(data, cache=True) as (services, server):
        talk, first = await ask(services, QUESTION)
        _, second = await ask(services, "how do i top up my account")
        assert first == second
        assert len(server.asked) == 1
        proof = erase(services.store, data, [talk], NOW)
        assert proof.holds
        assert proof.rows["cached_answer"] == 1
        await ask(services, QUESTION)
        assert len(server.asked) == 2


async def test_without_the_setting_every_question_is_asked(data: Path) -> None:
    async with serving(data) as (services, server):
        assert (await ask(services, QUESTION))[1] == (await ask(services, QUESTION))[1]
        assert len(server.asked) == 2


async def test_an_agent_reads_in_short_what_the_customer_needs(data: Path) -> None:
    async with serving(data) as (services, server):
        talk = await services.service.start()
        posted = await services.service.post(talk.id, "someone stole my card")
        assert posted.reply is not None
        assert isinstance(posted.reply.decision, Handoff)
        ticket = await services.service.ticket_of(talk.id)
        assert ticket is not None
        assert ticket.summary.startswith("Problem: someone stole my card\n")
        short = "In short: The customer said someone stole the card."
        assert ticket.summary.endswith(f"\n{short}")
        assert len(server.asked) == 1
        await services.service.post(talk.id, "it was this morning")
        ticket = await services.service.ticket_of(talk.id)
        assert ticket is not None
        assert "this morning" in ticket.summary
        assert ticket.summary.endswith(f"\n{short}")
        assert len(server.asked) == 1


@pytest.mark.parametrize("mode", ["hang", "500"])
async def test_a_handoff_does_not_wait_for_a_model_that_fails(data: Path, mode: str) -> None:
    async with serving(data, timeout=1.0) as (services, server):
        server.mode = mode
        talk, _ = await ask(services, "someone stole my card")
        ticket = await services.service.ticket_of(talk)
        assert ticket is not None
        assert "In short" not in ticket.summary


async def test_sentences_are_told_before_the_turn_is_kept(data: Path) -> None:
    told: list[tuple[str | None, int]] = []
    async with serving(data) as (services, server):
        talk = await services.service.start()

        def tell(sentence: str | None) -> None:
            told.append((sentence, len(services.store.load(talk.id).turns)))

        posted = await services.service.post(talk.id, QUESTION, tell=tell)
        assert server.asked[0]["stream"] is True
    assert posted.reply is not None
    assert told == [(posted.reply.text, 0)]
