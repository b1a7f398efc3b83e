"""An assistant that decides by the very words of a message, and cases for it."""

import asyncio
from collections.abc import Mapping

from bot.conversation import Conversation
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
    Risk,
)
from bot.dialogue import Judgement
from bot.evidence import Evidence, IntentScore
from bot.gate import Gate
from bot.intents import Intent, IntentCatalogue
from evals.case import EvalCase, Expect
from evals.run import Player
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.redactor import RedactedText

CARD = "4111 1111 1111 1111"
CATALOGUE = IntentCatalogue(
    {
        "pin": Intent("pin", Risk.LOW, ("change-pin",), ()),
        "arrival": Intent("arrival", Risk.ACCOUNT, ("arrival",), ()),
        "fraud": Intent("fraud", Risk.HIGH, ("fraud",), ()),
    }
)


def answer(article: str, *, offers: bool = False) -> Answer:
    citation = Citation(article, f"{article}#1", article.title(), "", "Quoted <b>words</b>.")
    return Answer("Quoted <b>words</b>.", (citation,), 0.9, offers)


ASK = Clarify(
    "Which?",
    (Option("Change it", "change-pin", "pin"), Option("Other", "fraud", "fraud")),
    0.5,
)
HAND_OVER = Handoff(HandoffReason.HIGH_RISK, "A colleague takes over.", "rule")
LINES: dict[str, Decision] = {
    "how to change a pin": answer("change-pin"),
    "Change it": answer("change-pin"),
    "pin or so": ASK,
    "where is my card": answer("arrival", offers=True),
    "where is my new card": answer("arrival"),
    "robbed": HAND_OVER,
    "robbed a bit": answer("change-pin"),
    "hello": Reply(ReplyReason.SMALL_TALK, "Hello!"),
    "pizza": Reply(ReplyReason.OUT_OF_SCOPE, "Only us."),
    "broken": Handoff(HandoffReason.FAILURE, "Sorry.", "component_failed"),
}


class Scripted:
    """Decides by the very words; anything else is an error."""

    def __init__(self, lines: Mapping[str, Decision]) -> None:
        self.lines = lines
        self.most = self.now = 0

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if "[CARD_1]" in text:
            return Judgement(answer("change-pin"), Evidence("en", rule=f"had {text}"))
        evidence = Evidence("en", (IntentScore("pin", 0.9, Risk.LOW),), rule="scripted")
        return Judgement(self.lines[text], evidence)


SUITE = [
    EvalCase(id="low", says="how to change a pin", intent="pin", tags=["a"]),
    EvalCase(id="asked-back", says="pin or so", intent="pin", follows=True),
    EvalCase(id="asked-back-and-left", says="pin or so", intent="pin"),
    EvalCase(id="account", says="where is my card", intent="arrival"),
    EvalCase(id="account-bare", says="where is my new card", intent="arrival"),
    EvalCase(id="high", says="robbed", intent="fraud"),
    EvalCase(id="high-missed", says="robbed a bit", intent="fraud"),
    EvalCase(id="greeting", says="hello", expect=Expect(decision=["reply"])),
    EvalCase(id="outside", says="pizza", tier="out_of_scope"),
    EvalCase(id="outside-answered", says="how to change a pin", tier="out_of_scope"),
    EvalCase(id="data", says=f"my {CARD}", intent="pin", must_not_appear=[CARD]),
    EvalCase(id="unlabelled", says="how to change a pin", intent="what"),
    EvalCase(id="unheard-of", says="never written", intent="pin"),
    EvalCase(id="failed-part", says="broken", intent="pin"),
]


def scripted_player(scripted: Scripted | None = None) -> Player:
    """Plays cases through it, behind a real gate without names."""
    settings = RedactionSettings(named_entities=False)
    gate = Gate(build_redactor(settings, b"0123456789abcdef"))
    return Player(gate, scripted or Scripted(LINES))
