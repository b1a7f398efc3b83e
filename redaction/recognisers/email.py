"""E-mail addresses, plain and spelled out."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding

_LOCAL = frozenset(".!#$%&'*+/=?^`{|}~-_")
_DOMAIN = re.compile(
    r"[^\W_](?:[\w-]{0,62})(?:\.[^\W_][\w-]{0,62}){1,8}|\[?\d{1,3}(?:\.\d{1,3}){3}\]?"
)
_TLD = (
    r"(?:com|org|net|edu|gov|info|biz|io|co|me|eu|uk|us|ca|au|nz|ie|de|at|ch|fr|es|it|nl|be|pt|pl|se|no|dk|fi|cz"
    r"|gr|hu|ro|in|br|mx|ar|jp|cn|ru|ua|tr|za|sg|hk|app|dev|email|online|xyz|shop|store|tech|site|cloud|ai|tv|at|lu|is|li|hr|si|sk|bg|lt|lv|ee|il|ae|sa|my|ph|id|th|vn|kr|tw|cl|pe|uy|ma|ng|ke|gh|eg|pk|bd|lk|np|ge|kz|rs|ba|mk|al|md|by|cc|name|mobi|pro|world|life|blog|club|agency|example|test)"
)
_SPACED = re.compile(
    rf"(?<![\w.])([\w.+\-]{{1,64}})\s{{0,2}}@\s{{0,2}}([\w\-]{{1,63}}(?:\s{{0,2}}\.\s{{0,2}}[\w\-]{{2,63}}){{0,2}}?\s{{0,2}}\.\s{{0,2}}{_TLD})(?!\w)",
    re.IGNORECASE,
)
_FREE_MAIL = (
    r"(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|icloud|me|aol|gmx|web|proton|protonmail|mail|fastmail"
    r"|msn|btinternet|sky|orange|laposte|libero|yandex|zoho|rocketmail|t-online|virgilio|wanadoo)"
)
_AT = r"\s{0,2}(?:\(at\)|\[at\]|\{at\}|<at>|\(@\)|\[@\]|\{@\}|@|_at_|(?<=\s)at(?=\s)|(?<=\s)arroba(?=\s))\s{0,2}"
_DOT = r"\s{0,2}(?:\(dot\)|\[dot\]|\{dot\}|<dot>|\(\.\)|\[\.\]|_dot_|(?<=\s)dot(?=\s)|(?<=\s)punto(?=\s)|(?<=\s)punkt(?=\s)|(?<=\s)point(?=\s)|\.)\s{0,2}"
_JOIN = r"(?:\s(?:dot|underscore|dash|hyphen|minus|plus|punkt|punto|point)\s|\s?[(\[{](?:dot|\.)[)\]}]\s?)"
_SPELLED = re.compile(
    rf"(?<![\w.])([\w.+\-]{{1,64}}(?:{_JOIN}[\w.+\-]{{1,64}}){{0,4}}){_AT}([\w\-]{{1,63}}(?:{_DOT}[\w\-]{{2,63}}){{0,2}}?{_DOT}{_TLD}(?:{_DOT}(?:uk|au|nz|za|br|in|jp))?)(?![\w@])",
    re.IGNORECASE,
)
_AT_FREE_MAIL = re.compile(
    rf"(?<![\w.])([\w.+\-]{{2,64}})\s(?:at|@)\s({_FREE_MAIL}\.{_TLD}(?:\.(?:uk|au|nz|br|in|jp))?)(?!\w)",
    re.IGNORECASE,
)
_OBFUSCATED_DOT = re.compile(r"dot\b|punkt\b|punto\b|point\b|\(\.\)|\[\.\]", re.IGNORECASE)
_OBFUSCATED_AT = re.compile(r"[(\[{<_]\s?(?:at|@)\s?[)\]}>_]|@|\s(?:at|arroba)\s", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[{<_]\s?(?:at|@)\s?[)\]}>_]|@", re.IGNORECASE)


def find(text: str) -> Iterator[Finding]:
    """Addresses as typed, with spaces, or with words for the signs."""
    if "@" in text:
        yield from _plain(text)
        for match in _SPACED.finditer(text):
            yield Finding(*match.span(), "EMAIL", 0.8)
    if _OBFUSCATED_AT.search(text) and (_OBFUSCATED_DOT.search(text) or _BRACKETED.search(text)):
        for match in _SPELLED.finditer(text):
            if _is_spelled(match):
                yield Finding(*match.span(), "EMAIL", 0.85)
    if " at " in text.lower():
        for match in _AT_FREE_MAIL.finditer(text):
            yield Finding(*match.span(), "EMAIL", 0.8)


def _plain(text: str) -> Iterator[Finding]:
    """Outwards from each at sign: a pattern from the left would cost the square of a long word."""
    at = text.find("@")
    while at != -1:
        start = at
        while start > 0 and at - start < 64 and _in_local(text[start - 1]):
            start -= 1
        while start < at and text[start] in ".'`/=?#&*|{}~^":
            start += 1
        if any(sign in text[start:at] for sign in "?&"):  # the query of a link
            start = 1 + max(text.rfind(sign, start, at) for sign in "?&=")
        domain = _DOMAIN.match(text, at + 1)
        if start < at and domain is not None:
            end = domain.end()
            while text[end - 1] in "-_":
                end -= 1
            yield Finding(start, end, "EMAIL", 1.0)
        at = text.find("@", at + 1)


def _in_local(character: str) -> bool:
    return character.isalnum() or character in _LOCAL


def _is_spelled(match: re.Match[str]) -> bool:
    """Words for both signs, or brackets round the at: "look at example.com" is a link."""
    whole = match.group()
    return _OBFUSCATED_DOT.search(whole) is not None or _BRACKETED.search(whole) is not None
