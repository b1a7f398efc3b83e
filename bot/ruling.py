"""What the rules look at, and what they may rule: plain data."""

from dataclasses import dataclass, field

from bot.decision import HandoffReason, ReplyReason, Risk
from bot.tone import Tone

WAITING = "waiting"
"""Rule: a message is added for the agent who is awaited."""

ONLY_DATA = "nothing_but_personal_data"
"""Rule: a message held nothing but personal data, which was removed."""


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
        riskiest_sentence: The highest summed probability of high risk of a single sentence.
        account_or_high: Summed probability of the account and high-risk intents.
        has_intents: Whether the knowledge base has intents.
        labelled: Whether the intents were learned from labelled messages of real customers.
        floor: Least support to answer where it is calibrated; ``None`` takes the policy's.
        candidates: Articles that may answer, best first.
        options: Articles for a clarifying question, best first.
        asked: Articles that different sentences surely ask for, the first to answer first.
        few_words: It has hardly any words, so that what it asks must be found out.
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
    riskiest_sentence: float = 0.0
    account_or_high: float = 0.0
    has_intents: bool = False
    labelled: bool = False
    floor: float | None = None
    candidates: tuple[Candidate, ...] = ()
    options: tuple[Candidate, ...] = ()
    asked: tuple[Candidate, ...] = ()
    few_words: bool = False
    only_data: bool = False
    clarified: bool = False
    answered: bool = False
    came_up: int = 1


@dataclass(frozen=True, slots=True)
class AnswerFrom:
    """Answer from an article.

    Attributes:
        candidate: The article.
        offers_agent: Whether the answer offers a person.
        rule: Name of the rule.
        also: Articles for further questions of the same message.
    """

    candidate: Candidate
    offers_agent: bool
    rule: str
    also: tuple[Candidate, ...] = ()


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
    """Say a fixed line.

    Attributes:
        reason: Which line.
        rule: Name of the rule.
        raises: Why a person would take over, where one is awaited already.
    """

    reason: ReplyReason
    rule: str
    raises: HandoffReason | None = None


Ruling = AnswerFrom | AskBetween | HandOver | ReplyWith
