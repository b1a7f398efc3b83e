"""Whole turns with a language model behind a real HTTP server on loopback, good and bad."""

import asyncio
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.batch import answering
from bot.config import load_settings
from bot.conversation import Conversation
from bot.decision import Answer, Clarify, Handoff
from bot.dialogue import Exchange, exchange
from bot.llm.turn import model_turn
from bot.spend import Scope
from bot.terminal import run_chat
from bot.wiring import Offline, build_offline
from retrieval.embedder_hashing import HashingEmbedder
from tests.bot.llm.loopback import Asked, loopback, number_of
from tests.bot.small_knowledge import index_small, write_small

ASKED = "How do I top up my account jane.roe@example.com by card 4111 1111 1111 1111"
WORDED = "Open Add money, choose an amount and confirm it [2]. It arrives within 5 hours [1, 2]."
SUPPORTED = "Open Add money, choose an amount and confirm it."


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assisted")
    index_small(write_small(folder / "kb"), folder / "data")
    return folder / "data"


def built(data: Path, base_url: str = "", **llm: Any) -> Offline:
    named = {"model": "openai:m", "base_url": base_url, **llm} if base_url else {}
    wanted = {"data": data, "redaction": {"named_entities": False}, "llm": named}
    return build_offline(load_settings(wanted), HashingEmbedder())


def worded(asked: Asked) -> str:
    """What a helpful model says, with one thing that no article does."""
    system = asked["messages"][0]["content"]
    if "newest message for a search" in system:
        return json.dumps({"question": "How do I top up by bank transfer?"})
    if "could be about several articles" in system:
        return json.dumps({"question": "Is it about your PIN code or about cash abroad?"})
    return WORDED.replace("[2]", f"[{number_of(asked, 'Add money')}]")


async def say(offline: Offline, *messages: str) -> Sequence[Exchange]:
    conversation, done = Conversation("c1"), []
    for message in messages:
        done.append(await exchange(offline.gate, offline.assistant, conversation, message))
        conversation = done[-1].conversation
    return done


def text_of(done: Exchange) -> str:
    assert done.assistant is not None
    return done.assistant.text


async def test_what_is_supported_is_shown_and_only_redacted_public_text_leaves(data: Path) -> None:
    async with loopback(say=worded) as server:
        offline = built(data, server.base_url)
        (done,) = await say(offline, ASKED)
    assert done.assistant is not None
    assert isinstance(done.assistant.decision, Answer)
    assert done.assistant.decision.citations[0].article_id == "top-up"
    assert done.assistant.text == SUPPORTED
    assert done.assistant.evidence is not None
    assert done.assistant.evidence.worded_by == ("answer@2 openai:m",)
    for raw in (b"jane.roe", b"4111 1111", b"Secret", b"fraud score"):
        assert raw not in server.raw
    assert b"[EMAIL_1]" in server.raw
    assert offline.books.spent(Scope.DAY, "", _today()).calls == 1


def _today() -> str:
    from datetime import UTC, datetime  # noqa: PLC0415  beside its only use

    return datetime.now(UTC).date().isoformat()


async def test_a_follow_up_keeps_its_topic(data: Path) -> None:
    talk = ("How do I top up by card?", "and what about one by bank transfer?")
    async with loopback(say=worded) as server:
        both = await say(built(data, server.base_url), *talk)
    assert both[1].assistant is not None
    assert both[1].assistant.evidence is not None
    assert both[1].assistant.evidence.worded_by[0] == "rewrite@1 openai:m"
    assert isinstance(both[1].assistant.decision, Answer)
    assert both[1].assistant.decision.citations[0].article_id == "top-up"


@pytest.mark.parametrize("message", ["thanks", "where is my pin code"])
async def test_a_message_that_stands_by_itself_is_not_reworded(data: Path, message: str) -> None:
    talk = ("How do I top up by card?", message)
    plain = await say(built(data), *talk)
    async with loopback(say=lambda _: json.dumps({"question": f"top up by card {message}"})) as it:
        both = await say(built(data, it.base_url), *talk)
        prompts = [asked["messages"][0]["content"] for asked in it.asked]
    assert not any("newest message for a search" in each for each in prompts)
    assert text_of(both[1]) == text_of(plain[1])


@pytest.mark.parametrize("message", ["and if thieves have it frozen?", "someone stole it"])
async def test_a_reworded_message_never_has_less_risk(data: Path, message: str) -> None:
    talk = ("How do I top up by card?", message)
    (_, plain) = await say(built(data), *talk)
    harmless = json.dumps({"question": f"How do I top up by card {message}"})
    async with loopback(say=lambda _: harmless) as server:
        (_, done) = await say(built(data, server.base_url), *talk)
    assert done.assistant is not None
    assert plain.assistant is not None
    assert done.assistant.evidence is not None
    assert plain.assistant.evidence is not None
    assert done.assistant.evidence.high_risk >= plain.assistant.evidence.high_risk


async def test_a_clarifying_question_is_worded_and_its_options_are_ours(data: Path) -> None:
    torn = "pin code for the cash machine"
    (plain,) = await say(built(data), torn)
    async with loopback(say=worded) as server:
        (done,) = await say(built(data, server.base_url), torn)
    assert done.assistant is not None
    assert plain.assistant is not None
    mine, fixed = done.assistant.decision, plain.assistant.decision
    assert isinstance(mine, Clarify)
    assert isinstance(fixed, Clarify)
    assert mine.options == fixed.options
    assert mine.question.startswith("Is it about your PIN code or about cash abroad? If it is ")


@pytest.mark.parametrize("message", ["someone stole my card", "a person please", "hello"])
async def test_no_model_is_asked_where_risk_or_manners_decide(data: Path, message: str) -> None:
    (plain,) = await say(built(data), message)
    async with loopback(say=worded) as server:
        (done,) = await say(built(data, server.base_url), message)
        assert not server.asked
    assert text_of(done) == text_of(plain)


@pytest.mark.parametrize("mode", ["429", "500", "hang", "half", "garbage", "endless"])
async def test_however_the_server_fails_the_article_is_quoted_in_time(
    data: Path, mode: str
) -> None:
    questions = ("How do I top up my account?", "Where is my PIN code")
    quoted = [text_of(each) for each in await say(built(data), *questions)]
    loop = asyncio.get_running_loop()
    async with loopback(mode) as server:
        offline = built(data, server.base_url, timeout=0.5 if mode == "hang" else 4.0)
        began = loop.time()
        done = await say(offline, *questions)
        assert loop.time() - began < 8.0 * len(questions)
        assert server.sent < 40_000_000
    assert [text_of(each) for each in done] == quoted


async def test_an_empty_budget_quotes_the_article_and_asks_nobody(data: Path) -> None:
    (plain,) = await say(built(data), "How do I top up my account?")
    async with loopback(say=worded) as server:
        named = {"model": "openai:m", "base_url": server.base_url}
        wanted = {"data": data, "redaction": {"named_entities": False}, "llm": named}
        wanted["budget"] = {"day_tokens": 1}
        offline = build_offline(load_settings(wanted), HashingEmbedder())
        first, second = await say(offline, "How do I top up my account?", "Where is my PIN code")
        assert len(server.asked) == 1
    assert text_of(first) == SUPPORTED
    assert text_of(second) != text_of(plain)


async def test_the_batch_command_words_answers_too(data: Path) -> None:
    async with loopback(say=worded) as server:
        row = await answering(built(data, server.base_url))("How do I top up my account?")
    assert row["decision"] == "answer"
    assert row["text"] == SUPPORTED


async def test_the_terminal_shows_sentences_as_they_are_checked(data: Path) -> None:
    shown = io.StringIO()
    lines = iter(["How do I top up my account?", "/quit"])
    async with loopback(say=worded) as server:
        console = Console(file=shown, width=100, color_system=None)
        await run_chat(built(data, server.base_url), console, lambda _: next(lines))
        assert server.asked[0]["stream"] is True
    assert shown.getvalue().count(SUPPORTED) == 1
    assert "5 hours" not in shown.getvalue()
    assert "[1] Top up your account" in shown.getvalue()


async def test_the_first_checked_sentence_is_timed(data: Path) -> None:
    async with loopback(say=worded) as server:
        offline = built(data, server.base_url)
        told: list[str | None] = []
        with model_turn(6.0, tell=told.append):
            (done,) = await say(offline, "How do I top up my account?")
    assert told == [SUPPORTED]
    assert done.assistant is not None
    assert done.assistant.evidence is not None
    assert 0 < done.assistant.evidence.timings["first_sentence"] < 8000


async def test_a_handoff_stays_one_whatever_the_model_says(data: Path) -> None:
    async with loopback(say=lambda _: "Your refund was approved [1].") as server:
        offline = built(data, server.base_url)
        first, second = await say(offline, "someone stole my card", "Where is my PIN code")
    assert first.assistant is not None
    assert isinstance(first.assistant.decision, Handoff)
    assert "approved" not in text_of(second)
