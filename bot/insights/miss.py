"""Messages that ended without a right answer, found by what was decided on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.decision import HandoffReason, ReplyReason
from bot.measure.replayed import ReplayedConversation, ReplayedTurn

SAME_CONTACT = timedelta(days=7)
"""A customer who comes back within this was not helped, if it is about the same."""


class MissReason(StrEnum):
    """Why a message counts as one without a right answer."""

    NO_ARTICLE = "no_article"
    LOW_CONFIDENCE = "low_confidence"
    NOT_GROUNDED = "not_grounded"
    NOT_HELPFUL = "not_helpful"
    QUESTION_UNANSWERED = "question_unanswered"
    CONTACTED_AGAIN = "contacted_again"
    NOTHING_NEAR = "nothing_near"
    DECLINED = "declined"
    DECLINED_IN_VAIN = "declined_in_vain"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Miss:
    """A message, one a conversation at most.

    Attributes:
        conversation_id: The conversation.
        at: When it was written.
        text: The message.
        reason: Why it counts.
        cited: Articles that it was answered from, in vain.
        again: With ``contacted_again``, what the same customer wrote the next time: it is a miss
            only if one of them is about the same.
    """

    conversation_id: str
    at: datetime
    text: str
    reason: MissReason
    cited: tuple[str, ...] = ()
    again: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether the customer showed that it is no chatter, though it was turned away."""
        return self.reason is MissReason.DECLINED_IN_VAIN


_AT_ONCE = {
    HandoffReason.NO_ARTICLE.value: MissReason.NO_ARTICLE,
    HandoffReason.LOW_CONFIDENCE.value: MissReason.LOW_CONFIDENCE,
    HandoffReason.NOT_GROUNDED.value: MissReason.NOT_GROUNDED,
}


@dataclass(frozen=True, slots=True)
class _Exchanged:
    """A message of the customer with what the assistant made of it; ``place`` is its turn's."""

    asked: ReplayedTurn
    reply: ReplayedTurn
    place: int
    before: ReplayedTurn | None
    after_question: bool
    last: bool


def find_misses(conversations: Iterable[ReplayedConversation]) -> tuple[Miss, ...]:
    """What may be missing, in order of time; test traffic is left out.

    A reason ``nothing_near`` still has to be proved: somebody took over for another reason, and
    whether anything was near is for the knowledge base to say. So is ``unknown``, of a conversation
    in which no decision is recorded: the assistant has to be asked what it would do.
    """
    real = [each for each in conversations if not each.is_test]
    again = _asked_again(real)
    found = (_miss(each, again.get(each.conversation_id, ())) for each in real)
    return tuple(sorted((m for m in found if m is not None), key=lambda m: m.at))


def _miss(conversation: ReplayedConversation, again: tuple[str, ...]) -> Miss | None:
    exchanges = tuple(_exchanges(conversation.turns))
    if not exchanges:
        return _undecided(conversation)
    bad = {f.turn for f in conversation.feedback or () if not f.helpful}
    declined, turned_away = None, None
    for each in exchanges:
        miss = _in(conversation, each, bad)
        if _wants_person(each) and turned_away in {id(each.asked), id(each.before)}:
            asked = each.asked if turned_away == id(each.asked) else each.before or each.asked
            return _of(conversation, asked, MissReason.DECLINED_IN_VAIN)
        turned_away = id(each.asked) if _declines(each) else None
        if miss is not None and miss.reason is MissReason.DECLINED:
            declined = declined or miss
        elif miss is not None:
            return miss
    answered = [e for e in exchanges if e.reply.word == "answer"]
    if answered and again:
        cited = tuple(answered[-1].reply.articles or ())
        reason = MissReason.CONTACTED_AGAIN
        return _of(conversation, answered[-1].asked, reason, cited, again)
    return declined


def _undecided(conversation: ReplayedConversation) -> Miss | None:
    asked = next((t for t in conversation.turns if t.speaker == "customer"), None)
    return None if asked is None else _of(conversation, asked, MissReason.UNKNOWN)


def _in(conversation: ReplayedConversation, each: _Exchanged, bad: set[int]) -> Miss | None:
    """The miss that one exchange is, if it is one."""
    reply, asked = each.reply, each.asked
    if reply.word == "answer" and each.place in bad:
        return _of(conversation, asked, MissReason.NOT_HELPFUL, tuple(reply.articles or ()))
    if reply.decision == "clarify" and each.last:
        return _of(conversation, asked, MissReason.QUESTION_UNANSWERED)
    if reply.decision == "reply":
        return _replied(conversation, each, bad)
    if reply.decision != "handoff":
        return None
    # After a question that was asked back, or to ask for a person, the message before says it.
    leaning = each.after_question or reply.reason == HandoffReason.CUSTOMER_ASKED.value
    if leaning:
        if each.before is not None:
            asked = each.before
        elif reply.reason == HandoffReason.CUSTOMER_ASKED.value:
            return None
    return _of(conversation, asked, _AT_ONCE.get(reply.reason or "", MissReason.NOTHING_NEAR))


def _replied(conversation: ReplayedConversation, each: _Exchanged, bad: set[int]) -> Miss | None:
    """The miss that a fixed line is: one that declines, or small talk that did not help."""
    voted = each.place in bad
    if _declines(each):
        reason = MissReason.DECLINED_IN_VAIN if voted else MissReason.DECLINED
        return _of(conversation, each.asked, reason)
    if voted and each.reply.reason == ReplyReason.SMALL_TALK.value:
        return _of(conversation, each.asked, MissReason.NOT_HELPFUL)
    return None


def _declines(each: _Exchanged) -> bool:
    reply = each.reply
    return reply.decision == "reply" and reply.reason == ReplyReason.OUT_OF_SCOPE.value


def _wants_person(each: _Exchanged) -> bool:
    reply = each.reply
    return reply.decision == "handoff" and reply.reason == HandoffReason.CUSTOMER_ASKED.value


def _of(
    conversation: ReplayedConversation,
    asked: ReplayedTurn,
    reason: MissReason,
    cited: tuple[str, ...] = (),
    again: tuple[str, ...] = (),
) -> Miss | None:
    if not asked.text.strip():
        return None
    return Miss(conversation.conversation_id, asked.at, asked.text, reason, cited, again)


def _exchanges(turns: Sequence[ReplayedTurn]) -> Iterator[_Exchanged]:
    """Each decision of the assistant with the message that it was made on."""
    asked: ReplayedTurn | None = None
    before: ReplayedTurn | None = None
    question = False
    for place, turn in enumerate(turns):
        if turn.speaker == "customer":
            asked, before = turn, asked
        elif turn.word is not None and asked is not None:
            last = not any(t.speaker == "customer" for t in turns[place + 1 :])
            yield _Exchanged(asked, turn, place, before, question, last)
            question = turn.decision == "clarify"


def _asked_again(conversations: Sequence[ReplayedConversation]) -> dict[str, tuple[str, ...]]:
    """By conversation, what its customer wrote first in the conversations of the next days."""
    of_customer: dict[str, list[ReplayedConversation]] = defaultdict(list)
    for each in conversations:
        if each.customer_id:
            of_customer[each.customer_id].append(each)
    found: dict[str, tuple[str, ...]] = {}
    for own in of_customer.values():
        own.sort(key=lambda each: each.started_at)
        for place, each in enumerate(own):
            ended = max((t.at for t in each.turns), default=each.started_at)
            later = (
                next((t.text for t in other.turns if t.speaker == "customer"), "")
                for other in own[place + 1 :]
                if other.started_at <= ended + SAME_CONTACT
            )
            texts = tuple(text for text in later if text.strip())
            if texts:
                found[each.conversation_id] = texts
    return found
