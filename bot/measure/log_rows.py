"""From logged conversations to episodes, by the definitions of ``docs/metrics.md``.

An episode opens with the customer's first turn, or with the first one after the previous episode
closed. The log says when that was: silence alone closes nothing here, for how long is long depends
on the channel.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.decision import HandoffReason, ReplyReason
from bot.measure.episode_row import CitedArticle, EpisodeRow, Feedback, HandoffBy, Vote
from bot.measure.log import LoggedConversation, LoggedHandoff, LoggedTurn
from bot.measure.log_links import linked
from bot.measure.log_parts import REAL, Part, parts_of
from bot.measure.predicted_csat import HAND_SET, CsatModel
from bot.measure.predicted_csat_rows import predicted_of

Columns = dict[str, Any]  # some columns of a row, by name


def rows_of(
    conversations: Iterable[LoggedConversation], csat: CsatModel | None = HAND_SET
) -> list[EpisodeRow]:
    """The episodes of a log, in its order, each with what the same customer did afterwards.

    Args:
        conversations: The log.
        csat: Predicts CSAT where the log holds text; nothing is predicted without it.
    """
    return linked([row for each in conversations for row in episodes_of(each, csat)])


def episodes_of(
    conversation: LoggedConversation, csat: CsatModel | None = HAND_SET
) -> list[EpisodeRow]:
    """The episodes of one conversation; one without any turn is an episode, too."""
    parts = parts_of(conversation)
    rows = [_row(conversation, part, seq, csat) for seq, part in enumerate(parts, 1)]
    for place, (part, row) in enumerate(zip(parts[1:], rows[1:], strict=True)):
        if not row.engaged and part.is_polite():
            rows[place] = replace(rows[place], reopened_at=None)
    return rows


@dataclass(slots=True)
class _Facts:
    """What the columns of one episode are read from."""

    conversation: LoggedConversation
    part: Part
    customer: list[LoggedTurn]
    said: list[LoggedTurn]
    agents: list[LoggedTurn]
    real: list[tuple[int, LoggedTurn]]
    answers: list[tuple[int, LoggedTurn]]
    handoff: LoggedHandoff | None
    decided: LoggedTurn | None

    @property
    def last_turn_at(self) -> datetime | None:
        """When anybody last wrote; a system's remark, such as that it closed, is nobody's."""
        written = (turn.at for _, turn in self.part.turns if turn.speaker != "system")
        return max(written, default=None)


def _facts(conversation: LoggedConversation, part: Part) -> _Facts:
    real = [(place, turn) for place, turn in part.turns if turn.word in REAL]
    return _Facts(
        conversation,
        part,
        part.of("customer"),
        part.of("assistant"),
        part.of("agent"),
        real,
        [(place, turn) for place, turn in real if turn.word == "answer" and turn.articles],
        next((each for each in conversation.handoffs if part.holds(each.at)), None),
        next((turn for _, turn in real if turn.word == "handoff"), None),
    )


def _row(
    conversation: LoggedConversation, part: Part, seq: int, csat: CsatModel | None
) -> EpisodeRow:
    facts = _facts(conversation, part)
    row = EpisodeRow(
        episode_id=f"{conversation.id}/{seq}",
        conversation_id=conversation.id,
        seq=seq,
        site=conversation.site,
        channel=conversation.channel,
        locale=conversation.locale,
        customer_key=conversation.customer_key,
        is_test=conversation.is_test,
        started_at=part.started_at,
        last_turn_at=facts.last_turn_at,
        closed_at=part.closed_at,
        reopened_at=part.following,
        customer_turns=len(facts.customer),
        **_demand(facts),
        **_assistant(facts),
        **_people(facts),
        **_reaction(facts),
    )
    if csat is None:
        return row
    said = [turn for _, turn in part.turns]
    return replace(row, predicted_csat=predicted_of(row, said, csat))


def _demand(facts: _Facts) -> Columns:
    handoff, customer = facts.handoff, facts.conversation.customer_key
    newest = [turn for _, turn in reversed(facts.real)]
    intents = [facts.conversation.intent, handoff.intent if handoff else None]
    risks = [handoff.risk if handoff else None, *(turn.risk for turn in newest)]
    intent = next((i for i in (*intents, *(turn.intent for turn in newest)) if i), None)
    untold = not any(turn.decision for turn in facts.said)
    said_so = untold and facts.conversation.intent and not _mere_thanks(facts)
    wanted = bool(facts.agents or handoff or said_so)
    return {
        "intent": intent,
        "unsure": _is_unsure(intent, facts),
        "driver_id": intent,
        "issue_id": f"{customer}\t{intent}" if customer is not None and intent else None,
        "risk": next((risk for risk in risks if risk is not None), None),
        "engaged": bool(facts.real) or (wanted and bool(facts.customer)),
    }


def _is_unsure(intent: str | None, facts: _Facts) -> bool:
    """Whether the assistant alone says the intent, and was never half sure of it."""
    told = [turn.sure for _, turn in facts.real if turn.intent == intent]
    return facts.conversation.intent is None and bool(told) and not any(told)


def _mere_thanks(facts: _Facts) -> bool:
    """Whether it follows an end with nothing but thanks: the log's intent is not about those."""
    return not facts.part.is_first and facts.part.is_polite()


def _assistant(facts: _Facts) -> Columns:
    asked = facts.customer[0].at if facts.customer else None
    real, answers = facts.real, facts.answers
    words = [turn.word for _, turn in real]
    last = real[-1][1] if real else None
    offers = [turn.offered_agent for _, turn in answers]
    replies = [turn for turn in facts.said if turn.decision == "reply"]
    versions = last.versions if last else (None, None, None)
    return {
        "first_customer_at": asked,
        "involved": bool(facts.said),
        "assistant_turns": len(facts.said),
        "first_reply_at": next((t.at for _, t in real if asked is None or t.at >= asked), None),
        "answers": len(answers),
        "last_answer_at": answers[-1][1].at if answers else None,
        "offered_agent": None if None in offers or not offers else all(offers),
        "citations": tuple(
            CitedArticle(place, article) for place, turn in answers for article in turn.articles
        ),
        "clarifications": words.count("clarify"),
        "default_replies": sum(turn.reason == ReplyReason.OUT_OF_SCOPE for turn in replies),
        "last_decision": last.word if last else None,
        "confidence": last.confidence if last else None,
        "index_version": versions[0],
        "policy_version": versions[1],
        "model": versions[2],
    }


def _people(facts: _Facts) -> Columns:
    agents, handoff, decided = facts.agents, facts.handoff, facts.decided
    closed = facts.part.closed_at
    over = closed is not None and bool(agents) and agents[-1].at <= closed
    at = handoff.at if handoff else decided.at if decided else None
    reason = decided.reason if decided else None
    return {
        "agent_turns": len(agents),
        "first_agent_at": agents[0].at if agents else None,
        "agent_resolved_at": (handoff.resolved_at if handoff else None)
        or (closed if over else None),
        "handoff_at": at,
        "handoff_reason": (handoff.reason if handoff else None) or reason,
        "handoff_by": _by(decided),
        "ticket_id": handoff.ticket_id if handoff else None,
        "ticket_due_at": handoff.due_at if handoff else None,
        "ticket_updated_at": next((t.at for t in agents if at is None or t.at >= at), None),
    }


def _by(decided: LoggedTurn | None) -> HandoffBy | None:
    if decided is None:
        return None
    return "customer" if decided.reason == HandoffReason.CUSTOMER_ASKED else "policy"


def _reaction(facts: _Facts) -> Columns:
    conversation, part = facts.conversation, facts.part
    turns = dict(part.turns)
    given = sorted(
        (each for each in conversation.feedback if each.turn in turns), key=lambda each: each.at
    )
    rating = next((each for each in conversation.ratings if part.holds(each.at)), None)
    asked = bool(facts.answers or facts.handoff or facts.decided or rating)
    return {
        "confirmed_at": next((at for at in conversation.confirmed if part.holds(at)), None),
        "last_feedback": _last_feedback(facts, [(f.at, f.helpful) for f in given]),
        "votes": tuple(
            Vote(article, each.helpful, each.at)
            for each in given
            for article in dict.fromkeys(turns[each.turn].articles)
        ),
        "rating": rating.score if rating else None,
        "rating_asked_at": (part.closed_at or facts.last_turn_at) if asked else None,
    }


def _last_feedback(facts: _Facts, given: list[tuple[datetime, bool]]) -> Feedback | None:
    """The customer's last word after the last answer; a "no, not solved" is one, too."""
    if not facts.answers:
        return None
    answered = facts.answers[-1][1].at
    denied = [(at, False) for at in facts.conversation.denied if facts.part.holds(at)]
    after = sorted(each for each in (*given, *denied) if each[0] >= answered)
    if not after:
        return None
    return "positive" if after[-1][1] else "negative"
