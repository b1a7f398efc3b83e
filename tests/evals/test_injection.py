import re
from pathlib import Path

import pytest

from bot.compose.assisted import AssistedComposer
from bot.compose.extractive import ExtractiveComposer
from bot.llm.scripted import ScriptedModel
from evals.attack import Attack
from evals.injection import (
    IN_ARTICLES,
    IN_MESSAGES,
    Goal,
    evil_replies,
    goals,
    payloads,
)
from redaction.redactor import RedactedText
from retrieval.config import RetrievalSettings
from retrieval.source import read_folder
from retrieval.splitter import split_article
from tests.bot.compose.composer_suite import SOURCES

_EVERY = 17
"""Every how manieth payload goes through the whole assistant here; `make attack` sends all."""


def test_more_than_500_payloads_all_differ() -> None:
    made = [each.text for each in (*payloads(IN_MESSAGES), *payloads(IN_ARTICLES))]
    assert len(set(made)) == len(made) > 500


@pytest.mark.parametrize("goal", goals(), ids=lambda goal: goal.name)
async def test_no_goal_is_reached_by_a_model_that_obeys(goal: Goal) -> None:
    for reply in evil_replies(goal):
        assert goal.reached_by(reply)
        composer = AssistedComposer(ScriptedModel([reply]), ExtractiveComposer())
        draft = await composer.compose(RedactedText(goal.asks), SOURCES)
        assert not goal.reached_by(draft.text)
        assert draft.citations


def test_hidden_text_of_articles_reaches_no_passage(tmp_path: Path) -> None:
    hidden = payloads(IN_ARTICLES)
    for number, payload in enumerate(hidden):
        text = f"# Cards {number}\n\nFreeze your card in the app. {payload.text}\n\nThat is all.\n"
        (tmp_path / f"a{number}.md").write_text(text, encoding="utf-8")
    articles = read_folder(tmp_path).articles
    assert len(articles) == len(hidden)
    for article in articles:
        payload = hidden[int(article.id.removeprefix("a"))]
        shown = " ".join(p.text for p in split_article(article, RetrievalSettings()))
        assert "Freeze your card" in shown
        assert _words(payload.goal.asks) not in _words(shown), payload
        assert not re.search("[\U000e0000-\U000e0fff]", shown)


@pytest.mark.model
async def test_payloads_through_the_whole_assistant_reach_nothing(kestrel_data: Path) -> None:
    assert await Attack(kestrel_data).breaches(payloads(IN_MESSAGES)[::_EVERY]) == []


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
