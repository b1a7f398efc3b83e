"""One exchange: a raw message in, two redacted turns out. No store, no web."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import Answer, Clarify, Decision, Handoff, Reply
from bot.evidence import Evidence
from bot.gate import Gate
from bot.spans import span
from bot.vault import Sealed
from redaction.findings import Finding
from redaction.pieces import LOOK_BACK
from redaction.redactor import RedactedText


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision and what it rests on."""

    decision: Decision
    evidence: Evidence


class Decider(Protocol):
    """Decides what to do with a customer's redacted message."""

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        """Judge ``text``, the newest message of ``conversation``, which doesn't hold it yet."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """A customer's turn and the assistant's, if it may speak.

    Attributes:
        customer: The customer's redacted turn.
        assistant: The assistant's turn; ``None`` while an agent has the conversation.
        conversation: The conversation with both turns, its new state and placeholders.
        findings: What redaction found, offsets in the raw message.
        notice: What the customer is told about removed data, ``None`` where nothing was.
        sealed: Values that an agent may need, encrypted; none where no vault is kept.
        mistaken: Placeholders whose value turned out to be part of a card number.
    """

    customer: Turn
    assistant: Turn | None
    conversation: Conversation
    findings: tuple[Finding, ...]
    notice: str | None
    sealed: tuple[Sealed, ...] = ()
    mistaken: tuple[str, ...] = ()


def decision_kind(decision: Decision) -> str:
    """The word for a decision in every interface: answer, clarify, handoff or reply."""
    return type(decision).__name__.lower()


def decision_text(decision: Decision) -> str:
    """What the customer reads."""
    return decision.question if isinstance(decision, Clarify) else decision.text


def decision_reason(decision: Decision) -> str | None:
    """The reason of a handoff or reply; ``None`` for the others."""
    return decision.reason.value if isinstance(decision, Handoff | Reply) else None


def offers_agent(decision: Decision) -> bool:
    """Whether the customer is offered a person in so many words."""
    return isinstance(decision, Handoff) or (isinstance(decision, Answer) and decision.offers_agent)


async def exchange(
    gate: Gate,
    decider: Decider,
    conversation: Conversation,
    raw: str,
    *,
    client_id: str | None = None,
    now: datetime | None = None,
    notices: Sequence[tuple[frozenset[str], str]] = (),
) -> Exchange:
    """Take one raw message through the gate and the assistant.

    Args:
        gate: Redacts.
        decider: The assistant.
        conversation: The exchange so far; not changed.
        raw: What the customer typed. Nothing returned holds it.
        client_id: The sender's own id of this message.
        now: UTC time; the clock by default.
        notices: Pairs of kinds of findings and the line that tells the customer of them.
    """
    at = now or datetime.now(UTC)
    earlier = [t for t in conversation.turns if t.speaker is Speaker.CUSTOMER][-LOOK_BACK:]
    recent = [turn.text for turn in earlier]
    told = [turn.text for turn in conversation.turns[-1:] if turn.speaker is not Speaker.CUSTOMER]
    admission = await gate.admit(
        raw,
        conversation.placeholders,
        recent,
        conversation.locale,
        owner=conversation.id,
        asked="".join(told),
    )
    conversation = _masked(conversation, earlier, admission.recent)
    customer = Turn(_new_id(), at, Speaker.CUSTOMER, admission.text, client_id=client_id)
    silent = conversation.state is ConversationState.CLAIMED
    assistant = None
    if not silent:
        with span("decide") as deciding:
            judged = await decider.decide(conversation, admission.text, withheld=admission.withheld)
            deciding.note(
                decision=decision_kind(judged.decision),
                reason=decision_reason(judged.decision),
                rule=judged.evidence.rule,
                index=judged.evidence.index_version,
            )
        assistant = Turn(
            _new_id(),
            at if now else datetime.now(UTC),
            Speaker.ASSISTANT,
            RedactedText(decision_text(judged.decision)),
            decision=judged.decision,
            evidence=judged.evidence,
        )
    after = replace(
        conversation,
        turns=(*conversation.turns, customer, *((assistant,) if assistant else ())),
        placeholders=admission.placeholders,
        state=_next_state(conversation.state, assistant),
    )
    kinds = {finding.kind for finding in admission.findings}
    notice = next((line for wanted, line in notices if kinds & wanted), None)
    return Exchange(
        customer,
        assistant,
        after,
        admission.findings,
        notice,
        admission.sealed,
        admission.mistaken,
    )


def _masked(
    conversation: Conversation, earlier: Sequence[Turn], texts: Sequence[RedactedText]
) -> Conversation:
    """The conversation with pieces of a value masked in the turns that were written before."""
    new = {turn.id: text for turn, text in zip(earlier, texts, strict=False) if turn.text != text}
    if not new:
        return conversation
    turns = tuple(replace(t, text=new[t.id]) if t.id in new else t for t in conversation.turns)
    return replace(conversation, turns=turns)


def _next_state(state: ConversationState, assistant: Turn | None) -> ConversationState:
    if assistant is not None and isinstance(assistant.decision, Handoff):
        return ConversationState.WAITING
    return state


def _new_id() -> str:
    return uuid.uuid4().hex
