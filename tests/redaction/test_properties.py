"""What holds for every text, the language model included."""

# ruff: noqa: E501 - tables of values

import base64
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.detector_rules import RuleDetector
from redaction.normalise import fold, spell_digits
from redaction.recognisers.cards import ISSUERS
from redaction.recognisers.checksum import luhn
from redaction.redactor import Redactor

KEY = b"properties, 16 b"
FULL = build_redactor(RedactionSettings(), KEY)
RULES = Redactor([RuleDetector()], KEY, RedactionSettings())
ZEROS = "0０٠۰०০๐᠐𝟎𝟘"
GLUE = (
    "",
    "\u200b",
    "\u00a0",
    "\u2011",
    "\u2009",
    "\u202a",
    "\ufeff",
    " ",
    "-",
    "—",
    ".",
    "/",
    "_",
    "\n",
    "\r\n",
    "|",
)
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEMPLATES = (
    "{}", "card {} declined", "Karte:{}.", "why{}why", "({})", "it's {}, thanks", "{}\nRegards\nTom", "x{}y",
    "carte n° {} svp", "refund £20 to {} by 12/03/2025", "{}?!", "order #A-1 paid by {}",
)  # fmt: skip
PIECES = st.sampled_from(
    ["Wie", "Maria", "Anna Kowalska", "Bob", "and", ",", "Torvik Haldane", "12 High Street", "London", "SW1A 1AA",
     "my name is", "Regards", "cvv 123", "joe@mail.com", "/ Winter!24", "[NAME_1]", "password is", "Hunter2!", "the",
     "Prague", "25615 Trg Slobode 17", "4111", "double five", "\u200b", "\ud800", "is", "I met", "."]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=10).map(" ".join)


def card(rng: random.Random) -> str:
    """A valid number of any issuer's range and length, the shorter Maestros left out."""
    _, first, last, lengths = rng.choice(ISSUERS)
    length = rng.choice([each for each in lengths if each > 12] or [16])
    prefix = str(rng.randint(int(first), int(last))).zfill(len(first))
    body = prefix + "".join(rng.choices("0123456789", k=length - len(prefix) - 1))
    return next(body + check for check in "0123456789" if luhn(body + check))


def written(digits: str, rng: random.Random) -> str:
    """The number as somebody might write it."""
    way = rng.choice(("script", "glue", "spelled", "doubled", "base64", "alike"))
    if way == "script":
        zero = ord(rng.choice(ZEROS))
        return "".join(chr(zero + int(each)) for each in digits)
    if way == "glue":
        glue = rng.choice(GLUE)
        return glue.join(digits[at : at + 4] for at in range(0, len(digits), 4))
    if way == "spelled":
        return rng.choice((" ", ", ", "-")).join(WORDS[int(each)] for each in digits)
    if way == "doubled":
        return " ".join(_doubled(digits))
    if way == "base64":
        return " " + base64.b64encode(digits.encode()).decode() + " "
    return digits[:8] + digits[8:].replace("1", "l").replace("0", "O")


def _doubled(digits: str) -> list[str]:
    said, at = [], 0
    while at < len(digits):
        run = len(digits[at:]) - len(digits[at:].lstrip(digits[at]))
        run = min(run, 3)
        said.append({1: "", 2: "double ", 3: "triple "}[run] + WORDS[int(digits[at])])
        at += run
    return said


@given(st.integers(0, 2**32), st.sampled_from(TEMPLATES))
@settings(max_examples=400, deadline=None)
def test_every_card_is_masked_however_it_is_written(seed: int, template: str) -> None:
    rng = random.Random(seed)  # noqa: S311 - repeatable test data, no secret
    digits = card(rng)
    value = written(digits, rng)
    if value[0].isalpha() or value[-1].isalpha():
        value = f" {value} "
    text = template.format(value)
    found = [each for each in RULES.find(text) if each.kind == "CARD"]
    assert found, text
    start = text.index(value)
    solid = [at for at in range(start, start + len(value)) if text[at].isalnum()]
    assert all(any(each.start <= at < each.end for each in found) for at in solid), text


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = FULL.redact(text)
    again = FULL.redact(once.text)
    assert again.text == once.text
    assert again.findings == ()


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_text_outside_the_findings_is_untouched(text: str) -> None:
    result = FULL.redact(text)
    done, rest = 0, str(result.text)
    for finding in result.findings:
        assert done <= finding.start < finding.end <= len(text)
        outside = text[done : finding.start]
        assert rest.startswith(outside)
        rest = rest[len(outside) :]
        assert rest.startswith(f"[{finding.kind}_")
        rest = rest[rest.index("]") + 1 :]
        done = finding.end
    assert rest == text[done:]


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_every_canonical_character_points_at_its_origin(text: str) -> None:
    view = fold(text)
    for each in (view, spell_digits(view) or view):
        last = 0
        for at in range(len(each.text)):
            start, end = each.original(at, at + 1)
            assert last <= start < end <= len(text)
            last = start
