"""How a case ends under every threshold: rows and columns, on disk and from a run's record."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bot.decision import Risk
from evals.errors import TuneError
from evals.recorded import RecordedCase
from evals.whole_file import write_whole

BY_RISK = "summed_high_risk"
"""Rule of ``bot.rules`` by which summed risk hands over."""

BY_SUPPORT = "supported"
"""Rule by which support answers."""


@dataclass(frozen=True, slots=True)
class End:
    """How a case ends.

    Attributes:
        handed_over: A person took over.
        answered: From an article, by its support.
        contained: No person took over.
        wrong: Contained though a person was needed, or with something wrong.
    """

    handed_over: bool
    answered: bool
    contained: bool
    wrong: bool


PERSON = End(handed_over=True, answered=False, contained=False, wrong=False)


@dataclass(frozen=True, slots=True)
class CaseEnds:
    """A case under every threshold.

    Attributes:
        id: Of the case.
        cluster: Cases that open with the same words.
        risk: Labelled risk, ``none`` where unknown.
        support: Of the best article.
        high_risk: Summed probability of the high-risk intents.
        minds_risk: Whether the rule on summed risk is reached at all.
        answers: How it ends if its support is enough.
        else_: How it ends if not.
    """

    id: str
    cluster: str
    risk: str
    support: float
    high_risk: float
    minds_risk: bool
    answers: End
    else_: End

    def end(self, answer: float, high_risk: float) -> End:
        """How it ends.

        Args:
            answer: Least support to answer.
            high_risk: Summed risk from which a person takes over.
        """
        if self.minds_risk and self.high_risk >= high_risk:
            return PERSON
        return self.answers if self.support >= answer else self.else_


@dataclass(frozen=True, slots=True)
class Reach:
    """Which thresholds the cases can tell of.

    Attributes:
        answer: The lowest threshold to answer.
        high_risk: The highest risk threshold.
    """

    answer: float = 0.0
    high_risk: float = 1.0


EVERY = Reach()


Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ends:
    """The same cases as columns, ``(n,)`` each, to count them under many thresholds.

    Attributes:
        support: Of the best article.
        high_risk: Summed probability of the high-risk intents; below 0 where it is not minded.
        high: Labelled high risk.
        person: A person takes over, answered or not.
        answers: How a case ends if its support is enough: answered, contained, wrong.
        otherwise: How it ends if not.
    """

    support: npt.NDArray[np.float64]
    high_risk: npt.NDArray[np.float64]
    high: Truth
    person: Truth
    answers: tuple[Truth, Truth, Truth]
    otherwise: tuple[Truth, Truth, Truth]

    @classmethod
    def of(cls, rows: Sequence[CaseEnds]) -> Self:
        """The columns of some cases."""

        def column(value: Callable[[CaseEnds], bool]) -> Truth:
            return np.array([value(row) for row in rows], dtype=np.bool_)

        return cls(
            np.array([row.support for row in rows]),
            np.array([row.high_risk if row.minds_risk else -1.0 for row in rows]),
            column(is_high),
            column(lambda row: row.answers.handed_over and row.else_.handed_over),
            (
                column(lambda row: row.answers.answered),
                column(lambda row: row.answers.contained),
                column(lambda row: row.answers.wrong),
            ),
            (
                column(lambda row: row.else_.answered),
                column(lambda row: row.else_.contained),
                column(lambda row: row.else_.wrong),
            ),
        )

    @property
    def n(self) -> int:
        """How many cases."""
        return len(self.support)

    def counts(self, name: str, answer: float, high_risk: float) -> tuple[int, int]:
        """How many end contained though wrong, of how many that the promise is about."""
        _, contained, wrong = self._ends(answer, high_risk)
        total = self.n if name == "false_containment" else int(contained.sum())
        return int(wrong.sum()), total

    def right(self, answer: float, high_risk: float) -> float:
        """Share that is answered and right."""
        answered, _, wrong = self._ends(answer, high_risk)
        return float((answered & ~wrong).mean())

    def coverage(self, answer: float, high_risk: float) -> float:
        """Share that is answered."""
        return float(self._ends(answer, high_risk)[0].mean())

    def handed_over(self, high_risk: float) -> tuple[int, int]:
        """High-risk cases that reach a person whatever the threshold to answer, of how many."""
        reached = (self.high_risk >= high_risk) | self.person
        return int((reached & self.high).sum()), int(self.high.sum())

    def _ends(self, answer: float, high_risk: float) -> tuple[Truth, Truth, Truth]:
        person = self.high_risk >= high_risk
        sure = self.support >= answer
        answered, contained, wrong = (
            np.where(sure, yes, no) & ~person
            for yes, no in zip(self.answers, self.otherwise, strict=True)
        )
        return answered, contained, wrong


def ends_of_run(cases: Iterable[RecordedCase]) -> tuple[list[CaseEnds], Reach]:
    """What a recorded run can tell, and which thresholds it can tell of.

    Whatever would no longer be answered is taken to be handed over.

    Raises:
        TuneError: No case of the run was answered by its support.
    """
    found: list[CaseEnds] = []
    for case in cases:
        row = case.outcome
        if row is None or not row.engaged or row.falsely_contained is None or case.support is None:
            continue
        by_support = case.rule == BY_SUPPORT
        end = End(
            row.handed_off, by_support and row.answers > 0, row.contained, row.falsely_contained
        )
        found.append(
            CaseEnds(
                id=case.id,
                cluster=case.cluster,
                risk=row.risk.value if row.risk else "none",
                support=case.support,
                high_risk=case.high_risk,
                minds_risk=case.rule in {BY_SUPPORT, BY_RISK},
                answers=PERSON if case.rule == BY_RISK else end,
                else_=PERSON if by_support else end,
            )
        )
    supports = [ends.support for ends in found if ends.answers.answered]
    if not supports:
        raise TuneError("no case of this run was answered by its support: give the labelled file")
    minded = [ends.high_risk for ends in found if ends.minds_risk and ends.answers == PERSON]
    return found, Reach(min(supports), min(minded, default=1.0))


def write_ends(path: Path, made_with: Mapping[str, Any], rows: Iterable[CaseEnds]) -> None:
    """Keep what was played, for `tune` to read again."""
    lines = [{"made_with": dict(made_with)}, *(asdict(row) for row in rows)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    write_whole(path, text)


def read_ends(text: str, name: str) -> tuple[dict[str, Any], list[CaseEnds]]:
    """What :func:`write_ends` wrote.

    Raises:
        TuneError: A line has another shape.
    """
    lines = text.rstrip("\n").split("\n")
    made_with: dict[str, Any] = json.loads(lines[0])["made_with"]
    rows = []
    for number, line in enumerate(lines[1:], 2):
        try:
            told = json.loads(line)
            told["answers"], told["else_"] = End(**told["answers"]), End(**told["else_"])
            rows.append(CaseEnds(**told))
        except (ValueError, TypeError, KeyError) as error:
            raise TuneError(f"{name}:{number}: not what tune wrote ({error})") from error
    return made_with, rows


def is_high(row: CaseEnds) -> bool:
    """Whether a person must take over, by its label."""
    return row.risk == Risk.HIGH
