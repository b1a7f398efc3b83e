"""What every command is made of: settings from the environment, clear errors, lines on the side."""

import errno
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.config import Settings, load_settings
from bot.data_folder import make_writable, require_folder
from bot.errors import FirstlineError
from bot.log_lines import JsonLines
from retrieval.disk import refusal
from retrieval.errors import RetrievalError

SOME_FAILED = 1
CANNOT_START = 2

Data = Annotated[
    Path | None, typer.Option("--data", help="Data folder; ./data or FIRSTLINE_DATA by default.")
]

errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def say(message: str) -> None:
    """Print a line for the person at the terminal, on standard error, without markup."""
    errors.print(message, markup=False)


@contextmanager
def or_exit() -> Iterator[None]:
    """Turn our own errors, and what a disk refuses, into one clear line and exit code 2."""
    try:
        yield
    except (FirstlineError, RetrievalError) as error:
        say(f"error: {' '.join(str(error).split())}")  # YAML's own words run over several lines
        raise typer.Exit(CANNOT_START) from error
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever read our output is gone: nothing to tell anybody
            raise
        place = Path(error.filename) if isinstance(error.filename, str) else Path()
        say(f"error: {place}: {refusal(error, place)}")
        raise typer.Exit(CANNOT_START) from error


def read_settings(data: Path | None = None, **overrides: object) -> Settings:
    """The settings, what the command line names over what the environment says; starts logging."""
    values = {name: value for name, value in overrides.items() if value is not None}
    if data is not None:
        values["data"] = data
    settings = load_settings(values)
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    if settings.log_format == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
    for package in ("bot", "retrieval", "redaction", "evals"):
        logging.getLogger(package).setLevel(settings.log_level.upper())
    return settings


def reading(data: Path | None) -> Settings:
    """Settings whose data folder may be read-only, as long as what is needed is in it."""
    settings = read_settings(data)
    require_folder(settings.data)
    return settings


def writing(data: Path | None, **overrides: object) -> Settings:
    """Settings whose data folder is there and can be written to."""
    settings = read_settings(data, **overrides)
    make_writable(settings.data)
    return settings
