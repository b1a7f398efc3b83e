"""Whether a page is an article: some say next to nothing, some only lead to others."""

import re

from retrieval.markdown import plain_text

FEWEST_WORDS = 12
_MOST_LINKED = 0.65
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]\\]|\\.)*)\]\([^()\s]*\)")


def why_no_article(title: str, body: str, fewest: int = FEWEST_WORDS) -> str:
    """The reason why a page is left out, empty where it is an article.

    Args:
        title: Its title.
        body: Its Markdown.
        fewest: Words that its body must have.
    """
    if not title.strip():
        return "has no title"
    words = _words(plain_text(body))
    if words < fewest:
        return f"holds {words} words, fewer than {fewest}"
    linked = sum(_words(each) for each in _LINK.findall(body))
    if linked > words * _MOST_LINKED:
        return f"leads elsewhere: {linked} of its {words} words are links"
    return ""


def _words(text: str) -> int:
    return len(re.findall(r"\w+", text))
