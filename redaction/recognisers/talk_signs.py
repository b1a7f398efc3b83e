"""What speaks for or against a number or token being a secret: its form and the ideas around it."""

from collections.abc import Iterator, Sequence

from redaction.recognisers.candidate import Candidate
from redaction.recognisers.explained import is_explained
from redaction.recognisers.given_names import plain
from redaction.recognisers.talk import SECRETS, TOPICS, UNKNOWN, Token, idea_of
from redaction.recognisers.value_signs import form_of

_BREAKS = frozenset(".!?;")
_QUOTES = frozenset("\"'`“”«»„(<[")
_CONTENT = frozenset(
    """
    CVV PIN PASSWORD CODE FOUND OPEN PASS ATM LOGIN VERIFY SECURE CHANNEL SENT TYPE TELL SET NEW ASK
    FAIL CARD BACK DIGIT THREE FOUR SIX ID ERROR MONEY TIME LAST PROMO PLACE PRODUCT WIFI COUNT NOT
    STATE BOX SPELL PET NOTE MY LOCK
    """.split()
) | {f"{each} FOUND" for each in SECRETS}
_EDGE = "EDGE"
_NAMED = SECRETS | {"PASS", "LOGIN", "WIFI", "TYPE", "LOCK"}
_LINKS = frozenset(("IS", ":", "=", '"', "'", ",", "-", "WITH", "STATE", "DET", "(", "“", "„"))
_ENDINGS = tuple(
    "ing ous able ible ful less ive ment tion sion ness ity ly ed ers ies ical ant ent ung"
    " keit heit lich ieren mente cion zione amento ado ada".split()
)
"""Ends of words that are seldom names of anything."""
_TIMELY = frozenset({"year", "clock", "round"})
_PAIRS = tuple(
    tuple(pair.split("+"))
    for pair in """
    BACK+CARD BACK+DIGIT BACK+THREE THREE+DIGIT CODE+CHANNEL CODE+SENT CODE+VERIFY CHANNEL+SENT
    CHANNEL+DIGIT CHANNEL+TYPE VERIFY+CHANNEL VERIFY+SENT LOGIN+TYPE LOGIN+FAIL PASSWORD+TYPE
    CARD+DIGIT CARD+SECURE CARD+CODE ATM+TYPE ATM+CODE ATM+DIGIT CARD+PASSWORD CODE+TYPE
    SIX+DIGIT FOUR+DIGIT SECURE+DIGIT CHANNEL+TELL SENT+DIGIT PIN+CHANNEL CVV+CHANNEL
    LOGIN+CODE LOGIN+PASSWORD WIFI+PASSWORD CARD+THREE CARD+FOUR BACK+CODE BACK+PIN
    SECURE+CHANNEL SECURE+CODE CODE+ERROR CODE+PROMO CODE+PLACE PASS+LOGIN PASS+TYPE
    BOX+TYPE LOGIN+SPELL TYPE+SPELL PET+ASK PET+TYPE PET+SECURE NOTE+LOGIN TYPE+LOGIN SENT+TYPE
    SET+NEW TYPE+FAIL LOGIN+SET
    """.split()
)


def signs(
    text: str,
    tokens: Sequence[Token],
    candidate: Candidate,
    among: Sequence[Candidate],
    asked: int = 0,
) -> Iterator[str]:
    """The names of all signs that hold for a candidate.

    Args:
        text: The message.
        tokens: Its words.
        candidate: The number or token in question.
        among: All candidates of the message.
        asked: Where a question before it ends, if ``text`` begins with one.
    """
    value = text[candidate.start : candidate.end]
    group = _group(candidate, value)
    yield "bias"
    yield group
    before = [each.idea for each in tokens if each.end <= candidate.start]
    after = [each.idea for each in tokens if each.start >= candidate.end]
    before.reverse()
    for each in form_of(candidate.form, value):
        yield f"{group} {each}"
        if each in _TIMELY:
            yield f"{each} {before[0] if before else _EDGE}<beside"
            yield f"{each} {after[0] if after else _EDGE}>beside"
    if candidate.form == "number" and is_explained(text, candidate.start, candidate.end):
        yield "explained"
        yield f"{group} explained"
    yield from _beside(group, before, "<")
    yield from _beside(group, after, ">")
    ideas: set[str] = set()
    for side, found in (("<", before), (">", after)):
        for idea, distance in _distances(found):
            yield f"{idea}{side}{distance}"
            yield f"{group} {idea}{side}{distance}"
            ideas.add(idea)
    yield from _anywhere(group, ideas)
    yield from _among(group, text, candidate, among, asked)
    words = sum(map(str.isalpha, before)) + sum(map(str.isalpha, after))
    yield f"{group} {'0' if not words else '1-3' if words < 4 else '4-9' if words < 10 else '10+'}"
    if asked:
        yield from _asked(group, tokens, candidate, asked)
    if candidate.form != "number":
        yield from _rarity(group, tokens, before, asked)
        yield from _told(group, value, before, after)
    if candidate.form == "word":
        yield from _word(value)
    if candidate.form == "phrase":
        inside = [each.idea for each in tokens if candidate.start <= each.start < candidate.end]
        yield f"phrase of {len(inside)}"
        yield f"phrase unknown {min(3, inside.count('UNKNOWN'))}"
        yield f"phrase common {min(3, inside.count('COMMON'))}"
        yield f"phrase begins {inside[0]}"
        yield f"phrase ends {inside[-1]}"


def _asked(group: str, tokens: Sequence[Token], candidate: Candidate, asked: int) -> Iterator[str]:
    """What the question is about, and where in the answer a candidate stands."""
    for idea in sorted({each.idea for each in tokens if each.end <= asked} & _CONTENT):
        yield f"{group} asked {idea}"
        yield f"asked {idea}"
    answer = [each for each in tokens if each.start >= asked and each.idea.isalpha()]
    words = sum(not candidate.start <= each.start < candidate.end for each in answer)
    place = sum(each.start < candidate.start for each in answer)
    size = "alone" if not words else "1-3" if words < 4 else "4-9" if words < 10 else "10+"
    yield f"{group} answers {size}"
    yield f"{group} answers {'first' if not place else 'soon' if place < 4 else 'later'}"


def _among(
    group: str, text: str, candidate: Candidate, among: Sequence[Candidate], asked: int
) -> Iterator[str]:
    """What else in the message may be a secret."""
    yield f"among {min(len(among), 4)}"
    alike = sum(each.form == candidate.form and each.start >= asked for each in among)
    yield f"{group} among {min(alike, 3)}"
    like = _like_another(text, candidate, among)
    if like:
        yield f"{like} another"
        yield f"{group} {like} another"


def _told(group: str, value: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """What is named right before, with how the value ends what is said: several signs at once."""
    named = next((each for each in before[:3] if each in _NAMED), "")
    linked = all(each in _LINKS for each in before[: before.index(named)]) if named else False
    capital = value[:1].isupper() and bool(before) and before[0] not in _BREAKS
    if capital:
        yield f"{group} capital inside"
    if linked:
        closes = not after or not after[0].isalpha()
        yield f"{group} told {named} {'closed' if closes else after[0]}"
        yield f"{group} told {named}{' capital' if capital else ''}"


def _word(value: str) -> Iterator[str]:
    yield f"word idea {idea_of(plain(value))}"
    lower = value.lower()
    yield from (f"word on {each}" for each in _ENDINGS if lower.endswith(each))


def _rarity(
    group: str, tokens: Sequence[Token], before: Sequence[str], asked: int
) -> Iterator[str]:
    """How many words of the message nothing explains."""
    rare = sum(each.idea == UNKNOWN and each.start >= asked for each in tokens)
    yield f"{group} rare {min(rare, 4)}"
    if not before or before[0] in _BREAKS:
        yield f"{group} begins"


def _like_another(text: str, candidate: Candidate, among: Sequence[Candidate]) -> str:
    """How much a candidate is like another one: old and new, tried twice, mixed up."""
    value = text[candidate.start : candidate.end].casefold()
    if candidate.form == "phrase":
        return ""
    best = ""
    for other in among:
        if other is candidate or other.form == "phrase":
            continue
        second = text[other.start : other.end].casefold()
        if value == second:
            best = best or "same as"
        elif value.isdigit():
            if second.isdigit() and len(value) == len(second):
                differ = sum(map(str.__ne__, value, second))
                if differ == 1 or sorted(value) == sorted(second):
                    return "nearly"
        elif value[:4] == second[:4]:
            return "nearly"
    return best


def _anywhere(group: str, ideas: set[str]) -> Iterator[str]:
    """The ideas of the whole message, some in pairs."""
    for idea in sorted(ideas):
        yield f"{group} {idea}"
    for first, second in _PAIRS:
        if first in ideas and second in ideas:
            yield f"{group} {first}+{second}"
    if ideas.isdisjoint(SECRETS):
        yield f"{group} unnamed"
    if ideas.isdisjoint(TOPICS):
        yield "off topic"
        yield f"{group} off topic"
    if group == "word" and "PASSWORD FOUND" in ideas:
        yield "word beside found"


def _group(candidate: Candidate, value: str) -> str:
    if candidate.form != "number":
        return candidate.form
    digits = sum(map(str.isdigit, value))
    return f"{min(digits, 7)}"


def _beside(group: str, ideas: Sequence[str], side: str) -> Iterator[str]:
    first = ideas[0] if ideas else _EDGE
    yield f"{first}{side}beside"
    yield f"{group} {first}{side}beside"
    if ideas:
        second, third = [*ideas[1:3], _EDGE, _EDGE][:2]
        yield f"{first} {second}{side}beside"
        if len(ideas) > 1:
            yield f"{first} {second} {third}{side}beside"
    if first in {"IS", ":", "="}:  # what it is: "order number is 4711", "4711 is my order number"
        named = next((each for each in ideas[1:4] if each in _CONTENT), "nothing")
        yield f"is {named}{side}"
        yield f"{group} is {named}{side}"
    if any(each in _QUOTES for each in ideas[:1]):
        yield f"{group} quoted{side}"


def _distances(ideas: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each idea once, how far away it first stands, and whether a sentence ends between."""
    seen: set[str] = set()
    words = 0
    broken = ""
    for idea in ideas[:40]:
        if idea in _CONTENT and idea not in seen:
            seen.add(idea)
            yield (
                idea,
                ("1" if words < 2 else "3" if words < 5 else "6" if words < 9 else "+") + broken,
            )
        if idea.isalpha():
            words += 1
        elif idea in _BREAKS:
            broken = "."
