"""Records what SmolLM2 answers through the product's own path, for ``firstline-evals worded``.

``python -m tests.bot.llm.record_answers --data DIR --out FILE`` goes on where it was interrupted.
The questions are the built-in suite's, then examples of intents; the prompt is the product's, the
time-out is not, since a machine under load is no reason to have fewer answers.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from bot.compose.assisted import AssistedComposer, numbered_passages
from bot.compose.composer import Draft, Source
from bot.compose.extractive import ExtractiveComposer
from bot.compose.wordsmiths import Wordsmiths
from bot.config import load_settings
from bot.conversation import Conversation
from bot.dialogue import exchange
from bot.llm.chat_model import ChatModel, Completion, Prompt
from bot.llm.langchain_model import LangChainModel
from bot.tone import shipped_phrases
from bot.wiring import Offline, build_offline
from evals.dataset import load_suite
from redaction.redactor import RedactedText
from tests.bot.llm.small_model import small_model

_SECONDS = 150.0
_TOKENS = 110
"""Tokens of an answer: the model repeats itself afterwards."""
_EXAMPLES = 5
_NEAR = Wordsmiths(near=2)
_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


class _Recorder:
    """A composer that keeps the passages and the reply of every answer."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._composer = AssistedComposer(self, ExtractiveComposer(), timeout=_SECONDS)
        self.rows: list[dict[str, Any]] = []
        self._reply = ""

    @property
    def name(self) -> str:
        return self._model.name

    async def complete(self, prompt: Prompt) -> Completion:
        completion = await self._model.complete(prompt)
        self._reply = completion.text
        return completion

    def stream(self, prompt: Prompt) -> Any:
        raise NotImplementedError(prompt.name)

    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        self._reply = ""
        draft = await self._composer.compose(question, sources)
        if self._reply:
            passages = [
                {
                    "id": each.passage.id,
                    "title": each.article.title,
                    "heading": each.passage.heading,
                    "text": each.passage.text,
                }
                for each in numbered_passages(sources)
            ]
            self.rows.append({"question": question, "reply": self._reply, "passages": passages})
        return draft


def _questions(offline: Offline) -> Iterator[str]:
    """Questions, those of one intent in a row: the server reuses how their prompts begin."""
    cases = [case for case in load_suite("builtin").cases if case.says]
    yield from (str(case.says) for case in sorted(cases, key=lambda each: each.intent or ""))
    chosen = random.Random(4)  # noqa: S311  the same every time
    for intent in offline.knowledge.current().catalogue.intents.values():
        yield from chosen.sample(intent.examples, min(_EXAMPLES, len(intent.examples)))


async def _record(url: str, data: Path, out: Path, answers: int) -> None:
    offline = build_offline(load_settings({"data": data}))
    model = LangChainModel.open(
        "openai:smollm2", base_url=url, api_key="none", timeout=_SECONDS, most_tokens=_TOKENS
    )
    recorder = _Recorder(model)
    assistant = Assistant(
        offline.knowledge, recorder, offline.lines, shipped_phrases(), wordsmiths=_NEAR
    )
    with out.open("a+", encoding="utf-8") as file:
        file.seek(0)
        asked = {json.loads(line)["question"] for line in file}
        for question in _questions(offline):
            if len(asked) >= answers:
                break
            if question in asked:
                continue
            recorder.rows.clear()
            await exchange(
                offline.gate, assistant, Conversation("recorded", locale="en"), question, now=_AT
            )
            for row in recorder.rows:
                if row["question"] not in asked:
                    asked.add(row["question"])
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                    file.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="A data folder with an index.")
    parser.add_argument("--out", type=Path, required=True, help="File of JSON lines.")
    parser.add_argument("--answers", type=int, default=500, help="How many.")
    given = parser.parse_args()
    with small_model(1) as served:
        asyncio.run(_record(served, given.data, given.out, given.answers))
