"""pass^k: how often a case succeeds every time, when it is tried several times.

A case tried n times with c successes contributes C(c, k) / C(n, k); the figure is the mean over
the cases. It is not pass@k, "at least once". Source: metrics page, section on repeats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from bot.estimate import Estimate, ratio
from bot.record import decision_record
from evals.scorers import CaseResult


@dataclass(frozen=True, slots=True)
class Repeats:
    """What came of playing every case several times.

    Attributes:
        k: How often each was played.
        passes: For each case how often it passed; ``None`` where a play could not be scored.
        differing: Ids of the cases that were not decided the same each time.
    """

    k: int
    passes: tuple[int | None, ...]
    differing: tuple[str, ...]

    def pass_hat(self, k: int) -> Estimate:
        """Share of cases that succeed ``k`` times of ``k``; interval by a bootstrap of cases."""
        scored = [passes for passes in self.passes if passes is not None]
        return ratio(
            (
                (str(place), comb(passes, k) / comb(self.k, k), 1.0)
                for place, passes in enumerate(scored)
            ),
            unscored=len(self.passes) - len(scored),
            empty="no case could be scored every time",
        )


def repeats_of(rounds: Sequence[Sequence[CaseResult]]) -> Repeats | None:
    """What several rounds over the same cases say; ``None`` for a single one.

    Args:
        rounds: Results of each round, in the order of the cases.
    """
    if len(rounds) < 2:
        return None
    plays = list(zip(*rounds, strict=True))
    return Repeats(
        k=len(rounds),
        passes=tuple(_passes(each) for each in plays),
        differing=tuple(each[0].case.id for each in plays if _differ(each)),
    )


def _passes(plays: Sequence[CaseResult]) -> int | None:
    verdicts = [play.passed for play in plays]
    return None if None in verdicts else sum(bool(verdict) for verdict in verdicts)


def _differ(plays: Sequence[CaseResult]) -> bool:
    told = [[decision_record(one.decision) for one in play.played] for play in plays]
    return any(each != told[0] for each in told)
