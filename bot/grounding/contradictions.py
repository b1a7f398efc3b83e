"""What a claim says against a statement: a name or a condition that is not there."""

from collections.abc import Iterator
from itertools import pairwise

from bot.grounding.lexicon import LIGHT, holds, stem, stems_of
from bot.grounding.pieces import Piece
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_EVERY = stems_of("every all whoever however whatever whenever wherever")
_ANY = _EVERY | stems_of("any anyone anybody anywhere anything everyone everybody everywhere")
_LIMIT = stems_of("limit maximum cap")
_CUES = (
    (stems_of("unless"), stems_of("unless except only if when without until not")),
    (stems_of("even"), stems_of("even also too")),
    (_EVERY, _EVERY | stems_of("any")),
    (stems_of("except"), stems_of("except less minus unless but apart other only not no without")),
)
_SURE = stems_of("guarantee guaranteed forever")
_ONLY = stem("only")
_ONLY_TOO = stems_of("only must not no without nor")
_LIMITING = stems_of("if when while after once above over unless until before")
_PARTLY = stems_of("some sometimes may might usually often mostly many most few several likely")
_SOME = stems_of("some sometimes most mostly many few several often usually")
_MORE = stems_of("more higher larger greater longer bigger dearer")
_LESS = stems_of("less fewer lower smaller shorter cheaper")
_ABSOLUTE = stems_of("ever will guarantee")
_THAN = stem("than")
_MUST = stem("must")
_MAY = stems_of("can may")


def misnamed(
    called: frozenset[str], claim: Piece, statement: Statement, near: frozenset[str]
) -> Iterator[Reason]:
    """Names that the statement is not about: it has none of them, or another of its heading's."""
    others = statement.words & statement.above & statement.names - set(claim.words)
    if not statement.names - set(claim.words) and not statement.rivals:
        called = called - near  # what the sentences around it name, too
    for name in sorted(called):
        if name not in statement.words and (name not in statement.above or others):
            yield Reason(Fault.NAME, name)


def conditions(claim: Piece, held: Piece, statement: Statement) -> Iterator[Reason]:
    """Conditions of a claim, as of only, unless or every, that the statement does not set."""
    words = frozenset(claim.words)
    known = frozenset(held.words) if held.words else statement.words
    for cues, enough in _CUES:
        if (said := words & cues) and not enough & statement.words:
            yield Reason(Fault.CONDITION, min(said))
    if words & _EVERY and not known & _EVERY and statement.words & _EVERY:
        yield Reason(Fault.CONDITION, min(words & _EVERY))
    yield from _promised(claim, known, statement)
    if "no" in words and known & _SOME and "no" not in statement.words:
        yield Reason(Fault.CONDITION, "no")
    if words & _ANY and _ONLY in known and not words & _ONLY_TOO:
        yield Reason(Fault.CONDITION, min(words & _ANY))
    if _ONLY in words and not _is_limited(claim, statement):
        yield Reason(Fault.CONDITION, _ONLY)
    yield from _obliged(words, known, statement, _worded(held) - _worded(claim))
    for before, word in pairwise(claim.words):
        alike = next((each for each in (_MORE, _LESS) if before in each), frozenset({before}))
        if (
            word == _THAN
            and before not in LIGHT
            and not any(holds(statement.words, each) for each in alike)
        ):
            yield Reason(Fault.OPPOSITE, before)


def _promised(claim: Piece, known: frozenset[str], statement: Statement) -> Iterator[Reason]:
    """What will surely be, by the claim alone."""
    words = frozenset(claim.words)
    if _ABSOLUTE & words and _PARTLY & known and not _ABSOLUTE & statement.words:
        yield Reason(Fault.CONDITION, min(_ABSOLUTE & words))
    if _SURE & words and not claim.negations and not _SURE & (statement.words | statement.context):
        yield Reason(Fault.CONDITION, min(_SURE & words))


def _is_limited(claim: Piece, statement: Statement) -> bool:
    """Whether a statement limits what a claim says is so only in some case."""
    after = claim.words[claim.words.index(_ONLY) + 1 :]
    in_a_case = _LIMITING & statement.words and _LIMITING & frozenset(after[:5])
    return bool(statement.words & _ONLY_TOO or in_a_case)


def _obliged(
    words: frozenset[str], known: frozenset[str], statement: Statement, freed: frozenset[str]
) -> Iterator[Reason]:
    """What must be done or is limited, by the claim alone."""
    if _MUST in words and "needless" in freed:
        yield Reason(Fault.NEGATION, _MUST)
    if words & _LIMIT and freed == {"limitless"}:
        yield Reason(Fault.NEGATION, min(words & _LIMIT))
    if _MUST in words and known & _MAY and _MUST not in statement.words:
        yield Reason(Fault.CONDITION, _MUST)


def _worded(piece: Piece) -> frozenset[str]:
    return frozenset(q.unit for q, _ in piece.quantities) & {"needless", "limitless"}
