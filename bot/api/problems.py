"""Errors as RFC 9457 problems that say what to do. No input is repeated in them, and no trace.

Problem   an answer with a status, a stable type, a title and a way out
"""

import re
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bot.errors import FirstlineError
from bot.store_errors import (
    AlreadyRated,
    ChangeTaken,
    ClientIdTaken,
    ConversationClosed,
    NotEnded,
    SignInRefused,
    StoreError,
    StoreUnavailable,
    TicketTaken,
    UnknownChange,
    UnknownConversation,
    UnknownDelivery,
    UnknownTicket,
    UnknownTurn,
)

MEDIA_TYPE = "application/problem+json"
_NAME = re.compile(r"[A-Za-z_]{1,40}[0-9]{0,3}|[0-9]{1,4}")


class FieldProblem(BaseModel):
    """One field that was refused."""

    field: str
    detail: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class Problem(FirstlineError):
    """A request that is refused.

    Args:
        status: HTTP status.
        kind: Last part of the problem's type; stable, for programs.
        title: The same in words.
        detail: What to do about it.
        headers: Further headers of the response.
        errors: The fields that were refused.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: list[FieldProblem] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.headers = headers
        self.body = ProblemBody(
            type=f"urn:firstline:problem:{kind}",
            title=title,
            status=status,
            detail=detail,
            errors=errors,
        )

    def response(self) -> Response:
        """The problem as an HTTP response."""
        return JSONResponse(
            self.body.model_dump(exclude_none=True),
            self.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


def refusals(*statuses: int) -> dict[int | str, dict[str, object]]:
    """What a route's description says of the problems that it can answer with."""
    body: dict[str, object] = {"model": ProblemBody, "content": {MEDIA_TYPE: {}}}
    return dict.fromkeys(sorted(statuses), body)


def not_found() -> Problem:
    """What exists for somebody else does not exist for you: the same answer for both."""
    return Problem(404, "not-found", "Not found", "Check the address and the id in it.")


def not_holder() -> Problem:
    """What belongs to a ticket's customer is for the agent who holds it."""
    return Problem(
        403,
        "not-holder",
        "The ticket is not yours",
        "Claim the ticket first; only who holds it may read its customer's data.",
    )


def too_many(seconds: int) -> Problem:
    """Too many requests; a person stays within reach."""
    return Problem(
        429,
        "too-many-requests",
        "Too many requests",
        f"Wait {seconds} seconds and send it again with the same client_id.",
        headers={"Retry-After": str(seconds)},
    )


def crowded(seconds: int) -> Problem:
    """More at once than this server does well."""
    return Problem(
        503,
        "crowded",
        "Too many requests at once",
        f"Send it again with the same client_id in {seconds} seconds.",
        headers={"Retry-After": str(seconds)},
    )


def too_large(limit: int) -> Problem:
    """The body is over the limit."""
    return Problem(
        413, "too-large", "Request too large", f"Send at most {limit} bytes in one request."
    )


def too_intricate(levels: int, fields: int) -> Problem:
    """The body nests more, or has more fields, than anything we take."""
    return Problem(
        422,
        "too-intricate",
        "The body is too intricate",
        f"Nest at most {levels} levels and send at most {fields} fields.",
    )


def unexpected() -> Problem:
    """Our own fault."""
    return Problem(
        500,
        "unexpected",
        "Something went wrong on our side",
        "Send it again with the same client_id; if it stays so, tell the operator the time.",
    )


_STORE_PROBLEMS: dict[type[StoreError], tuple[int, str, str, str]] = {
    UnknownTurn: (404, "not-found", "Not found", "Check the turn_id: rate a reply you were given."),
    ConversationClosed: (
        409,
        "conversation-closed",
        "The conversation is closed",
        "Start a new one with POST /v1/conversations.",
    ),
    NotEnded: (
        409,
        "not-ended",
        "There is nothing to rate yet",
        "Rate once the conversation is over; its state says so.",
    ),
    AlreadyRated: (
        409,
        "already-rated",
        "It is rated already",
        "Each episode is rated once; the first rating stands.",
    ),
    ClientIdTaken: (
        409,
        "client-id-taken",
        "The client_id is in use",
        "Send a new random client_id with a new message.",
    ),
    ChangeTaken: (
        409,
        "change-taken",
        "Another change has this id",
        "Withdraw that one first, or announce yours under another id.",
    ),
    TicketTaken: (
        409,
        "ticket-taken",
        "The ticket is not yours to change",
        "Somebody else claimed it or it is finished; load the queue again.",
    ),
    SignInRefused: (
        401,
        "sign-in",
        "Not signed in",
        "Sign in on the staff pages, or send a key of firstline keys add as Authorization: Bearer.",
    ),
}


def problem_of(error: StoreError) -> Problem:
    """The problem that an error of the records is to the outside."""
    if isinstance(error, UnknownConversation | UnknownTicket | UnknownDelivery | UnknownChange):
        return not_found()
    if isinstance(error, StoreUnavailable):
        return Problem(
            503,
            "unavailable",
            "The service cannot store messages now",
            "Nothing was kept. Send it again with the same client_id in a few seconds.",
            headers={"Retry-After": "5"},
        )
    known = _STORE_PROBLEMS.get(type(error))
    return unexpected() if known is None else Problem(*known)


def install(app: FastAPI) -> None:
    """Makes every refusal of ``app`` a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101  registered for it alone
    return error.response()


async def _store(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreError)  # noqa: S101  registered for it alone
    return problem_of(error).response()


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it alone
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return _malformed().response()
    fields = [
        FieldProblem(field=_path(each["loc"]), detail=_printable(each["msg"]))
        for each in found[:20]
    ]
    return Problem(
        422,
        "invalid",
        "The request is not valid",
        "Correct the fields named in errors; /openapi.json describes them.",
        errors=fields,
    ).response()


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it alone
    if error.status_code == 404:
        return not_found().response()
    if error.status_code == 400:
        return _malformed().response()
    return Problem(
        error.status_code,
        "refused",
        str(error.detail),
        "See /openapi.json for the addresses and methods there are.",
        headers=error.headers,
    ).response()


def _malformed() -> Problem:
    return Problem(
        400, "malformed", "The body is not JSON", "Send a JSON object as application/json."
    )


def _path(location: tuple[int | str, ...]) -> str:
    """Where the field stands. The name of a surplus one is the sender's: it could be a value."""
    parts = [str(part) for part in location if part != "body"]
    told = [part if _NAME.fullmatch(part) else "(unreadable name)" for part in parts]
    return ".".join(told)[:100] or "body"


def _printable(text: str) -> str:
    """Without lone surrogates and control characters, which a sender can put into a name."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else "?" for char in clean)
