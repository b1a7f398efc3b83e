import time

import pytest

from bot.grounding.check import GroundingCheck
from bot.grounding.verdict import Fault, Reason, Verdict
from retrieval.article import Passage

LIMITS = Passage(
    "limits#0",
    "limits",
    "Limits",
    "",
    "You can send £500 a day by card and £2,000 a month by bank transfer. Pay at least £10 each "
    "time. Transfers cannot be cancelled once they were sent. Only the owner may raise a limit. "
    "See [all limits](https://help.kestrel.example/limits).",
)
TABLE = Passage(
    "fees#1",
    "fees",
    "Fees",
    "fees",
    "| Way | Fee | Time |\n|---|---|---|\n| Card | 1.5% | seconds |\n"
    "| Cheque | free | 2 working days |",
)
TITLES = {"limits": "Sending limits", "fees": "What it costs"}


def verdict(sentence: str) -> Verdict:
    check = GroundingCheck(own=frozenset({"Kestrel"}))
    return check.check(sentence, [LIMITS, TABLE], titles=TITLES)


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("By card you can send £500 a day.", "limits#0"),
        ("You can send up to five hundred pounds a day by card.", "limits#0"),
        ("At Kestrel you can send £2,000 a month by bank transfer.", "limits#0"),
        ("The minimum is £10 each time.", "limits#0"),
        ("A transfer can't be cancelled after it was sent.", "limits#0"),
        ("Only the owner may raise a limit.", "limits#0"),
        ("A cheque costs nothing.", "fees#1"),
        ("A cheque takes two working days.", "fees#1"),
    ],
)
def test_what_a_passage_says_passes_with_the_passage(sentence: str, passage: str) -> None:
    said = verdict(sentence)
    assert said == Verdict(supported=True, passages=(passage,)), said.reasons


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("By card you can send £600 a day.", Fault.NUMBER),
        ("By card you can send €500 a day.", Fault.NUMBER),
        ("By card you can send £500 a month.", Fault.BINDING),
        ("By bank transfer you can send £500 a day.", Fault.BINDING),
        ("Pay at most £10 each time.", Fault.BOUND),
        ("Transfers can be cancelled once they were sent.", Fault.NEGATION),
        ("Every owner may raise a limit.", Fault.CONDITION),
        ("Only Marten may raise a limit.", Fault.NAME),
        ("A cheque costs 1.5%.", Fault.NUMBER),
        ("Card payments are free.", Fault.NUMBER),
        ("Only the owner may raise a limit on Sundays.", Fault.NAME),
        ("We have raised your limit.", Fault.CLAIM),
        ("The weather is fine today.", Fault.WORDS),
        ("You can send £500 a day by card", Fault.NOTHING_SAID),
        ("Can you send £500 a day by card?", Fault.NOTHING_SAID),
        ("Send <b>£500</b> a day by card.", Fault.MARKUP),
        ("![x](https://help.kestrel.example/limits) Pay at least £10 each time.", Fault.MARKUP),
        ("Pay at least £10\u200b each time.", Fault.MARKUP),
        ("See [all limits](https://evil.example/limits).", Fault.LINK),
        ("See all limits at evil.example.", Fault.LINK),
    ],
)
def test_what_no_passage_says_is_caught(sentence: str, fault: Fault) -> None:
    said = verdict(sentence)
    assert not said.supported
    assert not said.passages
    assert fault in {reason.fault for reason in said.reasons}, said.reasons


def test_a_link_passes_only_to_an_allowed_host() -> None:
    said = "See [all limits](https://help.kestrel.example/limits)."
    allowed = GroundingCheck(hosts=frozenset({"help.kestrel.example"}))
    assert allowed.check(said, [LIMITS]).supported
    assert GroundingCheck().check(said, [LIMITS]).reasons == (
        Reason(Fault.LINK, "https://help.kestrel.example/limits"),
    )


def test_a_sentence_without_a_passage_is_refused() -> None:
    assert GroundingCheck().check("You can send £500.", []).reasons == (Reason(Fault.NO_PASSAGE),)


def test_a_verdict_has_a_reason_or_none() -> None:
    with pytest.raises(ValueError, match="supported"):
        Verdict(supported=False)


@pytest.mark.parametrize(
    "hostile", ["1 " * 290, "a, " * 190, "(" * 590, "not " * 140, "£1," * 190, "Send £5 " * 999]
)
def test_hostile_sentences_cost_little(hostile: str) -> None:
    started = time.process_time()
    assert not GroundingCheck().check(f"{hostile}.", [LIMITS, TABLE], titles=TITLES).supported
    assert time.process_time() - started < 5
