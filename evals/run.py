"""Plays cases through the very assistant that runs live: no web, no store, no helpdesk."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.conversation import Conversation
from bot.decision import Clarify
from bot.dialogue import Decider, exchange
from bot.gate import Gate
from bot.golden import GoldenCase, Played
from evals.personas import Casting, scripted
from evals.scorers import CaseResult, crashed, right_options, score_case

Report = Callable[[int, int], None]
"""Told how many of how many cases are done."""

Keep = Callable[[int, CaseResult], None]
"""Told the result of the case at a place."""

_MOST_MESSAGES = 40
"""No conversation with a simulated customer is longer, whoever plays them."""

AT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
"""The time of every turn; nothing decides by the clock."""


@dataclass(frozen=True, slots=True)
class Player:
    """Plays cases.

    Attributes:
        gate: Redacts what the customer types.
        decider: The assistant.
        casting: Who plays a simulated customer.
        states: Gate and assistant of each state of the service that a case may be given.
    """

    gate: Gate
    decider: Decider
    casting: Casting = scripted
    states: Mapping[str, tuple[Gate, Decider]] = field(default_factory=dict)

    async def play(self, case: GoldenCase) -> list[Played]:
        """Play one case to its end."""
        conversation = Conversation(id=case.id, locale=case.locale)
        played: list[Played] = []
        if case.persona is not None:
            customer = self.casting(case, case.persona)
            while (message := await customer.writes(played)) and len(played) < _MOST_MESSAGES:
                conversation = await self._say(case, conversation, message, 0, played)
            return played
        for place, step in enumerate(case.steps):
            text = _chosen(played, step.chooses) if step.chooses else step.says
            if not (text := text or step.says):
                return played
            conversation = await self._say(case, conversation, text, place, played)
        if case.follows and isinstance(question := played[-1].decision, Clarify):
            for label in right_options(case, question)[:1]:
                await self._say(case, conversation, label, len(case.steps) - 1, played)
        return played

    async def _say(
        self,
        case: GoldenCase,
        conversation: Conversation,
        text: str,
        place: int,
        played: list[Played],
    ) -> Conversation:
        gate, decider = self.states[case.given] if case.given else (self.gate, self.decider)
        result = await exchange(gate, decider, conversation, text, now=AT)
        if result.assistant is not None:
            played.append(Played(place, result.customer, result.assistant))
        return result.conversation

    async def result(self, case: GoldenCase) -> CaseResult:
        """Play one case and score it. A case that crashes is a result too."""
        started = time.perf_counter()
        try:
            played = await self.play(case)
        except Exception as error:  # noqa: BLE001  one broken case must not end the run
            return crashed(case, error, _milliseconds(started))
        return score_case(case, played, _milliseconds(started))


async def run_cases(
    player: Player,
    cases: Sequence[GoldenCase],
    *,
    concurrency: int = 2,
    report: Report = lambda done, total: None,
    known: Mapping[int, CaseResult] | None = None,
    keep: Keep = lambda place, result: None,
) -> list[CaseResult]:
    """Play cases, a bounded number at a time; results in the order of the cases.

    Args:
        player: Plays them.
        cases: What to play; each is a conversation of its own.
        concurrency: How many at a time.
        report: Told of progress.
        known: Results that an interrupted attempt left, by place.
        keep: Told each new result.
    """
    results: dict[int, CaseResult] = dict(known or {})
    waiting = iter([(place, case) for place, case in enumerate(cases) if place not in results])

    async def work() -> None:
        for place, case in waiting:
            results[place] = await player.result(case)
            keep(place, results[place])
            report(len(results), len(cases))

    await asyncio.gather(*(work() for _ in range(max(1, concurrency))))
    return [results[place] for place in range(len(cases))]


def _chosen(played: Sequence[Played], article_id: str) -> str:
    """Label of the option that stands for an article; empty when none does."""
    last = played[-1].decision if played else None
    if not isinstance(last, Clarify):
        return ""
    return next((o.label for o in last.options if o.article_id == article_id), "")


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
