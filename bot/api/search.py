"""Search for customers, as one types. The query passes the gate and is kept nowhere."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request

from bot.api.access import address_of, count, public
from bot.api.problems import ProblemBody
from bot.api.schemas import HitOut, HitsOut
from bot.api.services import Library, Parts, options_of
from bot.threaded import threaded
from bot.web.catalogue import article_url
from redaction.redactor import RedactedText
from retrieval.article import Audience
from retrieval.hit import Hit
from retrieval.markdown import plain_text

EXCERPT_CHARACTERS = 200

router = APIRouter(prefix="/v1/search", tags=["search"])

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@router.get(
    "",
    dependencies=[public],
    responses={
        status: {"model": ProblemBody, "content": {"application/problem+json": {}}}
        for status in (422, 429)
    },
)
async def search(
    request: Request,
    parts: Parts,
    q: Annotated[str, Query(max_length=500)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> HitsOut:
    """Search the articles for customers."""
    count(request, "search", address_of(request), options_of(request).rates.searches)
    query = q.replace("\x00", " ").strip()
    if not query:
        return HitsOut(hits=[])
    admission = await parts.gate.admit(query)
    if admission.withheld:
        return HitsOut(hits=[])
    return await threaded(found, parts.library, admission.text, limit)


def found(library: Library, query: RedactedText, limit: int) -> HitsOut:
    """The hits for a redacted query; an article that is not for customers is never among them."""
    bodies = [hit_body(library, hit, query) for hit in library.search(query, limit)]
    return HitsOut(hits=[body for body in bodies if body is not None])


def hit_body(library: Library, hit: Hit, query: str) -> HitOut | None:
    """One hit, ``None`` where its article is not for customers."""
    article = library.article(hit.passage.article_id)
    if article is None or article.audience is not Audience.CUSTOMER:
        return None
    return HitOut(
        article_id=article.id,
        title=article.title,
        domain=article.domain,
        anchor=hit.passage.anchor,
        url=article_url(article.id, hit.passage.anchor),
        excerpt=_said(hit.passage.text, article.body, query),
    )


def _said(passage: str, body: str, query: str) -> str:
    """A sentence of the passage, of the whole article where the passage holds a table or links."""
    best = excerpt(passage, query)
    if _is_sentence(best):
        return best
    wider = excerpt(body, query)
    return wider if _is_sentence(wider) else best


def excerpt(markdown: str, query: str) -> str:
    """The sentence of a passage that shares most words with the query, as plain text.

    A cell, a heading or the text of a link says less than a sentence with as many of the words.
    """
    wanted = set(_WORD.findall(query.lower()))
    lines = [line.strip() for line in _SENTENCE.split(plain_text(markdown)) if line.strip()]
    if not lines:
        return ""

    def worth(line: str) -> tuple[float, bool]:
        shared = len(wanted & set(_WORD.findall(line.lower())))
        whole = _is_sentence(line)
        return shared if whole else shared / 2, whole

    best = max(lines, key=worth)
    if len(best) <= EXCERPT_CHARACTERS:
        return best
    return best[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"


def _is_sentence(line: str) -> bool:
    return line.endswith((".", "!", "…")) and len(line.split()) > 2
