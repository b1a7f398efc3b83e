"""What an agent reads first about a conversation that is handed over. Made by rules, no model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Answer, Clarify, Handoff, HandoffReason, Reply, Risk
from bot.evidence import Evidence, IntentScore
from bot.ticket import NewTicket, Sentiment, Ticket, TicketState, is_graver, quoted
from bot.tone import ToneReader, shipped_phrases

IN_SHORT = "In short: "
"""Starts the line that a language model worded, at the end of a summary."""

_SURE = 0.5
"""Least probability from which an intent is taken for what the customer came with."""
_LIKELY = 0.3
"""The same of a high-risk intent that a person was called for."""
_WHOLE_REQUEST = 8
"""Words from which asking for a person also says what about."""
_WANTS = {
    "customer_asked": "a person; the assistant was asked for one",
    "high_risk": "a person to act: the matter carries risk",
    "no_article": "an answer that no article gives",
    "low_confidence": "an answer; the assistant was not sure which article fits",
    "not_grounded": "an answer that the articles support",
    "sensitive": "care: the message shows distress or names a legal or personal matter",
    "repeated": "an end to going round: the same thing came up again, or patience is over",
    "other_language": "an answer in their own language",
    "failure": "a reply: a component of the assistant broke",
    "paused": "a reply: the assistant is paused",
}


@dataclass(frozen=True, slots=True)
class _Cause:
    """A turn of the assistant that called for a person, and why."""

    place: int
    turn: Turn
    reason: HandoffReason
    intent: IntentScore | None

    @property
    def risk(self) -> Risk | None:
        if self.reason is HandoffReason.HIGH_RISK:
            return Risk.HIGH
        return None if self.intent is None else self.intent.risk


def new_ticket(conversation: Conversation) -> NewTicket | None:
    """The ticket of a conversation that waits for a person, by the gravest reason it gave.

    ``None`` where no turn since the last agent calls for one.
    """
    turns = since_agent(conversation.turns)
    cause = _cause(turns)
    if cause is None:
        return None
    return NewTicket(
        reason=cause.reason,
        summary=summarise(conversation),
        at=turns[-1].at,
        intent=None if cause.intent is None else cause.intent.intent,
        risk=cause.risk,
        language=_language(turns),
        sentiment=_sentiment(turns),
    )


def summarise(conversation: Conversation) -> str:
    """Summarise a conversation for the agent who takes it over.

    Redacted, as its turns are. One line each: problem, what was said around it, steps already
    taken, articles shown, what the customer wants, a way to get by meanwhile, evidence.
    """
    turns = since_agent(conversation.turns)
    cause = _cause(turns)
    said = [(place, t.text) for place, t in enumerate(turns) if t.speaker is Speaker.CUSTOMER]
    problem = _problem(turns, cause)
    named = next((text for place, text in said if place == problem), None)
    lines = [f"Problem: {quoted(named) if named else 'nothing was written yet'}"]
    if before := [quoted(text) for place, text in said if place < problem]:
        lines.append("Before: " + " / ".join(before[-3:]))
    if after := [quoted(text) for place, text in said if place > problem]:
        lines.append("Since then: " + " / ".join(after[-3:]))
    shown = _shown(turns)
    lines.append(f"Steps already taken: {_tried(turns)}")
    lines.append(f"Articles shown: {', '.join(shown) or 'none'}")
    if cause is not None:
        lines.append(f"Customer wants: {_WANTS[cause.reason.value]}")
    lines.append(f"Workaround: {f'what “{shown[-1]}” says' if shown else 'none known'}")
    if cause is not None and isinstance(cause.turn.decision, Handoff):
        lines.append(f"Evidence: {cause.turn.decision.note}")
    return "\n".join(lines)


def problem_of(summary: str) -> str:
    """The problem that a summary names."""
    return summary.split("\n", 1)[0].removeprefix("Problem: ")


def briefing(ticket: Ticket, now: datetime) -> str:
    """The summary with what changes while a ticket lives: owner, next update, id, status."""
    status = ticket.state.value
    if ticket.state is not TicketState.RESOLVED and ticket.is_overdue(now):
        status += ", first reply overdue"
    elif ticket.disposition:
        status += f", {ticket.disposition}"
    lines = (
        f"Owner: {ticket.claimed_by or f'nobody yet; queue {ticket.queue}'}",
        f"Next update due: {_next_update(ticket)}",
        f"Tracking id: {ticket.id}",
        f"Status: {status}",
    )
    return "\n".join((ticket.summary, *lines))


def _next_update(ticket: Ticket) -> str:
    if ticket.state is TicketState.RESOLVED:
        return "none; it is resolved"
    if ticket.first_reply_at is not None:
        return "in the conversation; the customer has a first reply"
    due = ticket.reply_due
    return "no time is promised" if due is None else f"{due:%Y-%m-%d %H:%M} UTC"


def since_agent(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The turns since an agent last had the conversation: what came before is dealt with."""
    for place in range(len(turns) - 1, -1, -1):
        if turns[place].speaker in {Speaker.AGENT, Speaker.SYSTEM}:
            return turns[place + 1 :]
    return turns


def _cause(turns: Sequence[Turn]) -> _Cause | None:
    """The gravest of the turns that called for a person; of equal ones the first."""
    gravest: _Cause | None = None
    for place, turn in enumerate(turns):
        reason = _reason(turn)
        if reason is None:
            continue
        found = _Cause(place, turn, reason, _intent(turns[: place + 1], reason))
        if gravest is None or is_graver(found.reason, found.risk, (gravest.reason, gravest.risk)):
            gravest = found
    return gravest


def _reason(turn: Turn) -> HandoffReason | None:
    if isinstance(turn.decision, Handoff):
        return turn.decision.reason
    return None if turn.evidence is None else turn.evidence.raises


def _intent(turns: Sequence[Turn], reason: HandoffReason) -> IntentScore | None:
    """What it is about: of a risk the likeliest risky intent, else one that is sure enough."""
    if reason is HandoffReason.HIGH_RISK and turns[-1].evidence is not None:
        return risky_intent(turns[-1].evidence)
    named = (
        score
        for turn in reversed(turns)
        if turn.evidence is not None and (score := _first(turn.evidence)) is not None
        if score.probability >= _SURE
    )
    return next(named, None)


def _language(turns: Sequence[Turn]) -> str | None:
    """The language of the newest message that was long enough to tell."""
    codes = (t.evidence.language for t in reversed(turns) if t.evidence is not None)
    return next((code for code in codes if code not in {"", "und"}), None)


@cache
def _tones() -> ToneReader:
    return ToneReader(shipped_phrases())


def _sentiment(turns: Sequence[Turn]) -> Sentiment:
    reasons = {_reason(turn) for turn in turns}
    tones = [_tones().read(turn.text) for turn in turns if turn.speaker is Speaker.CUSTOMER]
    if HandoffReason.SENSITIVE in reasons or any(tone.distressed for tone in tones):
        return Sentiment.DISTRESSED
    if HandoffReason.REPEATED in reasons or any(t.furious or t.unhelpful for t in tones):
        return Sentiment.FRUSTRATED
    return Sentiment.NEUTRAL


def risky_intent(evidence: Evidence) -> IntentScore | None:
    """The likeliest of the high-risk intents; where none is likely, the one that surely is meant.

    Many small risks hand a message over, too, but steps against one of them would do harm.
    """
    for score in evidence.intents:
        if score.risk is Risk.HIGH and score.probability >= _LIKELY:
            return score
    first = _first(evidence)
    return first if first is not None and first.probability >= _SURE else None


def _first(evidence: Evidence) -> IntentScore | None:
    return evidence.intents[0] if evidence.intents else None


def _problem(turns: Sequence[Turn], cause: _Cause | None) -> int:
    """Place of the customer's turn that says the problem; -1 where there is none."""
    end = len(turns) if cause is None else cause.place
    said = [p for p, t in enumerate(turns[:end]) if t.speaker is Speaker.CUSTOMER]
    if not said:
        return -1
    asked = cause is not None and cause.reason is HandoffReason.CUSTOMER_ASKED
    if not asked or len(turns[said[-1]].text.split()) >= _WHOLE_REQUEST:
        return said[-1]
    asked_about = [p for p in said[:-1] if not _is_chatter(turns, p)]
    return asked_about[-1] if asked_about else said[-1]


def _is_chatter(turns: Sequence[Turn], place: int) -> bool:
    reply = turns[place + 1] if place + 1 < len(turns) else None
    return reply is not None and isinstance(reply.decision, Reply)


def _tried(turns: Sequence[Turn]) -> str:
    answers = sum(isinstance(t.decision, Answer) for t in turns)
    questions = sum(isinstance(t.decision, Clarify) for t in turns)
    if not answers and not questions:
        return "none by the assistant"
    parts = []
    if answers:
        parts.append(f"{answers} answer{'s' if answers > 1 else ''} given")
    if questions:
        parts.append(f"{questions} clarifying question{'s' if questions > 1 else ''} asked")
    return ", ".join(parts)


def _shown(turns: Sequence[Turn]) -> list[str]:
    """Titles of the cited articles, each once, in order."""
    titles = [
        citation.title
        for turn in turns
        if isinstance(turn.decision, Answer)
        for citation in turn.decision.citations[:1]
    ]
    return list(dict.fromkeys(titles))
