"""``firstline``: everything that is done at the command line."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli_customer import customer_app
from bot.cli_gaps import gaps_app
from bot.cli_import import kb_import
from bot.cli_insights import insights_app, kb_health
from bot.cli_people import keys_app, staff_app
from bot.cli_preview import kb_preview
from bot.cli_reckon import insights_reckon
from bot.cli_records import records_app, retention_app
from bot.cli_vault import vault_app
from bot.command import SOME_FAILED, Data, errors, or_exit, read_settings, reading, say, writing

if TYPE_CHECKING:
    from bot.batch import Work
    from bot.wiring import Offline

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
kb_app = typer.Typer(no_args_is_help=True, help="Look after a knowledge base.")
app.add_typer(kb_app, name="kb")
kb_app.command("health")(kb_health)
kb_app.command("preview")(kb_preview)
kb_app.command("import")(kb_import)
app.add_typer(gaps_app, name="gaps")
insights_app.command("reckon")(insights_reckon)
app.add_typer(insights_app, name="insights")
app.add_typer(staff_app, name="staff")
app.add_typer(keys_app, name="keys")
app.add_typer(vault_app, name="vault")
app.add_typer(records_app)
app.add_typer(customer_app, name="customer")
app.add_typer(retention_app, name="retention")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"firstline {version('firstline')}")  # noqa: T201  the command's output
        raise typer.Exit


@app.callback()
def firstline(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """Firstline: cited answers from your own knowledge base, and a person when needed."""


In = Annotated[Path, typer.Option("--in", help='JSON lines {"id", "text"}.')]
Out = Annotated[Path, typer.Option("--out", help="Where the results go, one JSON line each.")]


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error; quiet where nobody looks at it."""
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as bar:
        tasks: dict[str, int] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(bar.task_ids[list(tasks).index(stage)], completed=done, total=total)

        yield report


@app.command()
def index(
    kb: Annotated[
        Path | None, typer.Option(help="Knowledge base folder; built-in one if empty.")
    ] = None,
    data: Data = None,
    examples: Annotated[
        Path | None, typer.Option(help="CSV of labelled messages: text, intent or category.")
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(help='JSON lines {"question", "article_ids"} to calibrate on.')
    ] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Serve the index before.")] = False,
    allow_mass_deletion: Annotated[
        bool, typer.Option("--allow-mass-deletion", help="Go on though most articles are gone.")
    ] = False,
) -> None:
    """Build or update the index of a knowledge base."""
    from bot.publishing import build_index, roll_back

    with or_exit():
        settings = writing(data, kb=kb)
        if rollback:
            say(f"index {roll_back(settings)} serves again")
            return
        with progress_bar() as report:
            result = build_index(
                settings,
                report,
                examples=examples,
                questions=questions,
                allow_mass_deletion=allow_mass_deletion,
            )
        for line in result:
            say(line)


@app.command()
def search(
    source: In,
    target: Out,
    data: Data = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most hits a text.")] = 10,
) -> None:
    """Search for each line of a file."""
    from bot.batch import searching

    with or_exit():
        offline = _offline(data)
        index_in_use = offline.knowledge.current().index
        work = searching(index_in_use, lambda text: offline.redactor.redact(text).text, limit)
        _run(source, target, work)


@app.command()
def answer(source: In, target: Out, data: Data = None) -> None:
    """Decide on each line of a file, as on the first message of a conversation."""
    from bot.batch import answering

    with or_exit():
        _run(source, target, answering(_offline(data)))


@app.command()
def redact(source: In, target: Out, data: Data = None) -> None:
    """Redact each line of a file."""
    from bot.batch import redacting
    from bot.keys import load_or_create
    from bot.wiring import open_redactor

    with or_exit():
        settings = reading(data)
        _run(source, target, redacting(open_redactor(settings, load_or_create(settings.data))))


def _offline(data: Path | None) -> "Offline":
    """The assistant over the index, which is built anew where nothing of it can be used."""
    from bot.wiring import build_offline

    settings = reading(data)

    def again() -> None:
        from bot.publishing import rebuild

        with progress_bar() as report:
            rebuild(settings, report)

    return build_offline(settings, rebuild=again)


def _run(source: Path, target: Path, work: "Work") -> None:
    from bot.batch import run_lines

    failed = asyncio.run(run_lines(source, target, work, say))
    if failed:
        say(f"{failed} lines failed, the rest is in {target}")
        raise typer.Exit(SOME_FAILED)


@app.command()
def chat(data: Data = None) -> None:
    """Talk to the assistant in the terminal; /agent asks for a person, /why explains."""
    from bot.terminal import run_chat

    with or_exit():
        offline = _offline(data)
        asyncio.run(run_chat(offline, Console(soft_wrap=False)))


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the help site, the chat and the API; builds the index first where there is none."""
    from bot.serving import run_server

    with or_exit():
        settings = writing(data)
        web = settings.web.model_copy(
            update={k: v for k, v in (("host", host), ("port", port)) if v is not None}
        )
        with progress_bar() as report:
            server = run_server(settings.model_copy(update={"web": web}), report, say)
        server()


@app.command()
def check(
    data: Data = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List every setting, not only those that were changed.")
    ] = False,
) -> None:
    """Say what is configured, which models are verified, and whether the index is whole."""
    from bot.check import run_check

    with or_exit():
        settings = read_settings(data)
        report = Console(soft_wrap=True, highlight=False)
        if not run_check(settings, report, everything=everything):
            raise typer.Exit(SOME_FAILED)


@kb_app.command("lint")
def kb_lint(
    kb: Annotated[Path | None, typer.Argument(help="Knowledge base folder.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Name every problem, also those much alike.")
    ] = False,
) -> None:
    """Check articles, links, intents and policy; every message has file and line."""
    from bot.linting import MOST_ALIKE, lint, told
    from bot.wiring import knowledge_base

    with or_exit():
        found = lint(knowledge_base(read_settings(kb=kb)))
        for line in told(found.problems, None if every else MOST_ALIKE):
            print(line)  # noqa: T201  the command's output
        say(found.summary)
        if found.errors:
            raise typer.Exit(SOME_FAILED)


if __name__ == "__main__":
    app()
