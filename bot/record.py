"""A decision and its evidence as plain JSON, and back: what the store keeps of a turn."""

from typing import Any

from pydantic import TypeAdapter

from bot.decision import Answer, Clarify, Decision, Handoff, Reply
from bot.dialogue import decision_kind
from bot.errors import FirstlineError
from bot.evidence import Evidence

Record = dict[str, Any]  # JSON; its shape is the dataclass named by the record's kind

_KINDS: dict[str, TypeAdapter[Any]] = {
    "answer": TypeAdapter(Answer),
    "clarify": TypeAdapter(Clarify),
    "handoff": TypeAdapter(Handoff),
    "reply": TypeAdapter(Reply),
}
_EVIDENCE = TypeAdapter(Evidence)


class RecordError(FirstlineError):
    """A stored record that no kind of decision fits."""


def decision_record(decision: Decision) -> Record:
    """The decision as JSON, with its kind under ``kind``."""
    kind = decision_kind(decision)
    return {"kind": kind, **_KINDS[kind].dump_python(decision, mode="json")}


def evidence_record(evidence: Evidence) -> Record:
    """The evidence as JSON."""
    record: Record = _EVIDENCE.dump_python(evidence, mode="json")
    return record


def read_decision(record: Record) -> Decision:
    """The decision that a record holds.

    Raises:
        RecordError: When the kind is unknown.
        pydantic.ValidationError: When a field is missing or of a wrong type.
    """
    kind = record.get("kind")
    adapter = _KINDS.get(kind) if isinstance(kind, str) else None
    if adapter is None:
        raise RecordError(f"unknown kind of decision {kind!r}; known: {', '.join(_KINDS)}")
    fields = {name: value for name, value in record.items() if name != "kind"}
    decision: Decision = adapter.validate_python(fields)
    return decision


def read_evidence(record: Record) -> Evidence:
    """The evidence that a record holds; fields it lacks take their defaults.

    Raises:
        pydantic.ValidationError: When a field is of a wrong type.
    """
    return _EVIDENCE.validate_python(record)
