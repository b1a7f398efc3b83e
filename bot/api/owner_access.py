"""What content owners' pages share: who opens them, and what their addresses and forms hold."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import HTMLResponse

from bot.accounts import StaffRole
from bot.api.access import StaffMember
from bot.api.printing import READS, PageSources, Printer
from bot.api.staff_pages import StaffPageGuard
from bot.content_desk import ContentDesk
from bot.errors import FirstlineError, NotReadyError
from bot.gate import Gate

MOST_LINES = 50
LONGEST_LINE = 2000

Reader = Annotated[
    StaffMember, Depends(StaffPageGuard(StaffRole.CONTENT_OWNER, StaffRole.EVALUATOR))
]
"""Who may read: content owners and evaluators. ``OwnerPages`` turns away who isn't signed in."""

ContentOwner = Annotated[StaffMember, Depends(StaffPageGuard(StaffRole.CONTENT_OWNER))]
"""Who may change something."""

Text = Annotated[str, Query(max_length=255)]
Place = Annotated[int, Query(ge=0, le=1_000_000)]
Line = Annotated[str, Form(max_length=LONGEST_LINE)]
Lines = Annotated[str, Form(max_length=60_000)]


class WordsRefused(FirstlineError):
    """What somebody wrote can't be kept; it says why and what to do."""


def signed_out(printer: Printer) -> Response:
    """The page that leads to signing in."""
    page = printer.private("staff/signed_out.html")
    page.status_code = 401
    return page


class OwnerPages:
    """What renders some of the pages.

    Who isn't signed in is told how to, and without a desk there is no page.

    Attributes:
        router: The routes.

    Args:
        printer: Makes the pages.
        sources: What the pages read.
    """

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        self._printer = printer
        self._sources = sources
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @property
    def _desk(self) -> ContentDesk:
        if self._sources.content is None:
            raise NotReadyError("nothing keeps what content owners see")
        return self._sources.content

    def _add(
        self, path: str, endpoint: Callable[..., Awaitable[Response]], method: str = "GET"
    ) -> None:
        """Adds a route; its endpoint names who asks ``staff``."""

        @wraps(endpoint)  # whose parameters the framework reads
        async def guarded(staff: StaffMember | None, **named: object) -> Response:
            if staff is None:
                return signed_out(self._printer)
            if self._sources.content is None:
                return self._printer.missing()
            return await endpoint(staff=staff, **named)

        methods = READS if method == "GET" else [method]
        self.router.add_api_route(path, guarded, methods=methods, response_model=None)


async def own_words(gate: Gate, written: str) -> list[str]:
    """The lines of what an owner wrote to be kept for good, blank ones left out.

    Raises:
        WordsRefused: A line is too long or holds personal data: Git could not forget it.
    """
    lines = [" ".join(line.split()) for line in written.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise WordsRefused(f"These are {len(lines)} lines. Keep to {MOST_LINES}.")
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise WordsRefused(f"Line {number} is longer than {LONGEST_LINE} characters.")
        admission = await gate.admit(line)
        if admission.withheld:
            raise WordsRefused(f"Line {number} could not be checked for personal data. Try again.")
        if admission.findings:
            raise WordsRefused(
                f"Line {number} holds personal data. Write it without: what you confirm goes into "
                "Git, which can't forget."
            )
    return lines
