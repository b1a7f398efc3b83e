"""Whether a metric got worse than a gate lets it: by more than the margin, chance and known noise.

Three things must come together, so that a real loss is caught and a shaky run is not blamed:
the lower end of the paired difference lies beyond the margin; chance does not explain it; and
more cases got worse than are known to flip on any run, unless the whole interval lies beyond the
margin. What each of them costs and buys is measured in ``docs/deciding.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.chance import chance_of_harm, clusters_of
from evals.compare import PAIRED, Comparison, Difference
from evals.gate_policy import GatePolicy, NotWorse


@dataclass(frozen=True, slots=True)
class Worsening:
    """One metric that may not get worse.

    Attributes:
        rule: Metric and margin.
        found: In both runs.
        chance: One-sided p, corrected over all metrics that the gate compares.
        level: Chance from which it explains nothing.
        noise: Cases that may flip for the worse on any run.
    """

    rule: NotWorse
    found: Difference
    chance: float
    level: float
    noise: int

    @property
    def _harm(self) -> tuple[float, float]:
        """Least and most that it fell, as shares."""
        if PAIRED[self.rule.metric].more_is_better:
            return -self.found.high, -self.found.low
        return self.found.low, self.found.high

    @property
    def within_margin(self) -> bool:
        """The interval does not reach beyond the margin."""
        return self._harm[1] <= self.rule.margin

    @property
    def by_chance(self) -> bool:
        """Chance alone would do as much too often."""
        return self.chance >= self.level

    @property
    def untold(self) -> bool:
        """It fell, and so few cases flipped that chance would explain it were all of them worse."""
        flipped = len(self.found.worse) + len(self.found.better)
        return not self.within_margin and 0.5**flipped >= self.level

    @property
    def known_noise(self) -> bool:
        """No more cases got worse than do on any run, and it may be less than the margin."""
        return len(self.found.worse) <= self.noise and self._harm[0] <= self.rule.margin

    @property
    def passed(self) -> bool:
        """It may go on."""
        return self.within_margin or self.by_chance or self.known_noise

    def __str__(self) -> str:
        found = self.found
        said = (
            f"{100 * found.difference:+.1f} points "
            f"({100 * found.low:+.1f} to {100 * found.high:+.1f}), "
            f"{len(found.worse)} worse and {len(found.better)} better of {found.n:,}, "
            f"chance {self.chance:.3f}"
        )
        if self.within_margin or not self.passed:
            return said
        if self.untold:
            return f"{said}: too few cases to show it either way"
        if self.by_chance:
            return f"{said}: chance explains it"
        return f"{said}: no more than the {self.noise} that may flip"


def worsenings(comparison: Comparison, policy: GatePolicy) -> dict[str, Worsening]:
    """Every metric that the policy compares and that some pair asks for, by name."""
    asked = [
        (rule, comparison.differences[rule.metric])
        for rule in policy.not_worse
        if rule.metric in comparison.differences
    ]
    harm = _harm(comparison, [found for _, found in asked])
    chances = chance_of_harm(harm) if harm else [1.0] * len(asked)
    noise = policy.flips(comparison.paired)
    return {
        rule.metric: Worsening(rule, found, chance, 1 - policy.confidence, noise)
        for (rule, found), chance in zip(asked, chances, strict=True)
    }


def _harm(comparison: Comparison, asked: Sequence[Difference]) -> list[tuple[str, tuple[int, ...]]]:
    """Cluster of every case that flipped, and which way under each metric."""
    cases = comparison.run.cases.values()
    cluster = clusters_of((case.id, case.cluster) for case in cases)
    ways = [{**dict.fromkeys(found.worse, 1), **dict.fromkeys(found.better, -1)} for found in asked]
    flipped = sorted({name for way in ways for name in way})
    return [(cluster[name], tuple(way.get(name, 0) for way in ways)) for name in flipped]
