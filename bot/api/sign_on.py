"""Signing in by the identity provider: there and back."""

import hmac
import logging
from typing import Annotated, cast

import jwt
from fastapi import APIRouter, Cookie, Query, Request, Response
from fastapi.responses import RedirectResponse

from bot.api.access import SESSION_COOKIE, address_of, count, public
from bot.api.problems import not_found
from bot.api.services import Parts, options_of
from bot.api.staff import ENTRY, SIGN_INS, is_https, welcome
from bot.oidc import Provider, SignOnError, SignOnRefused, Start
from bot.staff import NoRole
from bot.store_errors import SignInRefused
from bot.threaded import threaded

logger = logging.getLogger(__name__)

COOKIE = "firstline_sign_on"
PATH = "/staff/oidc"
MINUTES = 10

router = APIRouter(prefix=PATH, tags=["staff"], include_in_schema=False)

Short = Annotated[str, Query(max_length=2048)]


def _provider(request: Request) -> Provider:
    provider = cast("Provider | None", request.app.state.provider)
    if provider is None:
        raise not_found()
    return provider


def _redirect_uri(request: Request) -> str:
    site = options_of(request).public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{site}{PATH}/callback"


@router.get("/start", dependencies=[public])
async def start(request: Request, parts: Parts) -> Response:
    """Sends the browser to the provider; what must come back stays in a sealed cookie."""
    await count(request, "sign-in", address_of(request), SIGN_INS)
    try:
        started = await _provider(request).start(_redirect_uri(request))
    except SignOnError as error:
        return _failed(error)
    response = RedirectResponse(started.url, status_code=303)
    response.set_cookie(
        COOKIE,
        parts.staff.seal([started.state, started.nonce, started.verifier], minutes=MINUTES),
        max_age=MINUTES * 60,
        httponly=True,
        samesite="lax",  # the way back starts at the provider's site
        secure=is_https(request),
        path=PATH,
    )
    return response


@router.get("/callback", dependencies=[public])
async def callback(
    request: Request,
    parts: Parts,
    code: Short = "",
    state: Short = "",
    iss: Short = "",
    sealed: Annotated[str, Cookie(alias=COOKIE)] = "",
    earlier: Annotated[str | None, Cookie(alias=SESSION_COOKIE)] = None,
) -> Response:
    """Takes the browser back, checks what it brings and opens a session."""
    await count(request, "sign-in", address_of(request), SIGN_INS)
    provider = _provider(request)
    try:
        started = Start("", *parts.staff.unseal(sealed))
        if not code or not hmac.compare_digest(started.state.encode(), state.encode()):
            raise SignOnRefused("the browser brings no code of a sign-in that began here")
        if iss and iss != provider.issuer:
            raise SignOnRefused("another provider answered")
        identity = await provider.finish(code, started, _redirect_uri(request))
        session_id = await threaded(parts.staff.enter, identity, earlier)
    except (SignOnError, SignInRefused, jwt.PyJWTError, ValueError, TypeError) as error:
        return _failed(error)
    response = await welcome(request, parts, session_id)
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return response


def _failed(error: Exception) -> Response:
    logger.warning("sign-on refused error=%s: %s", type(error).__name__, error)
    why = "role" if isinstance(error, NoRole) else "failed"
    response = RedirectResponse(f"{ENTRY}?why={why}", status_code=303)
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return response
