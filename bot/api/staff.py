"""Signing in by a one-time link or a password, and out; changing one's password."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Cookie, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.accounts import LONGEST_LOGIN, StaffRole, may
from bot.api.access import (
    SESSION_COOKIE,
    TOKEN_CHARACTERS,
    Person,
    address_of,
    count,
    public,
    require_own_origin,
)
from bot.api.problems import refusals
from bot.api.services import Parts, options_of, sign_ins_of
from bot.passwords import LONGEST, PasswordWeak
from bot.staff import SignInDelayed
from bot.store_errors import SignInRefused
from bot.store_staff import ABSOLUTE
from bot.threaded import threaded

SIGN_INS = 20
ENTRY = "/staff/enter"
ACCOUNT = "/staff/account"

_HOMES = ((StaffRole.AGENT, "/staff"), (StaffRole.CONTENT_OWNER, "/insights/home"))
"""Where each role begins; the first that fits."""

# A page, not a redirect: the address of a used-up link stays out of the history's next entry.
_SIGNED_IN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Signed in</title>
<meta http-equiv="refresh" content="0;url={home}"></head>
<body><main><h1>You are signed in</h1><p><a href="{home}">Go to the staff pages</a></p></main>
</body></html>
"""

_REFUSED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Link not valid</title></head>
<body><main><h1>This link was used or is too old</h1>
<p>Each link signs one person in, once. Whoever runs this service makes a fresh one with
<code>firstline staff link --name NAME</code>. With a password, <a href="/staff/enter">sign in
here</a>.</p></main></body></html>
"""

router = APIRouter(
    prefix="/staff", tags=["staff"], responses=refusals(400, 401, 403, 413, 422, 429, 503)
)

Earlier = Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)]
Password = Annotated[str, Form(max_length=LONGEST)]


@router.get(
    "/sign-in",
    dependencies=[public],
    response_class=HTMLResponse,
    responses={401: {"description": "The link is not valid.", "content": {"text/html": {}}}},
)
async def sign_in(
    request: Request,
    parts: Parts,
    token: Annotated[str, Query(max_length=TOKEN_CHARACTERS)],
    earlier: Earlier = None,
) -> Response:
    """Use up a one-time link and open a session."""
    await count(request, "sign-in", address_of(request), SIGN_INS)
    try:
        session_id = await threaded(parts.staff.sign_in, token, earlier)
    except SignInRefused:
        return HTMLResponse(_REFUSED, status_code=401)
    return await welcome(request, parts, session_id)


@router.post("/sign-in", dependencies=[public], response_class=HTMLResponse)
async def sign_in_with_password(
    request: Request,
    parts: Parts,
    login: Annotated[str, Form(max_length=LONGEST_LOGIN)],
    password: Password,
    earlier: Earlier = None,
) -> Response:
    """Open a session with login and password; on failure back to the form."""
    require_own_origin(request)
    address = address_of(request)
    await count(request, "sign-in", address, SIGN_INS)
    if not options_of(request).passwords:
        return _back(ENTRY, why="off")
    try:
        async with sign_ins_of(request).place():
            session_id = await threaded(
                parts.staff.sign_in_with_password, login, password, address, earlier
            )
    except SignInDelayed as error:
        return _back(ENTRY, why="wait", seconds=str(error.seconds))
    except SignInRefused:
        return _back(ENTRY, why="wrong")
    return await welcome(request, parts, session_id)


@router.post("/sign-out", status_code=204)
async def sign_out(staff: Person, parts: Parts, response: Response) -> None:
    """End the session."""
    await threaded(parts.staff.sign_out, staff.session_id)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")


@router.post("/password", status_code=303, response_class=RedirectResponse)
async def change_password(
    request: Request,
    staff: Person,
    parts: Parts,
    new: Password,
    current: Password = "",
) -> Response:
    """Set one's own password; the current one is asked where there is one."""
    account = (await threaded(parts.staff.session, staff.session_id)).account
    try:
        async with sign_ins_of(request).place():
            if account.has_password and not await threaded(
                parts.staff.is_own_password, account, current, address_of(request)
            ):
                return _back(ACCOUNT, why="wrong")
            await threaded(parts.staff.set_password, account, new, staff.session_id)
    except SignInDelayed as error:
        return _back(ACCOUNT, why="wait", seconds=str(error.seconds))
    except PasswordWeak:
        return _back(ACCOUNT, why="weak")
    return _back(ACCOUNT, why="changed")


async def welcome(request: Request, parts: Parts, session_id: str) -> Response:
    """The page that hands over the session's cookie and leads on."""
    account = (await threaded(parts.staff.session, session_id)).account
    home = next((page for role, page in _HOMES if may(account.roles, {role})), "/staff/articles")
    response = HTMLResponse(_SIGNED_IN.format(home=home))
    response.set_cookie(
        SESSION_COOKIE,
        session_id,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_https(request),
        path="/",
    )
    return response


def is_https(request: Request) -> bool:
    """Whether visitors come by https, as far as the request or the setting tells."""
    return request.url.scheme == "https" or options_of(request).public_url.startswith("https:")


def _back(page: str, **why: str) -> Response:
    return RedirectResponse(f"{page}?{urlencode(why)}", status_code=303)
