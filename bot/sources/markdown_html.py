"""Markdown of a source as a tree, by way of HTML: so all text passes the same allow-list."""

from markdown_it import MarkdownIt

from bot.sources.html_tree import Element, parse_html

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def parse_markdown(text: str) -> Element:
    """The tree of a Markdown text.

    Raises:
        bot.sources.html_tree.HtmlError: It is too long or too deep.
    """
    return parse_html(_PARSER.render(text))
