import pytest

from bot.compose.cited import cited_sentences, whole_sentences
from bot.grounding.check import GroundingCheck
from retrieval.article import Passage

FEES = Passage(
    "fees#0",
    "fees",
    "Withdrawals",
    "withdrawals",
    "You can withdraw up to €200 a month for free, then 2% of the amount. "
    "Foreign cash costs $3. Transfers arrive within 5 working days, by 12 March at the latest. "
    "Your limit is 1,000 pounds. Write to help@kestrel.example or see "
    "[the list](https://kestrel.example/fees). Change it at most three times a year.",
)
CHECK = GroundingCheck(hosts=frozenset({"kestrel.example"}))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("One [1]. Two [2].", [("One.", (1,)), ("Two.", (2,))]),
        ("One. [1] Two. [2]", [("One.", (1,)), ("Two.", (2,))]),
        ("One.[1][2] Two [2, 3]", [("One.", (1, 2)), ("Two", (2, 3))]),
        ("Costs 2.50 euros [1].", [("Costs 2.50 euros.", (1,))]),
        ("For some, e.g. students, free [1].", [("For some, e.g. students, free.", (1,))]),
        ("- First [1]\n- Second [2]", [("First", (1,)), ("Second", (2,))]),
        ("1. First [1].\n2. Second [2].", [("First.", (1,)), ("Second.", (2,))]),
        ("It is\nfree [1].", [("It is free.", (1,))]),
        ("Never share it.\nIt is yours [1].", [("Never share it.", ()), ("It is yours.", (1,))]),
        ("One.\n[1]\nTwo.\n[2]", [("One.", (1,)), ("Two.", (2,))]),
        ("[1] Fees: One.\n\n[2] Two. [2]", [("Fees: One.", ()), ("Two.", (2,))]),
        ("Uncited.", [("Uncited.", ())]),
        ("Really? Yes! [1]", [("Really?", ()), ("Yes!", (1,))]),
        ("[1]", []),
        ("", []),
    ],
)
def test_a_reply_is_cut_into_sentences(
    reply: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(s.text, s.cites) for s in cited_sentences(reply)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "You can withdraw up to €200 a month for free.",
        "You can withdraw 200 euros a month for free.",
        "Then it costs 2% of the amount.",
        "Then it costs 2 percent of the amount.",
        "Transfers arrive within five working days.",
        "Transfers arrive within 5 business days.",
        "Transfers arrive by 12 March at the latest.",
        "Your limit is £1000.",
        "Change it at most 3 times a year.",
        "Write to help@kestrel.example or see [the list](https://kestrel.example/fees).",
    ],
)
def test_what_the_passage_says_is_supported(text: str) -> None:
    assert CHECK.check(text, [FEES]).supported


@pytest.mark.parametrize(
    "text",
    [
        "You can withdraw up to €2000 a month for free.",
        "You can withdraw up to €20 a month for free.",
        "You can withdraw up to $200 a month for free.",
        "You can withdraw up to 200 pounds a month for free.",
        "You can withdraw up to €200 a week, 3% of the amount.",
        "Transfers arrive within 5 hours.",
        "Transfers arrive within six working days.",
        "Transfers arrive within one day.",
        "Transfers arrive instantly.",
        "Transfers arrive by 12 April at the latest.",
        "Transfers arrive by Monday at the latest.",
        "Your limit is 10,000 pounds.",
        "Change it as often as you like, twice a year.",
        "Write to help@kestrel.example.evil.com.",
        "Write to scam@evil.example.",
        "See [the list](https://evil.example/fees) of transfers.",
        "See https://kestrel.example/fees/refund for transfers.",
        "See the list of transfers at kestrel-fees.com.",
        "Foreign cash <b>costs</b> $3.",
        "Foreign cash costs $3 ![x](https://kestrel.example/fees).",
        "Our pilots fly to the moon with cheerful penguins.",
        "Your refund was approved.",
    ],
)
def test_what_it_does_not_say_is_not(text: str) -> None:
    assert not CHECK.check(text, [FEES]).supported


@pytest.mark.parametrize(
    ("begun", "whole"),
    [
        ("One [1]. Two", ["One."]),
        ("One. [", []),
        ("One. [1", []),
        ("One. [1] T", ["One."]),
        ("One. [1][2] Two. [3", ["One."]),
        ("It is\n", []),
        ("It is\nfree [1]. And", ["It is free."]),
        ("One.\n[2]", []),
        ("One.\n[2] Two", ["One."]),
        ("", []),
    ],
)
def test_a_sentence_is_whole_once_nothing_more_can_change_it(begun: str, whole: list[str]) -> None:
    assert [each.text for each in whole_sentences(begun)] == whole
