import pytest

from redaction.answers import find_answer
from redaction.config import RedactionSettings
from redaction.detector_rules import RuleDetector
from redaction.redactor import Redactor

ANSWERS = [
    ("here is my pin", "4821", "PIN", "4821"),
    ("Please enter the code that we sent you by SMS.", "482913", "CODE", "482913"),
    ("What is the CVV of your card?", "it's 123", "CVV", "123"),
    ("my password?", "Fluffy2011", "PASSWORD", "Fluffy2011"),
    (
        "the code you sent:",
        "four eight two nine one three",
        "CODE",
        "four eight two nine one three",
    ),
    ("my card is [CARD_1], cvv to follow", "123", "CVV", "123"),
    ("Which password do you use?", "plain tulip", "PASSWORD", "plain tulip"),
    ("We sent you a code by text. Can you read it to me?", "604418", "CODE", "604418"),
    ("What did you choose?", "Teapot*44011, then it spins", "PASSWORD", "Teapot*44011"),
]
NONE = [
    ("What is your order number?", "482913"),
    ("Never tell anyone your PIN. What is your order number?", "55812"),
    ("We'll send you a code shortly. What's your house number?", "1402"),
    ("How can I help?", "4821"),
    ("In which year did you buy it?", "1998"),
    ("Which room are you in?", "2208"),
    ("Which amount did you pay?", "450"),
    ("I forgot my pin", "order 4711"),
    ("do you need the otp", "yes, [CODE_1]"),
    ("", "4821"),
    (
        "here is my pin",
        "no wait, first tell me how long a transfer of 4821 to my other account takes",
    ),
]


@pytest.mark.parametrize(("before", "text", "kind", "value"), ANSWERS)
def test_finds_what_was_asked_for_or_announced(
    before: str, text: str, kind: str, value: str
) -> None:
    found = [(each.kind, text[each.start : each.end]) for each in find_answer(before, text)]
    assert (kind, value) in found


@pytest.mark.parametrize(("before", "text"), NONE)
def test_leaves_other_answers_alone(before: str, text: str) -> None:
    assert list(find_answer(before, text)) == []


def test_the_redactor_masks_an_answer_to_either_message_before() -> None:
    redactor = Redactor([RuleDetector()], b"k" * 16, RedactionSettings())
    assert redactor.redact("4821", recent=["hello", "here is my pin"]).text == "[PIN_1]"
    assert redactor.redact("4821", asked="Which PIN did you type?").text == "[PIN_1]"
    assert redactor.redact("4821", recent=["here is my pin", "thanks"]).text == "4821"


def test_an_answer_takes_the_place_of_a_part_that_was_found_by_itself() -> None:
    redactor = Redactor([RuleDetector()], b"k" * 16, RedactionSettings())
    done = redactor.redact("Teapot*44011, then it spins", asked="What did you choose?")
    assert done.text == "[PASSWORD_1], then it spins"
