"""What a message is about, without who wrote it: the masks of personal data steer no group.

"My name is [NAME_1], mail me at [EMAIL_1]. Can I have a second card?" asks for a second card.
"""

import re

from redaction.kinds import PLACEHOLDER

_PART = re.compile(r"(?<=[.!?;:,])\s+|\n+|\s+[-–—]+\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FEWEST = 2
"""Words that a message must keep, or it is taken whole."""

_OF_PERSONS = frozenset(
    "account address am and at born by call card code contact cell customer date e email ending "
    "dear hello hey hi home i iban i'm i’m id in is it's live lives mail me message mobile my name "
    "named number of on or order our phone please postcode reach reference ref regards ring sort "
    "text thanks the this us you can we write zip "
    # German, French, Spanish, Italian, Dutch
    "ich bin mein meine ist heisse heiße wohne name telefon nummer hallo guten tag grüße unter "
    "je suis mon nom est appelle m'appelle bonjour adresse numéro mi nombre es me llamo soy hola "
    "correo teléfono sono chiamo mio nome è ciao ik ben mijn naam".split()
)
"""Words that only lead to personal data, or greet."""


def gist(text: str) -> str:
    """A redacted message without what only says who writes, and without placeholders.

    A part that holds a placeholder and else only words that lead to one is left out; in any other
    part the placeholder alone is. Where next to nothing would be left, nothing is left out.

    >>> gist("IBAN [IBAN_1] - how many cards can I hold?")
    'how many cards can I hold?'
    >>> gist("I lost [CARD_1], what now?")
    'I lost, what now?'
    """
    if not PLACEHOLDER.search(text):
        return text
    kept = [part for part in _PART.split(text) if not _names_somebody(part)]
    bare = _bare(" ".join(kept))
    if len(_WORD.findall(bare)) >= _FEWEST:
        return bare
    whole = _bare(text)
    return whole if _WORD.search(whole) else text


def _names_somebody(part: str) -> bool:
    if not PLACEHOLDER.search(part):
        return False
    return _OF_PERSONS.issuperset(word.lower() for word in _WORD.findall(_bare(part)))


def _bare(text: str) -> str:
    return re.sub(r"\s+(?=[,.;:!?])", "", " ".join(PLACEHOLDER.sub(" ", text).split())).strip(" ,;")
