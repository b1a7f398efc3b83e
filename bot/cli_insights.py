"""``firstline insights`` and ``firstline kb health``: what content owners open on Monday."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.accounts import OPERATOR, StaffRole
from bot.command import Data, or_exit, say, writing

insights_app = typer.Typer(no_args_is_help=True, help="Why customers contact us; the digest.")

Conversations = Annotated[
    Path | None,
    typer.Option(
        help="Conversations in the replay format, JSON lines; the service's own if empty."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Days = Annotated[int, typer.Option(min=1, max=366, help="Days of the service's own records.")]


@insights_app.command("drivers")
def insights_drivers(
    data: Data = None,
    conversations: Conversations = None,
    as_json: AsJson = False,
    as_table: Annotated[
        bool, typer.Option("--csv", help="Every driver as CSV on standard output.")
    ] = False,
    days: Days = 90,
) -> None:
    """Say why customers contact us: the ten dearest reasons, and what changed since last week."""
    from bot.insights.driver_tables import as_csv, as_markdown, driver_record
    from bot.opening import open_store
    from bot.reporting import contact_drivers, gaps_kept
    from bot.wiring import build_offline

    with or_exit():
        settings = writing(data)
        store = open_store(settings)
        try:
            now = datetime.now(UTC)
            offline, gaps = build_offline(settings), gaps_kept(settings, conversations)
            found = contact_drivers(offline, store, conversations, days, now, gaps)
        finally:
            store.close()
        if as_json:
            rows = [driver_record(each) for each in found.drivers]
            print_lines([json.dumps(rows, indent=1, ensure_ascii=False)])
        elif as_table:
            print_lines([as_csv(found.drivers).rstrip()])
        else:
            print_lines([as_markdown(found, settings.insights.currency)])


@insights_app.command("intents")
def insights_intents(
    data: Data = None,
    as_json: AsJson = False,
    as_table: Annotated[
        bool, typer.Option("--csv", help="Every intent as CSV on standard output.")
    ] = False,
    days: Days = 90,
) -> None:
    """Say how each intent goes: volume, trend, containment, handoffs, wrong answers, ratings."""
    from bot.insights.intents_table import intent_lines, intent_record, intents_csv
    from bot.opening import open_store
    from bot.reporting import intents_report

    with or_exit():
        settings = writing(data)
        store = open_store(settings)
        try:
            found = intents_report(settings, store, days, datetime.now(UTC))
        finally:
            store.close()
        if as_json:
            rows = [intent_record(each) for each in found]
            print_lines([json.dumps(rows, indent=1, ensure_ascii=False)])
        elif as_table:
            print_lines([intents_csv(found).rstrip()])
        else:
            print_lines(intent_lines(found))


@insights_app.command("digest")
def insights_digest(
    role: Annotated[StaffRole, typer.Option(help="Whom it is for.")] = StaffRole.CONTENT_OWNER,
    kb: Annotated[
        Path | None, typer.Option(help="Knowledge base folder; built-in one if empty.")
    ] = None,
    data: Data = None,
    conversations: Conversations = None,
    days: Days = 90,
) -> None:
    """Write the week's news for a mail, as Markdown: what the role needs on Monday morning."""
    from bot.digests import DigestSource, digest_for
    from bot.opening import open_store
    from bot.wiring import build_offline

    with or_exit():
        settings = writing(data, kb=kb)
        offline = build_offline(settings)
        store = open_store(settings)
        try:
            source = DigestSource(offline, store, conversations, days, datetime.now(UTC), say)
            told = digest_for(role, source)
        finally:
            store.close()
        print_lines([told])


def kb_health(
    kb: Annotated[
        Path | None, typer.Option(help="Knowledge base folder; built-in one if empty.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    days: Days = 90,
    dismiss: Annotated[
        str, typer.Option(metavar="KEY", help="A contradiction that is none; needs --reason.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why it is none.")] = "",
    name_again: Annotated[
        str, typer.Option("--name-again", metavar="KEY", help="Take a dismissal back.")
    ] = "",
) -> None:
    """Say of each article what to fix: due reviews, contradictions, links, how it helps."""
    from bot.article_health import article_health, dismissed_lines, health_lines
    from bot.dismissing import dismiss_contradiction
    from bot.opening import open_store
    from bot.wiring import knowledge_base

    with or_exit():
        settings = writing(data, kb=kb)
        store = open_store(settings)
        try:
            now = datetime.now(UTC)
            if name_again:
                store.dismissals.take_back(name_again, OPERATOR, now)
            health = article_health(settings, knowledge_base(settings), store, days, now)
            if dismiss:
                health = dismiss_contradiction(settings, store, health, dismiss, reason, now)
                say(f"{dismiss} is dismissed until either sentence changes")
            dismissed = store.dismissals.every()
        finally:
            store.close()
        if as_json:
            rows = [each.record() for each in health]
            print_lines([json.dumps(rows, indent=1, ensure_ascii=False)])
        else:
            print_lines([*health_lines(health), *dismissed_lines(dismissed)])


def print_lines(lines: Iterable[str]) -> None:
    """Print what a command found on standard output."""
    for line in lines:
        print(line)  # noqa: T201  the command's output
