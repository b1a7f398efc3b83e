"""``firstline kb import``: what people have, as articles of the knowledge base; again and again."""

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from bot.command import CANNOT_START, SOME_FAILED, errors, or_exit, read_settings, say
from bot.errors import ConfigurationError
from bot.keys import Keys
from retrieval.article import Audience

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.importing.change import Plan
    from bot.importing.masking import Masker
    from bot.sources.source import Source
    from bot.sources.web import Bounds
    from bot.sources.website import Choice
    from redaction.redactor import Redactor


class _Rate(ProgressColumn):
    """Pages a second."""

    def render(self, task: Task) -> Text:
        """As text."""
        return Text(f"{task.speed or 0:.1f} pages/s")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    columns = (
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield report


def kb_import(  # noqa: PLR0913, PLR0917  each is an option of its own
    source: Annotated[
        str, typer.Argument(help="Address of a help site or its sitemap, a file, or a folder.")
    ],
    kb: Annotated[Path | None, typer.Option(help="Knowledge base folder; made if missing.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the diff and write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="A summary as JSON on standard output.")
    ] = False,
    name: Annotated[
        str, typer.Option(help="Name of the source, where two would have the same.")
    ] = "",
    owner: Annotated[str, typer.Option(help="Owner of new articles.")] = "",
    domain: Annotated[str, typer.Option(help="Folder of new articles; by section if empty.")] = "",
    audience: Annotated[
        Audience | None, typer.Option(help="Who may read new articles; else the source says.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="YAML: which pages go to which domain and owner.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Archive articles that are gone at the source.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Bring back articles that were deleted here.")
    ] = False,
    refetch: Annotated[
        bool, typer.Option("--refetch", help="Read anew what the server calls unchanged.")
    ] = False,
    allow_mass_deletion: Annotated[
        bool, typer.Option("--allow-mass-deletion", help="Archive though most would go.")
    ] = False,
    keep: Annotated[
        list[str] | None,
        typer.Option(help="Pattern of what is not masked, such as your own phone number."),
    ] = None,
    leave: Annotated[
        list[str] | None, typer.Option(help="Kind that is reported and left, such as PHONE.")
    ] = None,
    fewest_words: Annotated[
        int, typer.Option(min=1, help="Words that a page must have to be an article.")
    ] = 12,
    under: Annotated[
        str, typer.Option(help="Website: only pages at or below this path, as in /help.")
    ] = "",
    max_pages: Annotated[int, typer.Option(min=1, help="Website: pages at most.")] = 5000,
    max_minutes: Annotated[float, typer.Option(min=0.1, help="Website: minutes at most.")] = 60,
    rate: Annotated[
        float, typer.Option(min=0.01, max=1000, help="Website: requests a second at most.")
    ] = 4,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Website: may be in your own network, and by http."),
    ] = False,
    encoding: Annotated[str, typer.Option(help="CSV: encoding of the file.")] = "utf-8-sig",
) -> None:
    """Import a help site, exports of other software, files or a CSV; again and again."""
    from bot.importing.filing import Filing, read_mapping, slug
    from bot.importing.importer import Importer, Wishes
    from bot.importing.telling import record
    from bot.sources.web import Bounds
    from bot.sources.website import Choice

    with or_exit():
        settings = read_settings(kb=kb)
        root = _root(settings)
        settings = _keeping(settings, keep or [])
        filing = Filing(domain, owner, audience, read_mapping(mapping) if mapping else ())
        wishes = Wishes(dry_run, prune, restore, refetch, allow_mass_deletion, fewest_words)
        masker = _masker(settings, leave or [])
        options = repr((source, settings.redaction, sorted(leave or []), fewest_words, under))
        bounds = Bounds(rate=rate, seconds=max_minutes * 60)
        began = time.monotonic()
        with _opened(source, Choice(under, max_pages), bounds, encoding, allow_private) as opened:
            named = slug(name) or opened.name
            importer = Importer(root, named, masker, filing, wishes, datetime.now(UTC))
            with importer.alone():
                with _progress() as report:
                    plan = importer.plan(opened, options, report)
                agreed = not dry_run and (yes or not plan.writes or _asked(plan))
                if agreed:
                    importer.write(plan)
                _tell(plan, dry_run=dry_run, agreed=agreed, as_json=as_json)
                if as_json:
                    seconds = time.monotonic() - began
                    told = record(plan, named, opened.requests, seconds, applied=agreed)
                    _print([json.dumps(told, indent=1, ensure_ascii=False)])
        if not plan.is_complete:
            raise typer.Exit(SOME_FAILED)


def _root(settings: "Settings") -> Path:
    """The folder to import into: never the one that ships."""
    if settings.kb is None:
        raise ConfigurationError(
            "there is no folder to import into: name one with --kb or FIRSTLINE_KB"
        )
    return settings.kb


def _keeping(settings: "Settings", patterns: list[str]) -> "Settings":
    from redaction.keep_pattern import KeepPatternError, compile_keep

    for pattern in patterns:
        try:
            compile_keep(pattern)
        except KeepPatternError as error:
            raise ConfigurationError(f"--keep {pattern!r} {error}") from None
    kept = (*settings.redaction.keep, *patterns)
    redaction = settings.redaction.model_copy(update={"keep": kept})
    return settings.model_copy(update={"redaction": redaction})


def _masker(settings: "Settings", leave: list[str]) -> "Masker":
    from bot.importing.masking import Masker
    from redaction.keep import KeepFileError, build_keep
    from redaction.kinds import KINDS

    unknown = sorted(set(leave) - set(KINDS))
    if unknown:
        raise ConfigurationError(
            f"--leave {unknown[0]}: there is no such kind; there are {', '.join(sorted(KINDS))}"
        )

    def redactor() -> "Redactor":
        from bot.wiring import open_redactor

        # Nothing keeps a digest of what is found here: the key need not outlive the import.
        key = secrets.token_bytes(32)
        return open_redactor(settings, Keys(key, None, key, key, key))

    try:
        own = build_keep(settings.redaction.model_copy(update={"keep_defaults": False}))
    except KeepFileError as error:
        raise ConfigurationError(f"FIRSTLINE_REDACTION__KEEP_FILE: {error}") from None
    return Masker(redactor, leave, own.patterns)


@contextmanager
def _opened(
    named: str, choice: "Choice", bounds: "Bounds", encoding: str, allow_private: bool
) -> Iterator["Source"]:
    from bot.sources.opening import PRIVATE, is_address, open_file

    if not is_address(named):
        yield open_file(Path(named), encoding)
        return
    from bot.helpdesk.network import Networks
    from bot.sources.web import Web
    from bot.sources.website import Website

    networks = Networks(PRIVATE if allow_private else ())
    with Web(urlsplit(named).netloc, networks, bounds) as web:
        yield Website(named, web, choice)


def _asked(plan: "Plan") -> bool:
    """Whether somebody at the terminal agrees."""
    from bot.importing.telling import diff_lines, summary_lines

    if not sys.stdin.isatty():
        return False
    for line in summary_lines(plan):
        say(line)
    while True:
        answer = typer.prompt(
            f"Write {len(plan.writes):,} files? y, n, or d for the diff", default="n", err=True
        )
        if answer.lower() != "d":
            return answer.lower() in {"y", "yes"}
        _print(diff_lines(plan))


def _tell(plan: "Plan", *, dry_run: bool, agreed: bool, as_json: bool) -> None:
    from bot.importing.telling import diff_lines, summary_lines

    if dry_run and not as_json:
        _print(diff_lines(plan))
    for line in summary_lines(plan):
        say(line)
    if not agreed and plan.writes:
        say(f"{len(plan.writes):,} files would be written")
        if not dry_run:
            say("nothing was written: pass --yes, or --dry-run to see the diff")
            raise typer.Exit(CANNOT_START)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)  # noqa: T201  the command's output
