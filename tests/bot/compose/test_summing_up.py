import pytest

from bot.compose.summing_up import Summariser
from bot.llm.chat_model import ModelFailedError
from bot.llm.scripted import Reply, ScriptedModel
from tests.bot.compose.talk import quoted, said

TURNS = (
    said("My card was declined twice at the supermarket", 1),
    quoted("Declined payments"),
    said("I paid 30 euros and [NAME_1] has the receipt", 2),
)


async def summed_up(reply: Reply) -> str:
    return await Summariser(ScriptedModel([reply])).sum_up(TURNS)


async def test_what_the_customer_said_is_summed_up() -> None:
    told = "The customer reported a card declined twice at the supermarket."
    assert await summed_up(told) == told


@pytest.mark.parametrize(
    "reply",
    [
        "The customer paid 300 euros.",
        "The customer was promised a refund of the whole purchase today.",
        "A refund was approved for the card declined at the supermarket.",
        "<b>The customer</b> paid 30 euros",
        "",
        ModelFailedError("down"),
    ],
)
async def test_anything_else_is_left_out(reply: Reply) -> None:
    assert not await summed_up(reply)


async def test_the_right_sentences_stay_and_three_are_enough() -> None:
    right = "The customer paid 30 euros."
    assert await summed_up(f"{right} The customer paid 31 euros. {right}") == f"{right} {right}"
    assert await summed_up(f"{right} " * 9) == " ".join([right] * 3)


async def test_without_words_of_a_customer_nobody_is_asked() -> None:
    model = ScriptedModel(["never"])
    assert not await Summariser(model).sum_up((quoted("Declined payments"),))
    assert not model.prompts
