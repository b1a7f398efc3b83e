"""What an article says to do first: its emergency steps, for somebody who has to wait."""

import re
from collections.abc import Iterable

from retrieval.article import Article, Audience
from retrieval.markdown import plain_text

_FIRST_STEPS = re.compile(r"^#{2,3} [^\n]*\bfirst\b[^\n]*\n+((?:\d+\. [^\n]*\n?)+)", re.M | re.I)
_STEP = re.compile(r"^\d+\. ([^\n]*)", re.M)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_TO_CHAT = re.compile(r"\btalk to a person\b", re.I)
_STEPS, _SENTENCES = 3, 2


def first_steps(articles: Iterable[Article], intent: str) -> str | None:
    """The first steps of the article for customers that names ``intent`` most closely.

    The numbered steps under a heading such as “Do this first”; without one, the first sentences
    of the article. ``None`` where no article names the intent.
    """
    named = [a for a in articles if intent in a.intents and a.audience is Audience.CUSTOMER]
    if not named:
        return None
    article = min(named, key=lambda each: (len(each.intents), each.id))
    listed = _FIRST_STEPS.search(article.body)
    if listed is None:
        lead = _alone(plain_text(article.body.strip().split("\n\n")[0]))
        said = " ".join(_SENTENCE.split(lead)[:_SENTENCES])
    else:
        steps = [said for step in _STEP.findall(listed[1]) if (said := _alone(plain_text(step)))]
        said = "".join(f"\n{place}. {step}" for place, step in enumerate(steps[:_STEPS], 1))
    if not said:
        return None
    return f"{said}{' ' if listed is None else chr(10)}({article.title})"


def _alone(text: str) -> str:
    """What can be done alone: a sentence that sends to the chat is no help to who waits in it."""
    sentences = _SENTENCE.split(" ".join(text.split()))
    return " ".join(each for each in sentences if not _TO_CHAT.search(each))
