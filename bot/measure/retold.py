"""A logged conversation in the replay shape, for whoever reads or exports our records."""

from collections.abc import Iterator

from bot.measure.log import LoggedConversation, LoggedTurn
from bot.measure.replayed import (
    CLOSED,
    ReplayedConversation,
    ReplayedFeedback,
    ReplayedHandoff,
    ReplayedRating,
    ReplayedTurn,
)


def retold(conversation: LoggedConversation) -> ReplayedConversation:
    """The conversation in a shape that has room for one rating, handoff and end: the last ones.

    An earlier end is a remark of the system, and a "no, not solved" is feedback on one.
    """
    turns, places = _turns(conversation)
    feedback = [
        ReplayedFeedback(at=each.at, turn=places[each.turn], helpful=each.helpful)
        for each in conversation.feedback
    ]
    rating = max(conversation.ratings, key=lambda each: each.at, default=None)
    handoff = conversation.handoffs[-1] if conversation.handoffs else None
    return ReplayedConversation(
        conversation_id=conversation.id,
        customer_id=conversation.customer_key,
        channel=conversation.channel,
        started_at=conversation.started_at,
        intent=_intent(conversation),
        turns=tuple(turns),
        feedback=(*feedback, *_denials(conversation, turns)),
        rating=ReplayedRating(at=rating.at, score=rating.score) if rating else None,
        handoff=ReplayedHandoff(at=handoff.at, ticket_id=handoff.ticket_id) if handoff else None,
        confirmed_at=max(conversation.confirmed, default=None),
        closed_at=max(conversation.closed, default=None),
        locale=conversation.locale,
        is_test=conversation.is_test,
    )


def _turns(conversation: LoggedConversation) -> tuple[list[ReplayedTurn], list[int]]:
    """The turns, with a remark wherever it closed and went on, and the new place of each.

    No turn is earlier than the one before: the clocks of two servers may differ a little.
    """
    marks = sorted(conversation.closed)[:-1]
    turns: list[ReplayedTurn] = []
    places: list[int] = []
    for turn in conversation.turns:
        at = max(turn.at, turns[-1].at) if turns else turn.at
        while marks and marks[0] < at:
            turns.append(ReplayedTurn(at=marks.pop(0), speaker="system", reason=CLOSED))
        places.append(len(turns))
        turns.append(_turn(turn).model_copy(update={"at": at}))
    turns += (ReplayedTurn(at=at, speaker="system", reason=CLOSED) for at in marks)
    return turns, places


def _turn(turn: LoggedTurn) -> ReplayedTurn:
    return ReplayedTurn.model_validate(
        {
            "at": turn.at,
            "speaker": turn.speaker,
            "text": turn.text or "",
            "decision": turn.decision,
            "reason": None if turn.speaker == "system" else turn.reason,
            "articles": turn.articles,
        }
    )


def _denials(
    conversation: LoggedConversation, turns: list[ReplayedTurn]
) -> Iterator[ReplayedFeedback]:
    """A "no, not solved" as feedback on the system's last remark: on no article."""
    place = next((p for p in reversed(range(len(turns))) if turns[p].speaker == "system"), None)
    if place is not None:
        for at in conversation.denied:
            yield ReplayedFeedback(at=at, turn=place, helpful=False)


def _intent(conversation: LoggedConversation) -> str | None:
    handed = [each.intent for each in reversed(conversation.handoffs)]
    said = [
        turn.intent for turn in reversed(conversation.turns) if turn.word not in {None, "reply"}
    ]
    told = (conversation.intent, *handed, *said)
    return next((intent for intent in told if intent is not None), None)
