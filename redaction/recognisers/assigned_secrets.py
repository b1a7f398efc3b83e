"""Secrets as programs, headers and command lines write them, and codes sent by text message."""

# ruff: noqa: E501 - a pattern reads best in one piece

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued
from redaction.recognisers.phrases import NOT_A_COUNT

_ASSIGN = r"[\"']?\s{0,2}[:=]\s{0,2}[\"']?"
# AWS_SECRET_ACCESS_KEY=…
_KEY = Cued(
    "key|secret|token|pat|credential",
    rf"(?<=_)(?:key|secret|token|pat|credentials?){_ASSIGN}([A-Za-z0-9_\-.+/=~]{{12,4000}})",
)
_BASIC = Cued("basic", r"\bbasic\s{1,2}([A-Za-z0-9+/]{8,400}={0,2})(?![\w+/=])")
# curl -u anna:Fluffy99
_COMMAND = re.compile(
    r"(?<!\S)(?:-u|--(?:proxy-)?user)[\s=]{1,2}[\"']?[^\s:\"']{1,64}:([^\s\"'\ue000-\uf8ff]{3,64})"
)
_LOGIN = Cued(
    "log|cred|user",
    r"\b(?:log[- ]?in(?: details| data| info)?|credentials|user(?: ?name)?)[\s:=]{1,3}(?:is |are )?[\w.\-]{2,40}\s{0,2}[/|]\s{0,2}([^\s/\ue000-\uf8ff]{6,64})",
)
_CODE_FIELD = Cued(
    "otp|mfa|2fa|tan|verif|sms|auth",
    rf"(?<![^\W_])(?:otp|mfa|2fa|tan|verification|sms|auth)(?:[_-]?code)?{_ASSIGN}(\d{{4,8}})(?!\w)",
)
_TEXT_SAID = Cued(
    "sms|text",
    rf"\b(?:sms|text(?: message)?) (?:said|says|reads|shows?)[\s:\"']{{1,3}}(?:the code )?(\d{{3}}[ \-]\d{{3}}|\d{{2}}[ \-]\d{{2}}[ \-]\d{{2}}|\d{{6}}){NOT_A_COUNT}",
)
# How one large provider writes its codes.
_GOOGLE = re.compile(
    r"(?<![\w\-])(?<!order )(?<!model )(?<!part )(?<!item )(?<!ref )(?<!no )(G-\d{6})(?!\w)"
)


def find(text: str) -> Iterator[Finding]:
    """Values of assignments, headers and logins; the names beside them stay."""
    for kind, score, pattern, counts in _RULES:
        for match in pattern.finditer(text):
            if counts(match.group(1)):
                yield Finding(*match.span(1), kind, score)
    for match in _GOOGLE.finditer(text):
        yield Finding(*match.span(1), "CODE", 0.85)


def _mixed(value: str) -> bool:
    tests = (str.isupper, str.islower, str.isdigit, lambda each: not each.isalnum())
    return sum(any(map(test, value)) for test in tests) >= 3


def _random(value: str) -> bool:
    cases = any(map(str.isupper, value)) and any(map(str.islower, value))
    return any(map(str.isalpha, value)) and (
        any(map(str.isdigit, value)) or (cases and len(value) >= 30)
    )


def _is_login(value: str) -> bool:
    """Whether base64 holds "user:password"."""
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


_RULES: tuple[tuple[str, float, re.Pattern[str] | Cued, Callable[[str], bool]], ...] = (
    ("PASSWORD", 0.9, _COMMAND, bool),
    ("PASSWORD", 0.8, _LOGIN, _mixed),
    ("API_KEY", 0.9, _KEY, _random),
    ("API_KEY", 0.95, _BASIC, _is_login),
    ("CODE", 0.85, _CODE_FIELD, bool),
    ("CODE", 0.85, _TEXT_SAID, bool),
)
