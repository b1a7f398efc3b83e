import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import Answer, Citation, Decision, Handoff, HandoffReason, Risk
from bot.dialogue import Exchange, Judgement
from bot.evidence import Evidence, IntentScore
from bot.gate import Gate
from bot.lines import load_lines
from bot.service import ConversationService
from bot.store import Store
from bot.store_errors import ConversationClosed, StoreUnavailable, UnknownConversation, UnknownTurn
from redaction.redactor import RedactedText, Redaction

KEY = b"k" * 32
LINES = load_lines("Kestrel")
ANSWER = Answer("Tap Freeze.", (Citation("a", "a#0", "Freeze", "", "Tap Freeze."),), 0.9, False)
EVIDENCE = Evidence(language="en", intents=(IntentScore("lost", 0.75, Risk.HIGH),))


def all_bytes(folder: Path) -> bytes:
    return b" ".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


class PlainRedactor:
    """Lets every text pass; fails on one that says so."""

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        del locale, recent, asked
        if "unreadable" in text:
            raise ValueError(text)
        return Redaction(RedactedText(text), (), dict(placeholders or {}))


class Fixed:
    """Decides the same each time; counts."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.asked = 0

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del conversation, text
        self.asked += 1
        if withheld:
            return Judgement(Handoff(HandoffReason.FAILURE, "A person is coming.", ""), EVIDENCE)
        return Judgement(self.decision, EVIDENCE)


@pytest.fixture
def decider() -> Fixed:
    return Fixed(ANSWER)


@pytest.fixture
def service(store: Store, decider: Fixed) -> ConversationService:
    return ConversationService(store, Gate(PlainRedactor()), decider, LINES, key=KEY)


async def test_a_text_that_cannot_be_redacted_is_withheld_and_handed_over(
    service: ConversationService, tmp_path: Path
) -> None:
    started = await service.start()
    posted = await service.post(started.id, "unreadable secret", "m1")
    assert posted.customer.text == "[withheld]"
    assert posted.reply is not None
    assert isinstance(posted.reply.decision, Handoff)
    assert posted.reply.decision.reason is HandoffReason.FAILURE
    assert posted.ticket is not None
    assert b"secret" not in all_bytes(tmp_path)


async def test_a_retry_is_not_decided_again(service: ConversationService, decider: Fixed) -> None:
    started = await service.start()
    first = await service.post(started.id, "hello", "m1")
    assert await service.post(started.id, "hello", "m1") == first
    assert decider.asked == 1
    assert await service.is_known(started.id, "m1")
    assert not await service.is_known(started.id, "m2")


async def test_a_message_without_client_id_is_new_each_time(service: ConversationService) -> None:
    started = await service.start()
    for _ in range(2):
        await service.post(started.id, "hello")
    assert len((await service.get(started.id)).turns) == 4


async def test_the_ticket_carries_intent_risk_and_the_customers_words(
    service: ConversationService, decider: Fixed
) -> None:
    started = await service.start()
    await service.post(started.id, "first words")
    decider.decision = Handoff(HandoffReason.HIGH_RISK, "A person is coming.", "note")
    ticket = (await service.post(started.id, "then these")).ticket
    assert ticket is not None
    assert (ticket.intent, ticket.risk, ticket.reason) == (
        "lost",
        Risk.HIGH,
        HandoffReason.HIGH_RISK,
    )
    assert ticket.summary.startswith("Problem: then these\nBefore: first words\n")
    assert ticket.id.startswith("K-")


async def test_the_button_says_the_given_line(store: Store, decider: Fixed) -> None:
    service = ConversationService(store, Gate(PlainRedactor()), decider, LINES, key=KEY)
    started = await service.start()
    posted = await service.ask_for_agent(started.id)
    assert posted.reply is not None
    assert posted.reply.text == LINES.handoff(HandoffReason.CUSTOMER_ASKED)
    assert decider.asked == 0


async def test_a_closed_conversation_takes_no_message(
    service: ConversationService, store: Store
) -> None:
    started = await service.start()
    after = replace(started, state=ConversationState.CLOSED)
    said = Turn("t1", datetime.now(UTC), Speaker.SYSTEM, RedactedText("Closed."))
    store.append(said, before=started, after=after)
    with pytest.raises(ConversationClosed):
        await service.post(started.id, "hello")
    with pytest.raises(ConversationClosed):
        await service.ask_for_agent(started.id)


async def test_unknown_ids_are_refused(service: ConversationService) -> None:
    with pytest.raises(UnknownConversation):
        await service.post("nobody", "hello")
    with pytest.raises(UnknownConversation):
        await service.ask_for_agent("nobody")
    started = await service.start()
    with pytest.raises(UnknownTurn):
        await service.feedback(started.id, "nothing", helpful=True)


class Restless(Fixed):
    """Somebody else writes while it decides, each time."""

    def __init__(self, store: Store) -> None:
        super().__init__(ANSWER)
        self._store = store

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        before = self._store.load(conversation.id)
        said = Turn(
            f"t{len(before.turns)}", datetime.now(UTC), Speaker.SYSTEM, RedactedText("Note.")
        )
        self._store.append(said, before=before, after=before)
        return await super().decide(conversation, text, withheld=withheld)


async def test_a_conversation_that_never_rests_is_given_up_with_nothing_kept(
    store: Store,
) -> None:
    service = ConversationService(store, Gate(PlainRedactor()), Restless(store), LINES, key=KEY)
    started = await service.start()
    with pytest.raises(StoreUnavailable, match="too busy"):
        await service.post(started.id, "hello", "m1")
    speakers = {turn.speaker for turn in (await service.get(started.id)).turns}
    assert speakers == {Speaker.SYSTEM}


def test_digests_differ_by_purpose_value_and_key(
    service: ConversationService, store: Store, decider: Fixed
) -> None:
    other = ConversationService(store, Gate(PlainRedactor()), decider, LINES, key=b"o" * 32)
    digests = {
        service.digest("customer", "a"),
        service.digest("customer", "b"),
        service.digest("visitor", "a"),
        other.digest("customer", "a"),
    }
    assert len(digests) == 4
    assert service.digest("customer", "a") in digests


async def test_a_killed_server_loses_nothing_and_leaves_no_half_turn(
    service: ConversationService, url: str
) -> None:
    started = await service.start()
    acknowledged: list[str] = []
    chance = random.Random(7)  # noqa: S311  when to kill, not a secret
    for attempt in range(3):
        child = subprocess.Popen(  # noqa: S603, ASYNC220  our own interpreter and script
            [
                sys.executable,
                str(Path(__file__).with_name("service_writer.py")),
                url,
                started.id,
                str(attempt),
            ],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={"PYTHONPATH": "."},
        )
        assert child.stdout is not None
        acknowledged.append(child.stdout.readline().strip())
        time.sleep(chance.uniform(0.02, 0.3))  # noqa: ASYNC251  nothing else runs meanwhile
        child.kill()
        acknowledged += child.stdout.read().split()
        child.stdout.close()
        child.wait()
    turns = (await service.get(started.id)).turns
    kept = [turn.client_id for turn in turns if turn.speaker is Speaker.CUSTOMER]
    assert [turn.speaker for turn in turns] == [Speaker.CUSTOMER, Speaker.ASSISTANT] * len(kept)
    assert len(kept) == len(set(kept))
    assert len(acknowledged) > 3
    assert set(acknowledged) <= set(kept)
    assert len(kept) - len(acknowledged) <= 3  # at most the one in the making at each kill
    again = await service.post(started.id, "hello", acknowledged[-1])
    assert len((await service.get(started.id)).turns) == len(turns)
    assert again.reply is not None


def test_an_exchange_can_be_kept_without_a_client_id(store: Store) -> None:
    before = Conversation(id="c")
    store.start(before, now=datetime.now(UTC))
    customer = Turn("t1", datetime.now(UTC), Speaker.CUSTOMER, RedactedText("hello"))
    made = Exchange(customer, None, replace(before, turns=(customer,)), (), None)
    assert store.keep(made, before=before, ticket=None).reply is None
