import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from bot.batch import answering, searching
from bot.config import load_settings
from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Clarify, Option
from bot.dialogue import Exchange
from bot.errors import BatchError
from bot.terminal import _chosen, blocks, run_chat
from bot.wiring import Offline, build_offline
from redaction.redactor import RedactedText
from retrieval.embedder_hashing import HashingEmbedder
from tests.bot.small_knowledge import index_small, write_small


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    folder = tmp_path_factory.mktemp("terminal")
    index_small(write_small(folder / "kb"), folder / "data")
    wanted = {"data": folder / "data", "redaction": {"named_entities": False}}
    return build_offline(load_settings(wanted), HashingEmbedder())


async def chat(offline: Offline, *typed: str) -> str:
    """What stands in the terminal after these lines."""
    left = iter(typed)

    def read(prompt: str) -> str:
        del prompt
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    shown = io.StringIO()
    await run_chat(offline, Console(file=shown, width=100, color_system=None), read)
    return shown.getvalue()


async def test_an_answer_shows_its_citation(offline: Offline) -> None:
    shown = await chat(offline, "How do I top up my account?", "/quit", "never read")
    assert "You top up by card or by bank transfer." in shown
    assert "[1] Top up your account (top-up" in shown
    assert "automated assistant" in shown
    assert "staff" not in shown


STEPS = (
    "Open the app.\n\n1. Open **Cards**. Wait.\n2. Choose *PIN*: it shows.\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |"
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("One. Two.\nThree.", ["One. Two.\nThree."]),
        (STEPS, STEPS.split("\n\n")),
        ("1. One\n\n2. Two\n\nEnd.", ["1. One\n\n2. Two", "End."]),
        ("- One\n\n  more of it\n- Two", ["- One\n\n  more of it\n- Two"]),
        ("1990 was long ago.\n\n2. Two", ["1990 was long ago.", "2. Two"]),
    ],
)
def test_lists_and_tables_stay_whole(text: str, parts: list[str]) -> None:
    assert list(blocks(text)) == parts


def clarifying() -> Exchange:
    options = (Option("Find your PIN", "pin", None), Option("Your balance", "balance", None))
    question = Clarify("Which one do you mean?", options, 0.4)
    now = datetime.now(UTC)
    text = RedactedText("x")
    customer = Turn("1", now, Speaker.CUSTOMER, text)
    assistant = Turn("2", now, Speaker.ASSISTANT, text, decision=question)
    return Exchange(customer, assistant, Conversation("terminal"), (), None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1", "Find your PIN"),
        ("2", "Your balance"),
        ("0", "0"),
        ("3", "3"),
        ("1 please", "1 please"),
        ("²", "²"),
    ],
)
def test_the_number_of_an_option_says_its_label(line: str, said: str) -> None:
    assert _chosen(line, clarifying()) == said
    assert _chosen(line, None) == line


async def test_why_explains_the_last_decision_with_scores(offline: Offline) -> None:
    assert "Nothing has been decided yet." in await chat(offline, "/why")
    shown = await chat(offline, "How do I top up my account?", "/why")
    for words in ("rule ", "support ", "Intents", "Articles", "lexical", "top_up", "policy small"):
        assert words in shown


async def test_a_person_is_asked_for_or_needed(offline: Offline) -> None:
    assert "colleague" in await chat(offline, "/agent")
    assert "because: high_risk" in await chat(offline, "my card was stolen")


async def test_markup_and_blank_lines_do_no_harm(offline: Offline) -> None:
    shown = await chat(
        offline, "", "   ", "[bold]what[/bold] [/]", "my card is 4111 1111 1111 1111"
    )
    assert "4111" not in shown


async def test_a_batch_decides_as_the_chat_does(offline: Offline) -> None:
    row = await answering(offline)("How do I top up my account?")
    assert list(row) == [
        "decision", "reason", "confidence", "offers_agent", "text", "options", "citations",
        "intent", "risk", "language", "latency_ms",
    ]  # fmt: skip
    assert (row["decision"], row["intent"], row["risk"]) == ("answer", "top_up", "low")
    assert set(row["citations"][0]) == {"article_id", "passage_id", "anchor", "quote"}
    assert row["latency_ms"] > 0
    stolen = await answering(offline)("my card was stolen")
    assert (stolen["decision"], stolen["reason"]) == ("handoff", "high_risk")
    assert stolen["citations"] == []


async def test_a_batch_takes_no_longer_messages_than_the_service(offline: Offline) -> None:
    row = await answering(offline)("top up " + "x" * 3993)
    assert row["decision"]
    with pytest.raises(BatchError, match=r"4001 characters.* 4000"):
        await answering(offline)("top up " + "x" * 3994)


async def test_a_batch_search_finds_customer_articles_only(offline: Offline) -> None:
    index = offline.knowledge.current().index
    work = searching(index, lambda text: offline.redactor.redact(text).text, 10)
    hits = (await work("top up notes for staff"))["hits"]
    assert hits[0]["article_id"] == "top-up"
    assert "staff-notes" not in {hit["article_id"] for hit in hits}
    assert set(hits[0]) == {"article_id", "passage_id", "score", "dense", "lexical"}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


@pytest.mark.parametrize("text", ["", "  ", "\n\t", "\u00a0\u2003"])
async def test_a_batch_refuses_a_blank_message(offline: Offline, text: str) -> None:
    index = offline.knowledge.current().index
    for work in (
        answering(offline),
        searching(index, lambda raw: offline.redactor.redact(raw).text, 10),
    ):
        with pytest.raises(BatchError, match="blank"):
            await work(text)
