"""A secret sent alone, after a message that asked for it or announced it."""

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import PLACEHOLDER, mask_of
from redaction.normalise import fold, spell_digits
from redaction.recognisers import weighed
from redaction.recognisers.talk import read

_LONGEST = 200
_MOST_WORDS = 40
_BEFORE = 200
_QUESTION = re.compile(r"[^.?!\n]*\?[^?]*\Z")
_THINGS = frozenset("ID OPEN PLACE MONEY TIME PRODUCT LAST COUNT ERROR PROMO".split())
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
    asked = question.group() if question else ""
    if asked:
        yield from _read_with(asked, text)
    # "We sent you a code. Can you read it to me?": unless it asks for a thing of its own, the
    # sentences before a question tell of what.
    if asked != before[-_BEFORE:] and _THINGS.isdisjoint(each.idea for each in read(asked)):
        yield from _read_with(before[-_BEFORE:], text)


def _read_with(before: str, text: str) -> Iterator[Finding]:
    masked = PLACEHOLDER.sub(lambda match: mask_of(match.group(1)), " ".join(before.split()))
    told = f"{masked}\n{PLACEHOLDER.sub(lambda match: ' ' * len(match.group()), text)}"
    start = len(masked) + 1
    view = fold(told)
    for each in filter(None, (view, spell_digits(view))):
        for found in weighed.find_answer(each.text, each.text.index("\n")):
            first, last = each.original(found.start, found.end)
            if first >= start:
                yield Finding(first - start, last - start, found.kind, found.score)
