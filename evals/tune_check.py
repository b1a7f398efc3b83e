"""Whether what ``tune`` promises holds on messages that it has not seen: many splits into halves.

``python -m evals.tune_check --cases policy.cases.jsonl --target T.yaml``: each time thresholds are
tuned on one half of the cases and held against the other.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from bot.estimate import wilson
from bot.policy import Policy
from evals.ends import CaseEnds, Ends, read_ends
from evals.errors import NoPromiseError
from evals.tune import choose
from evals.tune_target import Target, read_target


def halves(rows: Sequence[CaseEnds], seed: int) -> tuple[list[CaseEnds], list[CaseEnds]]:
    """Two halves by a hash of the words, so that equal messages stay together."""
    parts: tuple[list[CaseEnds], list[CaseEnds]] = ([], [])
    for row in rows:
        digest = hashlib.sha256(f"half {seed}\n{row.cluster}".encode()).digest()
        parts[digest[0] & 1].append(row)
    return parts


def holds(unseen: Sequence[CaseEnds], target: Target, answer: float, high_risk: float) -> bool:
    """Whether thresholds keep every promise on some cases, as these count it."""
    ends = Ends.of(unseen)
    for name in target.promises:
        count, total = ends.counts(name, answer, high_risk)
        if count > getattr(target, name) * total:
            return False
    least = target.high_risk_handed_over
    if least is None:
        return True
    count, total = ends.handed_over(high_risk)
    return count >= least * total


def check(
    rows: Sequence[CaseEnds], target: Target, policy: Policy, splits: int
) -> dict[str, object]:
    """Tune on one half and look at the other, many times.

    Args:
        rows: Cases under every threshold.
        target: What is promised.
        policy: What the thresholds are put into.
        splits: How many times.
    """
    kept, refused, coverage = 0, 0, []
    for seed in range(splits):
        tuning, unseen = halves(rows, seed)
        try:
            choice = choose(tuning, target, policy, seed=seed)
        except NoPromiseError:
            refused += 1
            continue
        kept += holds(unseen, target, choice.answer, choice.high_risk)
        coverage.append(Ends.of(unseen).coverage(choice.answer, choice.high_risk))
    made = splits - refused
    return {
        "splits": splits,
        "refused": refused,
        "promised": made,
        "kept": kept,
        "kept_interval": wilson(kept, made) if made else None,
        "coverage": sum(coverage) / made if made else None,
    }


def main() -> None:
    """Print how often the promise holds, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--splits", type=int, default=100)
    arguments = parser.parse_args()
    made_with, rows = read_ends(arguments.cases.read_text(encoding="utf-8"), arguments.cases.name)
    policy = Policy.model_validate(made_with["policy"])
    found = check(rows, read_target(arguments.target), policy, arguments.splits)
    print(json.dumps(found, indent=1))  # noqa: T201  the whole output of a script


if __name__ == "__main__":
    main()
