"""What the outbox could not deliver: read it, have it tried again."""

from typing import Annotated

from fastapi import APIRouter, Path

from bot.api.access import Staff
from bot.api.problems import refusals
from bot.api.schemas import DeliveriesOut, DeliveryOut
from bot.api.services import Parts

router = APIRouter(
    prefix="/v1/deliveries",
    tags=["deliveries"],
    responses=refusals(400, 401, 403, 404, 413, 422, 503),
)


@router.get("")
async def undelivered(_staff: Staff, parts: Parts) -> DeliveriesOut:
    """Read what another system did not take and is not tried again by itself."""
    dead = await parts.service.desk.undelivered()
    return DeliveriesOut(
        deliveries=[
            DeliveryOut(
                delivery_id=each.id,
                ticket_id=each.ticket_id,
                kind=each.kind.value,
                attempts=each.attempts,
                created_at=each.created_at,
                error=each.error or "",
            )
            for each in dead
        ]
    )


@router.post("/{delivery_id}/retry", status_code=204)
async def retry(
    _staff: Staff, parts: Parts, delivery_id: Annotated[int, Path(ge=1, le=2**53)]
) -> None:
    """Have it tried again, for a day at most."""
    await parts.service.desk.deliver_again(delivery_id)
