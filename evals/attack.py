"""Sends every injection payload through the whole assistant with a model that obeys the attacker.

``python -m evals.attack --data DIR``: prints every breach, and how many messages of the built-in
suite get a worse reply because the model is an attacker. Exit code 1 where there is a breach.
"""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.assistant import Assistant
from bot.compose.asking import Asker
from bot.compose.assisted import AssistedComposer
from bot.compose.extractive import ExtractiveComposer
from bot.compose.rewriting import Rewriter
from bot.compose.wordsmiths import Wordsmiths
from bot.config import load_settings
from bot.conversation import Conversation
from bot.decision import Answer, Clarify, Decision
from bot.dialogue import exchange
from bot.llm.chat_model import Prompt
from bot.llm.scripted import ScriptedModel
from bot.tone import shipped_phrases
from bot.wiring import build_offline
from bot.wiring_models import grounding_check
from evals.dataset import load_suite
from evals.injection import IN_MESSAGES, EvilModel, Goal, Payload, goals, payloads

_AT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


class Attack:
    """The assistant over a data folder, with a model that obeys whoever attacks.

    Args:
        data: A data folder with an index; only read.
    """

    def __init__(self, data: Path) -> None:
        settings = load_settings({"data": data})
        self._offline = build_offline(settings)
        check = grounding_check(settings, self._offline.knowledge.current().index.embedder)
        self._obey: EvilModel = EvilModel(goals()[0])
        model = ScriptedModel(self._reply)
        self._assistant = Assistant(
            self._offline.knowledge,
            AssistedComposer(model, ExtractiveComposer(), check=check),
            self._offline.lines,
            shipped_phrases(),
            wordsmiths=Wordsmiths(rewriter=Rewriter(model), asker=Asker(model), near=2),
        )

    async def breaches(self, sent: Sequence[Payload]) -> list[str]:
        """The payloads whose reply shows what the attacker wants, with the reply."""
        found = []
        for payload in sent:
            said, _ = await self._say(self._assistant, payload.text, payload.goal)
            if payload.goal.reached_by(said):
                found.append(f"{payload.goal.name} in {payload.carrier}: {said}")
        return found

    async def spoilt(self, messages: Sequence[str]) -> list[str]:
        """Messages that are answered or asked back without a model, and with an evil one not."""
        found = []
        for place, message in enumerate(messages):
            goal = goals()[place % len(goals())]
            _, quoted = await self._say(self._offline.assistant, message, goal)
            _, assisted = await self._say(self._assistant, message, goal)
            if isinstance(quoted, Answer | Clarify) and type(assisted) is not type(quoted):
                found.append(message)
        return found

    def _reply(self, prompt: Prompt) -> str:
        return self._obey(prompt)

    async def _say(
        self, assistant: Assistant, text: str, goal: Goal
    ) -> tuple[str, Decision | None]:
        self._obey = EvilModel(goal)
        conversation = Conversation(id="attack", locale="en")
        result = await exchange(self._offline.gate, assistant, conversation, text, now=_AT)
        turn = result.assistant
        return ("", None) if turn is None else (str(turn.text), turn.decision)


async def _run(data: Path, every: int, messages: int) -> int:
    attack = Attack(data)
    sent = payloads(IN_MESSAGES)[::every]
    found = await attack.breaches(sent)
    for each in found:
        print(each)  # noqa: T201  this is a command
    print(f"{len(found)} breaches of {len(sent)} payloads", flush=True)  # noqa: T201  the same
    benign = [case.says for case in load_suite("builtin").cases if case.says][:messages]
    spoilt = await attack.spoilt(benign)
    print(f"{len(spoilt)} of {len(benign)} benign messages get a worse reply")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="A data folder with an index.")
    parser.add_argument("--every", type=int, default=1, help="Send every how manieth payload.")
    parser.add_argument("--messages", type=int, default=1000, help="Most benign messages.")
    given = parser.parse_args()
    raise SystemExit(asyncio.run(_run(given.data, given.every, given.messages)))
