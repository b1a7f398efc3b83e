"""What came of tuning: curves of risk and coverage, and the policy file with its evidence."""

import hashlib
from collections.abc import Sequence

import yaml

from bot.policy import Policy, Tuned
from bot.selective import RiskCurve, Scored, risk_curve
from evals.ends import CaseEnds
from evals.tune import Choice
from evals.tune_target import Target


def scored(rows: Sequence[CaseEnds], high_risk: float) -> list[Scored]:
    """The cases that an answer by support hangs on, for curves."""
    return [
        Scored(row.support, row.answers.wrong, row.risk)
        for row in rows
        if row.answers.answered and not (row.minds_risk and row.high_risk >= high_risk)
    ]


def curves(rows: Sequence[CaseEnds], high_risk: float) -> dict[str, RiskCurve]:
    """Risk and coverage of all cases, and by labelled risk."""
    answerable = scored(rows, high_risk)
    groups = {"all": list(rows)}
    for risk in sorted({row.risk for row in rows}):
        groups[risk] = [row for row in rows if row.risk == risk]
    found = {}
    for name, group in groups.items():
        within = [each for each in answerable if name in ("all", each.group)]
        curve = risk_curve(within, len(group))
        if curve is not None:
            found[name] = curve
    return found


def tuned_policy(
    policy: Policy,
    choice: Choice,
    target: Target,
    *,
    cases: str,
    seed: int,
    index_version: str,
    settings_hash: str,
    note: str,
) -> Policy:
    """The policy with the chosen thresholds and their evidence.

    Args:
        policy: What the thresholds are put into.
        choice: The thresholds.
        target: What is promised.
        cases: SHA-256 of the labelled file.
        seed: Of the split.
        index_version: Index that was asked.
        settings_hash: Of the settings that steer decisions.
        note: What the promises assume.
    """
    ids = "\n".join(sorted(row.id for row in choice.calibration))
    calibration = hashlib.sha256(ids.encode()).hexdigest()
    base = policy.version.partition("+")[0]
    thresholds = policy.thresholds.model_copy(
        update={
            "answer": choice.answer,
            "high_risk": choice.high_risk,
            "high_risk_labelled": None,
        }
    )
    evidence = Tuned(
        confidence=target.confidence,
        promises=choice.promises,
        coverage=round(choice.coverage, 6),
        cases=cases,
        calibration=calibration,
        seed=seed,
        index_version=index_version,
        policy_version=policy.version,
        settings_hash=settings_hash,
        note=note,
    )
    marked = hashlib.sha256(f"{thresholds!r}{evidence!r}".encode()).hexdigest()[:8]
    return policy.model_copy(
        update={
            "version": f"{base}+tuned-{marked}",
            "thresholds": thresholds,
            "tuned": evidence,
        }
    )


def policy_text(policy: Policy) -> str:
    """The policy as YAML."""
    plain = policy.model_dump(mode="json", exclude_none=True)
    head = (
        "# Thresholds chosen by `firstline-evals tune`; `tuned` says what they promise and why.\n"
    )
    return head + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)
