"""A secret sent alone, after a message that asked for it or announced it."""

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import PLACEHOLDER, mask_of
from redaction.normalise import fold, spell_digits
from redaction.recognisers import weighed

_LONGEST = 200
_MOST_WORDS = 40
_BEFORE = 200
_QUESTION = re.compile(r"[^.?!\n]*\?[^?]*\Z")
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_answer(before: str, text: str) -> Iterator[Finding]:
    """The secrets of a short text, read as one with the end of the message before it.

    Args:
        before: A redacted message: the customer's own last one, or what they were asked.
        text: The newest message.
    """
    if not before or len(text) > _LONGEST or len(_WORD.findall(text)) > _MOST_WORDS:
        return
    question = _QUESTION.search(before[-_BEFORE:])
    end = question.group() if question else before[-_BEFORE:]
    masked = PLACEHOLDER.sub(lambda match: mask_of(match.group(1)), " ".join(end.split()))
    told = f"{masked}\n{PLACEHOLDER.sub(lambda match: ' ' * len(match.group()), text)}"
    start = len(masked) + 1
    view = fold(told)
    for each in filter(None, (view, spell_digits(view))):
        for found in weighed.find_answer(each.text, each.text.index("\n")):
            first, last = each.original(found.start, found.end)
            if first >= start:
                yield Finding(first - start, last - start, found.kind, found.score)
