import pytest

from bot.decision import Risk
from bot.errors import PolicyError
from bot.policy import Policy, Thresholds, TierRule, parse_policy, policy_summary


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("thresholds: {answer: 1.5}", "thresholds.answer"),
        ("thresholds: {anwser: 0.5}", "thresholds.anwser"),
        ("thresholds: [", "not valid YAML"),
        ("tiers: {low: {}, account: {}}", "tiers: high missing"),
        ("tiers: {medium: {}}", "medium"),
        ("intents: {refund: {hand_over: perhaps}}", "intents.refund.hand_over"),
        ("max_options: 1", "max_options"),
        ("repeats: 1", "repeats"),
        ("- a list", "policy.yaml"),
    ],
)
def test_a_wrong_policy_file_is_refused_by_field(text: str, told: str) -> None:
    with pytest.raises(PolicyError, match=r"^policy\.yaml: ") as caught:
        parse_policy(text, "policy.yaml")
    assert told in str(caught.value)


def test_a_policy_file_is_read() -> None:
    text = """
version: "2026-11"
thresholds: {answer: 0.7}
tiers:
  low: {}
  account: {offers_agent: true}
  high: {answer: false}
intents:
  refund: {hand_over: true}
"""
    policy = parse_policy(text, "policy.yaml")
    assert (policy.version, policy.thresholds.answer) == ("2026-11", 0.7)
    assert policy.thresholds.clarify == Thresholds().clarify
    assert policy.tiers[Risk.HIGH] == TierRule(answer=False)
    assert policy.intents["refund"].hand_over
    assert policy_summary(policy)["version"] == "2026-11"


def test_an_empty_policy_file_is_the_built_in_policy() -> None:
    assert parse_policy("", "policy.yaml") == Policy()


def test_policies_that_decide_otherwise_differ_under_one_version() -> None:
    one, other = Policy(version="7"), Policy(version="7", thresholds=Thresholds(answer=0.2))
    assert one.identity != other.identity
    assert one.identity == Policy(version="7").identity
    assert one.identity.startswith("7 ")
