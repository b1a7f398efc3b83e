"""The draft of an article that a gap needs, as a patch for Git: never live by itself.

It holds the messages that an owner confirmed and what the knowledge base says already, no
customer's words and no id of a conversation, since Git cannot forget.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from posixpath import dirname, relpath

from bot.errors import FirstlineError
from bot.insights.draft_intent import new_intent
from bot.insights.nearest import Nearest, nearest_articles, owner_of
from bot.insights.outline import ToldStep
from bot.knowledge import INTENTS_FILE, Knowledge
from bot.store_gaps import GapCase
from retrieval.article import Article
from retrieval.markdown import slug

SHORT_ANSWER = "Draft. Put the short answer here, in at most 60 words: what it is and what to do."
"""Stands where the article begins."""

TO_CONFIRM = "[to confirm"
"""Begins the mark of a step that agents told: true of their customers, perhaps not of all."""

DRAFT_TAG = "draft"
"""Marks what nobody has finished."""

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
        intent: Change of the intents file by which the article is found; empty where the
            knowledge base has none.
    """

    path: str
    text: str
    intent: str = ""

    def patch(self) -> str:
        """What ``git apply`` makes the file of."""
        lines = self.text.splitlines()
        return self.intent + "\n".join(
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


def draft_article(
    knowledge: Knowledge,
    gap_id: str,
    cases: Sequence[GapCase],
    title: str,
    notes: Sequence[str] = (),
    intents_text: str = "",
    told: Sequence[ToldStep] = (),
    topics: Collection[str] = (),
) -> Draft:
    """Draft an article.

    Args:
        knowledge: The knowledge base that lacks it.
        gap_id: The gap.
        cases: What its owner confirmed.
        title: The heading.
        notes: What to do, in the owner's words, a step each.
        intents_text: The intents file as it is; empty where there is none.
        told: What agents told the gap's customers, where there are no notes.
        topics: Lines of ``agent_topics`` that hand such messages to people: the patch takes them
            out, and the text says so.

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
    nearest = nearest_articles(knowledge, texts, {})
    related = _near(knowledge, nearest)
    # Filed with the article whose owner gets it, also where that one is too far for a link.
    beside = articles[nearest[0].article_id] if nearest else None
    folder = dirname(beside.path) if beside else ""
    path = f"{folder}/{name}.md" if folder else f"{name}.md"
    served = [i for near in nearest for i in knowledge.catalogue.serving(near.article_id)]
    made = new_intent(intents_text, name, texts, served, topics)
    front = {
        "id": name,
        "title": json.dumps(title, ensure_ascii=False),  # YAML reads it as it is
        "owner": owner_of(knowledge, nearest),
        "domain": beside.domain if beside else "",
        "audience": "customer",
        "locale": beside.locale if beside else "en",
        "intents": f"[{made.id}]" if made else "",
        "tags": f"[{DRAFT_TAG}]",
    }
    body = _body(
        texts, _steps(notes, told), [(a.title, relpath(a.path, folder or ".")) for a in related]
    )
    body += _lifted(topics, made.taken_out if made else ())
    head = ["---", *(f"{key}: {value}" for key, value in front.items() if value), "---"]
    return Draft(path, "\n".join((*head, *body)) + "\n", made.patch if made else "")


def _lifted(topics: Collection[str], taken_out: Collection[str]) -> list[str]:
    """What the owner has to know where lines of the intents file hand the topic to people."""
    if not topics:
        return []
    quoted = ", ".join(f"“{topic}”" for topic in topics)
    what = (
        f"This patch takes {quoted} out of `agent_topics` in {INTENTS_FILE}"
        if set(topics) <= set(taken_out)
        else f"Take {quoted} out of `agent_topics` in {INTENTS_FILE} by hand"
    )
    return [
        "",
        "## Before you publish",
        f"{what}: with it there, a rule hands such messages to people and no article is shown. "
        f"Where people are to go on, keep it and drop this article. {TO_CONFIRM}: an article may "
        "answer this now; then delete this section]",
    ]


def related_articles(knowledge: Knowledge, texts: Sequence[str]) -> list[Article]:
    """Articles for customers that are worth a link, the nearest first."""
    return _near(knowledge, nearest_articles(knowledge, texts, {}))


def _near(knowledge: Knowledge, nearest: Sequence[Nearest]) -> list[Article]:
    return [knowledge.index.articles[n.article_id] for n in nearest if n.score >= _LEAST_NEAR]


def _steps(notes: Sequence[str], told: Sequence[ToldStep]) -> Sequence[str]:
    """The owner's own, else what agents told, each marked for the owner to confirm."""
    if notes or not told:
        return notes or ["Name the place in the app or the office, and what to choose there."]
    return [f"{step.text} {TO_CONFIRM}: agents told {_customers(step.customers)}]" for step in told]


def _customers(number: int) -> str:
    return "one customer" if number == 1 else f"{number} customers"


def _body(
    texts: Sequence[str], steps: Sequence[str], links: Sequence[tuple[str, str]]
) -> list[str]:
    lines = [
        SHORT_ANSWER,
        "",
        "## What it must answer",
        *(f"- {text}" for text in texts),
        "",
        "## Steps",
        *(f"{number}. {step}" for number, step in enumerate(steps, 1)),
        "",
        "## Limits, times and fees",
        "Give every number once, as the facts of the company have it.",
        "",
        "## If it doesn't work",
        "Say who helps, and when.",
    ]
    if links:
        lines += ["", "## Related", *(f"- [{title}]({target})" for title, target in links)]
    return lines
