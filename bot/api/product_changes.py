"""Changes of the product: announced by release tools or content owners, and taken back."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from bot.accounts import StaffRole
from bot.announcing import Announcement, UnwantedWords
from bot.api.access import StaffGuard, StaffMember, count
from bot.api.inputs import Cleaned, Input, NotBlank
from bot.api.problems import FieldProblem, Problem, refusals
from bot.api.services import Parts
from bot.store_changes import AnnouncedChange

CLOCK = timedelta(hours=48)
ANNOUNCEMENTS = 60
"""Changes that one caller may announce or withdraw in a minute."""

_YEARS = range(2000, 2101)
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"


def _written_out(value: object) -> object:
    """Refuses a number of seconds, in digits too: nobody sees which day it is."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("must be a date and time such as 2026-11-20T09:00:00Z")
    return value


def _in_utc(at: datetime) -> datetime:
    """In UTC, which is also meant without a zone, as in ``product_changes.yaml``."""
    if at.year not in _YEARS:
        raise ValueError("must be a year from 2000 to 2100")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


class ChangeIn(Input):
    """Announces a change, as an entry of ``product_changes.yaml`` does."""

    id: str = Field(pattern=_NAME)
    at: Annotated[datetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
    what: Annotated[str, Field(min_length=1, max_length=500), Cleaned, NotBlank]
    articles: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=255)]],
        Field(min_length=1, max_length=100),
        AfterValidator(_once),
    ]


class ChangeOut(BaseModel):
    """A change as kept. Its articles must tell of it by ``due``."""

    id: str
    at: datetime
    due: datetime
    what: str
    articles: list[str]
    announced_by: str
    announced_at: datetime


class ChangesOut(BaseModel):
    """Announced changes, the one that takes effect last first."""

    changes: list[ChangeOut]


Announcer = Annotated[StaffMember, Depends(StaffGuard(StaffRole.CONTENT_OWNER))]
Looker = Annotated[StaffMember, Depends(StaffGuard(StaffRole.CONTENT_OWNER, StaffRole.EVALUATOR))]

router = APIRouter(
    prefix="/v1/product-changes",
    tags=["product-changes"],
    responses=refusals(400, 401, 403, 413, 422, 429, 503),
)


@router.post(
    "",
    status_code=201,
    responses={200: {"model": ChangeOut, "description": "Known already"}, **refusals(409)},
)
async def announce(
    request: Request, response: Response, staff: Announcer, parts: Parts, body: ChangeIn
) -> ChangeOut:
    """Announce a change. The same again changes nothing; another one of the same id is refused."""
    await count(request, "change", staff.name, ANNOUNCEMENTS)
    strange = [n for n, name in enumerate(body.articles) if not parts.library.knows(name)]
    if strange:
        raise _refused({f"articles.{n}": "no article has this id" for n in strange})
    said = Announcement(body.id, body.at, body.what, tuple(body.articles))
    try:
        change, new = await parts.service.changes.announce(said, staff.name)
    except UnwantedWords as error:
        if error.personal:
            raise _refused({error.field: "reads as personal data: choose another"}) from None
        raise Problem(
            503,
            "unchecked",
            "The change could not be checked for personal data",
            "Nothing was kept. Send it again in a few seconds.",
            headers={"Retry-After": "5"},
        ) from None
    response.status_code = 201 if new else 200
    return _body(change)


@router.get("")
async def changes(_staff: Looker, parts: Parts) -> ChangesOut:
    """Read the changes that were announced here; those of the file stand in the file."""
    return ChangesOut(changes=[_body(each) for each in await parts.service.changes.every()])


@router.delete("/{change_id}", status_code=204, responses=refusals(404))
async def withdraw(
    request: Request,
    staff: Announcer,
    parts: Parts,
    change_id: Annotated[str, Path(max_length=64)],
) -> None:
    """Take an announcement back: no article needs to tell of it any more."""
    await count(request, "change", staff.name, ANNOUNCEMENTS)
    await parts.service.changes.withdraw(change_id.replace("\x00", ""), staff.name)


def _refused(fields: dict[str, str]) -> Problem:
    return Problem(
        422,
        "invalid",
        "The request is not valid",
        "Correct the fields named in errors; firstline kb health --json lists the articles' ids.",
        errors=[FieldProblem(field=name, detail=why) for name, why in fields.items()],
    )


def _body(change: AnnouncedChange) -> ChangeOut:
    return ChangeOut(
        id=change.id,
        at=change.at,
        due=change.at + CLOCK,
        what=change.what,
        articles=list(change.articles),
        announced_by=change.by,
        announced_at=change.announced_at,
    )
