from dataclasses import fields

import pytest

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
from bot.evidence import ArticleScore, Evidence, IntentScore
from bot.record import (
    RecordError,
    decision_record,
    evidence_record,
    read_decision,
    read_evidence,
)

CITATION = Citation("cards/freeze", "cards/freeze#1", "Freeze a card", "how", "Tap **Freeze**.")
EVIDENCE = Evidence(
    language="en",
    intents=(IntentScore("lost_card", 0.75, Risk.HIGH), IntentScore("pin", 0.125, Risk.ACCOUNT)),
    high_risk=0.8,
    account_or_high=0.9,
    in_scope=0.6,
    support=0.97,
    articles=(ArticleScore("cards/freeze", "cards/freeze#1", 0.5, 0.4, 1.0, 0.7),),
    rule="answer",
    index_version="g1",
    policy_version="3",
    settings_hash="0123456789ab",
    model="all-MiniLM-L6-v2",
    timings={"redact": 1.25},
)


@pytest.mark.parametrize(
    "decision",
    [
        Answer("Tap **Freeze**.", (CITATION, CITATION), 0.91, offers_agent=True),
        Clarify("Which one?", (Option("Lost", "a", None), Option("Stolen", "b", "stolen")), 0.5),
        *(Handoff(reason, "A person is coming.", "note") for reason in HandoffReason),
        *(Reply(reason, "You're welcome.") for reason in ReplyReason),
    ],
)
def test_a_decision_comes_back_as_it_was(decision: Decision) -> None:
    assert read_decision(decision_record(decision)) == decision


def test_evidence_comes_back_as_it_was() -> None:
    assert read_evidence(evidence_record(EVIDENCE)) == EVIDENCE


def test_the_record_of_evidence_has_every_field() -> None:
    assert set(evidence_record(EVIDENCE)) == {field.name for field in fields(Evidence)}


def test_evidence_of_an_older_version_takes_defaults() -> None:
    assert read_evidence({"language": "de"}) == Evidence(language="de")


@pytest.mark.parametrize("kind", [None, "refund", 3])
def test_an_unknown_kind_is_named(kind: object) -> None:
    with pytest.raises(RecordError, match="unknown kind of decision"):
        read_decision({"kind": kind, "text": ""})
