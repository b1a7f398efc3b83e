"""The web application: what its pages say of the installation."""

import pytest

from bot.application import models_note
from bot.model_settings import LanguageModelSettings


@pytest.mark.parametrize(
    ("model", "base_url", "words"),
    [
        ("", "", ""),
        ("", "https://llm.example.com/v1", ""),
        ("openai:some-model", "", "the provider openai"),
        ("anthropic:some-model", "", "the provider anthropic"),
        ("some-model", "https://llm.example.com/v1", "llm.example.com"),
        ("openai:some-model", "http://127.0.0.1:9000/v1?key=secret", "127.0.0.1"),
    ],
)
def test_customers_are_told_whose_model_words_answers(
    model: str, base_url: str, words: str
) -> None:
    note = models_note(LanguageModelSettings(model=model, base_url=base_url))
    assert bool(note) == bool(words)
    assert words in note
    assert "secret" not in note


def test_customers_are_told_who_runs_the_model_where_and_for_what() -> None:
    named = LanguageModelSettings(
        model="openai:m", rewrite_model="off", provider="Example AI Ltd", region="the EU"
    )
    assert models_note(named).startswith(
        "A language model at Example AI Ltd in the EU words the answers and sums up for our staff "
        "and helps our staff to draft articles. It is sent what you write and what our staff "
        "answered with personal data removed"
    )
    both = LanguageModelSettings(answer_model="openai:m", rewrite_model="anthropic:n")
    assert "the provider anthropic and the provider openai" in models_note(both)
    drafting = models_note(LanguageModelSettings(draft_model="openai:m"))
    assert "It is sent what our staff answered with personal data removed" in drafting
