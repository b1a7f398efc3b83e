"""A passage as it is shown in a chat: its own sentences, without what only leads elsewhere."""

import re

from retrieval.article import Passage
from retrieval.markdown import blocks

_WORD = re.compile(r"\w+(?:['’.,]\w+)*")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]+\)")
_LINK_LIST = re.compile(r"^\s*(?:[-*+]\s+(?:\[[^\]]+\]\([^)]+\)|<?https?://\S+)\s*)+$")
# A link may hold full stops of its own, so it is passed over whole.
_SENTENCE = re.compile(r"(?:\[[^\]]*\]\([^)]*\)|.)+?(?:[.!?…](?=\s+[^\sa-z])|$)\s*", re.DOTALL)
# The words around a link in a sentence that does nothing but lead to it.
_LEADING = frozenset(
    """see also more read about for details information info on the our and or article articles
    page guide section here learn find out go to look at check this these then follow further next
    siehe auch mehr dazu weitere informationen lesen sie unter hier voir aussi plus en savoir ver
    también más información zie ook meer vedi anche ulteriori""".split()
)
# "All rules: [card limits](limits.md)."
_LABELLED = re.compile(r"^\s*(?:\w+ ){0,3}\w+:\s*\[[^\]]+\]\([^)]+\)[.!]?\s*$")
# "See the times below" says nothing where what stands below isn't quoted. An amount "above
# £1,000" is something else.
_POINTS_ON = re.compile(
    r"\bbelow[.:!]?\s*$|\b(?:the )?(?:table|list|steps?|section|times|ways) (?:below|above)\b", re.I
)


def word_count(markdown: str) -> int:
    """Words of a Markdown text as a reader counts them; link targets are not read."""
    return len(_WORD.findall(words_of_links(markdown)))


def quotation(passage: Passage, *, next_follows: bool = False) -> str:
    """The text of a passage as shown; empty where it only leads elsewhere.

    Relative links lead nowhere in a chat, so they are shown as their words, and a sentence that
    is nothing but the way to another article is left out.

    Args:
        passage: What is quoted.
        next_follows: Whether the passage after it is quoted too, so that "below" holds.
    """
    if _LINK_LIST.match(passage.text):
        return ""
    found = blocks(passage.text)
    shown = []
    for place, block in enumerate(found):
        points_on = next_follows or any(later.kind != "paragraph" for later in found[place + 1 :])
        text = _said(block.text, points_on) if block.kind == "paragraph" else block.text
        if text:
            shown.append(words_of_links(text))
    return "\n\n".join(shown)


def words_of_links(markdown: str) -> str:
    """The text with each link as its words."""
    return _LINK.sub(r"\1", markdown).strip()


def _said(paragraph: str, points_on: bool) -> str:
    """The sentences of a paragraph that say something themselves."""
    kept = [
        sentence
        for sentence in _SENTENCE.findall(paragraph)
        if not _leads_away(sentence) and (points_on or not _POINTS_ON.search(sentence))
    ]
    return "".join(kept).strip()


def _leads_away(sentence: str) -> bool:
    if not _LINK.search(sentence):
        return False
    if _LABELLED.match(sentence):
        return True
    return all(word.lower() in _LEADING for word in _WORD.findall(_LINK.sub(" ", sentence)))
