import pytest
from pydantic import ValidationError

from bot.config import load_settings
from bot.llm.chat_model import Prompt
from bot.model_settings import BudgetSettings, LanguageModelSettings, Task, is_own, served_at
from bot.wiring_models import open_models
from tests.bot.llm.loopback import loopback

HOME = "http://127.0.0.1:9/v1"


def test_every_task_is_off_by_default() -> None:
    assert not LanguageModelSettings().tasks
    settings = load_settings({})
    assert open_models(settings).answer is None


def test_a_task_takes_the_model_its_own_or_none() -> None:
    llm = LanguageModelSettings(model="openai:m", rewrite_model="openai:small", draft_model="off")
    assert llm.tasks == {
        Task.ANSWER: "openai:m",
        Task.REWRITE: "openai:small",
        Task.SUMMARISE: "openai:m",
    }
    assert LanguageModelSettings(draft_model="openai:m").tasks == {Task.DRAFT: "openai:m"}


@pytest.mark.parametrize("main", [{"model": "openai:m"}, {"answer_model": "openai:m"}])
def test_address_and_key_are_for_their_own_provider_alone(main: dict[str, str]) -> None:
    llm = LanguageModelSettings(**main, rewrite_model="anthropic:n", base_url=HOME)
    assert [is_own(llm, name) for name in ("openai:m", "bare", "anthropic:n")] == [
        True,
        True,
        False,
    ]
    assert [served_at(llm, name) for name in ("openai:m", "anthropic:n")] == [HOME, ""]


def test_a_budget_in_money_needs_prices() -> None:
    with pytest.raises(ValidationError, match="input_price"):
        BudgetSettings(day_money=5)
    assert BudgetSettings(day_money=5, output_price=1).day_money == 5


async def test_each_task_asks_its_own_model_by_one_key() -> None:
    async with loopback() as server:
        llm = {
            "model": "openai:large",
            "rewrite_model": "openai:small",
            "base_url": server.base_url,
            "api_key": "sk-secret",
        }
        models = open_models(load_settings({"llm": llm}))
        assert models.answer is not None
        assert models.rewrite is not None
        for model in (models.answer, models.rewrite):
            await model.complete(Prompt("p@1", "s", "u"))
        assert [asked["model"] for asked in server.asked] == ["large", "small"]
        assert server.raw.count(b"Bearer sk-secret") == 2
