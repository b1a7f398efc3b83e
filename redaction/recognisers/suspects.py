"""What in a message may be a secret, before anything is weighed: numbers, odd tokens, plain words."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redaction.recognisers import odd_tokens
from redaction.recognisers.given_names import plain
from redaction.recognisers.talk import COMMON, SECRETS, TOPICS, UNKNOWN, Token, idea_of

_NUMBER = re.compile(
    r"(?<![\w£$€¥₹+@&%/])(?<![\d][.,:\-])(?:(?<!\d )|(?<=[:/]\d\d )|(?<=[A-Za-z]\d ))"
    r"(?:\d{3}[ \-]\d{3}(?:[ \-]\d{1,4})?|\d{4}(?: \d{3}(?: \d{4})?|(?:-\d{2,4}){1,4}|(?: \d{4}){3,5})|\d{2} \d{2}(?: \d{2}){0,2}|\d{2}(?:-\d{2}){2,3}|\d(?:[ \-.]\d){2,7}|\d(?:, ?\d){2,7}|\d{3,8}|\d{16,24})"
    r"(?![\w%£$€@/(]|[.,:\-]\d| \d)"
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
_CAMEL = re.compile(r"[^\W\d_][a-zß-ÿ]{2,}[A-Z][a-zß-ÿ]{2,}")
_WORD = re.compile(r"(?<![\w@.\-])[^\W\d_]{4,20}(?![\w@\-]|\.\w)")
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
_SITE = re.compile(
    r"\.(?:com|net|org|co|uk|de|fr|es|it|nl|eu|io|app|example|at|ch|pl|info|test|www|pdf|docx?)\b|\bwww\.",
    re.IGNORECASE,
)
_SHORTEST_TOKEN = 5
_LEAST_LETTERS = 2
_ENDS = ".?!…*"
_ENTERING = frozenset({"PASSWORD", "LOGIN", "SPELL", "WIFI"})
_SENDING = SECRETS | {"SENT", "VERIFY", "CHANNEL", "LOCK"}
_NAMED = SECRETS | {"LOCK"}
_NAMING = frozenset({"PASSWORD", "LOGIN", "SPELL"})
_TYPE = frozenset({"TYPE"})
_NAMING_REACH = 16
_TYPE_REACH = 3
_PLAIN = frozenset({UNKNOWN, COMMON})
_ENDS_PHRASE = _PLAIN | {"NUMBER", "PET"}
_BEFORE_PHRASE = frozenset(("STATE", "IS", ":", "=", "TYPE", "WITH", "PASSWORD", '"', "'", ","))
_IN_PHRASE = _PLAIN | frozenset("NEW DET AND OF IN MY THREE FOUR SIX AT TO NUMBER PET".split())
_NO_BEGINNING = frozenset({"IN", "OF", "AND", "AT", "TO"})
_NEW = frozenset({UNKNOWN, "PET"})
_OPENS = frozenset(":=\"'“„«")
_MOST_WORDS = 7
# Where a message speaks of no secret by name: words of trouble, and how a token is told.
_TROUBLE = frozenset("FAIL TELL SET NEW ASK BOX NOTE PET SPELL NOT CARD".split())
_ASKING = frozenset({"SET", "BOX", "SPELL", "PET", "NOTE"})
_FEWEST_WORDS = 3
_DIGITS_OF_CODE = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a secret.

    Attributes:
        start: First character.
        end: One past the last.
        form: ``number``, ``token`` of mixed signs, ``word``, or ``phrase`` of several.
    """

    start: int
    end: int
    form: str


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
    taken = [(each.start, each.end) for each in found]
    found += (
        each
        for each in (*_words(text, tokens, asked), *_more_phrases(text, tokens, asked))
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
        if name and idea_of(plain(name.group())) in SECRETS:
            continue
        found = [*(each for each in found if each not in within), Candidate(start, end, "token")]
    for span in _grouped(text):
        apart = [each for each in found if not _overlap(each, span)]
        found = [*apart, Candidate(*span, "token")]
    for match in (*_SPELT.finditer(text), *_joined(text)):
        if not any(_overlap(each, match.span()) and each.form == "token" for each in found):
            apart = [each for each in found if not _overlap(each, match.span())]
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


def _overlap(candidate: Candidate, span: tuple[int, int]) -> bool:
    return span[0] < candidate.end and candidate.start < span[1]


def _is_odd(value: str) -> bool:
    if _is_code(value):
        return True
    signs = any(each in value[1:-1] for each in "!$%^&*~#_")
    return (
        len(value) >= _SHORTEST_TOKEN
        and sum(map(str.isalpha, value)) >= _LEAST_LETTERS
        and (signs or any(map(str.isdigit, value)) or _CAMEL.fullmatch(value) is not None)
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


def _reach(tokens: Sequence[Token], ideas: frozenset[str], before: int, after: int) -> set[int]:
    """The places near a word of one of these ideas."""
    return {
        place + step
        for place, each in enumerate(tokens)
        if each.idea in ideas
        for step in range(-before, after + 1)
    }


def _changed_to(tokens: Sequence[Token]) -> set[int]:
    """The places right after "changed it to" and "changed from"."""
    return {
        place
        for place, each in enumerate(tokens)
        if place > 1
        and tokens[place - 1].idea in {"TO", "FROM"}
        and "SET" in {before.idea for before in tokens[max(0, place - 3) : place - 1]}
        and tokens[place - 2].idea in {"SET", "ME", "DET", "NEW", "PASSWORD"}
    }


def _words(text: str, tokens: Sequence[Token], asked: int) -> Iterator[Candidate]:
    """Unknown plain words near talk of a password or logging in, or right after "I type"."""
    near = _reach(tokens, _NAMING, _NAMING_REACH, _NAMING_REACH)
    if any(each.idea in {"ME", "MY"} for each in tokens):  # "use daylight" is advice
        near |= _reach(tokens, _TYPE, 0, _TYPE_REACH)
    near |= _changed_to(tokens)
    for place, each in enumerate(tokens):
        if (
            (
                each.idea in {UNKNOWN, "PET"}
                and (place in near or (asked and each.start >= asked) or _is_told(tokens, place))
            )
            or (each.idea == COMMON and place in near and _is_told(tokens, place))
        ) and _WORD.fullmatch(text, each.start, each.end):
            yield Candidate(each.start, each.end, "word")


def _is_told(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word stands within quotes, after a colon, or after "is" at a sentence's end."""
    before = tokens[place - 1].idea if place else ""
    after = tokens[place + 1].idea if place + 1 < len(tokens) else "."
    return before in _OPENS or (before == "IS" and not after.isalpha())


def _more_phrases(text: str, tokens: Sequence[Token], asked: int) -> Iterator[Candidate]:
    """Phrases, and words with hyphens between near talk of a password or logging in."""
    joined: list[tuple[int, int]] = []
    if not _NAMING.isdisjoint(each.idea for each in tokens):
        for match in odd_tokens.HYPHENED.finditer(text):
            ideas = [idea_of(plain(each)) for each in match.group().split("-")]
            if ideas.count(UNKNOWN) > 1:
                joined.append(match.span())
                yield Candidate(*match.span(), "phrase")
    for each in _phrases(tokens, asked):
        if not any(_overlap(each, span) for span in joined):
            yield each


def _phrases(tokens: Sequence[Token], asked: int) -> Iterator[Candidate]:
    """Several plain words after "password is", "log in with" and the like, or as an answer."""
    near = _reach(tokens, _NAMING | _TYPE, _NAMING_REACH, _NAMING_REACH)
    place = 0
    while place < len(tokens):
        each = tokens[place]
        if (
            asked
            and each.end == asked
            and place + 1 < len(tokens)
            and tokens[place + 1].idea == '"'
        ):
            place += 1  # an answer within quotes
        answers = bool(asked) and (each.end == asked)
        begins = each.idea in _BEFORE_PHRASE and (place in near or 0 < asked <= each.start)
        place += 1
        if not answers and not begins:
            continue
        last = _phrase_end(tokens, place, answers=answers)
        inside = [each.idea for each in tokens[place:last]]
        if 2 <= len(inside) <= _MOST_WORDS and (
            answers or (inside[0] not in _NO_BEGINNING and not _NEW.isdisjoint(inside))
        ):
            yield Candidate(tokens[place].start, tokens[last - 1].end, "phrase")
            place = last


def _phrase_end(tokens: Sequence[Token], first: int, *, answers: bool) -> int:
    """One past the last word of the phrase that begins at ``first``; an answer may hold any word."""
    last = first
    while last < len(tokens) and (
        tokens[last].idea in _IN_PHRASE or (answers and tokens[last].idea.isalpha())
    ):
        # "tulips and rain", but not "tulips and now it fails"
        if tokens[last].idea == "AND" and not _is_unknown(tokens, last + 1):
            break
        last += 1
    while last > first and not answers and tokens[last - 1].idea not in _ENDS_PHRASE:
        last -= 1
    return last


def _is_unknown(tokens: Sequence[Token], place: int) -> bool:
    return place < len(tokens) and tokens[place].idea in {UNKNOWN, "PET"}
