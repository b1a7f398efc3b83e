"""Who opens content owners' pages, and the types of what their addresses and forms hold."""

from typing import Annotated

from fastapi import Depends, Form, Query, Response

from bot.accounts import StaffRole
from bot.api.access import StaffMember
from bot.api.printing import Printer
from bot.api.staff_pages import StaffPageGuard
from bot.errors import FirstlineError
from bot.gate import Gate

MOST_LINES = 50
LONGEST_LINE = 2000

Reader = Annotated[
    StaffMember | None, Depends(StaffPageGuard(StaffRole.CONTENT_OWNER, StaffRole.EVALUATOR))
]
"""Who may read: content owners and evaluators; ``None`` for whoever is not signed in."""

ContentOwner = Annotated[StaffMember | None, Depends(StaffPageGuard(StaffRole.CONTENT_OWNER))]
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
