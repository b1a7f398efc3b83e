"""The texts of a passage as the two legs of the search read them."""

from retrieval.article import Article, Passage
from retrieval.markdown import plain_text


def lead_in(article: Article, passage: Passage) -> str:
    """What stands in front of a passage's text when it is embedded."""
    if passage.heading.casefold() == article.title.casefold():
        return article.title
    return f"{article.title}\n{passage.heading}"


def lexical_text(article: Article, passage: Passage, title_repeats: int) -> str:
    """What BM25 counts: the title as often as it weighs, the heading, the text."""
    heading = "" if passage.heading.casefold() == article.title.casefold() else passage.heading
    return "\n".join([article.title] * title_repeats + [heading, plain_text(passage.text)])
