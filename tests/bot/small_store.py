"""Small conversations in a store, for the tests of it."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import Answer, Citation, HandoffReason, Risk
from bot.dialogue import Exchange
from bot.evidence import Evidence, IntentScore
from bot.store import Store, new_id
from bot.ticket import NewTicket
from redaction.redactor import RedactedText

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANSWER = Answer("Tap Freeze.", (Citation("a", "a#0", "Freeze", "", "Tap Freeze."),), 0.9, False)
EVIDENCE = Evidence(language="en", intents=(IntentScore("lost_card", 0.75, Risk.HIGH),))


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def started(store: Store) -> Conversation:
    conversation = Conversation(id=new_id())
    store.start(conversation, now=NOW)
    return conversation


def exchanged(
    before: Conversation,
    text: str = "hello",
    *,
    client_id: str | None = None,
    state: ConversationState | None = None,
    silent: bool = False,
) -> Exchange:
    customer = Turn(new_id(), NOW, Speaker.CUSTOMER, RedactedText(text), client_id=client_id)
    reply = None
    if not silent:
        reply = Turn(
            new_id(), NOW, Speaker.ASSISTANT, RedactedText("Tap Freeze."), ANSWER, EVIDENCE
        )
    after = replace(
        before,
        state=state or before.state,
        turns=(*before.turns, customer, *((reply,) if reply else ())),
        placeholders={**before.placeholders, "digest": "[CARD_1]"},
    )
    return Exchange(customer, reply, after, (), "I removed the card number.")


def ticket(at: datetime = NOW, risk: Risk | None = None) -> NewTicket:
    return NewTicket(HandoffReason.NO_ARTICLE, "summary", at, "lost_card", risk)


def handed_over(store: Store, at: datetime = NOW, risk: Risk | None = None) -> Conversation:
    before = started(store)
    made = exchanged(before, state=ConversationState.WAITING)
    store.keep(made, before=before, ticket=ticket(at, risk))
    return store.load(before.id)
