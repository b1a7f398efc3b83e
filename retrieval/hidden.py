"""Takes out of an article what its readers don't see, so that nothing is smuggled in with it.

Comments, hidden elements, titles of links, zero-width and tag characters reach neither passages nor
pages (OWASP LLM01, indirect injection). Code blocks keep what looks like a comment.
"""

import re
from html.parser import HTMLParser

# Zero-width characters and marks of direction, variation selectors' supplement, tag characters.
# The zero-width (non-)joiner stays between letters, where Persian, Hindi and emoji need it.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_HIDING = (
    r"(?:\shidden(?=[\s>=/])"
    r"|\saria-hidden\s*=\s*[\"']?true"
    r"|\sstyle\s*=\s*[\"'][^\"'>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0"
    r"|opacity\s*:\s*0(?![.\d])|(?<![-\w])color\s*:\s*(?:white|#fff(?:fff)?\b|transparent)))"
)
_CODE_OR_HIDDEN = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<comment><!--.*?(?:-->|\Z))"
    r"|(?P<script><(?P<raw>script|style|template|noscript)\b.*?(?:</(?P=raw)\s*>|\Z))"
    # A link's title shows under the pointer alone: what is hidden there reads like text to a model.
    r"|(?P<titled>\]\((?P<target><[^<>\n]*>|[^()\s]+)[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*')[ \t]*\))"
    rf"|(?P<element><(?P<tag>[a-z][a-z0-9]*)\b[^>]*?{_HIDING}[^>]*>.*?(?:</(?P=tag)\s*>|\Z))",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)


def without_hidden(markdown: str) -> str:
    """The same Markdown, line for line, without anything that a reader wouldn't see."""
    return _CODE_OR_HIDDEN.sub(_keep_code, without_invisible(markdown))


def without_invisible(text: str) -> str:
    """A text without characters that nobody sees: zero width, marks of direction, tags."""
    return _INVISIBLE.sub("", text)


def visible_html(html: str) -> str:
    """Text of an HTML block without tags."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def _keep_code(match: re.Match[str]) -> str:
    if match["titled"]:
        return f"]({match['target']})"
    return match.group() if match["code"] else "\n" * match.group().count("\n")


class _TextReader(HTMLParser):
    """Collects text; ends of blocks and cells become white space."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag separates words unless it is a letter style."""
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        """A tag separates words unless it is a letter style."""
        self._separate(tag)

    def _separate(self, tag: str) -> None:
        if tag not in {"a", "abbr", "b", "code", "em", "i", "mark", "span", "strong", "sub", "sup"}:
            self.parts.append("\n" if tag in {"br", "div", "li", "p", "tr"} else " ")
