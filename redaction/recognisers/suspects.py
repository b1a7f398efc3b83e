"""What in a message may be a secret, before anything is weighed: numbers, odd tokens, plain words."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator, Sequence

from redaction.recognisers import odd_tokens
from redaction.recognisers.candidate import Candidate, overlap
from redaction.recognisers.given_names import plain
from redaction.recognisers.plain_words import lone_words, phrases
from redaction.recognisers.talk import SECRETS, TOPICS, UNKNOWN, Token, idea_of

_NUMBER = re.compile(
    r"(?<![\w£$€¥₹+@&%/])(?<![\d][.,:\-])(?:(?<!\d )|(?<=[:/]\d\d )|(?<=[A-Za-z]\d ))"
    r"(?:\d{3}[ \-]\d{3}(?:[ \-]\d{1,4})?|\d{4}(?: \d{3}(?: \d{4})?|(?:-\d{2,4}){1,4}|(?: \d{4}){3,5})|\d{2} \d{2}(?: \d{2}){0,2}|\d{2}(?:-\d{2}){2,3}|\d(?:[ \-.]\d){2,7}|\d(?:, ?\d){2,7}|\d{3}\.\d{3}|\d{4,5}-\d{2}|\d{3} \d{2}(?: \d)?|\d{3,12}|\d{16,24})"
    r"(?![\w%£$€@/(]|[.,:\-]\d| \d(?!\d? [a-z]))"
)
# "4402 7731 and 9054": numbers side by side, three at most, as four make a card.
_LISTED = re.compile(
    r"(?<![\w.,:£$€¥₹+\-])(?<!\d )(\d{4})[ /](\d{4})(?:[ /](\d{4}))?(?![\w%£$€:/]|[ \-.,]\d)"
)
_TOKEN = re.compile(
    r"(?<![^\s\"'`“”„«(\[:=,;>→])[^\s\"'`“”»()\[\]{}<>\\→\ue000-\uf8ff,;:=]{4,40}+(?![=\ue000-\uf8ff])"
)
# "abqd ksle pwoz mxnt": how a large provider writes passwords for programs.
_GROUPS = re.compile(r"(?<![\w\-])[a-z]{4}([ \-])[a-z]{4}\1[a-z]{4}\1[a-z]{4}(?![\w\-])")
_CAMEL = re.compile(r"[^\W\d_][a-zß-ÿ]{2,}(?:[A-Z][a-zß-ÿ]{2,})+")
_SIGN = re.compile(r"[!$%^&*~#_]")
_LONG_NUMBER = re.compile(r"\d{9}")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b", re.IGNORECASE)
# "6-digit", "8-character", "24-hour", "4-to-6-digit"
_MEASURE = re.compile(r"\d{1,4}(?:-[^\W\d_]+|-\d{1,3}(?=-))+")
_CAPITALS = re.compile(r"(?=[A-Z\-]*\d)(?=[\d\-]*[A-Z])[A-Z\d]{1,6}(?:-?[A-Z\d]{1,6}){1,4}")
_RANDOM_ID = re.compile(r"[0-9a-f]{4,}(?:-[0-9a-f]{4,}){2,}|[0-9a-f]{16,}", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(
    r"[^\W_]_[^\W\d_]|-[a-z]+-|-\d{1,2}-|(?<![\w\-])(?:[a-z]{4,}-\d{1,2}|[A-Z][a-z]{2,}-\d{2,3})(?![\w\-])"
)
# "k a n g a r o o", "p.o.t.a.t.o.8"
_SPELT = re.compile(
    r"(?<![\w'’.\-])[^\W\d_](?P<by>[ .\-]|, )[^\W_](?:(?P=by)[^\W_]){2,14}(?![\w'’\-])"
)
# "trout.fishing", "fromage-blanc", "Montag=doof"
_JOINED = re.compile(
    r"(?<![\w@.\-'’/])[^\W\d_]{3,14}(?:[.\-_&=>+,~*][^\W\d_]{3,14}){1,2}!?(?![\w@'’/]|[.\-]\w)"
)
# "OTP-440218"
_PREFIXED = re.compile(r"[A-Z]{2,5}-\d{5,8}")
_SITE = re.compile(
    r"\.(?:com|net|org|co|uk|de|fr|es|it|nl|eu|io|app|example|at|ch|pl|info|test|www|pdf|docx?)\b|\bwww\.",
    re.IGNORECASE,
)
_SHORTEST_TOKEN = 5
_LEAST_LETTERS = 2
_ENDS = ".?!…*"
_ENTERING = frozenset({"PASSWORD", "PASS", "LOGIN", "SPELL", "WIFI", "TYPE"})
_SENDING = SECRETS | {"SENT", "VERIFY", "CHANNEL", "LOCK"}
_NAMED = SECRETS | {"LOCK"}
# Where a message speaks of no secret by name: words of trouble, and how a token is told.
_TROUBLE = frozenset("FAIL TELL SET NEW ASK BOX NOTE PET SPELL NOT CARD".split())
_ASKING = frozenset({"SET", "BOX", "SPELL", "PET", "NOTE"})
_FEWEST_WORDS = 3
_DIGITS_OF_CODE = 6
_YEAR = 4


def candidates(text: str, tokens: Sequence[Token], *, asked: int = 0) -> list[Candidate]:
    """What in a message may be a secret.

    Args:
        text: The message.
        tokens: Its words.
        asked: Where a question before it ends, if ``text`` begins with one.
    """
    ideas = {each.idea for each in tokens if not asked or each.end <= asked}
    spoken = {each.idea for each in tokens}
    if TOPICS.isdisjoint(spoken) and (
        _ASKING.isdisjoint(ideas) if asked else len(text.split()) < _FEWEST_WORDS
    ):
        return []
    found = _tokens(text, list(_numbers(text)))
    things = {each.end for each in tokens if each.idea == "ID"}
    found = [
        each for each in found if each.form == "number" or not _is_thing(text, each, spoken, things)
    ]
    if not asked and TOPICS.isdisjoint(ideas) and _TROUBLE.isdisjoint(ideas):
        words = sum(each.idea.isalpha() and each.idea != "NUMBER" for each in tokens)
        found = [
            each
            for each in found
            if each.form == "token"
            or (words > _FEWEST_WORDS and not things and _is_code_like(text, each, found))
        ]
    named = list(phrases(text, tokens, asked))
    if not asked:  # "pw Datscha 1986" is one, in the place of its number
        ends = {each.end for each in named}
        found = [
            each
            for each in found
            if each.form != "number" or each.end - each.start > _YEAR or each.end not in ends
        ]
    taken = [(each.start, each.end) for each in found]
    found += (
        each
        for each in (*lone_words(text, tokens, asked), *named)
        if not any(start < each.end and each.start < end for start, end in taken)
    )
    return found


def _is_code_like(text: str, number: Candidate, among: Sequence[Candidate]) -> bool:
    """Whether a number has six digits as most codes, or is another one with digits mixed up."""
    digits = _digits(text, number)
    return len(digits) == _DIGITS_OF_CODE or any(
        digits != other and sorted(digits) == sorted(other)
        for other in (_digits(text, each) for each in among)
    )


def _digits(text: str, candidate: Candidate) -> str:
    return "".join(filter(str.isdigit, text[candidate.start : candidate.end]))


def _is_thing(text: str, token: Candidate, spoken: set[str], things: set[int]) -> bool:
    """Whether a token is rather "cancel_transfer", "high-cash-2", "PayCorner" or "model WH-10"."""
    if _ENTERING.isdisjoint(spoken):
        if _CAMEL.fullmatch(text, token.start, token.end):
            return True
        told = not _NAMED.isdisjoint(spoken) and any(
            map(str.isdigit, text[token.start : token.end])
        )
        if not told and (
            _IDENTIFIER.search(text, token.start, token.end)
            or _RANDOM_ID.search(text, token.start, token.end)
            or _JOINED.fullmatch(text, token.start, token.end)
        ):
            return True
    return odd_tokens.PRODUCT.fullmatch(text, token.start, token.end) is not None and (
        _SENDING.isdisjoint(spoken) or token.start - 1 in things
    )


def _numbers(text: str) -> Iterator[Candidate]:
    for match in _NUMBER.finditer(text):
        parts = match.group().split(" ")
        if len(parts) > 1 and len(set(parts)) == 1 and len(parts[0]) > 2:  # "573 573 573"
            for place in range(len(parts)):
                start = match.start() + place * (len(parts[0]) + 1)
                yield Candidate(start, start + len(parts[0]), "number")
        else:
            yield Candidate(*match.span(), "number")
    for match in _LISTED.finditer(text):
        for group in (1, 2, 3):
            if match.group(group):
                yield Candidate(*match.span(group), "number")


def _tokens(text: str, numbers: list[Candidate]) -> list[Candidate]:
    """Odd tokens, and the numbers that are not part of one."""
    found = numbers
    for match in _TOKEN.finditer(text):
        value = match.group().rstrip(_ENDS)
        start, end = match.start(), match.start() + len(value)
        value = value.lstrip("*")
        if not _is_odd(value):
            continue
        start = end - len(value)
        # The closing mark of "Summer24!" is part of it, that of a sentence's word is not.
        while end < match.end() and text[end] == "!":
            end += 1
        within = [each for each in found if start <= each.start and each.end <= end]
        # "cvc-917" is a number with its name, but "Paris*75011" one token.
        name = _LETTERS.match(value)
        if name and idea_of(plain(name.group())) in SECRETS and not _PREFIXED.fullmatch(value):
            continue
        found = [*(each for each in found if each not in within), Candidate(start, end, "token")]
    for span in _grouped(text):
        apart = [each for each in found if not overlap(each, span)]
        found = [*apart, Candidate(*span, "token")]
    for match in (*_SPELT.finditer(text), *_joined(text)):
        if not any(overlap(each, match.span()) and each.form == "token" for each in found):
            apart = [each for each in found if not overlap(each, match.span())]
            found = [*apart, Candidate(*match.span(), "token")]
    return found


def _grouped(text: str) -> Iterator[tuple[int, int]]:
    """Several short groups of letters and digits that are one code."""
    for match in _GROUPS.finditer(text):
        if all(idea_of(word) == UNKNOWN for word in re.split("[ -]", match.group())):
            yield match.span()
    for match in (*odd_tokens.PAIR.finditer(text), *odd_tokens.LOWER_GROUPS.finditer(text)):
        if all(
            each.isdigit() or idea_of(plain(each.rstrip("123456789"))) == UNKNOWN
            for each in match[0].split()
        ):
            yield match.span()


def _joined(text: str) -> Iterator[re.Match[str]]:
    """Words without digits that a sign joins to one, and that are no address."""
    for match in _JOINED.finditer(text):
        ideas = [idea_of(plain(each)) for each in re.split(r"[^\w]|_", match.group()) if each]
        if ideas.count(UNKNOWN) * 2 > len(ideas) - ("-" not in match.group()) and (
            _SITE.search(match.group()) is None
        ):
            yield match


def _is_odd(value: str) -> bool:
    if value.isalpha() and value[1:].islower():  # a word as most are: spares the rest
        return False
    if _is_code(value):
        return True
    return (
        len(value) >= _SHORTEST_TOKEN
        and sum(map(str.isalpha, value)) >= _LEAST_LETTERS
        and (
            _SIGN.search(value, 1, len(value) - 1)
            or any(map(str.isdigit, value))
            or _CAMEL.fullmatch(value) is not None
        )
        and not odd_tokens.is_address(value)
        and not odd_tokens.is_file(value)
        and not any(each.search(value) for each in (_LONG_NUMBER, _ORDINAL))
        and _MEASURE.fullmatch(value) is None
        and odd_tokens.SIZE.fullmatch(value) is None
        and odd_tokens.PRODUCT.fullmatch(value) is None
    )


def _is_code(value: str) -> bool:
    """Capitals and digits, such as "7QX4M2" and "AB12-CD34"; a product may look the same."""
    return len(value) >= _SHORTEST_TOKEN and _CAPITALS.fullmatch(value) is not None
