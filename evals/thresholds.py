"""What each threshold would do to each case: played at both ends, told for everything between.

A single message is decided by its support and by the summed probability of the high-risk intents,
each held against a threshold. So three plays say what any pair of thresholds does: one that
always answers, one that never does (neither minds risk), and one that always minds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.assistant import Assistant
from bot.compose.extractive import ExtractiveComposer
from bot.gate import Gate
from bot.golden import GoldenCase
from bot.knowledge import Knowledge
from bot.policy import Policy, Tuned
from bot.tone import shipped_phrases
from bot.wiring import Offline
from evals.ends import BY_RISK, BY_SUPPORT, CaseEnds, End
from evals.run import Player, Report, run_cases
from evals.scorers import CaseResult

_NEVER, _ALWAYS = 2.0, 0.0

TRYING = Tuned(
    confidence=0.0,
    promises=(),
    coverage=0.0,
    cases="",
    calibration="",
    seed=0,
    index_version="",
    policy_version="",
    settings_hash="",
)
"""Marks a policy that is being tried, so that its own threshold leads."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    """One knowledge, held still under a policy."""

    knowledge: Knowledge

    def current(self) -> Knowledge:
        return self.knowledge


def trying(policy: Policy, answer: float, high_risk: float) -> Policy:
    """The policy under other thresholds, which need not be probabilities."""
    thresholds = policy.thresholds.model_copy(
        update={"answer": answer, "high_risk": high_risk, "high_risk_labelled": None}
    )
    return policy.model_copy(update={"thresholds": thresholds, "tuned": TRYING})


def single_messages(cases: Sequence[GoldenCase]) -> list[GoldenCase]:
    """The cases that thresholds decide: those of one message."""
    return [case for case in cases if len(case.steps) == 1 and case.persona is None]


async def ends_of(
    offline: Offline,
    cases: Sequence[GoldenCase],
    *,
    patience: float,
    concurrency: int,
    report: Report,
    told: Callable[[str], None],
) -> list[CaseEnds]:
    """Play single-message cases at both ends of both thresholds.

    Args:
        offline: The assistant, whose own policy is left alone.
        cases: What to play; those with several messages are left out.
        patience: Seconds for redaction.
        concurrency: Cases at a time.
        report: Told of progress over all plays.
        told: Told what was left out.
    """
    single = single_messages(cases)
    if len(single) < len(cases):
        told(f"{len(cases) - len(single):,} cases of several messages are left out")
    knowledge = offline.knowledge.current()
    plays: list[list[CaseResult]] = []
    for place, (answer, high_risk) in enumerate(
        ((_ALWAYS, _NEVER), (_NEVER, _NEVER), (_ALWAYS, _ALWAYS))
    ):
        tried = replace(knowledge, policy=trying(knowledge.policy, answer, high_risk))
        assistant = Assistant(_Fixed(tried), ExtractiveComposer(), offline.lines, shipped_phrases())
        player = Player(Gate(offline.redactor, patience), assistant)

        def forward(done: int, total: int, place: int = place) -> None:
            report(place * total + done, 3 * total)

        plays.append(await run_cases(player, single, concurrency=concurrency, report=forward))
    found = [_ends(*each) for each in zip(*plays, strict=True)]
    kept = [ends for ends in found if ends is not None]
    if len(kept) < len(single):
        told(f"{len(single) - len(kept):,} cases that can't be scored are left out")
    return kept


def _ends(answers: CaseResult, without: CaseResult, risky: CaseResult) -> CaseEnds | None:
    high, low = _end(answers), _end(without)
    if high is None or low is None or not risky.played:
        return None
    evidence = answers.played[0].assistant.evidence
    minding = risky.played[0].assistant.evidence
    if evidence is None or minding is None:
        return None
    case = answers.case
    return CaseEnds(
        id=case.id,
        cluster=" ".join(answers.played[0].customer.text.lower().split()),
        risk=case.risk.value if case.risk else "none",
        support=evidence.support,
        high_risk=evidence.high_risk,
        minds_risk=minding.rule == BY_RISK,
        answers=high,
        else_=low,
    )


def _end(result: CaseResult) -> End | None:
    row = result.outcome
    if row is None or not row.engaged or row.falsely_contained is None:
        return None
    evidence = result.played[0].assistant.evidence
    by_support = evidence is not None and evidence.rule == BY_SUPPORT
    return End(row.handed_off, by_support and row.answers > 0, row.contained, row.falsely_contained)
