"""Kept turns as response bodies: what a customer may see of them, and nothing else."""

import re
from collections.abc import Iterator
from datetime import datetime

from bot.api.schemas import (
    CitationOut,
    ConversationOut,
    HandoffOut,
    OptionOut,
    ReplyOut,
    TicketOut,
    TurnOut,
)
from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import Answer, Citation, Clarify, Decision
from bot.dialogue import decision_kind, decision_reason, offers_agent
from bot.handoff import briefing
from bot.service import Posted
from bot.standing import Standing
from bot.ticket import Ticket
from bot.web.catalogue import article_url

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def reply_body(posted: Posted) -> ReplyOut:
    """What a customer's message led to."""
    reply = posted.reply
    decision = None if reply is None else reply.decision
    return ReplyOut(
        turn_id=(reply or posted.customer).id,
        decision=None if decision is None else decision_kind(decision),
        reason=None if decision is None else decision_reason(decision),
        text=None if reply is None else reply.text,
        options=_options(decision),
        citations=_citations(decision),
        offers_agent=decision is not None and offers_agent(decision),
        notice=posted.notice,
        handoff=None if posted.standing is None else _handoff(posted.standing),
    )


def conversation_body(conversation: Conversation, standing: Standing | None) -> ConversationOut:
    """The conversation as its customer sees it, with the place in the queue."""
    return ConversationOut(
        id=conversation.id,
        state=conversation.state.value,
        turns=[turn_body(turn) for turn in conversation.turns],
        handoff=None if standing is None else _handoff(standing),
    )


def state_body(state: ConversationState, standing: Standing | None) -> dict[str, object]:
    """Where a conversation stands, as its customer sees it."""
    handoff = None if standing is None else _handoff(standing).model_dump(mode="json")
    return {"state": state.value, "handoff": handoff}


def ticket_body(ticket: Ticket, now: datetime) -> TicketOut:
    """A handoff as agents see it."""
    return TicketOut(
        ticket_id=ticket.id,
        conversation_id=ticket.conversation_id,
        state=ticket.state.value,
        position=ticket.position,
        reason=ticket.reason.value,
        intent=ticket.intent,
        risk=None if ticket.risk is None else ticket.risk.value,
        urgency=ticket.urgency.value,
        language=ticket.language,
        sentiment=ticket.sentiment.value,
        summary=briefing(ticket, now),
        queue=ticket.queue,
        reply_due=ticket.reply_due,
        first_reply_at=ticket.first_reply_at,
        overdue=ticket.is_overdue(now),
        created_at=ticket.created_at,
        claimed_by=ticket.claimed_by,
        disposition=ticket.disposition,
    )


def sentences(text: str) -> Iterator[str]:
    """The text in pieces to show one after the other; joined, they are the text."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield text[start : end.end()]
        start = end.end()
    if start < len(text):
        yield text[start:]


def turn_body(turn: Turn) -> TurnOut:
    """A turn as the customer sees it."""
    decision = turn.decision
    return TurnOut(
        turn_id=turn.id,
        at=turn.at,
        speaker=turn.speaker.value,
        text=turn.text,
        client_id=turn.client_id if turn.speaker is Speaker.CUSTOMER else None,
        author=turn.author,
        decision=None if decision is None else decision_kind(decision),
        reason=None if decision is None else decision_reason(decision),
        citations=None if decision is None else _citations(decision),
        options=None if decision is None else _options(decision),
    )


def _citations(decision: Decision | None) -> list[CitationOut]:
    if not isinstance(decision, Answer):
        return []
    return [_citation(citation) for citation in decision.citations]


def _citation(citation: Citation) -> CitationOut:
    return CitationOut(
        article_id=citation.article_id,
        passage_id=citation.passage_id,
        title=citation.title,
        anchor=citation.anchor,
        quote=citation.quote,
        url=article_url(citation.article_id, citation.anchor),
    )


def _options(decision: Decision | None) -> list[OptionOut]:
    if not isinstance(decision, Clarify):
        return []
    return [
        OptionOut(label=option.label, article_id=option.article_id, intent=option.intent)
        for option in decision.options
    ]


def _handoff(standing: Standing) -> HandoffOut:
    ticket = standing.ticket
    return HandoffOut(
        ticket_id=ticket.id,
        state=ticket.state.value,
        position=ticket.position,
        message=standing.message,
        next=standing.next,
        reply_due=ticket.reply_due,
        opens_at=standing.opens_at,
        asks_contact=standing.asks_contact,
    )
