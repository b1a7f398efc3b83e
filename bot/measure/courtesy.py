"""Tells a mere "thanks" or "bye" from a message that wants something. English only."""

import re

_WORDS = re.compile(r"[a-z']+")
_CORE = frozenset(
    "thanks thank thx ty cheers bye goodbye cya ok okay okey great perfect brilliant lovely cool "
    "awesome excellent wonderful super fine good nice alright sorted gotcha".split()
)
"""Any of these alone is a word of thanks, of assent or of farewell."""
_AROUND = frozenset(
    "you u so very much a lot many again for your the all help helping that that's it's it is was "
    "got have day night evening weekend one see later now then and oh ah yes yeah yep really works "
    "worked helps helped helpful really just what i needed to know will do take care".split()
)
_FEW = 12


def is_courtesy(text: str | None) -> bool:
    """Whether a message is nothing but thanks, assent or a farewell; unknown texts are not."""
    if not text or "?" in text:
        return False
    words = _WORDS.findall(text.lower().replace("’", "'"))
    known = all(word in _CORE or word in _AROUND for word in words)
    return known and len(words) <= _FEW and any(word in _CORE for word in words)
