"""What a run has played so far, kept while it goes on, so that it resumes after an interruption."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from bot.conversation import Speaker, Turn
from bot.dialogue import decision_text
from bot.golden import GoldenCase, Played
from bot.record import decision_record, evidence_record, read_decision, read_evidence
from evals.errors import RunError
from evals.scorers import CaseResult, score_case
from redaction.redactor import RedactedText

UNFINISHED = "unfinished.jsonl"

Json = dict[str, Any]  # one line of the journal


@dataclass(slots=True)
class Journal:
    """The journal of one run. Open it with ``with``; delete its file once the run is on record.

    A case that crashed is not kept: the next attempt plays it again.

    Attributes:
        folder: The run's folder.
        made_with: What makes two attempts the same run.
        cases: In the order of the suite.
        at: The time that every turn is given.
    """

    folder: Path
    made_with: Mapping[str, object]
    cases: Sequence[GoldenCase]
    at: datetime
    _known: dict[tuple[int, int], CaseResult] = field(default_factory=dict)
    _file: IO[str] | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / UNFINISHED

    def __enter__(self) -> Self:
        """Read what an attempt before left, and go on writing.

        Raises:
            RunError: It was another run, or the folder can't be written.
        """
        lines = self._lines()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Written anew: the last line of a killed attempt may be torn.
            self._file = self.path.open("w", encoding="utf-8", newline="\n")
            self._write(dict(self.made_with))
        except OSError as error:
            raise RunError(f"{self.folder}: cannot be written: {error.strerror}") from error
        for line in lines:
            self._known[line["round"], line["place"]] = self._result(line)
            self._write(line)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def resumed(self) -> int:
        """How many plays an attempt before had done."""
        return len(self._known)

    def known(self, number: int) -> dict[int, CaseResult]:
        """What an attempt before did of a round, by the place of the case."""
        return {place: result for (its, place), result in self._known.items() if its == number}

    def keep(self, number: int, place: int, result: CaseResult) -> None:
        """Note a play that is done.

        Args:
            number: Round of the repeats.
            place: Of the case in its suite.
            result: What came of it.
        """
        if not result.error:
            self._write(
                {
                    "round": number,
                    "place": place,
                    "played": [_played(one) for one in result.played],
                    "milliseconds": result.milliseconds,
                }
            )

    def _write(self, line: Json) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def _lines(self) -> list[Json]:
        if not self.path.is_file():
            return []
        lines = []
        for text in self.path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
            try:
                lines.append(json.loads(text))
            except ValueError:
                break  # the attempt before was killed while it wrote this
        if lines and lines[0] != json.loads(json.dumps(dict(self.made_with))):
            differs = [
                name for name in self.made_with if lines[0].get(name) != self.made_with[name]
            ]
            raise RunError(
                f"{self.folder} holds an unfinished run made with another "
                f"{' and '.join(differs) or 'setup'}: name another --out, or delete {self.path}"
            )
        return [line for line in lines[1:] if line["place"] < len(self.cases)]

    def _result(self, line: Json) -> CaseResult:
        played = [
            Played(
                one["step"],
                Turn("", self.at, Speaker.CUSTOMER, RedactedText(one["customer"])),
                _turn(one, self.at),
            )
            for one in line["played"]
        ]
        return score_case(self.cases[line["place"]], played, line["milliseconds"])


def _played(one: Played) -> Json:
    evidence = one.assistant.evidence
    return {
        "step": one.step,
        "customer": one.customer.text,
        "decision": decision_record(one.decision),
        "evidence": evidence_record(evidence) if evidence else None,
    }


def _turn(one: Json, at: datetime) -> Turn:
    decision = read_decision(one["decision"])
    return Turn(
        "",
        at,
        Speaker.ASSISTANT,
        RedactedText(decision_text(decision)),
        decision=decision,
        evidence=read_evidence(one["evidence"]) if one["evidence"] else None,
    )
