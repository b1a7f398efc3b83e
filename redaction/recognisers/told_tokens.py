"""Secrets that only a message as a whole gives away: tokens of mixed signs beside talk of them."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Callable, Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued
from redaction.recognisers.odd_tokens import has_letters_and_digits, is_address

_TOKEN = r"[^\s\ue000-\uf8ff,;\"'`”]{4,64}"  # noqa: S105 - a pattern, not a secret
_TRIM = ".,;:!?)\"'`”]"
_TRIED = re.compile(
    rf"\b(?:tried|trying|typed|typing|used|using|entered|entering|put|set|chose|picked|made|try|type|use|enter|with)(?: in)?[\s:\"'`“(]{{1,3}}({_TOKEN})",
    re.IGNORECASE,
)
_CHANGED = Cued(
    "chang|from",
    rf"\b(?:chang(?:ed?|ing)|updated?|reset|switched)\b(?: \w{{1,12}}){{0,3}} from[\s\"'`“]{{1,3}}({_TOKEN})[\"'`”]? to[\s\"'`“]{{1,3}}({_TOKEN})",
)
_RESET_TO = Cued(
    "to",
    rf"\b(?:chang(?:ed?|ing)|reset|set|update[d]?|make|made) (?:it|this|mine|that) (?:back )?to[\s\"'`“]{{1,3}}({_TOKEN})",
)
_LOGIN_TALK = Cued(
    "log|sign|credential|user",
    r"\b(?:log(?:ged|ging)?[ -]?(?:in|on)|sign(?:ed|ing)?[ -]?(?:in|on)|credentials|user ?name)\b",
)
_PASSWORD_TALK = Cued(
    "pas|pw|p/w|psw|pword|kennwort|contrase|clave|senha|wachtwoord|has|memorable|secret|credential|security|enough|guess",
    r"\b(?:pas{1,2}[ -]?code|passkey|(?:my|the|new|old|her|his|our) pass|pass(?= is\b)|p/w|psw|pswd|pword|(?:memorable|secret|security) (?:word|answer)|credentials|(?:strong|secure|safe|long|hard|easy) (?:enough|to guess)|guess(?:ed|able)|pas{1,2}[ -]?[wo][orw]{0,3}d|passwort|kennwort|passphrase|contrase[nñ]a|clave|senha|mot de passe|wachtwoord|has[lł]o|pwd?)s?\b",
)
_NETWORK = Cued(
    "wifi|wi-fi|wlan|router|hotspot",
    r"\b(?:wi-?fi|wlan|router|hotspot)\b[^.!?\n]{0,40}\b(?:password|pass ?phrase|key|pw|code)\b|\b(?:password|pass ?phrase|key|pw)\b[^.!?\n]{0,40}\b(?:wi-?fi|wlan|router|hotspot)\b",
)
_BACKUP = Cued(
    "backup|recovery|rescue|emergency|back-up",
    r"\b(?:back-?up|recovery|rescue|emergency)[ -](?:codes?|keys?)\b[^\n]{0,200}",
)
_GROUPS = re.compile(
    r"(?<![\w\-])(?=[\-A-Za-z]{0,9}\d)[A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8}){1,7}(?![\w\-])"
)
_KEY_TALK = Cued("key|token|secret|api|webhook", r"\b(?:keys?|tokens?|secrets?|api|webhooks?)\b")
_LONG = re.compile(r"(?<![\w\-./@])[A-Za-z0-9][A-Za-z0-9_\-]{15,200}(?![\w\-./@])")
_WORD = re.compile(rf"(?<!\S)[\"'`“(]?({_TOKEN})")


def find(text: str) -> Iterator[Finding]:
    """Passwords, backup codes and keys that stand away from the words that name them."""
    talk = _PASSWORD_TALK.search(text) is not None
    if talk:
        yield from _tokens(_TRIED, text, _three_classes)
    yield from _tokens(_CHANGED, text, _mixed)
    yield from _tokens(_RESET_TO, text, _signed)
    if _LOGIN_TALK.search(text):
        yield from _tokens(_WORD, text, _signed)
        if not talk:
            yield from _tokens(_TRIED, text, has_letters_and_digits)
    if _NETWORK.search(text):
        yield from _tokens(_WORD, text, _letters_and_digits)
    for match in _BACKUP.finditer(text):
        for group in _GROUPS.finditer(text, *match.span()):
            yield Finding(*group.span(), "CODE", 0.8)
    if _KEY_TALK.search(text):
        for match in _LONG.finditer(text):
            if _random(match.group()):
                yield Finding(*match.span(), "API_KEY", 0.75)


def _tokens(
    pattern: re.Pattern[str] | Cued, text: str, fits: Callable[[str], bool]
) -> Iterator[Finding]:
    for match in pattern.finditer(text):
        found = [match.group(place).rstrip(_TRIM) for place in range(1, match.re.groups + 1)]
        if all(map(fits, found)):
            for place, value in enumerate(found, start=1):
                start = match.start(place)
                # The closing mark of "Summer24!" is part of it, that of a sentence's word is not.
                end = start + len(value) + (match.group(place)[len(value) :][:1] == "!")
                yield Finding(start, end, "PASSWORD", 0.7)


def _classes(value: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda each: not each.isalnum())
    return sum(any(map(test, value)) for test in tests)


def _three_classes(value: str) -> bool:
    return _classes(value) >= 3 and any(map(str.isalpha, value)) and not is_address(value)


def _mixed(value: str) -> bool:
    return (
        len(value) >= 6
        and any(map(str.isdigit, value))
        and any(map(str.islower, value))
        and not is_address(value)
        and not value[0].isdigit()
    )


def _signed(value: str) -> bool:
    return (
        len(value) >= 6
        and any(each in "!$%^&*?~_#" for each in value[1:])
        and any(map(str.isdigit, value))
        and sum(map(str.isalpha, value)) >= 3
        and not is_address(value)
    )


def _letters_and_digits(value: str) -> bool:
    return (
        len(value) >= 8
        and sum(map(str.isdigit, value)) >= 2
        and sum(map(str.isalpha, value)) >= 2
        and not is_address(value)
    )


def _random(value: str) -> bool:
    letters = sum(map(str.isalpha, value))
    return (
        sum(map(str.isdigit, value)) >= 3
        and letters >= 4
        and any(map(str.isupper, value))
        and any(map(str.islower, value))
    )
