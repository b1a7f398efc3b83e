"""Passwords by the words right beside them, and beside a login."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.cued import Cued
from redaction.recognisers.odd_tokens import PRODUCT, is_file

_TOKEN = r"[^\s\ue000-\uf8ff]{4,64}"  # noqa: S105 - a pattern, not a secret
_TOLD_BEFORE = (
    r"(?:\b|(?<=_)|(?<=[a-z])(?=(?-i:P)))(?:identified by|pas{1,2}[ -]?[wo][orw]{0,3}d|passwd|passwort|kennwort|pwd|passphrase|pass[ -]?phrase|memorable (?:word|place|date|name|answer)|(?:secret|security) (?:word|answer)|answer to (?:my|the) (?:security|secret) question|contrase[nñ]a|(?<=mi )clave|senha"
    r"|mot de passe|wachtwoord|has[lł]o|pass|pw)\b"
    r"((?:\s{0,3}(?:\b(?:is|was|are|it's|its|to|now|simply|just|literally|basically|actually|definitely|probably|currently|called|set|as|for|my|account|the|new|old|ist|lautet|est|es|should|must|be|will|would|might|could|may)\b|\([^()\n]{1,30}\)|[:=\-]+>?)){0,5}+)"
    r"\s{0,3}[\"'`“(]?"
)
_TOLD_SIGNS = (
    "pas|pw|identified|kennwort|memorable|secret|security|contrase|clave|senha|wachtwoord|has"
)
_PASSWORD = Cued(_TOLD_SIGNS, rf"{_TOLD_BEFORE}({_TOKEN})")
_PASSWORD_BEFORE = Cued(_TOLD_SIGNS, rf"{_TOLD_BEFORE}\Z")
_STATED = re.compile(r"\b(?:is|was|to|ist|lautet|est|es)\b|[:=]", re.IGNORECASE)
_LOOK_BEFORE = 80
_SHORTEST_AFTER_USER = 5
_NAMED = Cued(
    "pas|kennwort|contrase|senha|wachtwoord|has|pw",
    r"\b(?:password|passwd|passwort|kennwort|passphrase|contrase[nñ]a|senha|mot de passe|wachtwoord|has[lł]o|pwd?)\b",
)
_PASSWORD_AFTER = Cued(
    "pass",
    r"(?<!\S)[\"'`“(]?([^\s\ue000-\uf8ff]{4,64}?)[\"'`”)]?,?\s{1,2}(?:is|as|was|for|isn't)\s{1,2}(?:not\s{1,2})?(?:(?:my|the|a|your|his|her)\s{1,2})?(?:(?:new|old|current|account|app|login)\s{1,2})?(?:password|passphrase|passwort)\b",
)
# "anna@example.com / Winter!24": a token of mixed signs right after an address.
_AFTER_LOGIN = re.compile(
    rf"[{mask_of('EMAIL')}{mask_of('PASSWORD')}](?:\s{{0,2}}[/|:;,]{{1,2}}\s{{0,2}}|\s(?:with|and|then)\s)(?:(?:pw|pass|password)\W{{1,3}})?({_TOKEN})(?=\s|$)"
)
# "username annab password yorkshire": the word alone.
_AFTER_USER = Cued(
    "user|login",
    rf"\b(?:user(?: ?name)?|login)[\s:]{{1,2}}(?!(?:and|or|with|my|the|but|is|for|name)\b)[\w.\-]{{2,40}}[\s,;/]{{1,3}}(?:and )?(?:pw|pass(?:word)?)[\s:]{{1,2}}({_TOKEN})",
)
_MIXED_TOKEN = re.compile(r"(?<![^\s\"'`(])[^\s\ue000-\uf8ff/]{6,40}(?![^\s])")
_LOGIN_BEFORE = re.compile(
    r"\b(?:log-?in|user ?(?:name|id)?|e-?mail|\[EMAIL_\d+\])\b", re.IGNORECASE
)
_STATES = frozenset(
    """incorrect wrong expired blocked compromised locked invalid weak strong reset safe secure fine
    correct right working work required needed missing gone lost same different changed here there
    still always never being because since when then than that this what which where while with
    please help again also just only really very too about after before from into have has had
    does doesn't isn't won't can't cannot don't didn't wasn't page link email mail field screen
    policy manager rules rule length recovery change hint question option access protected
    enough long short simple secret unknown unavailable forgotten stolen known hacked leaked
    rejected refused accepted denied unlocked good okay nothing something anything
    asking asked login account going getting coming back back, your mine ours theirs
    """.split()
)
# "mot de passe chaton": the word alone, where the language puts states elsewhere or ends them in é.
_FOREIGN_BARE = Cued("passe", r"\bmot de passe\s{1,2}([a-z]{5,20})(?=[.,;!]?\s{0,2}$)")
_FOREIGN_STATES = frozenset(
    """incorrect invalide incorrecte temporaire perdu inconnu provisoire actuel correct bonjour merci
    svp client compte courant unique valide faible fort nouveau ancien expire oublie refuse bloque
    banque application internet""".split()
)
# "my passphrase: 'three plain words'": several words within quotes.
_QUOTED = Cued(
    "pass|pw|kennwort|contrase|senha|wachtwoord",
    r"\b(?:password|passphrase|pass phrase|passwort|kennwort|contrase[nñ]a|senha|mot de passe|wachtwoord|pw)\b(?:[\s:=\-,]{1,3}[^\W\d_]{1,10}){0,6}+[\s:=\-,]{0,4}[\"“'`]([^\s\"”'`\ue000-\uf8ff]{2,20}(?: [^\s\"”'`\ue000-\uf8ff]{2,20}){1,6})[\"”'`]",
)
_QUOTES_ANOTHER = re.compile(
    r"\b(?:says?|said|saying|shows?|error|message|reads?|page|field|button|link|gets?|got|titled|called"
    r"|article|hint|question|policy|sagt|meldet|dit|dice)\b",
    re.IGNORECASE,
)
_WORD_SIGNS = (
    "kennwort",
    "contrase",
    "clave",
    "senha",
    "wachtwoord",
    "has",
    "memorable",
    "secret",
    "security",
)
_TRIM = ".,;:!?)\"'`”]"


def find(text: str) -> Iterator[Finding]:
    """Passwords; never the words that name them."""
    lower = text.lower()
    if "pas" in lower or "pw" in lower or any(each in lower for each in _WORD_SIGNS):
        yield from _passwords(text)
    if mask_of("EMAIL") in text or mask_of("PASSWORD") in text:
        yield from _beside_address(text)
    yield from _after_user(text)
    for match in _QUOTED.finditer(text):
        if _QUOTES_ANOTHER.search(match.group()[: match.start(1) - match.start()]):
            continue  # "the password page says 'try again later'"
        yield Finding(*match.span(1), "PASSWORD", 0.8)
    for match in _FOREIGN_BARE.finditer(text):
        if match.group(1).lower() not in _FOREIGN_STATES:
            yield Finding(*match.span(1), "PASSWORD", 0.7)


def is_told_as_password(text: str, start: int) -> bool:
    """Whether what begins at ``start`` is said to be a password: "my password is Anna Miller"."""
    before = _PASSWORD_BEFORE.search(text[max(0, start - _LOOK_BEFORE) : start])
    return before is not None and _STATED.search(before.group(1)) is not None


def _passwords(text: str) -> Iterator[Finding]:
    position = 0
    while match := _PASSWORD.pattern.search(text, position):  # its signs were looked for
        position = max(match.end(1), match.start() + 1)
        link, token = match.group(1), match.group(2)
        value = (
            token.rstrip(_TRIM)
            if not re.search(r"[!?]$", token) or token[:-1].isalpha()
            else token.rstrip(".,;:)\"'`”]")
        )
        if _is_password(value, link, text[match.start(2) + len(value) :]):
            yield Finding(match.start(2), match.start(2) + len(value), "PASSWORD", 0.9)
        elif not link.strip() and _beside_login(text, match.start(), value, match.end()):
            yield Finding(match.start(2), match.start(2) + len(value), "PASSWORD", 0.7)
    if _NAMED.search(text):
        yield from _mixed_tokens(text)
    for match in _PASSWORD_AFTER.finditer(text):
        value = match.group(1)
        if any(not each.isalpha() for each in value.strip(_TRIM + "-'")) and any(
            map(str.isalpha, value)
        ):
            yield Finding(*match.span(1), "PASSWORD", 0.85)


def _after_user(text: str) -> Iterator[Finding]:
    for match in _AFTER_USER.finditer(text):
        value = match.group(1).rstrip(_TRIM)
        state = value.lower() in _STATES or re.search(r"(?:ed|ing|n't)$", value.lower())
        if len(value) >= _SHORTEST_AFTER_USER and not state:
            yield Finding(match.start(1), match.start(1) + len(value), "PASSWORD", 0.7)


def _mixed_tokens(text: str) -> Iterator[Finding]:
    """Tokens of letters, digits and signs in a message that speaks of a password."""
    for match in _MIXED_TOKEN.finditer(text):
        value = match.group().strip(_TRIM + "(['\"")
        start = match.start() + match.group().find(value)
        if _is_mixed(value):
            yield Finding(start, start + len(value), "PASSWORD", 0.7)


def _is_mixed(value: str) -> bool:
    signs = any(each in "!$%^&*?+~@_" for each in value[1:])
    cases = any(map(str.isupper, value)) and any(map(str.islower, value))
    return (
        len(value) >= 6
        and (signs or (cases and len(value) >= 8))
        and any(map(str.isdigit, value))
        and sum(map(str.isalpha, value)) >= 3
        and not any(each in value for each in "=:")
        and "@" not in value[1:]
        and not value.startswith(("http", "www", "$", "+"))
        and not is_file(value)
        and not PRODUCT.fullmatch(value)
    )


def _beside_address(text: str) -> Iterator[Finding]:
    for match in _AFTER_LOGIN.finditer(text):
        value = match.group(1).rstrip(_TRIM)
        classes = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
        mixed = sum(any(map(each, value)) for each in classes)
        if len(value) >= 6 and mixed >= 3 and "@" not in value[:1] and "/" not in value:
            yield Finding(match.start(1), match.start(1) + len(value), "PASSWORD", 0.8)


def _beside_login(text: str, start: int, value: str, end: int) -> bool:
    """A word after "login … and password" that ends the sentence."""
    return (
        value.isalpha()
        and value.lower() not in _STATES
        and re.match(r"\s*(?:[.,;!?\n]|$)", text[end : end + 8]) is not None
        and re.search(r"\b(?:is|:|=)", text[max(0, start - 60) : start]) is not None
        and _LOGIN_BEFORE.search(text[max(0, start - 60) : start]) is not None
    )


def _is_password(value: str, link: str, rest: str) -> bool:
    if len(value) < 4 or value.lower() in _STATES or "](" in value or is_file(value):
        return False
    letters = sum(map(str.isalpha, value))
    inner = value.strip(".,;:!?()'\"-/")
    odd = any(not character.isalpha() and character not in "'-/.’" for character in inner)
    mixed = any(map(str.islower, value)) and any(map(str.isupper, value[1:]))
    if odd or mixed:
        return bool(link.strip()) or (letters < len(value) and any(map(str.isalpha, value)))
    stated = _STATED.search(link) is not None
    ends = (
        re.match(
            r"[\"'`”)]*\s*(?:[.,;!?\n]|$|(?:and|but|can|please|pls|thanks|before|until|till|then|or|so|why)\b)",
            rest,
        )
        is not None
    )
    state = re.search(r"(?:ed|ing|n't|ly|able|ible)$", value, re.IGNORECASE) is not None
    return stated and ends and not state and value.replace("-", "").isalpha() and len(value) >= 5
