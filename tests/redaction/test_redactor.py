# ruff: noqa: E501 - tables of values

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.config import RedactionSettings
from redaction.detector_rules import RuleDetector
from redaction.findings import Finding
from redaction.kinds import KINDS
from redaction.redactor import Redactor

KEY = b"another test key"
RULES = Redactor([RuleDetector()], KEY, RedactionSettings())
CARD = "4111 1111 1111 1111"

VALUES = st.sampled_from(
    [
        CARD, "4111111111111111", "GB82WEST12345698765432", "joe@mail.com", "07700 900123", "cvv 123",
        "my pin is 4821", "password: Hunter2!", "my name is john smith", "12 High Street, London",
        "[CARD_1]", "[NAME_2]", "code 123456", "order 12345", "£50", "123-45-6789", "\ue000", "12/27",
        "four one one one", "\ud800", "\u202e", "\n", "1", "4111", " - ", "john", "sort code 12-34-56",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(), max_size=60),
    st.text("0123456789 -.l/@:\n", max_size=60),
    st.lists(st.one_of(VALUES, st.text(max_size=6)), max_size=7).map(" ".join),
    st.lists(VALUES, max_size=7).map("".join),
)


class Fixed:
    """A detector that finds given words."""

    def __init__(self, **words: str) -> None:
        self._words = words

    def detect(self, text: str, locale: str) -> list[Finding]:
        return [
            Finding(match.start(), match.end(), kind, 1.0)
            for kind, word in self._words.items()
            for match in re.finditer(word, text)
        ]


class Weak:
    """A detector that finds the same once."""

    def __init__(self, findings: list[Finding]) -> None:
        self._findings = findings

    def detect(self, text: str, locale: str) -> list[Finding]:
        del text, locale
        found, self._findings = self._findings, []
        return found


class Looks(Fixed):
    """A detector that notes in a list whenever it looks."""

    def __init__(self, looks: list[str], **words: str) -> None:
        super().__init__(**words)
        self._looks = looks

    def detect(self, text: str, locale: str) -> list[Finding]:
        self._looks += self._words
        return super().detect(text, locale)


def redactor(*detectors: Fixed, **options: object) -> Redactor:
    return Redactor(detectors, KEY, RedactionSettings.model_validate(options))


def test_replaces_by_typed_and_numbered_placeholders() -> None:
    text = f"pay {CARD} or 5555555555554444, mail joe@mail.com"
    assert RULES.redact(text).text == "pay [CARD_1] or [CARD_2], mail [EMAIL_1]"


def test_the_same_value_keeps_its_placeholder_through_a_conversation() -> None:
    first = RULES.redact(f"card {CARD}")
    second = RULES.redact("5555555555554444 then 4111-1111-1111-1111", first.placeholders)
    assert second.text == "[CARD_2] then [CARD_1]"
    assert first.placeholders.items() <= second.placeholders.items()


def test_placeholders_hold_no_value_and_depend_on_the_key() -> None:
    mine = RULES.redact(CARD).placeholders
    other = Redactor([RuleDetector()], b"x" * 16, RedactionSettings()).redact(CARD).placeholders
    assert mine != other
    assert "4111" not in str(mine)


def test_a_customer_who_types_a_placeholder_does_not_confuse_the_numbering() -> None:
    result = RULES.redact(f"[CARD_1] {CARD}")
    assert result.text == "[CARD_1] [CARD_2]"
    assert [(each.kind, each.start) for each in result.findings] == [("CARD", 9)]


def test_a_number_that_poses_as_a_placeholder_is_found() -> None:
    assert "4111" not in RULES.redact("[CARD_4111111111111111]").text


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        Redactor([], b"short", RedactionSettings())


def test_of_overlapping_findings_the_higher_kind_keeps_its_span() -> None:
    result = redactor(Fixed(NAME="ab cd", EMAIL="cd ef")).find("ab cd ef")
    assert [(each.kind, each.start, each.end) for each in result] == [
        ("NAME", 0, 2),
        ("EMAIL", 3, 8),
    ]


def test_detectors_look_by_turns_until_a_look_of_each_finds_nothing() -> None:
    looks: list[str] = []
    both = redactor(Looks(looks, EMAIL="a@b"), Looks(looks, NAME="Ann"))
    assert both.redact("Ann, a@b").text == "[NAME_1], [EMAIL_1]"
    assert looks == ["EMAIL", "NAME"] * 2
    looks.clear()
    assert both.redact("nothing").findings == ()
    assert looks == ["EMAIL", "NAME"]


def test_keep_patterns_keep_ids_but_never_a_card() -> None:
    keeping = Redactor(
        [RuleDetector()],
        KEY,
        RedactionSettings(keep=(r"K-[\d -]{1,30}", r"\d{4} \d{4} \d{4} \d{4}")),
    )
    assert keeping.redact("K-07700 900123").text == "K-07700 900123"
    assert keeping.redact(f"K-{CARD}").text == "K-[CARD_1]"


def test_a_kind_can_be_switched_off_but_cards_cannot() -> None:
    off = Redactor([RuleDetector()], KEY, RedactionSettings(off=frozenset({"EMAIL", "CARD"})))
    assert off.redact(f"joe@mail.com {CARD}").text == "joe@mail.com [CARD_1]"


def test_scores_below_the_smallest_are_dropped() -> None:
    assert redactor(Fixed(NAME="ab"), min_scores={"NAME": 1.0}).find("ab") != ()
    strict = Redactor([RuleDetector()], KEY, RedactionSettings(min_scores={"PHONE": 0.95}))
    assert strict.find("+44 7700 900123") == ()


@pytest.mark.parametrize("kind", ["CARD", "CVV", "PIN", "PASSWORD", "API_KEY", "CODE"])
def test_no_smallest_score_uncovers_a_secret(kind: str) -> None:
    weak = [Finding(0, 2, kind, 0.1), Finding(3, 5, "NAME", 0.9)]
    found = Redactor([Weak(weak)], KEY, RedactionSettings(min_score=1.0, off=frozenset({kind})))
    assert [each.kind for each in found.find("ab cd")] == [kind]
    with pytest.raises(ValueError, match=f"{kind} is masked whatever its score: leave it out"):
        RedactionSettings(min_scores={kind: 0.9})


@pytest.mark.parametrize(
    ("text", "options", "masked"),
    [
        (f"{CARD} 12/27 739", {"off": ["EXPIRY"]}, "[CARD_1] 12/27 [CVV_1]"),
        (f"{CARD} 12/27 739", {"min_scores": {"EXPIRY": 1}}, "[CARD_1] 12/27 [CVV_1]"),
        ("a@b.com / Winter!24", {"off": ["EMAIL"]}, "a@b.com / [PASSWORD_1]"),
    ],
)
def test_a_kind_that_is_off_still_tells_the_secret_beside_it(
    text: str, options: dict[str, object], masked: str
) -> None:
    loose = Redactor([RuleDetector()], KEY, RedactionSettings.model_validate(options))
    done = loose.redact(text)
    assert done.text == masked
    assert loose.redact(done.text, done.placeholders).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "order 123456789 came on 12/03/2024 for £1,200.50",
        "invoice INV-2024-00123, ticket #48291, article KB-1042",
        "I paid 1,200 euros and 50 pounds at 10:45",
        "app version 10.2.3.4 on iOS 17.4.1",
        "Apple Pay, Google Pay, SWIFT, SEPA, Visa, Mastercard, Kestrel and Revolut",
        "a transfer from Germany to the United Kingdom takes 3-5 working days",
        "tracking number RR123456785GB",
        "reference 07700 900123",
        "my pin is blocked, my password too, and the code never came",
    ],
)
def test_keeps_what_a_support_answer_needs(text: str) -> None:
    assert RULES.redact(text).text == text


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = RULES.redact(text)
    again = RULES.redact(once.text, once.placeholders)
    assert (again.text, again.findings) == (once.text, ())


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_findings_are_ordered_disjoint_and_all_else_stays(text: str) -> None:
    result = RULES.redact(text)
    rebuilt, done = "", 0
    for finding, placeholder in zip(
        result.findings, _placeholders(result.text, text, result.findings), strict=True
    ):
        assert done <= finding.start < finding.end <= len(text)
        assert finding.kind in KINDS
        rebuilt += text[done : finding.start] + placeholder
        done = finding.end
    assert rebuilt + text[done:] == result.text


def _placeholders(redacted: str, text: str, findings: tuple[Finding, ...]) -> list[str]:
    """What stands in place of each finding, read off by walking both texts."""
    found, shift, done = [], 0, 0
    for finding in findings:
        shift += finding.start - done
        end = redacted.index("]", shift) + 1
        found.append(redacted[shift:end])
        shift, done = end, finding.end
    del text
    return found


@given(st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_no_valid_card_survives_between_words(before: str, after: str) -> None:
    text = f"{before} a {CARD} b {after}"
    assert "1111 1111" not in RULES.redact(text).text


@pytest.mark.parametrize(
    "unit",
    ["1", "4 ", "a@", "Ab ", "a at b dot ", "password is ", "1.", "GB12", "one ", "4l", "(1", "e\u0301",
     "my name is ", "4111 ", "12 High Street, ", "Apt 5, Xy ", "\u200b", "[CARD_1] ", "key: ", " ", "pin "],
)  # fmt: skip
def test_cost_grows_in_line_with_a_hostile_text(unit: str) -> None:
    def cost(length: int) -> float:
        text = (unit * length)[:length]
        times = []
        for _ in range(2):
            begin = time.process_time()
            RULES.redact(text)
            times.append(time.process_time() - begin)
        return min(times)

    # The floor keeps the noise of very short times out; a quadratic rule costs 100 times as much.
    assert cost(20_000) <= 12 * max(cost(2_000), 0.02)
