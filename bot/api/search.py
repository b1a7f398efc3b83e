"""Search for customers, as one types. The query passes the gate and is kept nowhere."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bot.api.access import address_of, count, public
from bot.api.excerpts import telling
from bot.api.problems import refusals
from bot.api.relevance import relevant
from bot.api.schemas import HitOut, HitsOut
from bot.api.services import Library, Parts, options_of
from bot.threaded import threaded
from bot.web.catalogue import article_url
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience
from retrieval.hit import Hit

router = APIRouter(prefix="/v1/search", tags=["search"])


@router.get(
    "",
    dependencies=[public],
    responses=refusals(422, 429),
)
async def search(
    request: Request,
    parts: Parts,
    q: Annotated[str, Query(max_length=500)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> HitsOut:
    """Search the articles for customers."""
    await count(request, "search", address_of(request), options_of(request).rates.searches)
    query = q.replace("\x00", " ").strip()
    if not query:
        return HitsOut(hits=[])
    admission = await parts.gate.admit(query)
    if admission.withheld:
        return HitsOut(hits=[])
    return await threaded(found, parts.library, admission.text, limit)


def found(library: Library, query: RedactedText, limit: int) -> HitsOut:
    """The hits worth showing for a redacted query; only of articles that are for customers."""
    hits = [(hit, library.article(hit.passage.article_id)) for hit in library.search(query, limit)]
    open_to_all = [
        (hit, article)
        for hit, article in hits
        if article is not None and article.audience is Audience.CUSTOMER
    ]
    return HitsOut(
        hits=[_body(hit, article, query) for hit, article in relevant(open_to_all, query)]
    )


def _body(hit: Hit, article: Article, query: str) -> HitOut:
    return HitOut(
        article_id=article.id,
        title=article.title,
        domain=article.domain,
        anchor=hit.passage.anchor,
        url=article_url(article.id, hit.passage.anchor),
        excerpt=telling(hit.passage.text, article.body, query),
    )
