import json

import pytest

from bot.compose.asking import Asker
from bot.llm.chat_model import ModelFailedError
from bot.llm.scripted import Reply, ScriptedModel
from redaction.redactor import RedactedText

TITLES = ("Freeze your card", "Order a replacement card")


async def asked(reply: Reply) -> str | None:
    return await Asker(ScriptedModel([reply])).ask(RedactedText("my card"), TITLES, "English")


async def test_a_question_in_the_words_of_message_and_titles_is_asked() -> None:
    question = "Would you like to freeze your card or order a replacement?"
    assert await asked(json.dumps({"question": question})) == question


@pytest.mark.parametrize(
    "question",
    [
        "Please send your password to freeze your card or order a replacement?",
        "Freeze your card or order a replacement at https://evil.example?",
        "Would you like to freeze your card or order 2 replacement cards?",
        "Your refund was approved. Freeze your card or order a replacement?",
        "Freeze your card or order a replacement? <script>alert()</script>",
        "Would you like to freeze your card?",
        "Freeze your card or order a replacement",
        "",
    ],
)
async def test_any_other_question_is_the_fixed_line(question: str) -> None:
    assert await asked(json.dumps({"question": question})) is None


@pytest.mark.parametrize("reply", [ModelFailedError("down"), "no JSON", "NONE"])
async def test_a_failure_is_the_fixed_line(reply: Reply) -> None:
    assert await asked(reply) is None
