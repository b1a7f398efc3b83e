"""The policy file: thresholds, what each tier and intent allows. ``bot.rules`` applies it."""

import hashlib
from collections.abc import Mapping

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.decision import Risk
from bot.errors import PolicyError


class Thresholds(BaseModel):
    """The numbers that decide. Probabilities are calibrated, from 0 to 1.

    Attributes:
        high_risk: Summed probability of the high-risk intents from which a person takes over.
        high_risk_labelled: The same where labelled messages of real customers were learned from;
            empty to take ``high_risk``. Probabilities are sharper then, so that the same few
            misses need a lower threshold.
        high_risk_clear: The same where an article has a support of ``clear`` or more; not with
            labelled messages.
        clear: Support of an article from which many small risks don't outweigh it.
        high_risk_by_words: Where a message has hardly any words, the least summed probability of
            the high-risk intents by these words alone for its risk to count.
        high_risk_sentence: The same for a single sentence of several.
        offer_agent: Summed probability of account and high-risk intents from which an answer
            offers a person.
        in_scope: Least probability of being about our topics; below it a message is out of scope.
        in_scope_risky: The same for a message whose summed high risk is one half or more: rather
            a person too many than a stolen phone that is told it is off topic.
        certain: Probability of a single intent from which a message counts as in scope.
        answer: Least support of an article to answer from it.
        answer_sentence: The same for each of several sentences, to answer them one by one.
        clarify: Least summed support of the options of a clarifying question.
        option: Least support of a single option.
        near: Without intents, least support of an article to ask whether it is meant.
        chatter: Least probability of small talk or thanks for a fixed reply.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    high_risk: float = Field(0.11, ge=0, le=1)
    high_risk_labelled: float | None = Field(None, ge=0, le=1)
    high_risk_clear: float = Field(0.2, ge=0, le=1)
    clear: float = Field(0.8, ge=0, le=1)
    high_risk_by_words: float = Field(0.35, ge=0, le=1)
    high_risk_sentence: float = Field(0.85, ge=0, le=1)
    offer_agent: float = Field(0.25, ge=0, le=1)
    in_scope: float = Field(0.3, ge=0, le=1)
    in_scope_risky: float = Field(0.15, ge=0, le=1)
    certain: float = Field(0.9, ge=0, le=1)
    answer: float = Field(0.55, ge=0, le=1)
    answer_sentence: float = Field(0.85, ge=0, le=1)
    clarify: float = Field(0.3, ge=0, le=1)
    option: float = Field(0.04, ge=0, le=1)
    near: float = Field(0.01, ge=0, le=1)
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


class Promise(BaseModel):
    """One promise that thresholds were chosen for, with what it was shown by.

    Attributes:
        metric: ``false_containment``, ``error_when_contained`` or ``high_risk_handed_over``.
        limit: At most, or for ``high_risk_handed_over`` at least.
        delta: Chance of being wrong that was allowed.
        count: Cases that went wrong in the calibration set.
        total: Cases that it was asked of.
        bound: One-sided Clopper-Pearson bound at ``1 - delta``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    limit: float
    delta: float
    count: int
    total: int
    bound: float


class Tuned(BaseModel):
    """What thresholds rest on that `firstline-evals tune` chose.

    Attributes:
        confidence: With which all promises hold together.
        promises: What was promised.
        coverage: Share of the calibration cases that are answered.
        cases: SHA-256 of the labelled file.
        calibration: SHA-256 of the ids of the calibration cases.
        seed: Of the split.
        index_version: Index that was asked.
        policy_version: Policy that the thresholds were put into.
        settings_hash: Of the settings that steer decisions.
        note: What the promises assume.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    confidence: float
    promises: tuple[Promise, ...]
    coverage: float
    cases: str
    calibration: str
    seed: int
    index_version: str
    policy_version: str
    settings_hash: str
    note: str = ""


class Policy(BaseModel):
    """The policy file.

    Attributes:
        version: Kept with every decision.
        thresholds: The numbers that decide.
        tiers: What each risk tier allows.
        intents: Rules for single intents.
        max_options: Most options of a clarifying question.
        repeats: How often the same thing may come up before a person takes over.
        tuned: What the thresholds rest on, where they were tuned.
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
    tuned: Tuned | None = None

    @property
    def identity(self) -> str:
        """The version with a digest of all that decides: a version may be kept by mistake."""
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()
        return f"{self.version} {digest[:12]}"


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


def policy_summary(policy: Policy) -> Mapping[str, object]:
    """The policy as plain data, for the manifest and for hashing."""
    return policy.model_dump(mode="json")
