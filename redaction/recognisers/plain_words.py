"""Plain words that may be a secret: near talk of a password or logging in, or told as an answer."""

import re
from collections.abc import Iterator, Sequence

from redaction.recognisers import odd_tokens
from redaction.recognisers.candidate import Candidate, overlap
from redaction.recognisers.given_names import plain
from redaction.recognisers.talk import COMMON, UNKNOWN, Token, idea_of

_WORD = re.compile(r"(?<![\w@.\-])[^\W\d_]{4,20}(?![\w@\-]|\.\w)")
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
_FEWEST_UNKNOWN = 2
_TELLING = frozenset({"IS", ":", "="})
_TALK = frozenset(
    "FAIL NOT ASK LOGIN TYPE SET PASSWORD CODE PIN CVV TELL SENT CHANNEL VERIFY".split()
)
"""Ideas of what is said about a password, not of words in one."""


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


def lone_words(text: str, tokens: Sequence[Token], asked: int) -> Iterator[Candidate]:
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


def phrases(text: str, tokens: Sequence[Token], asked: int) -> Iterator[Candidate]:
    """Phrases, and words with hyphens between near talk of a password or logging in."""
    joined: list[tuple[int, int]] = []
    if not _NAMING.isdisjoint(each.idea for each in tokens):
        for match in odd_tokens.HYPHENED.finditer(text):
            ideas = [idea_of(plain(each)) for each in match.group().split("-")]
            if ideas.count(UNKNOWN) > 1:
                joined.append(match.span())
                yield Candidate(*match.span(), "phrase")
    for each in _phrases(tokens, asked):
        if not any(overlap(each, span) for span in joined):
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
        if not answers and _is_named(tokens, place):
            last = max(last, _told_end(tokens, place))
        inside = [each.idea for each in tokens[place:last]]
        if 2 <= len(inside) <= _MOST_WORDS and (
            answers or (inside[0] not in _NO_BEGINNING and not _NEW.isdisjoint(inside))
        ):
            yield Candidate(tokens[place].start, tokens[last - 1].end, "phrase")
            place = last


def _phrase_end(tokens: Sequence[Token], first: int, *, answers: bool) -> int:
    """One past the last word of the phrase from ``first``; an answer may hold any word."""
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


def _is_named(tokens: Sequence[Token], place: int) -> bool:
    """Whether a password is named right before: "passphrase is", "pw:", "password"."""
    before = [each.idea for each in tokens[max(0, place - 3) : place]]
    before.reverse()
    told = before[:1] == ["PASSWORD"] or (
        before[:1] and before[0] in _TELLING and "PASSWORD" in before
    )
    return bool(told) and place < len(tokens) and tokens[place].idea not in _BEFORE_PHRASE


def _told_end(tokens: Sequence[Token], first: int) -> int:
    """One past the last word of what is told up to a mark; ``first`` where it is no such phrase."""
    last = first
    while last < len(tokens) and tokens[last].idea.isalpha() and tokens[last].idea not in _TALK:
        last += 1
    ideas = [each.idea for each in tokens[first:last]]
    closed = last == len(tokens) or not tokens[last].idea.isalpha()
    return last if closed and ideas.count(UNKNOWN) >= _FEWEST_UNKNOWN else first


def _is_unknown(tokens: Sequence[Token], place: int) -> bool:
    return place < len(tokens) and tokens[place].idea in {UNKNOWN, "PET"}
