"""What the assistant does with one test, or typical message, of a gap, and which rule says so."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.decision import Answer, Clarify, Handoff, Risk
from bot.dialogue import Judgement
from bot.evidence import Evidence
from bot.intents import IntentCatalogue
from bot.knowledge import Knowledge
from bot.store_gaps import GapCase
from bot.tone import phrases_in
from redaction.redactor import RedactedText

Judge = Callable[[Sequence[RedactedText]], Sequence[Judgement]]
"""What the assistant would decide on each of some first messages today, and what it rests on."""

TIER = "tier"
"""In place of a list of phrases, where the tier of an intent hands messages to people."""

_LISTS: Mapping[str, str] = {
    "topic_for_people": "agent_topics",
    "high_risk_phrase": "high_risk_phrases",
    "person_asked_for": "handoff_phrases",
    "distress_or_legal_matter": "distress_phrases",
    "furious": "fury_phrases",
}
_SUMMED = frozenset({"a_sentence_is_high_risk", "summed_high_risk"})
_NOBODYS: tuple[str, tuple[str, ...]] = ("", ())


class Came(StrEnum):
    """What came of a message."""

    PASSES = "passes"
    OTHER_ARTICLE = "other_article"
    ASKED_BACK = "asked_back"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    UNPLAYED = "unplayed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one message of a gap in a run.

    Attributes:
        text: The message: an owner's, or a customer's, redacted; empty where it is not kept.
        came: What came of it; ``UNPLAYED`` for a test that was confirmed after the run.
        confirmed: Whether it is a test that an owner confirmed.
        wanted: Article that must answer; empty takes any that had not failed these customers.
        cited: Article that answered; empty where none did.
        not_indexed: Whether the index in use has no such article as is wanted.
        rule: Name of the policy rule that decided.
        reason: Why a person took over; empty where nobody did.
        setting: List of ``intents.yaml`` with a line that hands it to people, or ``tier``; empty
            where no rule of the owner's did.
        lines: The lines of that list that the message holds, or the intent of that tier.
    """

    text: str
    came: Came
    confirmed: bool = False
    wanted: str = ""
    cited: str = ""
    not_indexed: bool = False
    rule: str = ""
    reason: str = ""
    setting: str = ""
    lines: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether it was answered as it should be."""
        return self.came is Came.PASSES

    def record(self) -> dict[str, object]:
        """It as JSON; other tools rely on these keys."""
        return {
            "text": self.text,
            "outcome": self.came.value,
            "confirmed": self.confirmed,
            "wanted": self.wanted,
            "cited": self.cited,
            "rule": self.rule,
            "reason": self.reason,
            "setting": self.setting,
            "lines": list(self.lines),
        }


def outcome_of(
    case: GapCase,
    judged: Judgement,
    knowledge: Knowledge,
    *,
    confirmed: bool,
    in_vain: Collection[str] = (),
) -> Outcome:
    """What came of a message.

    Args:
        case: The message, and the article that must answer it.
        judged: What the assistant decided.
        knowledge: The knowledge base in use.
        confirmed: Whether an owner confirmed it as a test.
        in_vain: Articles that failed these customers: their answer doesn't count.
    """
    decision, wanted = judged.decision, case.article_id
    cited = decision.citations[0].article_id if isinstance(decision, Answer) else ""
    setting, lines = _NOBODYS
    if isinstance(decision, Answer):
        right = cited == wanted if wanted else cited not in in_vain
        came = Came.PASSES if right else Came.OTHER_ARTICLE
    elif isinstance(decision, Clarify):
        came = Came.ASKED_BACK
    elif isinstance(decision, Handoff):
        came = Came.HANDED_OVER
        setting, lines = _owners_rule(case.text, judged.evidence, knowledge.catalogue)
    else:
        came = Came.DECLINED
    return Outcome(
        text=case.text,
        came=came,
        confirmed=confirmed,
        wanted=wanted,
        cited=cited,
        not_indexed=bool(wanted) and wanted not in knowledge.index.articles,
        rule=judged.evidence.rule,
        reason=decision.reason.value if isinstance(decision, Handoff) else "",
        setting=setting,
        lines=lines,
    )


def _owners_rule(
    text: str, evidence: Evidence, catalogue: IntentCatalogue
) -> tuple[str, tuple[str, ...]]:
    """The lines of ``intents.yaml`` that hand a message to people; nothing where none does."""
    # The policy may hand an intent of any tier to people: then it is the likeliest, or none.
    likeliest = evidence.intents if evidence.rule in _SUMMED else evidence.intents[:1]
    if evidence.rule in _SUMMED or evidence.rule == "best_intent_hands_over":
        risky = [each.intent for each in likeliest if each.risk is Risk.HIGH]
        return (TIER, (risky[0],)) if risky else _NOBODYS
    setting = _LISTS.get(evidence.rule, "")
    own = catalogue.phrases
    phrases = {
        "agent_topics": own.topics,
        "high_risk_phrases": own.high_risk,
        "handoff_phrases": own.handoff,
        "distress_phrases": own.distress,
        "fury_phrases": own.fury,
    }
    found = phrases_in(text, phrases.get(setting, ()))
    # Without a line of the owner's, a phrase that ships with the assistant decided.
    return (setting, found) if found else _NOBODYS


def case_key(case: GapCase) -> str:
    """Names a test where its words are not kept."""
    return hashlib.sha256(f"{case.text}\0{case.article_id}".encode()).hexdigest()[:24]
