"""``firstline insights reckon``: what the pages of content owners show, reckoned anew."""

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.command import Data, or_exit, say, writing

_NICE = 10


def insights_reckon(
    data: Data = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of the records.")] = 90,
    gently: Annotated[
        bool, typer.Option("--gently", help="Give way to whatever else runs.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Group all messages anew, not only what is new.")
    ] = False,
) -> None:
    """Reckon gaps, health and drivers for the pages under /insights; a server does it daily."""
    from bot.reckoning import reckon

    with or_exit():
        settings = writing(data)
        if gently:
            os.nice(_NICE)
        found = reckon(settings, days, lambda: datetime.now(UTC), anew=full, tell=say)
        gaps = len(found.report.gaps) if found.report is not None else 0
        say(
            f"{found.conversations} conversations, {gaps} gaps, {len(found.health)} articles in "
            f"{found.seconds:.0f} s; the pages under /insights show it"
        )
