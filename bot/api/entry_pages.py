"""The pages around signing in: the form, and one's own account."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from bot.api.access import Person, public
from bot.api.printing import Printer
from bot.api.services import Parts, options_of
from bot.passwords import SHORTEST
from bot.threaded import threaded

_WHY = {
    "wrong": "The login or the password is wrong.",
    "off": "Passwords are switched off here. Sign in the other way, or with a one-time link.",
    "role": "You have no role here yet. Ask whoever runs this service to put you into a group.",
    "failed": "Signing in did not work. Try again; if it stays so, ask whoever runs this service.",
    "weak": f"Take a password of {SHORTEST} or more characters that is not your name.",
    "changed": "Your password is set. You are signed out everywhere else.",
}
Why = Annotated[str, Query(max_length=16)]
Seconds = Annotated[int, Query(ge=0, le=3600)]


class EntryPages:
    """Renders them.

    Attributes:
        router: The routes.

    Args:
        printer: Makes the pages.
    """

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        self.router.add_api_route(
            "/staff/enter", self._enter, response_model=None, dependencies=[public]
        )
        self.router.add_api_route("/staff/account", self._account, response_model=None)

    async def _enter(self, request: Request, why: Why = "", seconds: Seconds = 0) -> Response:
        options = options_of(request)
        return self._printer.private(
            "staff/sign_in.html",
            said=_said(why, seconds),
            passwords=options.passwords,
            single_sign_on=options.single_sign_on,
        )

    async def _account(
        self, staff: Person, parts: Parts, why: Why = "", seconds: Seconds = 0
    ) -> Response:
        account = (await threaded(parts.staff.session, staff.session_id)).account
        return self._printer.private(
            "staff/account.html",
            staff=staff,
            account=account,
            said=_said("current" if why == "wrong" else why, seconds),
            good=why == "changed",
            shortest=SHORTEST,
        )


def _said(why: str, seconds: int) -> str:
    if why == "wait":
        return f"Too many wrong passwords. Wait {seconds} seconds, then try again."
    if why == "current":
        return "The current password is wrong."
    return _WHY.get(why, "")
