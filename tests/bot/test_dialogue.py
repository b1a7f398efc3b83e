from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import (
    Answer,
    Citation,
    Clarify,
    Decision,
    Handoff,
    HandoffReason,
    Option,
    Reply,
    ReplyReason,
)
from bot.dialogue import (
    Exchange,
    Judgement,
    decision_kind,
    decision_reason,
    decision_text,
    exchange,
    offers_agent,
)
from bot.evidence import Evidence
from bot.gate import Gate
from redaction.findings import Finding
from redaction.pieces import LOOK_BACK
from redaction.redactor import RedactedText, Redaction

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CITATION = Citation("top-up", "top-up#0", "Top up", "", "Open the app.")
ANSWER = Answer("Open the app.", (CITATION,), 0.9, offers_agent=False)
OFFER = Answer("Open the app.", (CITATION,), 0.9, offers_agent=True)
CLARIFY = Clarify("Which?", (Option("A", "a", None), Option("B", "b", None)), 0.6)
HANDOFF = Handoff(HandoffReason.HIGH_RISK, "A colleague takes over.", "rule x")
REPLY = Reply(ReplyReason.THANKS, "You're welcome!")
NOTICES = (
    (frozenset({"CARD"}), "I removed the card number."),
    (frozenset({"CODE", "PIN"}), "I removed the code."),
)


class Redactor:
    """Masks ``secret`` as a card and ``code`` as a code, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.recent: Sequence[str] = ()
        self.locale = self.asked = ""

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        self.recent, self.locale, self.asked = recent, locale, asked
        if self.fails:
            raise ValueError(text)
        findings = tuple(
            Finding(text.index(word), text.index(word) + len(word), kind, 1.0)
            for word, kind in (("code", "CODE"), ("secret", "CARD"))
            if word in text
        )
        masked = text.replace("secret", "[CARD_1]").replace("code", "[CODE_1]")
        return Redaction(RedactedText(masked), findings, {**(placeholders or {}), "d": "[CARD_1]"})


class Decider:
    """Decides as scripted and keeps what it was asked."""

    def __init__(self, decision: Decision = ANSWER) -> None:
        self.decision = decision
        self.asked: list[tuple[Conversation, str, bool]] = []

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        self.asked.append((conversation, text, withheld))
        if withheld:
            failure = Handoff(HandoffReason.FAILURE, "Something went wrong.", "redaction_failed")
            return Judgement(failure, Evidence("und"))
        return Judgement(self.decision, Evidence("en", rule="scripted"))


async def take(
    raw: str,
    decision: Decision = ANSWER,
    conversation: Conversation | None = None,
    fails: bool = False,
) -> tuple[Exchange, Decider]:
    decider = Decider(decision)
    done = await exchange(
        Gate(Redactor(fails)),
        decider,
        conversation or Conversation("c1"),
        raw,
        client_id="m1",
        now=NOW,
        notices=NOTICES,
    )
    return done, decider


async def test_two_turns_come_out_and_the_conversation_holds_both() -> None:
    before = Conversation("c1", locale="en-GB")
    done, decider = await take("How do I top up?", conversation=before)
    assert done.assistant is not None
    assert done.conversation.turns == (done.customer, done.assistant)
    assert before.turns == ()
    assert (done.customer.speaker, done.customer.text) == (Speaker.CUSTOMER, "How do I top up?")
    assert (done.customer.client_id, done.customer.at) == ("m1", NOW)
    assert (done.assistant.speaker, done.assistant.text) == (Speaker.ASSISTANT, "Open the app.")
    assert (done.assistant.decision, done.assistant.evidence) == (
        ANSWER,
        Evidence("en", rule="scripted"),
    )
    assert done.customer.id != done.assistant.id
    assert decider.asked == [(before, "How do I top up?", False)]


async def test_nothing_that_comes_out_holds_the_raw_message() -> None:
    done, decider = await take("my card is secret")
    assert "secret" not in repr((done, decider.asked))
    assert done.customer.text == "my card is [CARD_1]"
    assert done.conversation.placeholders == {"d": "[CARD_1]"}
    assert done.findings == (Finding(11, 17, "CARD", 1.0),)


@pytest.mark.parametrize(
    ("raw", "notice"),
    [
        ("hello", None),
        ("secret", "I removed the card number."),
        ("the code", "I removed the code."),
        ("code and secret", "I removed the card number."),
    ],
)
async def test_the_customer_is_told_what_was_removed(raw: str, notice: str | None) -> None:
    done, _ = await take(raw)
    assert done.notice == notice


async def test_a_withheld_message_becomes_a_handoff() -> None:
    before = Conversation("c1", placeholders={"old": "[NAME_1]"})
    done, decider = await take("my card is secret", conversation=before, fails=True)
    assert decider.asked == [(before, "[withheld]", True)]
    assert done.customer.text == "[withheld]"
    assert done.assistant is not None
    assert isinstance(done.assistant.decision, Handoff)
    assert done.assistant.decision.reason is HandoffReason.FAILURE
    assert done.conversation.state is ConversationState.WAITING
    assert done.conversation.placeholders == {"old": "[NAME_1]"}
    assert (done.findings, done.notice) == ((), None)
    assert "secret" not in repr(done)


@pytest.mark.parametrize(
    ("state", "decision", "after"),
    [
        (ConversationState.OPEN, ANSWER, ConversationState.OPEN),
        (ConversationState.OPEN, CLARIFY, ConversationState.OPEN),
        (ConversationState.OPEN, REPLY, ConversationState.OPEN),
        (ConversationState.OPEN, HANDOFF, ConversationState.WAITING),
        (ConversationState.WAITING, ANSWER, ConversationState.WAITING),
        (ConversationState.WAITING, HANDOFF, ConversationState.WAITING),
    ],
)
async def test_only_a_handoff_makes_a_conversation_wait(
    state: ConversationState, decision: Decision, after: ConversationState
) -> None:
    done, _ = await take("hello", decision, Conversation("c1", state=state))
    assert done.assistant is not None
    assert done.conversation.state is after


async def test_the_assistant_is_silent_while_an_agent_has_the_conversation() -> None:
    claimed = Conversation("c1", state=ConversationState.CLAIMED)
    done, decider = await take("my card is secret", HANDOFF, claimed)
    assert decider.asked == []
    assert done.assistant is None
    assert done.conversation.turns == (done.customer,)
    assert done.conversation.state is ConversationState.CLAIMED
    assert done.customer.text == "my card is [CARD_1]"
    assert done.notice == "I removed the card number."


async def test_the_redactor_looks_back_over_the_customers_last_turns() -> None:
    turns = []
    for n in range(LOOK_BACK + 2):
        turns.append(Turn(f"c{n}", NOW, Speaker.CUSTOMER, RedactedText(f"part {n}")))
        turns.append(Turn(f"a{n}", NOW, Speaker.ASSISTANT, RedactedText("Go on.")))
    redactor = Redactor()
    conversation = Conversation("c1", locale="en-GB", turns=tuple(turns))
    await exchange(Gate(redactor), Decider(), conversation, "last part")
    assert redactor.recent == [f"part {n}" for n in range(2, LOOK_BACK + 2)]
    assert redactor.asked == "Go on."
    assert redactor.locale == "en-GB"


@pytest.mark.parametrize(
    ("decision", "kind", "text", "reason", "offers"),
    [
        (ANSWER, "answer", "Open the app.", None, False),
        (OFFER, "answer", "Open the app.", None, True),
        (CLARIFY, "clarify", "Which?", None, False),
        (HANDOFF, "handoff", "A colleague takes over.", "high_risk", True),
        (REPLY, "reply", "You're welcome!", "thanks", False),
    ],
)
def test_a_decision_has_one_shape_in_every_interface(
    decision: Decision, kind: str, text: str, reason: str | None, offers: bool
) -> None:
    assert decision_kind(decision) == kind
    assert decision_text(decision) == text
    assert decision_reason(decision) == reason
    assert offers_agent(decision) is offers


def test_an_answer_without_citation_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="citation"):
        Answer("Trust me.", (), 0.9, offers_agent=False)


async def test_pieces_of_a_number_are_masked_in_the_turns_before() -> None:
    class Pieces(Redactor):
        def redact(
            self,
            text: str,
            placeholders: Mapping[str, str] | None = None,
            locale: str = "en",
            recent: Sequence[str] = (),
            asked: str = "",
        ) -> Redaction:
            earlier = tuple(each.replace("4111", "[CARD_1]") for each in recent)
            return Redaction(RedactedText("[CARD_1]"), (), {}, earlier)

    turns = (
        Turn("c0", NOW, Speaker.CUSTOMER, RedactedText("hello")),
        Turn("a0", NOW, Speaker.ASSISTANT, RedactedText("4111 is not mine to mask")),
        Turn("c1", NOW, Speaker.CUSTOMER, RedactedText("it starts 4111"), client_id="m0"),
    )
    before = Conversation("c1", turns=turns)
    decider = Decider()
    done = await exchange(Gate(Pieces()), decider, before, "and ends 1111")
    texts = [turn.text for turn in done.conversation.turns]
    assert texts[:3] == ["hello", "4111 is not mine to mask", "it starts [CARD_1]"]
    assert done.conversation.turns[2].client_id == "m0"
    asked, _, _ = decider.asked[0]
    assert asked.turns[2].text == "it starts [CARD_1]"
    assert before.turns == turns
