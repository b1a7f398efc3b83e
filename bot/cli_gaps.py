"""``firstline gaps``: what customers ask and nothing answers, its tests and its draft."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.accounts import OPERATOR
from bot.cli_insights import AsJson, Conversations, Days, print_lines
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
            print_lines([json.dumps([row.record() for row in rows], indent=1, ensure_ascii=False)])
        elif chatter:
            print_lines(f"{row.contacts:6} {row.title}" for row in report.chatter)
        else:
            print_lines(gap_lines(report, settings.insights.currency))


@gaps_app.command("state")
def gaps_state(
    gap: Annotated[str, typer.Argument(metavar="ID", help="The gap, as `firstline gaps` says.")],
    state: Annotated[str, typer.Argument(help="open, drafting, published or dismissed.")],
    reason: Annotated[str, typer.Option(help="Why it is dismissed.")] = "",
    data: Data = None,
) -> None:
    """Say where work on a gap stands; only an index that answers it makes it verified."""
    from bot.gap_finding import masked
    from bot.insights.golden_tests import own_line
    from bot.insights.progress import moved_by_hand
    from bot.opening import open_store

    with or_exit():
        settings = writing(data)
        why = own_line(reason, masked(settings), "--reason") if reason.strip() else ""
        store = open_store(settings)
        try:
            wanted = moved_by_hand(store.gaps.get(gap), state, why)
            store.gaps.move(gap, wanted, why, OPERATOR, datetime.now(UTC))
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
    from bot.insights.golden_tests import read_messages, unknown_article
    from bot.opening import open_store
    from retrieval.generation import read_articles
    from retrieval.manifest import generation_folder

    with or_exit():
        settings = writing(data)
        wanted = read_messages(messages, masked(settings), article)
        if article:
            known = {each.id for each in read_articles(generation_folder(settings.data))}
            if strange := unknown_article(article.strip(), known):
                say(f"note: {strange}")
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
    conversations: Conversations = None,
    data: Data = None,
) -> None:
    """Print the draft of an article as a patch for `git apply`: what it must answer, an outline."""
    from bot.drafting import draft_for
    from bot.gap_finding import masked
    from bot.insights.golden_tests import own_line, read_lines
    from bot.opening import open_store
    from bot.prose import require_draft_model
    from bot.wiring import build_offline

    with or_exit():
        settings = writing(data)
        if prose:
            require_draft_model(settings)
        mask = masked(settings)
        title = own_line(title, mask, "--title")
        steps = [text for _, text in read_lines(notes, mask)] if notes else []
        store = open_store(settings)
        try:
            offline = build_offline(settings)
            now = datetime.now(UTC)
            draft = draft_for(offline, store, gap, title, steps, OPERATOR, now, conversations)
            if prose:
                draft = _worded(offline, store, gap, draft, steps)
        finally:
            store.close()
        print_lines([draft.patch().rstrip("\n")])


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
        offline = build_offline(settings)
        return find_gaps(offline, store, conversations, days, now, anew=anew, tell=say)
    finally:
        store.close()
