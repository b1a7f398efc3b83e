"""The draft of an article that a gap needs, as a patch for Git: never live by itself.

It holds the messages that an owner confirmed and what the knowledge base says already, no
customer's words and no id of a conversation, since Git cannot forget.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import dirname, relpath

from bot.errors import FirstlineError
from bot.insights.nearest import nearest_articles, owner_of
from bot.knowledge import Knowledge
from bot.store_gaps import GapCase
from retrieval.article import Article
from retrieval.markdown import slug

_LEAST_NEAR = 0.45
"""Cosine from which an article is worth a link."""


class DraftError(FirstlineError):
    """No draft can be made."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A new article.

    Attributes:
        path: In the knowledge base folder, with forward slashes.
        text: Markdown with front matter.
    """

    path: str
    text: str

    def patch(self) -> str:
        """What ``git apply`` makes the file of."""
        lines = self.text.splitlines()
        return "\n".join(
            (
                f"diff --git a/{self.path} b/{self.path}",
                "new file mode 100644",
                "--- /dev/null",
                f"+++ b/{self.path}",
                f"@@ -0,0 +1,{len(lines)} @@",
                *(f"+{line}" for line in lines),
                "",
            )
        )


def draft_article(knowledge: Knowledge, gap_id: str, cases: Sequence[GapCase], title: str) -> Draft:
    """Draft an article.

    Args:
        knowledge: The knowledge base that lacks it.
        gap_id: The gap.
        cases: What its owner confirmed.
        title: The heading.

    Raises:
        DraftError: Nothing is confirmed, or there is such an article.
    """
    if not cases:
        raise DraftError(
            f"{gap_id}: confirm the messages that the article must answer first, with "
            "`firstline gaps confirm`"
        )
    name = next((case.article_id for case in cases if case.article_id), "") or slug(title)
    if not name:
        raise DraftError(f"{title!r} is no title: use letters")
    articles = knowledge.index.articles
    if name in articles:
        raise DraftError(f"article {name} exists, at {articles[name].path}: write it there")
    texts = [case.text for case in cases]
    near = [n for n in nearest_articles(knowledge, texts, {}) if n.score >= _LEAST_NEAR]
    home = articles[near[0].article_id] if near else None
    folder = dirname(home.path) if home else ""
    path = f"{folder}/{name}.md" if folder else f"{name}.md"
    related = [articles[n.article_id] for n in near]
    text = _text(name, title, owner_of(knowledge, near), home, texts, related)
    return Draft(path, text)


def _text(
    name: str,
    title: str,
    owner: str,
    home: Article | None,
    texts: Sequence[str],
    related: Sequence[Article],
) -> str:
    front = {
        "id": name,
        "title": json.dumps(title, ensure_ascii=False),  # YAML reads it as it is
        "owner": owner,
        "domain": home.domain if home else "",
        "audience": "customer",
        "locale": home.locale if home else "en",
        "tags": "[draft]",
    }
    folder = dirname(home.path) if home else ""
    links = [f"- [{article.title}]({relpath(article.path, folder or '.')})" for article in related]
    lines = [
        "---",
        *(f"{key}: {value}" for key, value in front.items() if value),
        "---",
        "Draft. Put the short answer here, in at most 60 words: what it is and what to do.",
        "",
        "## What it must answer",
        *(f"- {text}" for text in texts),
        "",
        "## Steps",
        "1. Name the place in the app or the office, and what to choose there.",
        "",
        "## Limits, times and fees",
        "Give every number once, as the facts of the company have it.",
        "",
        "## If it doesn't work",
        "Say who helps, and when.",
    ]
    if links:
        lines += ["", "## Related", *links]
    return "\n".join(lines) + "\n"
