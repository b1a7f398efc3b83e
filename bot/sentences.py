"""The sentences of a message, each a possible question of its own.

One vector for "How do I top up? And someone is using my card." lies between both and near
neither, so that a risk can hide beside a harmless question.
"""

import re

_END = re.compile(r"(?<=[.?!;])\s+|\s*\n+\s*|\s+(?=(?:and|but) also\b)|,?\s+(?=by the way\b)", re.I)
_LEAST_WORDS = 3
_MOST = 6


def sentences_of(text: str) -> tuple[str, ...]:
    """Sentences with at least three words, at most six of them.

    Args:
        text: A redacted message.

    Returns:
        Nothing where there are fewer than two: the message is its only question then.
    """
    parts = (part.strip() for part in _END.split(text.strip()))
    found = tuple(part for part in parts if len(part.split()) >= _LEAST_WORDS)
    return found[:_MOST] if len(found) > 1 else ()
