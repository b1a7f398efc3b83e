"""Votes on articles: "Was this helpful?"."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.api.access import address_of, count, public
from bot.api.inputs import ArticleFeedbackIn
from bot.api.problems import not_found, refusals
from bot.api.services import Parts, options_of
from bot.threaded import threaded
from bot.tokens import TokenRefused
from retrieval.article import Audience

router = APIRouter(prefix="/v1/articles", tags=["articles"])

_visitor = HTTPBearer(auto_error=False, scheme_name="visitor")


@router.post(
    "/{article_id:path}/feedback",
    status_code=204,
    dependencies=[public],
    responses=refusals(400, 404, 413, 422, 429, 503),
)
async def vote(
    request: Request,
    article_id: str,
    body: ArticleFeedbackIn,
    parts: Parts,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_visitor)],
) -> None:
    """Say whether an article helped; one vote for each visitor and revision, the last counts."""
    await count(request, "vote", address_of(request), options_of(request).rates.votes)
    article = await threaded(parts.library.article, article_id)
    if article is None or article.audience is not Audience.CUSTOMER:
        raise not_found()
    await parts.service.article_feedback(
        article.id,
        article.revision,
        _visitor_of(request, parts, credentials),
        helpful=body.helpful,
        comment=body.comment,
    )


def _visitor_of(
    request: Request, parts: Parts, credentials: HTTPAuthorizationCredentials | None
) -> str:
    """What tells visitors apart; only a keyed digest of it is kept.

    The conversation where there is one; else address and browser, so that two people behind one
    address mostly count as two.
    """
    if credentials is not None:
        try:
            return parts.tokens.conversation(credentials.credentials)
        except TokenRefused:
            pass
    return f"{address_of(request)} {request.headers.get('User-Agent', '')}"
