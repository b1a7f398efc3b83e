"""Who does what: words that changed sides between a claim and a statement."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from bot.grounding.lexicon import AUXILIARY, stems_of
from bot.grounding.pieces import NEGATIONS, Piece, content, joined
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_PIVOTS = stems_of("before after than to into from as until instead then")

_ACTING = stems_of(
    "we you bank shop seller merchant store sender receiver recipient payer payee person colleague "
    "agent team staff customer owner courier driver carrier neighbour school parent teacher pupil "
    "landlord tenant insurer doctor pharmacy airline hotel guest host employer employee police "
    "court council manufacturer supplier provider operator terminal machine app friend user admin "
    "editor viewer member company engineer technician visitor passenger buyer garage workshop "
    "clinic lab dentist nurse hospital library museum office station trainer instructor resident"
)
_YOU = dict.fromkeys(stems_of("customer user guest member visitor passenger buyer"), "you")
_OURS = stems_of("we person colleague agent team staff")
_DETERMINERS = stems_of("a an the your our its their other another this that each every any")
_ATTACHED = stems_of("at of with from in on for by to than and or")
_PASSED_OVER = (
    AUXILIARY
    | NEGATIONS
    | stems_of("usually always also only never already then still often sometimes first ever")
)
_RELATIVE = stems_of("which who")
_BEING = stems_of("be is are was were been being get gets")

_TRANSITIVE = stems_of(
    "by call send pay charge tell give convert approve confirm check contact inform destroy "
    "replace return deliver bring owe reach change need take show hold help remove delete read see "
    "know offer cover lend rent transfer become mean notify decide repair collect pick visit accept"
)

Sides = tuple[frozenset[str], frozenset[str]]


def swapped(claim: Sequence[Piece], statement: Statement) -> Iterator[Reason]:
    """Words that changed sides: of before, after, to, than and the like, or of two clauses.

    Args:
        claim: The clauses of a whole assertion.
        statement: What it rests on.
    """
    ours, whole = joined(claim), joined(statement.clauses)
    if role := _role(ours.words, whole.words):
        yield Reason(Fault.ORDER, role)
        return
    for pivot in sorted(_PIVOTS & set(ours.words) & set(whole.words)):
        if pivot == "to" and "up" in (*ours.words, *whole.words):
            continue  # "up to" leads nowhere
        mine, theirs = _sides(ours.words, pivot), _sides(whole.words, pivot)
        if mine and theirs and _crossed(mine, theirs):
            yield Reason(Fault.ORDER, pivot)
            return
    if verb := _misdone(claim, statement):
        yield Reason(Fault.ORDER, verb)
        return
    known = [clause.content for clause in statement.clauses]
    for one, other in combinations([clause.content for clause in claim], 2):
        if any(_torn((one, other), sides) for sides in combinations(known, 2)):
            yield Reason(Fault.ORDER)
            return


def _role(mine: Sequence[str], theirs: Sequence[str]) -> str:
    """A verb that a claim gives to you and the statement to us, or the other way; or nothing."""
    said, known = set(pairwise(mine)), set(pairwise(theirs))
    for who, other in (("you", "we"), ("we", "you")):
        for subject, verb in sorted(said):
            swapped_over = (other, verb) in known and (who, verb) not in known
            if subject == who and verb not in AUXILIARY and swapped_over:
                return verb
    return ""


def _misdone(claim: Sequence[Piece], statement: Statement) -> str:
    """A verb that a claim gives to one who acts and the statement to others; or nothing."""
    known: dict[str, set[str]] = {}
    said: tuple[str, ...] = ()
    for clause in statement.clauses:
        relative = clause.words[:1] and clause.words[0] in _RELATIVE and said[-1:]
        words = (*said[-1:], *clause.words[1:]) if relative else clause.words
        for who, verb in _deeds(words):
            known.setdefault(verb, set()).add(who)
        said = clause.words
    for clause in claim:
        for who, verb in _deeds(clause.words):
            doers = known.get(verb, {who})
            if not any(who == each or {who, each} <= _OURS for each in doers):
                return verb
    return _turned(joined(claim).words, joined(statement.clauses).words)


def _turned(mine: Sequence[str], theirs: Sequence[str]) -> str:
    """A verb whose subject and object changed places, or one done by another; or nothing."""
    for place, verb in enumerate(mine):
        if verb not in _TRANSITIVE or verb not in theirs or place == 0:
            continue
        there = theirs.index(verb)
        if _passive(mine, place) != _passive(theirs, there):
            continue
        if verb == "by":
            told, known = {*mine[place + 1 :][:2]} & _ACTING, {*theirs[there + 1 :][:2]} & _ACTING
            if told and known and not told & known:
                return verb
            continue
        ours, their = _before(mine[:place]), _before(theirs[:there])
        turned = ours in theirs[there + 1 :] and their in mine[place + 1 :]
        if ours and their and ours != their and turned:
            return verb
    return ""


def _passive(words: Sequence[str], verb: int) -> bool:
    return any(word in _BEING for word in words[max(0, verb - 2) : verb])


def _before(words: Sequence[str]) -> str:
    """The thing that stands before a verb; nothing where something else does."""
    last = next((word for word in reversed(words) if word not in _PASSED_OVER), "")
    return last if content([last]) else ""


def _deeds(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Who acts, and the verb that follows."""
    for place, word in enumerate(words):
        who = _YOU.get(word, word)
        if who not in _ACTING:
            continue
        before = [w for w in words[:place] if w not in _DETERMINERS and w != "we"]
        if before and before[-1] in _ATTACHED:
            head = before[-2] if len(before) > 1 else ""
            if head not in _ACTING:
                continue
            who = _YOU.get(head, head)
        after = place + 1
        while after < len(words) and words[after] in _PASSED_OVER and (words[after] not in _BEING):
            after += 1
        if after < len(words) and words[after] not in _BEING | _ATTACHED:
            yield who, words[after]


def _sides(words: Sequence[str], pivot: str) -> Sides | None:
    place = words.index(pivot)
    left, right = frozenset(content(words[:place])), frozenset(content(words[place + 1 :]))
    return (left - right, right - left) if left and right else None


def _crossed(mine: Sides, theirs: Sides) -> bool:
    return bool(mine[0] & theirs[1]) and bool(mine[1] & theirs[0])


def _torn(mine: Sides, theirs: Sides) -> bool:
    """Whether each of two clauses mixes words of the same two clauses."""
    left, right = theirs[0] - theirs[1], theirs[1] - theirs[0]
    return all(side & left and side & right for side in mine)
