"""Is it up, and can it work: for load balancers and people."""

from fastapi import APIRouter, Response

from bot.api.access import public
from bot.api.schemas import HealthOut, ReadyOut
from bot.api.services import IndexState, Parts
from bot.store_errors import StoreUnavailable
from bot.threaded import threaded

router = APIRouter(tags=["health"])

_DETAILS = {
    IndexState.READY: "Everything works.",
    IndexState.LEXICAL_ONLY: "Lexical only: articles are found by their words alone.",
    IndexState.MISSING: "There is no index; run firstline index.",
}


@router.get("/healthz", dependencies=[public])
async def healthz() -> HealthOut:
    """Whether the process answers."""
    return HealthOut(status="ok")


@router.get("/readyz", dependencies=[public], responses={503: {"model": ReadyOut}})
async def readyz(parts: Parts, response: Response) -> ReadyOut:
    """Whether messages can be kept and answered."""
    index = await threaded(parts.library.state)
    try:
        await parts.service.ping()
    except StoreUnavailable:
        response.status_code = 503
        return ReadyOut(
            status="not ready",
            store="unavailable",
            index=index.value,
            detail="The database cannot be used now; see the log and check the disk.",
        )
    if index is IndexState.MISSING:
        response.status_code = 503
    status = {IndexState.READY: "ready", IndexState.LEXICAL_ONLY: "degraded"}.get(
        index, "not ready"
    )
    return ReadyOut.model_validate(
        {"status": status, "store": "ok", "index": index.value, "detail": _DETAILS[index]}
    )
