"""From a file of somebody else's to rows of ours: read, redact, check, tell what can't be used."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from bot.gate import Gate
from bot.keys import keyed_digest
from bot.measure.replayed import ReplayedConversation, conversation_from
from evals.case import EvalCase, Tier
from evals.errors import ImportFailedError, SuiteError
from evals.importers import chatwoot, transcripts, zendesk
from evals.importers.cases import case_entries, case_row, problem_of
from evals.importers.entries import Entry, Json, Problem, json_entries
from redaction.pieces import LOOK_BACK

Report = Callable[[int], None]


class Source(StrEnum):
    """What can be imported."""

    LABELLED = "labelled"
    QUESTIONS = "questions"
    REPLAY = "replay"
    TRANSCRIPTS = "transcripts"
    ZENDESK = "zendesk"
    CHATWOOT = "chatwoot"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file.

    Attributes:
        rows: Cases, or conversations in the replay format, redacted.
        problems: What could not be used.
    """

    rows: tuple[Json, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports files.

    Attributes:
        gate: Redacts.
        key: Of the digests that replace customers' ids.
        tiers: Tier of each label, for labelled messages.
        locale: Language of the texts, where a file doesn't say.
    """

    gate: Gate
    key: bytes
    tiers: Mapping[str, Tier]
    locale: str = "en"

    async def read(self, source: Source, path: Path, report: Report = lambda n: None) -> Imported:
        """Import a file.

        Raises:
            ImportFailedError: It can't be read, or no row of it can be used.
        """
        rows: list[Json] = []
        problems: list[Problem] = []
        seen: set[str] = set()
        is_case = source in {Source.LABELLED, Source.QUESTIONS}
        for line, entry in self._entries(source, path):
            made = entry if isinstance(entry, Problem) else await self._made(entry, line, is_case)
            if not isinstance(made, Problem):
                name = str(made.get("id") or made.get("conversation_id"))
                made = Problem(line, f"id {name!r} is taken") if name in seen else made
                seen.add(name)
            if isinstance(made, Problem):
                problems.append(made)
            else:
                rows.append(made)
            report(len(rows) + len(problems))
        if not rows:
            why = f": line {problems[0].line}: {problems[0].message}" if problems else ""
            raise ImportFailedError(f"{path}: nothing could be imported as {source.value}{why}")
        return Imported(tuple(rows), tuple(sorted(problems, key=lambda each: each.line)))

    def _entries(self, source: Source, path: Path) -> Iterator[Entry]:
        match source:
            case Source.LABELLED | Source.QUESTIONS:
                return _cases(case_entries(path), self.tiers, path.stem)
            case Source.REPLAY:
                return json_entries(path, ())
            case Source.TRANSCRIPTS:
                return transcripts.conversations(json_entries(path, ("conversations", "data")))
            case Source.ZENDESK:
                return _each(json_entries(path, zendesk.LISTS), zendesk.conversation)
            case Source.CHATWOOT:
                return _each(json_entries(path, chatwoot.LISTS), chatwoot.conversation)

    async def _made(self, entry: Json, line: int, is_case: bool) -> Json | Problem:
        try:
            if is_case:
                return await self._case(entry)
            return await self._conversation(entry)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            return Problem(line, f"{where}: {first['msg']}" if where else first["msg"])
        except ValueError as error:
            return Problem(line, str(error))

    async def _case(self, row: Json) -> Json:
        text = (await self.gate.admit(row["says"], locale=self.locale)).text
        made = EvalCase.model_validate({**row, "says": text})
        return made.model_dump(mode="json", exclude_defaults=True)

    async def _conversation(self, row: Json) -> Json:
        told = conversation_from(row)
        texts = await self._redacted(told)
        turns = [
            {**turn.model_dump(mode="json", exclude_none=True), "text": text}
            for turn, text in zip(told.turns, texts, strict=True)
        ]
        record = told.model_dump(mode="json", exclude_none=True, exclude={"turns"})
        if told.customer_id is not None:
            record["customer_id"] = keyed_digest(self.key, "customer", told.customer_id)[:16]
        safe = await self.gate.safe_id(told.conversation_id)
        return {**record, "conversation_id": safe or "withheld", "turns": turns}

    async def _redacted(self, told: ReplayedConversation) -> list[str]:
        """The texts, redacted; pieces of a value that a later message completes are masked, too."""
        texts: list[str] = []
        own: list[int] = []
        known: Mapping[str, str] = {}
        locale = told.locale or self.locale
        for place, turn in enumerate(told.turns):
            before = own[-LOOK_BACK:] if turn.speaker == "customer" else []
            admitted = await self.gate.admit(
                turn.text or "", known, [texts[each] for each in before], locale
            )
            for each, masked in zip(before, admitted.recent, strict=False):
                texts[each] = masked
            known = admitted.placeholders
            texts.append(admitted.text)
            if turn.speaker == "customer":
                own.append(place)
        return texts


def _cases(entries: Iterable[Entry], tiers: Mapping[str, Tier], tag: str) -> Iterator[Entry]:
    for line, entry in entries:
        if isinstance(entry, Problem):
            yield line, entry
            continue
        try:
            yield line, case_row(entry, line, tiers, tag)
        except SuiteError as error:
            yield line, problem_of(error, line)


def _each(entries: Iterable[Entry], read: Callable[[Json, int], Json | Problem]) -> Iterator[Entry]:
    for line, entry in entries:
        yield line, entry if isinstance(entry, Problem) else read(entry, line)
