"""What the form of a number or token itself says: its length, its parts, what ends it."""

import re
from collections.abc import Iterator

from redaction.recognisers.explained import is_year
from redaction.recognisers.given_names import SURE, plain
from redaction.recognisers.talk import idea_of

_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5][05]")


_STEM = re.compile(r"([\W\d_]*)([^\W\d_](?:.*[^\W\d_])?)([\W\d_]*)", re.DOTALL)


def form_of(form: str, value: str) -> Iterator[str]:
    """The signs of a candidate of a form."""
    if form == "number":
        yield from _number_form(value)
    else:
        yield from _token_form(value)


def _number_form(value: str) -> Iterator[str]:
    digits = "".join(filter(str.isdigit, value))
    if len(digits) < len(value):
        yield "parted"
        if len(digits) * 2 == len(value) + 1:
            yield "single"
    if is_year(digits):
        yield "year"
    elif _CLOCK.fullmatch(digits):
        yield "clock"
    if digits.endswith("00"):
        yield "round"
    elif digits.endswith("0"):
        yield "tens"
    if digits.startswith("0"):
        yield "zero"
    parts = re.split(r"\D+", value)
    if len(parts) == 3:
        days = sum(1 <= int(each) <= 31 for each in parts)
        yield "date like" if days > 1 and any(1 <= int(each) <= 12 for each in parts) else "three"


def _token_form(value: str) -> Iterator[str]:
    digits, letters = sum(map(str.isdigit, value)), sum(map(str.isalpha, value))
    upper, lower = any(map(str.isupper, value)), any(map(str.islower, value))
    yield f"{'A' if upper else ''}{'a' if lower else ''}{'1' if digits else ''}"
    if digits + letters < len(value):
        yield "signs"
    if any(each in value for each in "!$%^&*?~"):
        yield "odd signs"
    yield "short" if len(value) < 6 else "long" if len(value) > 11 else "middling"
    yield from _stem(value)
    if value[:1].isdigit():
        yield "digit first"
    if value[-1:].isdigit() and letters and value[: -digits or None].isalpha():
        yield f"word and {min(digits, 5)}"
    if value[:1].isupper() and value[1:].islower():
        yield "capital"


def _stem(value: str) -> Iterator[str]:
    """What is left of a token without digits and signs at its ends."""
    match = _STEM.fullmatch(value)
    if match is None:
        yield "mixed up"
        return
    first, stem, last = match.groups()
    yield f"stem {min(len(stem), 9) // 2}"
    if stem.isalpha():
        yield "plain stem"
        word = plain(stem)
        if word in SURE:
            yield "name stem"
        yield f"stem {idea_of(word)}"
        if stem.isupper():
            yield "capital stem"
    if first:
        yield "begins odd"
    digits = "".join(filter(str.isdigit, last))
    yield f"ends {min(4, len(digits))}"
    if is_year(digits):
        yield "ends year"
    if len(digits) < len(last):
        yield "ends odd"
