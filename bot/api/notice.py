"""The notice for everybody: read by anybody, set by agents."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from bot.api.access import Staff, address_of, count, public
from bot.api.inputs import Cleaned, Input
from bot.api.problems import refusals
from bot.api.services import Parts, options_of
from bot.store_notices import Notice, NoticeKind
from bot.threaded import threaded

LONGEST = 300
Kind = Literal["outage", "info"]


class NoticeIn(Input):
    """Sets the notice; an empty text takes it away."""

    text: Annotated[str, Field(max_length=LONGEST), Cleaned] = ""
    kind: Kind = "info"
    paused: bool = False


class NoticeOut(BaseModel):
    """What everybody is told; ``paused`` while people answer everything themselves."""

    text: str
    kind: Kind
    paused: bool


router = APIRouter(
    prefix="/v1/notice",
    tags=["notice"],
    responses=refusals(400, 401, 403, 413, 422, 429, 503),
)


@router.get("", dependencies=[public])
async def read(request: Request, parts: Parts) -> NoticeOut:
    """Read the notice that holds."""
    await count(request, "read", address_of(request), options_of(request).rates.reads)
    return _body(await threaded(parts.service.notices.current))


@router.post("")
async def put(staff: Staff, parts: Parts, body: NoticeIn) -> NoticeOut:
    """Set the notice, pause the assistant or let it go on. Who did is kept on record."""
    return _body(
        await parts.service.notices.put(
            staff.name, body.text, NoticeKind(body.kind), paused=body.paused
        )
    )


def _body(notice: Notice) -> NoticeOut:
    return NoticeOut(text=notice.text, kind=notice.kind.value, paused=notice.paused)
