"""Figures for Prometheus, for programs and people of the staff."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bot.api.access import StaffGuard, StaffMember
from bot.api.problems import refusals
from bot.api.services import metrics_of
from bot.metrics import CONTENT_TYPE
from bot.threaded import threaded

router = APIRouter(tags=["health"], responses=refusals(401, 403, 503))

AnyStaff = Annotated[StaffMember, Depends(StaffGuard())]


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request, _member: AnyStaff) -> Response:
    """Figures of this server in Prometheus's text format; for any key of the staff."""
    return Response(await threaded(metrics_of(request).exposed), media_type=CONTENT_TYPE)
