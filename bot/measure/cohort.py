"""The rows that count, each with how it ended."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from bot.measure.ending import CONTAINED, ENDED, RESOLVED, Ending, MeasureContext, ended_as
from bot.measure.episode_row import EpisodeRow


@dataclass(frozen=True, slots=True)
class Ended:
    """A row with how it ended. What every formula asks again and again is told once.

    Attributes:
        row: The episode.
        ending: How it ended, as far as can be told.
        unit: What is resampled as a whole: its customer, or the conversation of an anonymous one.
        known: It is in the set E: engaged, not blocked, and its outcome is known.
        contained: It ended with neither a person nor an unmet handoff.
        resolved: It ended with an answer, confirmed or not objected to.
        handed_off: A person took over, or a ticket waits for one.
    """

    row: EpisodeRow
    ending: Ending
    unit: str
    known: bool
    contained: bool
    resolved: bool
    handed_off: bool

    @classmethod
    def of(cls, row: EpisodeRow, context: MeasureContext) -> Self:
        """The row as it is seen now."""
        ending = ended_as(row, context)
        return cls(
            row,
            ending,
            row.unit,
            ending in ENDED,
            ending in CONTAINED,
            ending in RESOLVED,
            ending is Ending.HANDED_OFF,
        )

    @property
    def scored(self) -> bool:
        """Somebody said whether it was right and whether a person was needed."""
        return self.row.correct is not None and self.row.needs_human is not None

    @property
    def verified(self) -> bool:
        """Contained, right, and no person was needed."""
        return self.contained and bool(self.row.correct) and not self.row.needs_human


class Contacts:
    """The requests of each issue in a whole log, the first one leading; sorted out when asked."""

    def __init__(self, rows: Iterable[EpisodeRow]) -> None:
        self._rows = rows
        self._issues: dict[str, list[EpisodeRow]] | None = None

    def of(self, issue: str) -> Sequence[EpisodeRow]:
        """Every episode that states a request on an issue, those outside the window included."""
        if self._issues is None:
            self._issues = defaultdict(list)
            for row in self._rows:
                if row.issue_id is not None and row.engaged:
                    self._issues[row.issue_id].append(row)
            for each in self._issues.values():
                each.sort(key=lambda row: row.started_at.timestamp() if row.started_at else 0.0)
        return self._issues.get(issue, ())


@dataclass(frozen=True, slots=True)
class Cohort:
    """The rows of a window, test traffic left out; or a slice of them.

    Attributes:
        rows: Those that count, in the order given.
        tests: How many rows were left out as test traffic.
        context: What the formulas must know besides.
        size: Rows of the window, also where these are only a slice of it.
        contacts: Of the whole log: they tell of earlier and later ones.
        articles: Only what is said of these articles counts; all of them if ``None``.
        apart: Whether votes count that were given outside of any episode.
    """

    rows: tuple[Ended, ...]
    tests: int
    context: MeasureContext
    size: int
    contacts: Contacts
    articles: frozenset[str] | None = None
    apart: bool = True

    def speaks_of(self, article: str) -> bool:
        """Whether what is said of an article counts here."""
        return self.articles is None or article in self.articles

    @property
    def known(self) -> list[Ended]:
        """The set E."""
        return [each for each in self.rows if each.known]

    @property
    def involved(self) -> list[Ended]:
        """Rows that the assistant took part in."""
        return [each for each in self.rows if each.row.involved]

    def counts(self) -> Mapping[str, int]:
        """How many rows there are and how they ended, to be printed beside the numbers."""
        by_ending = Counter(each.ending for each in self.rows)
        return {
            "episodes": len(self.rows),
            "test": self.tests,
            "involved": len(self.involved),
            "anonymous": sum(each.row.customer_key is None for each in self.rows),
            "assessed": len(self.known),
            **{ending.value: by_ending[ending] for ending in Ending},
        }


def cohort_of(rows: Iterable[EpisodeRow], context: MeasureContext) -> Cohort:
    """The rows of the context's window."""
    counted: list[Ended] = []
    real: list[EpisodeRow] = []
    tests = 0
    for row in rows:
        if row.is_test and not context.with_tests:
            tests += replace(context, with_tests=True).counts(row)
            continue
        real.append(row)
        if context.counts(row):
            counted.append(Ended.of(row, context))
    return Cohort(tuple(counted), tests, context, len(counted), Contacts(real))
