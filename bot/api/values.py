"""Personal values on request, for the agent who holds the ticket."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, Field

from bot.api.access import Staff, count
from bot.api.inputs import Input
from bot.api.problems import Problem, not_found, not_holder, refusals
from bot.api.services import Parts
from bot.keys import KeyFileError
from bot.values import NotHolder, UnknownValue
from bot.vault import ValueDamaged
from bot.vault_keys import VaultKeyMissing
from redaction.kinds import PLACEHOLDER

RESTORES = 30
"""Values that one agent may ask for in a minute."""


def _placeholder(text: str) -> str:
    if not PLACEHOLDER.fullmatch(text):
        raise ValueError("must be a placeholder such as [EMAIL_1]")
    return text


def _told(text: str) -> str:
    if len(text.split()) == 0:
        raise ValueError("must say what the value is needed for")
    return text.replace("\x00", "")


class RestoreIn(Input):
    """Asks for the value behind a placeholder, and says what for."""

    placeholder: Annotated[str, Field(max_length=32), AfterValidator(_placeholder)]
    reason: Annotated[str, Field(min_length=3, max_length=500), AfterValidator(_told)]


class ValueOut(BaseModel):
    """A value. It is shown, never kept."""

    placeholder: str
    value: str


class RestorableOut(BaseModel):
    """Placeholders whose values may be asked for."""

    placeholders: list[str]


router = APIRouter(
    prefix="/v1/handoffs/{ticket_id}/values",
    tags=["handoffs"],
    responses=refusals(400, 401, 403, 404, 409, 413, 422, 429, 503),
)


@router.get("")
async def restorable(staff: Staff, parts: Parts, ticket_id: str) -> RestorableOut:
    """Read which values may be asked for; empty where no vault is kept."""
    try:
        known = await parts.service.values.restorable(ticket_id, staff.name)
    except NotHolder:
        raise not_holder() from None
    return RestorableOut(placeholders=list(known))


@router.post("")
async def restore(
    request: Request, staff: Staff, parts: Parts, ticket_id: str, body: RestoreIn
) -> ValueOut:
    """Have one value restored. Who asked, when, for what and why is kept on record."""
    await count(request, "restore", staff.name, RESTORES)
    try:
        value = await parts.service.values.restore(
            ticket_id, staff.name, body.placeholder, body.reason
        )
    except NotHolder:
        raise not_holder() from None
    except UnknownValue:
        raise not_found() from None
    except ValueDamaged:
        raise Problem(
            409,
            "value-damaged",
            "The value was changed since it was kept",
            "It cannot be opened. Ask the customer again, and tell the operator.",
        ) from None
    except (VaultKeyMissing, KeyFileError):
        raise Problem(
            503,
            "vault-key",
            "The vault's keys cannot be used",
            "The operator restores data/keys/vault.keys from a backup; firstline check says more.",
        ) from None
    return ValueOut(placeholder=body.placeholder, value=value)
