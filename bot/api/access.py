"""Who may call a route: every route names one guard, a dependency with a ``role``.

``create_app`` refuses a route without, so that nothing is open by oversight. The guards are async
though most await nothing: others run in a thread, for which a busy server waits long.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from bot.accounts import ANY_ROLE, KeyScope, StaffRole, may
from bot.api.problems import Problem, not_found, too_many
from bot.api.services import limiter_of, options_of, services_of, shared_rates_of, witness_of
from bot.store_errors import SignInRefused
from bot.threaded import threaded
from bot.tokens import TokenExpired, TokenRefused, VisitorToken

SESSION_COOKIE = "firstline_staff"
FORM_TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105  a header's name
FORM_TOKEN_FIELD = "csrf_token"  # noqa: S105  a form field's name
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_CHARACTERS = 2048
_COUNTED_HERE = frozenset({"read", "search"})  # they cost less than counting them together

_bearer = HTTPBearer(auto_error=False, scheme_name="visitor", description="The visitor's token")
_cookie = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, scheme_name="staff")
_key = HTTPBearer(
    auto_error=False, scheme_name="key", description="A key of firstline keys add --role …"
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
KeyCredentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_key)]
SessionCookie = Annotated[str | None, Depends(_cookie)]


class Role(StrEnum):
    """Who may call a route."""

    PUBLIC = "public"
    VISITOR = "visitor"
    STAFF = "staff"


class PublicGuard:
    """Lets everybody through."""

    role = Role.PUBLIC

    async def __call__(self) -> None:
        """Nothing to check."""


class VisitorGuard:
    """Lets the holder of a conversation's token through; gives the conversation's id."""

    role = Role.VISITOR

    async def __call__(
        self, request: Request, conversation_id: str, credentials: Credentials
    ) -> str:
        """Checks the token. Another conversation's token sees what an unknown id would."""
        try:
            owned = services_of(request).tokens.conversation(_token(credentials))
        except TokenExpired:
            raise _expired() from None
        except TokenRefused:
            raise _unauthorised() from None
        if owned != conversation_id:
            raise not_found()
        return conversation_id


class RenewalGuard:
    """Lets the holder of a valid or recently expired token through; gives a fresh one."""

    role = Role.VISITOR

    async def __call__(
        self, request: Request, conversation_id: str, credentials: Credentials
    ) -> VisitorToken:
        """Renews the token."""
        try:
            renewed = services_of(request).tokens.renew(_token(credentials), conversation_id)
        except TokenExpired:
            raise Problem(
                401,
                "token-expired",
                "The token is too old to renew",
                "Start a new conversation with POST /v1/conversations.",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            ) from None
        except TokenRefused:
            raise _unauthorised() from None
        if renewed is None:
            raise not_found()
        return renewed


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Who calls, and the token that this person's forms must carry.

    Attributes:
        id: Of the account or the key.
        name: What colleagues and customers see; nobody else has it.
        roles: What the caller may do.
        session_id: The session; empty for an API key.
        form_token: Empty for an API key.
    """

    id: str
    name: str
    roles: frozenset[StaffRole]
    session_id: str = ""
    form_token: str = ""

    def may(self, *roles: StaffRole) -> bool:
        """Whether the caller may do what is for one of ``roles``."""
        return may(self.roles, roles)


class StaffGuard:
    """Lets staff of certain roles through, signed in or with an API key.

    A change by somebody signed in also needs our own origin and the form token; by a key it needs
    the scope to write.

    Args:
        roles: Who may call; everybody on the staff when none is named. An admin always may.
        keys: Whether API keys may; pages are for people.
    """

    role = Role.STAFF

    def __init__(self, *roles: StaffRole, keys: bool = True) -> None:
        self.roles = frozenset(roles) or ANY_ROLE
        self.keys = keys

    async def __call__(
        self, request: Request, session_id: SessionCookie = None, key: KeyCredentials = None
    ) -> StaffMember:
        """Checks key or session, role, origin and form token; notes what is asked for."""
        if key is not None and self.keys:
            member = await _of_key(request, key.credentials)
        else:
            member = await _of_session(request, session_id)
        if not may(member.roles, self.roles):
            raise not_for_you(self.roles)
        staff = services_of(request).staff
        await witness_of(request).note(request, staff, member.name, member.id)
        return member


async def _of_key(request: Request, text: str) -> StaffMember:
    key = await threaded(services_of(request).staff.key, text)
    if request.method not in SAFE_METHODS and key.scope is not KeyScope.WRITE:
        raise Problem(
            403, "scope", "This key may only read", "Use a key that was made with --scope write."
        )
    return StaffMember(key.id, key.name, frozenset({key.role}))


async def _of_session(request: Request, session_id: str | None) -> StaffMember:
    if session_id is None or len(session_id) > TOKEN_CHARACTERS:
        raise SignInRefused("no session")
    staff = services_of(request).staff
    account = (await threaded(staff.session, session_id)).account
    if request.method not in SAFE_METHODS:
        require_own_origin(request)
        if not staff.is_form_token(session_id, await _form_token(request)):
            raise Problem(
                403, "form-token", "The form is out of date", "Load the page again and retry."
            )
    return StaffMember(
        account.id, account.name, account.roles, session_id, staff.form_token(session_id)
    )


def not_for_you(roles: Iterable[StaffRole]) -> Problem:
    """Signed in, but with another role."""
    named = " or ".join(sorted({*roles, StaffRole.ADMIN}))
    return Problem(
        403,
        "role",
        "This is not for your role",
        f"It is for {named}; an admin changes roles with firstline staff roles.",
    )


def require_own_origin(request: Request) -> None:
    """Refuses a change that another site's page asks for.

    Raises:
        Problem: When the browser names another origin, or none at all.
    """
    origin = request.headers.get("Origin")
    own = {f"{request.url.scheme}://{request.url.netloc}", options_of(request).public_url}
    same = origin in own if origin else request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not same:
        raise Problem(
            403, "foreign-origin", "Refused", "Make this change on the staff pages themselves."
        )


def address_of(request: Request) -> str:
    """The caller's address, for rates: of IPv6 the /64, for a household has all of it."""
    host = request.client.host if request.client else "unknown"
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))


async def count(request: Request, what: str, who: str, limit: int, once: str | None = None) -> None:
    """Counts a request against a rate: here, and for all servers where that matters.

    Raises:
        Problem: When there were too many, with the seconds to wait.
    """
    key = f"{what} {who}"
    seconds = limiter_of(request).wait(key, limit, once)
    shared = shared_rates_of(request)
    if not seconds and shared is not None and what not in _COUNTED_HERE:
        seconds = await shared.wait(key, limit, once)
    if seconds:
        raise too_many(seconds)


def _token(credentials: HTTPAuthorizationCredentials | None) -> str:
    if credentials is None or len(credentials.credentials) > TOKEN_CHARACTERS:
        raise TokenRefused("no token")
    return credentials.credentials


def _unauthorised() -> Problem:
    return Problem(
        401,
        "token",
        "A valid token is needed",
        "Send the token of POST /v1/conversations as Authorization: Bearer.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _expired() -> Problem:
    return Problem(
        401,
        "token-expired",
        "The token has expired",
        "Renew it with POST /v1/conversations/{id}/token and send the request again.",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


async def _form_token(request: Request) -> str:
    header = request.headers.get(FORM_TOKEN_HEADER)
    if header is not None:
        return header
    if request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        field = (await request.form()).get(FORM_TOKEN_FIELD)
        return field if isinstance(field, str) else ""
    return ""


public = Depends(PublicGuard())
"""For ``dependencies=[public]`` of a route that anybody may call."""

OwnConversation = Annotated[str, Depends(VisitorGuard())]
"""The id in the path, once the token is found to be its own."""

Renewed = Annotated[VisitorToken, Depends(RenewalGuard())]
"""A fresh token for the conversation in the path."""

Staff = Annotated[StaffMember, Depends(StaffGuard(StaffRole.AGENT))]
"""The agent who calls."""

Person = Annotated[StaffMember, Depends(StaffGuard(keys=False))]
"""The person who is signed in, of any role."""
