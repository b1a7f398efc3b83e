"""The batch commands: JSON lines in, JSON lines out; a bad line is reported, the rest is done."""

import json
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from bot.api.options import MESSAGE_CHARACTERS
from bot.conversation import Conversation
from bot.decision import Answer, Clarify, Decision, Reply
from bot.dialogue import decision_kind, decision_reason, decision_text, exchange, offers_agent
from bot.errors import BatchError
from bot.evidence import Evidence
from bot.wiring import Offline
from redaction.redactor import Redactor
from retrieval.article import Audience
from retrieval.disk import refusal
from retrieval.hit import Query
from retrieval.search import SearchIndex

_ENDS_LINE = re.compile("[\x85\u2028\u2029]")
_PART = ".part"
_HALF = re.compile("[\ud800-\udfff]")

Row = dict[str, Any]  # one JSON object, whose shape is the interface
Report = Callable[[str], None]
Work = Callable[[str], Awaitable[Row]]
"""Turns the text of one line into what is written for it, the id apart."""


async def run_lines(source: Path, target: Path, work: Work, report: Report) -> int:
    """Apply ``work`` to each line of ``source`` and write the results to ``target``.

    Args:
        source: Lines ``{"id", "text"}``.
        target: One line for each good line, in the same order. It is written beside under another
            name and takes this one when it is whole; a batch that was stopped changes nothing.
        work: What is done with a text.
        report: Told of each bad line, with its number and never with its text.

    Returns:
        How many lines failed.

    Raises:
        BatchError: A file can't be opened, or both are the same.
    """
    failed = 0
    try:
        with source.open("rb") as lines, _written(source, target) as out:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    failed += not await _one(number, line, out, work, report)
    except OSError as error:
        named = Path(error.filename or target)
        place = target if named.suffix == _PART else named
        raise BatchError(f"{place}: {refusal(error, place)}") from error
    return failed


@contextmanager
def _written(source: Path, target: Path) -> Iterator[TextIO]:
    """A new file that becomes ``target`` when all of it is written; a pipe is written at once."""
    if target.exists() and not target.is_file():
        if target.is_dir():
            raise BatchError(f"{target} is a folder: name a file for the results")
        with target.open("w", encoding="utf-8", newline="\n") as pipe:
            yield pipe
        return
    final = target.resolve()
    if final == source.resolve() or (final.exists() and final.samefile(source)):
        raise BatchError(f"{target} is also the input: name another file for the results")
    beside = final.with_name(f".{final.name}.{os.getpid()}{_PART}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(final)
    finally:
        beside.unlink(missing_ok=True)


async def _one(number: int, line: bytes, out: TextIO, work: Work, report: Report) -> bool:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        report(f"line {number}: not a JSON object in UTF-8 ({type(error).__name__})")
        return False
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        report(f'line {number}: needs {{"id": …, "text": "…"}}')
        return False
    try:
        result = await work(whole_characters(row["text"]))
        done = json.dumps({"id": row["id"], **result}, ensure_ascii=False, allow_nan=False)
    except BatchError as error:  # our own words, which hold none of the text
        report(f"line {number}: {error}")
        return False
    except Exception as error:  # noqa: BLE001  one bad line must not end the batch
        report(f"line {number}: failed ({type(error).__name__})")
        return False
    out.write(_one_line(whole_characters(done)) + "\n")
    return True


def _one_line(row: str) -> str:
    """JSON without the characters that some readers end a line at."""
    return _ENDS_LINE.sub(lambda found: f"\\u{ord(found.group()):04x}", row)


def whole_characters(text: str) -> str:
    r"""The text with half a surrogate pair, which JSON can hold as ``\ud83d``, as U+FFFD.

    Offsets stay: each half counts as one character before and after.
    """
    return _HALF.sub("\ufffd", text)


def _said(text: str) -> str:
    """The text of a message, which has to hold something.

    Raises:
        BatchError: It is blank.
    """
    if not text.strip():
        raise BatchError("the text is blank: write a message, or leave the line out")
    return text


def searching(index: SearchIndex, redact: Callable[[str], str], limit: int) -> Work:
    """Search each text among the customer articles."""

    async def work(text: str) -> Row:
        hits = index.search(Query(redact(_said(text)), audience=Audience.CUSTOMER, limit=limit))
        return {
            "hits": [
                {
                    "article_id": hit.passage.article_id,
                    "passage_id": hit.passage.id,
                    "score": round(hit.score, 6),
                    "dense": round(hit.dense, 6),
                    "lexical": round(hit.lexical, 6),
                }
                for hit in hits
            ]
        }

    return work


def redacting(redactor: Redactor) -> Work:
    """Redact each text; findings count in the original text."""

    async def work(text: str) -> Row:
        redaction = redactor.redact(text)
        return {
            "text": redaction.text,
            "findings": [
                {"kind": f.kind, "start": f.start, "end": f.end, "score": round(f.score, 4)}
                for f in redaction.findings
            ],
        }

    return work


def answering(offline: Offline) -> Work:
    """Decide on each text as on the first message of a conversation of its own."""

    async def work(text: str) -> Row:
        if len(_said(text)) > MESSAGE_CHARACTERS:
            raise BatchError(
                f"has {len(text)} characters; a message may have {MESSAGE_CHARACTERS}: shorten it"
            )
        started = time.perf_counter()
        done = await exchange(
            offline.gate, offline.assistant, Conversation("batch"), text, notices=offline.notices
        )
        milliseconds = (time.perf_counter() - started) * 1000
        turn = done.assistant
        if turn is None or turn.decision is None or turn.evidence is None:
            raise BatchError("the assistant said nothing")
        return {
            **decision_row(turn.decision),
            **_intent(turn.decision, turn.evidence),
            "language": turn.evidence.language,
            "latency_ms": round(milliseconds, 3),
        }

    return work


def _intent(decision: Decision, evidence: Evidence) -> Row:
    """The intent and its risk; a fixed reply is about none of them."""
    if isinstance(decision, Reply) or evidence.risk is None:
        return {"intent": None, "risk": None}
    return {"intent": evidence.intent, "risk": evidence.risk.value}


def decision_row(decision: Decision) -> Row:
    """A decision as plain data."""
    return {
        "decision": decision_kind(decision),
        "reason": decision_reason(decision),
        "confidence": _confidence(decision),
        "offers_agent": offers_agent(decision),
        "text": decision_text(decision),
        "options": list(_options(decision)),
        "citations": list(_citations(decision)),
    }


def _confidence(decision: Decision) -> float | None:
    return decision.confidence if isinstance(decision, Answer | Clarify) else None


def _options(decision: Decision) -> Iterator[Row]:
    if isinstance(decision, Clarify):
        for option in decision.options:
            yield {
                "label": option.label,
                "article_id": option.article_id,
                "intent": option.intent,
            }


def _citations(decision: Decision) -> Iterator[Row]:
    if isinstance(decision, Answer):
        for citation in decision.citations:
            yield {
                "article_id": citation.article_id,
                "passage_id": citation.passage_id,
                "anchor": citation.anchor,
                "quote": citation.quote,
            }
