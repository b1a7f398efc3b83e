"""Signing in by a one-time link, and out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from bot.api.access import (
    SESSION_COOKIE,
    TOKEN_CHARACTERS,
    Staff,
    address_of,
    count,
    public,
)
from bot.api.services import Parts, options_of
from bot.store_errors import SignInRefused
from bot.store_staff import ABSOLUTE
from bot.threaded import threaded

HOME = "/staff"
SIGN_INS = 20

# A page, not a redirect: after a redirect from another site's link the browser would not send the
# strict cookie yet. The refresh is the page's own navigation.
_SIGNED_IN = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Signed in</title>
<meta http-equiv="refresh" content="0;url={HOME}"></head>
<body><main><h1>You are signed in</h1><p><a href="{HOME}">Go to the staff pages</a></p></main>
</body></html>
"""

_REFUSED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Link not valid</title></head>
<body><main><h1>This link was used or is too old</h1>
<p>Each link signs one person in, once. Whoever runs this service makes a fresh one with
<code>firstline staff link</code>.</p></main></body></html>
"""

router = APIRouter(prefix="/staff", tags=["staff"])


@router.get("/sign-in", dependencies=[public], response_class=HTMLResponse)
async def sign_in(
    request: Request, parts: Parts, token: Annotated[str, Query(max_length=TOKEN_CHARACTERS)]
) -> Response:
    """Use up a one-time link and open a session."""
    count(request, "sign-in", address_of(request), SIGN_INS)
    try:
        session_id = await threaded(parts.staff.sign_in, token)
    except SignInRefused:
        return HTMLResponse(_REFUSED, status_code=401)
    response = HTMLResponse(_SIGNED_IN)
    response.set_cookie(
        SESSION_COOKIE,
        session_id,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=_is_https(request),
        path="/",
    )
    return response


@router.post("/sign-out", status_code=204)
async def sign_out(staff: Staff, parts: Parts, response: Response) -> None:
    """End the session."""
    await threaded(parts.staff.sign_out, staff.session_id)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https" or options_of(request).public_url.startswith("https:")
