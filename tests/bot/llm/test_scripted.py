import pytest

from bot.llm.chat_model import ChatModel, ModelFailedError, ModelTimeoutError
from bot.llm.scripted import ScriptedModel
from tests.bot.llm.chat_model_suite import PROMPT, ChatModelSuite


class TestScriptedModel(ChatModelSuite):
    def replying(self, *replies: str) -> ChatModel:
        return ScriptedModel(replies)

    def failing(self) -> ChatModel:
        return ScriptedModel([ModelFailedError("scripted failure")])

    def slow(self) -> ChatModel:
        return ScriptedModel(["late"], delay=30, timeout=0.05)


async def test_it_remembers_what_it_was_asked() -> None:
    model = ScriptedModel(["fine"])
    await model.complete(PROMPT)
    assert model.prompts == [PROMPT]


async def test_a_function_sees_the_prompt() -> None:
    model = ScriptedModel(lambda prompt: prompt.user.upper())
    assert (await model.complete(PROMPT)).text == "HOW DO I FREEZE MY CARD?"


async def test_after_the_last_line_every_call_fails() -> None:
    model = ScriptedModel(["only one"])
    await model.complete(PROMPT)
    for _ in range(2):
        with pytest.raises(ModelFailedError, match="over"):
            await model.complete(PROMPT)


async def test_a_scripted_error_is_raised_and_the_script_goes_on() -> None:
    model = ScriptedModel([ModelTimeoutError("hung"), "back"])
    with pytest.raises(ModelTimeoutError):
        await model.complete(PROMPT)
    assert (await model.complete(PROMPT)).text == "back"
