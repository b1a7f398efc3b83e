"""Answer, clarify, hand off or reply: pure rules over evidence, thresholds from ``policy.yaml``.

The rules are tried in the order in which they stand in :func:`rule`; the first that fits decides,
and its name is kept with the decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.decision import HandoffReason, ReplyReason, Risk
from bot.errors import PolicyError
from bot.tone import Tone

_RISKY = 0.5

WAITING = "waiting"
"""Rule: a message is added for the agent who is awaited."""

ONLY_DATA = "nothing_but_personal_data"
"""Rule: a message held nothing but personal data, which was removed."""


class Thresholds(BaseModel):
    """The numbers that decide. Probabilities are calibrated, from 0 to 1.

    Attributes:
        high_risk: Summed probability of the high-risk intents from which a person takes over.
        high_risk_labelled: The same where labelled messages of real customers were learned from;
            empty to take ``high_risk``. Probabilities are sharper then, so that the same few
            misses need a lower threshold.
        offer_agent: Summed probability of account and high-risk intents from which an answer
            offers a person.
        in_scope: Least probability of being about our topics; below it a message is out of scope.
        in_scope_risky: The same for a message whose summed high risk is one half or more: rather
            a person too many than a stolen phone that is told it is off topic.
        certain: Probability of a single intent from which a message counts as in scope.
        answer: Least support of an article to answer from it.
        clarify: Least summed support of the options of a clarifying question.
        option: Least support of a single option.
        chatter: Least probability of small talk or thanks for a fixed reply.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    high_risk: float = Field(0.11, ge=0, le=1)
    high_risk_labelled: float | None = Field(None, ge=0, le=1)
    offer_agent: float = Field(0.25, ge=0, le=1)
    in_scope: float = Field(0.3, ge=0, le=1)
    in_scope_risky: float = Field(0.15, ge=0, le=1)
    certain: float = Field(0.9, ge=0, le=1)
    answer: float = Field(0.55, ge=0, le=1)
    clarify: float = Field(0.3, ge=0, le=1)
    option: float = Field(0.04, ge=0, le=1)
    chatter: float = Field(0.5, ge=0, le=1)


class TierRule(BaseModel):
    """What a risk tier allows.

    Attributes:
        answer: Whether an article may answer at all.
        offers_agent: Whether an answer always offers a person.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: bool = True
    offers_agent: bool = False


class IntentRule(BaseModel):
    """A rule for one intent, on top of its tier's.

    Attributes:
        hand_over: Always hand over.
        answer: A threshold of its own for answering.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hand_over: bool = False
    answer: float | None = Field(None, ge=0, le=1)


class Policy(BaseModel):
    """The policy file.

    Attributes:
        version: Kept with every decision.
        thresholds: The numbers that decide.
        tiers: What each risk tier allows.
        intents: Rules for single intents.
        max_options: Most options of a clarifying question.
        repeats: How often the same thing may come up before a person takes over.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = "built-in"
    thresholds: Thresholds = Field(default_factory=Thresholds)
    tiers: dict[Risk, TierRule] = Field(
        default_factory=lambda: {
            Risk.LOW: TierRule(),
            Risk.ACCOUNT: TierRule(offers_agent=True),
            Risk.HIGH: TierRule(answer=False),
        }
    )
    intents: dict[str, IntentRule] = Field(default_factory=dict)
    max_options: int = Field(3, ge=2, le=5)
    repeats: int = Field(3, ge=2, le=10)


def parse_policy(text: str, name: str) -> Policy:
    """Parse the text of a policy file.

    Args:
        text: YAML.
        name: File name for messages.

    Raises:
        PolicyError: The text is not YAML or has another shape; names the field.
    """
    try:
        policy = Policy.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise PolicyError(f"{name}: not valid YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"{name}: {where}: {first['msg']}, got {first['input']!r}") from error
    missing = [risk.value for risk in Risk if risk not in policy.tiers]
    if missing:
        raise PolicyError(f"{name}: tiers: {', '.join(missing)} missing: name what it allows")
    return policy


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may answer.

    Attributes:
        article_id: The article.
        intent: The intent it would answer, ``None`` where there are no intents.
        risk: That intent's risk; low where there are no intents.
        support: Calibrated probability that it answers the message.
    """

    article_id: str
    intent: str | None
    risk: Risk
    support: float


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at.

    Attributes:
        tone: What the message asks for or shows.
        foreign: It is in a language that no article is written in.
        chatter: Small talk or thanks with its probability.
        out_of_scope: It is about none of what the articles are about.
        high_risk: Summed probability of the high-risk intents.
        account_or_high: Summed probability of the account and high-risk intents.
        has_intents: Whether the knowledge base has intents.
        labelled: Whether the intents were learned from labelled messages of real customers.
        floor: Least support to answer where it is calibrated; ``None`` takes the policy's.
        candidates: Articles that may answer, best first.
        options: Articles for a clarifying question, best first.
        only_data: It holds nothing but personal data, which was removed.
        clarified: The assistant's last turn was a clarifying question.
        answered: The assistant has answered in this episode.
        came_up: How often this has come up in a row, this time included.
    """

    tone: Tone = field(default_factory=Tone)
    foreign: bool = False
    chatter: tuple[ReplyReason, float] | None = None
    out_of_scope: bool = False
    high_risk: float = 0.0
    account_or_high: float = 0.0
    has_intents: bool = False
    labelled: bool = False
    floor: float | None = None
    candidates: tuple[Candidate, ...] = ()
    options: tuple[Candidate, ...] = ()
    only_data: bool = False
    clarified: bool = False
    answered: bool = False
    came_up: int = 1


@dataclass(frozen=True, slots=True)
class AnswerFrom:
    """Answer from an article."""

    candidate: Candidate
    offers_agent: bool
    rule: str


@dataclass(frozen=True, slots=True)
class AskBetween:
    """Ask which of the options is meant."""

    options: tuple[Candidate, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person takes over."""

    reason: HandoffReason
    rule: str


@dataclass(frozen=True, slots=True)
class ReplyWith:
    """Say a fixed line."""

    reason: ReplyReason
    rule: str


Ruling = AnswerFrom | AskBetween | HandOver | ReplyWith


def rule(situation: Situation, policy: Policy) -> Ruling:
    """Decide. The first rule that fits wins."""
    return (
        _person_at_once(situation)
        or _only_data(situation)
        or _unhelped_chatter(situation, policy)
        or _risk(situation, policy)
        or _patience(situation)
        or _scope(situation)
        or _repeated(situation, policy)
        or _answer(situation, policy)
        or _clarify(situation, policy)
        or _thin(situation, policy)
    )


def is_outside(in_scope: float, top: float, high_risk: float, thresholds: Thresholds) -> bool:
    """Whether a message is about none of our topics.

    Args:
        in_scope: Probability of being about our topics.
        top: Probability of the most probable intent.
        high_risk: Summed probability of the high-risk intents.
        thresholds: The policy's.
    """
    if top >= thresholds.certain:
        return False
    risky = high_risk >= _RISKY
    return in_scope < (thresholds.in_scope_risky if risky else thresholds.in_scope)


def rule_on_choice(choice: Candidate, policy: Policy) -> Ruling:
    """Decide after the customer picked an option of a clarifying question."""
    if _must_hand_over(choice, policy):
        return HandOver(HandoffReason.HIGH_RISK, "chosen_option_is_high_risk")
    return AnswerFrom(choice, policy.tiers[choice.risk].offers_agent, "option_chosen")


def rule_while_waiting(ruling: Ruling, reason: HandoffReason) -> Ruling:
    """Decide while a person is awaited: answers still help, everything else is added for them.

    Args:
        ruling: What would be decided otherwise.
        reason: Why a person is awaited.
    """
    match ruling:
        case AnswerFrom():
            return ruling
        case HandOver(reason=HandoffReason.HIGH_RISK | HandoffReason.SENSITIVE):
            # Said every time: the reason so far may have been a false alarm, and this one real.
            return ruling
        case _:
            return HandOver(reason, WAITING)


def _person_at_once(situation: Situation) -> Ruling | None:
    if situation.tone.distressed:
        return HandOver(HandoffReason.SENSITIVE, "distress_or_legal_matter")
    if situation.tone.asks_for_person:
        return HandOver(HandoffReason.CUSTOMER_ASKED, "person_asked_for")
    if situation.tone.names_high_risk:
        return HandOver(HandoffReason.HIGH_RISK, "high_risk_phrase")
    greeting = situation.tone.greets or situation.tone.thanks
    if situation.foreign and not greeting:
        return HandOver(HandoffReason.OTHER_LANGUAGE, "language_without_articles")
    return None


def _only_data(situation: Situation) -> Ruling | None:
    if situation.only_data:
        return ReplyWith(ReplyReason.SMALL_TALK, ONLY_DATA)
    return None


def _unhelped_chatter(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.tone.unhelpful:
        return None  # "thanks for nothing" is no thanks
    return _chatter(situation, policy)


def _chatter(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.tone.thanks:
        return ReplyWith(ReplyReason.THANKS, "thanks")
    if situation.tone.greets:
        return ReplyWith(ReplyReason.SMALL_TALK, "small_talk")
    if situation.chatter and situation.chatter[1] >= policy.thresholds.chatter:
        return ReplyWith(situation.chatter[0], situation.chatter[0].value)
    return None


def _risk(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.out_of_scope or not situation.has_intents:
        return None
    threshold = policy.thresholds.high_risk
    if situation.labelled and policy.thresholds.high_risk_labelled is not None:
        threshold = policy.thresholds.high_risk_labelled
    if situation.high_risk >= threshold:
        return HandOver(HandoffReason.HIGH_RISK, "summed_high_risk")
    return None


def _patience(situation: Situation) -> Ruling | None:
    """Fury, or an answer that did not help; after risk, which must not be hidden by either."""
    if situation.tone.furious:
        return HandOver(HandoffReason.REPEATED, "furious")
    if situation.tone.unhelpful and situation.clarified:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "no_option_fits")
    if situation.tone.unhelpful and situation.answered:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "answer_did_not_help")
    return None


def _scope(situation: Situation) -> Ruling | None:
    if situation.out_of_scope:
        return ReplyWith(ReplyReason.OUT_OF_SCOPE, "far_from_every_example")
    return None


def _repeated(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.came_up >= policy.repeats:
        return HandOver(HandoffReason.REPEATED, "same_thing_again")
    return None


def _must_hand_over(candidate: Candidate, policy: Policy) -> bool:
    own = policy.intents.get(candidate.intent or "")
    return not policy.tiers[candidate.risk].answer or (own is not None and own.hand_over)


def _answer(situation: Situation, policy: Policy) -> Ruling | None:
    if not situation.candidates:
        return None
    best = situation.candidates[0]
    own = policy.intents.get(best.intent or "")
    floor = policy.thresholds.answer if situation.floor is None else situation.floor
    if own is not None and own.answer is not None:
        floor = own.answer
    if best.support < floor:
        return None
    if _must_hand_over(best, policy):
        return HandOver(HandoffReason.HIGH_RISK, "best_intent_hands_over")
    offers = (
        policy.tiers[best.risk].offers_agent
        or situation.account_or_high >= policy.thresholds.offer_agent
    )
    return AnswerFrom(best, offers, "supported")


def _clarify(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.clarified:
        return None
    options = tuple(c for c in situation.options if c.support >= policy.thresholds.option)
    options = options[: policy.max_options]
    if len(options) < 2 or sum(c.support for c in options) < policy.thresholds.clarify:
        return None
    return AskBetween(options, "several_articles_close")


def _thin(situation: Situation, policy: Policy) -> Ruling:
    if situation.clarified:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "thin_after_clarifying")
    if situation.candidates and situation.candidates[0].support >= policy.thresholds.option:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "support_too_thin")
    return HandOver(HandoffReason.NO_ARTICLE, "no_article_near")


def policy_summary(policy: Policy) -> Mapping[str, object]:
    """The policy as plain data, for the manifest and for hashing."""
    return policy.model_dump(mode="json")
