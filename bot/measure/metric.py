"""A number and the rows behind it: what was counted, what it was divided by, what was left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from bot.estimate import Estimate, ratio, share
from bot.measure.cohort import Cohort, Ended
from bot.measure.episode_row import EpisodeRow


class Unit(StrEnum):
    """What a number is given in."""

    SHARE = "share"
    MONEY = "money"
    SECONDS = "seconds"
    SCORE = "score"
    COUNT = "count"


class Entry(NamedTuple):
    """What one row adds to a number. A row may have several, such as one for each cited article.

    Attributes:
        row: The episode; ``None`` for what was said outside of any.
        unit: What is resampled as a whole.
        above: Added to the numerator.
        below: Added to the denominator.
    """

    row: EpisodeRow | None
    unit: str
    above: float
    below: float = 1.0


@dataclass(frozen=True, slots=True)
class Tally:
    """All that a number rests on.

    Attributes:
        entries: What is counted.
        unscored: Rows that belong here but of which something is unknown.
        empty: Why there is no number, where there is none.
    """

    entries: Sequence[Entry]
    unscored: Sequence[EpisodeRow] = ()
    empty: str = "no row fits the denominator"


@dataclass(frozen=True, slots=True)
class Members:
    """Ids of the episodes behind a number, each once, in the order of the table."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    unscored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by its name in ``run.json``.

    Attributes:
        name: In ``run.json``.
        meaning: What it says, in one sentence.
        tally: What it rests on.
        estimate: From there to the number.
        unit: What it is given in.
        whole: From the rows to the number at once, where the tally alone does not do.
    """

    name: str
    meaning: str
    tally: Callable[[Cohort], Tally]
    estimate: Callable[[Tally], Estimate]
    unit: Unit = Unit.SHARE
    whole: Callable[[Cohort], Estimate] | None = None

    def measure(self, cohort: Cohort) -> Estimate:
        """The number over the rows of a cohort."""
        return self.whole(cohort) if self.whole else self.estimate(self.tally(cohort))

    def members(self, cohort: Cohort) -> Members:
        """The episodes behind the number."""
        tally = self.tally(cohort)
        return Members(
            _ids(e.row for e in tally.entries if e.above and e.row is not None),
            _ids(e.row for e in tally.entries if e.below and e.row is not None),
            _ids(tally.unscored),
        )


Property = Callable[[Ended], bool | None]
"""Whether a row has it; ``None`` where that is unknown."""
Rows = Callable[[Cohort], Iterable[Ended]]


def known(cohort: Cohort) -> Iterable[Ended]:
    """The set E."""
    return cohort.known


def involved(cohort: Cohort) -> Iterable[Ended]:
    """Rows that the assistant took part in."""
    return cohort.involved


def everything(cohort: Cohort) -> Iterable[Ended]:
    """Every row of the window."""
    return cohort.rows


def share_of(
    name: str, meaning: str, has: Property, among: Rows = known, empty: str = ""
) -> Metric:
    """A share: the rows among some that have a property."""

    def tally(cohort: Cohort) -> Tally:
        return tally_of(among(cohort), has, empty)

    return Metric(name, meaning, tally, share_estimate)


def share_in(
    name: str,
    meaning: str,
    has: Callable[[Ended, Cohort], bool | None],
    among: Rows = involved,
    empty: str = "the assistant took part in no episode",
) -> Metric:
    """A share whose property depends on the time and the settings, too."""

    def tally(cohort: Cohort) -> Tally:
        return tally_of(among(cohort), lambda each: has(each, cohort), empty)

    return Metric(name, meaning, tally, share_estimate)


def tally_of(rows: Iterable[Ended], has: Property, empty: str = "") -> Tally:
    """Counts the rows that have a property; where that is unknown, they are unscored."""
    entries: list[Entry] = []
    unscored: list[EpisodeRow] = []
    for each in rows:
        fits = has(each)
        if fits is None:
            unscored.append(each.row)
        else:
            entries.append(Entry(each.row, each.unit, float(fits)))
    return Tally(entries, unscored, empty or "no row fits the denominator")


def share_estimate(tally: Tally) -> Estimate:
    """A share, by Wilson for independent rows, else by a bootstrap of whole customers."""
    entries = tally.entries
    if len({entry.unit for entry in entries}) < len(entries):
        return ratio_estimate(tally)
    count = sum(entry.above for entry in entries)
    return share(int(count), len(entries), unscored=len(tally.unscored), empty=tally.empty)


def ratio_estimate(tally: Tally) -> Estimate:
    """A ratio of two sums, by a bootstrap of whole customers."""
    found = ratio(
        ((entry.unit, entry.above, entry.below) for entry in tally.entries),
        unscored=len(tally.unscored),
        empty=tally.empty,
    )
    return found if found.value is None else replace(found, n=len(tally.entries))


def bounds(found: Estimate) -> tuple[float, float] | None:
    """Both ends of a share: every row that is not scored fails, or every one passes."""
    if found.numerator is None or found.denominator is None or not found.unscored:
        return None
    whole = found.denominator + found.unscored
    return found.numerator / whole, (found.numerator + found.unscored) / whole


def _ids(rows: Iterable[EpisodeRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.episode_id for row in rows))
