"""``firstline gaps`` and ``firstline insights``: what content owners open on Monday."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.accounts import OPERATOR
from bot.command import Data, or_exit, say, writing

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.insights.draft import Draft
    from bot.insights.gaps import GapReport
    from bot.store import Store
    from bot.wiring import Offline

gaps_app = typer.Typer(
    invoke_without_command=True, help="What customers ask and nothing answers, dearest first."
)

insights_app = typer.Typer(no_args_is_help=True, help="Why customers contact us; the digest.")

Conversations = Annotated[
    Path | None,
    typer.Option(
        help="Conversations in the replay format, JSON lines; the service's own if empty."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Days = Annotated[int, typer.Option(min=1, max=366, help="Days of the service's own records.")]


@gaps_app.callback()
def gaps(
    context: typer.Context,
    data: Data = None,
    conversations: Conversations = None,
    as_json: AsJson = False,
    chatter: Annotated[
        bool, typer.Option("--chatter", help="List what is none of our topics instead.")
    ] = False,
    days: Days = 90,
    full: Annotated[
        bool, typer.Option("--full", help="Group all messages anew, not only what is new.")
    ] = False,
) -> None:
    """Find gaps: messages that ended without a right answer, grouped by what they ask."""
    if context.invoked_subcommand is not None:
        return
    from bot.gap_finding import gap_lines

    with or_exit():
        settings = writing(data)
        report = _found(settings, conversations, days, anew=full)
        if as_json:
            rows = report.chatter if chatter else report.gaps
            _print([json.dumps([row.record() for row in rows], indent=1, ensure_ascii=False)])
        elif chatter:
            _print(f"{row.contacts:6} {row.title}" for row in report.chatter)
        else:
            _print(gap_lines(report, settings.insights.currency))


@gaps_app.command("state")
def gaps_state(
    gap: Annotated[str, typer.Argument(metavar="ID", help="The gap, as `firstline gaps` says.")],
    state: Annotated[str, typer.Argument(help="open, drafting, published or dismissed.")],
    reason: Annotated[str, typer.Option(help="Why it is dismissed.")] = "",
    data: Data = None,
) -> None:
    """Say where work on a gap stands; only an index that answers it makes it verified."""
    from bot.insights.progress import moved_by_hand
    from bot.opening import open_store

    with or_exit():
        store = open_store(writing(data))
        try:
            wanted = moved_by_hand(store.gaps.get(gap), state, reason)
            store.gaps.move(gap, wanted, reason.strip(), OPERATOR, datetime.now(UTC))
        finally:
            store.close()
        say(f"{gap} is {wanted.value}")


@gaps_app.command("confirm")
def gaps_confirm(
    gap: Annotated[str, typer.Argument(metavar="ID", help="The gap, as `firstline gaps` says.")],
    messages: Annotated[
        Path, typer.Option(help="Text file: messages in your own words, one a line.")
    ],
    article: Annotated[str, typer.Option(help="Article that must answer; any if empty.")] = "",
    data: Data = None,
) -> None:
    """Make messages that you wrote or confirmed the tests of a gap, in place of earlier ones."""
    from bot.gap_finding import masked
    from bot.insights.golden_tests import read_messages
    from bot.opening import open_store

    with or_exit():
        settings = writing(data)
        wanted = read_messages(messages, masked(settings), article)
        store = open_store(settings)
        try:
            store.gaps.confirm(gap, wanted, OPERATOR, datetime.now(UTC))
        finally:
            store.close()
        say(f"{gap} is verified when an index answers all {len(wanted)}")


@gaps_app.command("draft")
def gaps_draft(
    gap: Annotated[str, typer.Argument(metavar="ID", help="The gap, as `firstline gaps` says.")],
    title: Annotated[str, typer.Option(help="The article's title.")],
    notes: Annotated[
        Path | None, typer.Option(help="Text file: what to do, in your own words, a step a line.")
    ] = None,
    prose: Annotated[
        bool, typer.Option("--prose", help="Let the language model for drafts word it, too.")
    ] = False,
    data: Data = None,
) -> None:
    """Print the draft of an article as a patch for `git apply`: what it must answer, an outline."""
    from bot.gap_finding import draft_for, masked
    from bot.insights.golden_tests import read_lines
    from bot.opening import open_store
    from bot.prose import require_draft_model
    from bot.wiring import build_offline

    with or_exit():
        settings = writing(data)
        if prose:
            require_draft_model(settings)
        steps = [text for _, text in read_lines(notes, masked(settings))] if notes else []
        store = open_store(settings)
        try:
            offline = build_offline(settings)
            draft = draft_for(offline, store, gap, title, steps, OPERATOR, datetime.now(UTC))
            if prose:
                draft = _worded(offline, store, gap, draft, steps)
        finally:
            store.close()
        _print([draft.patch().rstrip("\n")])


@gaps_app.command("tests")
def gaps_tests(
    out: Annotated[Path, typer.Option(help="Suite file to write, YAML.")],
    data: Data = None,
) -> None:
    """Write the confirmed tests of all gaps as a suite for `firstline-evals run`."""
    from bot.insights.golden_tests import suite_text
    from bot.opening import open_store

    with or_exit():
        store = open_store(writing(data))
        try:
            cases = store.gaps.every_case()
        finally:
            store.close()
        out.write_text(suite_text(cases), encoding="utf-8")
        say(f"{out}: {len(cases)} cases")


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
    from bot.insights.drivers import TOP, as_csv, as_markdown
    from bot.opening import open_store
    from bot.reporting import contact_drivers
    from bot.wiring import build_offline

    with or_exit():
        settings = writing(data)
        store = open_store(settings)
        try:
            now = datetime.now(UTC)
            found = contact_drivers(build_offline(settings), store, conversations, days, now)
        finally:
            store.close()
        if as_json:
            rows = [each.record() for each in found]
            _print([json.dumps(rows, indent=1, ensure_ascii=False)])
        elif as_table:
            _print([as_csv(found).rstrip()])
        else:
            _print([as_markdown(found[:TOP], settings.insights.currency)])


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
        store = open_store(writing(data))
        try:
            found = intents_report(store, days, datetime.now(UTC))
        finally:
            store.close()
        if as_json:
            rows = [intent_record(each) for each in found]
            _print([json.dumps(rows, indent=1, ensure_ascii=False)])
        elif as_table:
            _print([intents_csv(found).rstrip()])
        else:
            _print(intent_lines(found))


@insights_app.command("digest")
def insights_digest(
    role: Annotated[
        Literal["content-owner"], typer.Option(help="Whom it is for.")
    ] = "content-owner",
    kb: Annotated[
        Path | None, typer.Option(help="Knowledge base folder; built-in one if empty.")
    ] = None,
    data: Data = None,
    conversations: Conversations = None,
    days: Days = 90,
) -> None:
    """Write the week's news for a mail, as Markdown: gaps, articles to fix, drivers."""
    from bot.article_health import article_health
    from bot.gap_finding import find_gaps
    from bot.opening import open_store
    from bot.reporting import contact_drivers, digest
    from bot.wiring import build_offline, knowledge_base

    with or_exit():
        settings = writing(data, kb=kb)
        now = datetime.now(UTC)
        offline = build_offline(settings)
        store = open_store(settings)
        try:
            gaps = find_gaps(offline, store, conversations, days, now)
            health = article_health(settings, knowledge_base(settings), store, days, now)
            drivers = contact_drivers(offline, store, conversations, days, now)
        finally:
            store.close()
        _print([digest(gaps, health, drivers, settings.insights.currency)])


def kb_health(
    kb: Annotated[
        Path | None, typer.Option(help="Knowledge base folder; built-in one if empty.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    days: Days = 90,
) -> None:
    """Say of each article what to fix: due reviews, contradictions, links, how it helps."""
    from bot.article_health import article_health, health_lines
    from bot.opening import open_store
    from bot.wiring import knowledge_base

    with or_exit():
        settings = writing(data, kb=kb)
        store = open_store(settings)
        try:
            now = datetime.now(UTC)
            health = article_health(settings, knowledge_base(settings), store, days, now)
        finally:
            store.close()
        if as_json:
            rows = [each.record() for each in health]
            _print([json.dumps(rows, indent=1, ensure_ascii=False)])
        else:
            _print(health_lines(health))


def _worded(
    offline: "Offline", store: "Store", gap: str, outline: "Draft", steps: Sequence[str]
) -> "Draft":
    """The draft with prose, or as it is where no model words it now."""
    import asyncio

    from bot.insights.prose import NoProseError
    from bot.prose import prose_writer

    offline.books.keep_in(store.spend)
    writer = prose_writer(offline, store)
    if writer is None:
        return outline
    try:
        worded = asyncio.run(writer.word(gap, outline, steps))
    except NoProseError as error:
        say(f"no prose: {error}; this is the outline alone")
        return outline
    say(f"worded by {writer.name}, {worded.prose.told()}")
    return worded.draft


def _found(
    settings: "Settings", conversations: Path | None, days: int, *, anew: bool
) -> "GapReport":
    from bot.gap_finding import find_gaps
    from bot.opening import open_store
    from bot.wiring import build_offline

    store = open_store(settings)
    try:
        now = datetime.now(UTC)
        return find_gaps(build_offline(settings), store, conversations, days, now, anew=anew)
    finally:
        store.close()


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)  # noqa: T201  the command's output
