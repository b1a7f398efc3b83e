"""From logged conversations to episodes, by the definitions of ``docs/metrics.md``.

An episode opens with the customer's first turn, or with the first one after the previous episode
closed. A log says when that was: by ``closed_at``, by ``confirmed_at``, or by a system turn whose
reason is ``closed``. Silence alone closes nothing here, for how long is long depends on the
channel.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.decision import HandoffReason, ReplyReason
from bot.measure.episode_row import CitedArticle, DecisionWord, EpisodeRow, HandoffBy, Vote
from evals.replay_conversations import LoggedConversation, LoggedTurn

CLOSED = "closed"
"""Reason of a system turn that ends an episode."""

_REAL = frozenset({"answer", "clarify", "handoff"})
"""Decisions that show that a request was stated."""

Placed = tuple[int, LoggedTurn]
"""A turn with its place in the conversation."""


@dataclass(slots=True)
class _Part:
    """The turns of one episode, and when it closed."""

    started_at: datetime
    turns: list[Placed]
    closed_at: datetime | None = None

    def of(self, *speakers: str) -> list[LoggedTurn]:
        return [turn for _, turn in self.turns if turn.speaker in speakers]


def rows_of(conversations: Iterable[LoggedConversation]) -> list[EpisodeRow]:
    """The episodes of a log, in its order, each with what the same customer did afterwards."""
    rows = [row for each in conversations for row in episodes_of(each)]
    return linked(rows)


def episodes_of(conversation: LoggedConversation) -> list[EpisodeRow]:
    """The episodes of one conversation; one without any turn is an episode too."""
    parts = _split(conversation)
    rows = []
    for place, part in enumerate(parts):
        following = parts[place + 1].started_at if place + 1 < len(parts) else None
        rows.append(_row(conversation, part, place + 1, following))
    return rows


def _split(conversation: LoggedConversation) -> list[_Part]:
    ends = _ends(conversation)
    parts = [_Part(conversation.started_at, [])]
    for place, turn in enumerate(conversation.turns):
        current = parts[-1]
        if turn.speaker == "customer" and current.of("customer"):
            since = current.started_at
            passed = [end for end in ends if since <= end < turn.at]
            if passed and _goes_on(conversation, passed[0], place):
                current.closed_at = passed[0]
                parts.append(_Part(turn.at, []))
        parts[-1].turns.append((place, turn))
    last = parts[-1]
    left = [end for end in ends if end >= last.started_at]
    last.closed_at = left[-1] if left else None
    return parts


def _ends(conversation: LoggedConversation) -> list[datetime]:
    marked = [t.at for t in conversation.turns if t.speaker == "system" and t.reason == CLOSED]
    told = (conversation.confirmed_at, conversation.closed_at)
    return sorted({*marked, *(at for at in told if at is not None)})


def _goes_on(conversation: LoggedConversation, end: datetime, place: int) -> bool:
    """Whether a turn after an end opens a new episode.

    A word of thanks after a confirmation does not, while the conversation has yet to close.
    """
    closed = conversation.closed_at
    if end != conversation.confirmed_at or closed is None or closed <= end:
        return True
    rest = [turn for turn in conversation.turns[place:] if turn.at <= closed]
    return any(turn.speaker == "agent" or _decision(turn) in _REAL for turn in rest)


def _row(
    conversation: LoggedConversation, part: _Part, seq: int, following: datetime | None
) -> EpisodeRow:
    customer = part.of("customer")
    first = customer[0].at if customer else None
    row = EpisodeRow(
        episode_id=f"{conversation.conversation_id}/{seq}",
        conversation_id=conversation.conversation_id,
        seq=seq,
        channel=conversation.channel,
        locale=conversation.locale,
        customer_key=conversation.customer_id,
        is_test=bool(conversation.is_test),
        started_at=part.started_at,
        first_customer_at=first,
        last_turn_at=max((turn.at for _, turn in part.turns), default=None),
        closed_at=part.closed_at,
        intent=conversation.intent,
        driver_id=conversation.intent,
        issue_id=_issue(conversation),
        customer_turns=len(customer),
        reopened_at=following,
        confirmed_at=_inside(conversation.confirmed_at, part, following),
    )
    row = _with_assistant(row, conversation, part)
    row = _with_agents(row, conversation, part, following)
    return _with_reaction(row, conversation, part, following)


def _issue(conversation: LoggedConversation) -> str | None:
    if conversation.customer_id is None or conversation.intent is None:
        return None
    return f"{conversation.customer_id} {conversation.intent}"


def _inside(at: datetime | None, part: _Part, following: datetime | None) -> datetime | None:
    """A time, if it falls before the next episode and not before this one."""
    if at is None or at < part.started_at or (following is not None and at >= following):
        return None
    return at


def _decision(turn: LoggedTurn) -> DecisionWord | None:
    """What was decided; a turn that cites articles is an answer, whether it says so or not."""
    if turn.speaker != "assistant":
        return None
    return turn.decision or ("answer" if turn.articles else None)


def _with_assistant(row: EpisodeRow, conversation: LoggedConversation, part: _Part) -> EpisodeRow:
    said = [(place, turn) for place, turn in part.turns if turn.speaker == "assistant"]
    decided = [(place, turn, _decision(turn)) for place, turn in said]
    real = [(place, turn, word) for place, turn, word in decided if word and word in _REAL]
    answers = [(place, turn) for place, turn, word in real if word == "answer" and turn.articles]
    out = ReplyReason.OUT_OF_SCOPE
    asked = row.first_customer_at
    words = [word for _, _, word in real]
    return replace(
        row,
        involved=bool(said),
        engaged=bool(real) or _unlabelled_request(conversation, said, asked),
        assistant_turns=len(said),
        first_reply_at=next((t.at for _, t, _ in real if asked is None or t.at >= asked), None),
        answers=len(answers),
        last_answer_at=answers[-1][1].at if answers else None,
        citations=tuple(
            CitedArticle(place, article) for place, turn in answers for article in turn.articles
        ),
        clarifications=words.count("clarify"),
        default_replies=sum(w == "reply" and turn.reason == out for _, turn, w in decided),
        last_decision=words[-1] if words else None,
    )


def _unlabelled_request(
    conversation: LoggedConversation, said: Sequence[Placed], asked: datetime | None
) -> bool:
    """Whether a log that tells no decisions says what the customer was after."""
    untold = not any(turn.decision for _, turn in said)
    return untold and asked is not None and conversation.intent is not None


def _with_agents(
    row: EpisodeRow, conversation: LoggedConversation, part: _Part, following: datetime | None
) -> EpisodeRow:
    agents = part.of("agent")
    decided = next((t for t in part.of("assistant") if _decision(t) == "handoff"), None)
    handoff = conversation.handoff
    if handoff is not None and not _belongs(handoff.at, row, following):
        handoff = None
    over = row.closed_at is not None and bool(agents) and agents[-1].at <= row.closed_at
    at = handoff.at if handoff else decided.at if decided else None
    return replace(
        row,
        engaged=row.engaged or bool(row.customer_turns and (agents or handoff)),
        agent_turns=len(agents),
        first_agent_at=agents[0].at if agents else None,
        agent_resolved_at=row.closed_at if over else None,
        handoff_at=at,
        handoff_reason=decided.reason if decided else None,
        handoff_by=_by(decided),
        ticket_id=handoff.ticket_id if handoff else None,
    )


def _belongs(at: datetime, row: EpisodeRow, following: datetime | None) -> bool:
    """Whether a time falls in an episode; what came before the first one belongs to it."""
    if following is not None and at >= following:
        return False
    return row.seq == 1 or (row.started_at is not None and at >= row.started_at)


def _by(decided: LoggedTurn | None) -> HandoffBy | None:
    if decided is None:
        return None
    return "customer" if decided.reason == HandoffReason.CUSTOMER_ASKED else "policy"


def _with_reaction(
    row: EpisodeRow, conversation: LoggedConversation, part: _Part, following: datetime | None
) -> EpisodeRow:
    turns = dict(part.turns)
    given = sorted(
        (each for each in conversation.feedback if each.turn in turns), key=lambda each: each.at
    )
    after = [f for f in given if row.last_answer_at is not None and f.at >= row.last_answer_at]
    rating = conversation.rating
    if rating is not None and not _belongs(rating.at, row, following):
        rating = None
    asked = row.answers > 0 or row.handoff_decided or row.ticket_id is not None
    return replace(
        row,
        last_feedback=None if not after else "positive" if after[-1].helpful else "negative",
        votes=tuple(
            Vote(article, each.helpful, each.at)
            for each in given
            for article in dict.fromkeys(turns[each.turn].articles)
        ),
        rating=rating.score if rating else None,
        rating_asked_at=(row.closed_at or row.last_turn_at) if asked or rating else None,
    )


def linked(rows: Sequence[EpisodeRow]) -> list[EpisodeRow]:
    """The rows, each with the next contact and ticket of the same customer on the same matter."""
    issues: dict[str, list[EpisodeRow]] = defaultdict(list)
    for row in rows:
        if row.issue_id is not None and row.started_at is not None and not row.is_test:
            issues[row.issue_id].append(row)
    after: dict[str, EpisodeRow] = {}
    for same in issues.values():
        ordered = sorted(same, key=lambda row: row.started_at.timestamp() if row.started_at else 0)
        ticket: datetime | None = None
        following: EpisodeRow | None = None
        for row in reversed(ordered):
            again = None if following is None else following.started_at
            after[row.episode_id] = replace(row, recontact_at=again, ticket_after_at=ticket)
            following = row
            ticket = (row.handoff_at or row.started_at) if row.ticket_id is not None else ticket
    return [after.get(row.episode_id, row) for row in rows]
