"""``firstline check``: what is configured, which models are verified, is the index whole."""

from collections.abc import Callable, Iterator

from pydantic import BaseModel, SecretStr
from rich.console import Console

from bot.checks.finding import Finding
from bot.checks.knowledge import check_index, check_knowledge_base, check_model, check_names
from bot.checks.records import check_backup, check_database, check_vault
from bot.checks.surroundings import (
    check_brand,
    check_embedding,
    check_helpdesk,
    check_language_model,
    check_traces,
)
from bot.config import PREFIX, Settings, describe_settings
from bot.data_folder import make_writable
from bot.errors import FirstlineError
from retrieval.errors import RetrievalError


def run_check(settings: Settings, console: Console, *, everything: bool = False) -> bool:
    """Print what was found, then what is configured.

    Args:
        settings: What is checked.
        console: Where the report goes.
        everything: List every setting, not only those that differ from their defaults.

    Returns:
        Whether everything is right.

    Raises:
        DataFolderError: The data folder can't be used.
    """
    right = True
    for finding in findings(settings):
        mark = {"ok": "[green]ok[/]   ", "note": "[yellow]note[/] "}.get(
            finding.state, "[red]wrong[/]"
        )
        console.print(mark, end=" ")
        console.print(finding.text, markup=False)
        right &= finding.state != "wrong"
    rows = list(configured(settings) if everything else changed(settings))
    head = "settings that differ from their defaults" if rows else "every setting has its default"
    console.print("settings:" if everything else f"{head} (--all lists every one)")
    for name, value in rows:
        console.print(f"  {name} = {value}", markup=False)
    return right


def configured(settings: Settings) -> Iterator[tuple[str, str]]:
    """Name and value of every setting, secrets hidden."""
    yield from ((name, _shown(value)) for name, value in _values(settings))


def changed(settings: Settings) -> Iterator[tuple[str, str]]:
    """The same of the settings that differ from their defaults."""
    defaults = {name: default for name, _, default in describe_settings()}
    yield from (
        (name, _shown(value)) for name, value in _values(settings) if value != defaults[name]
    )


def _values(settings: Settings) -> Iterator[tuple[str, object]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            for inner in type(value).model_fields:
                yield f"{PREFIX}{name}__{inner}".upper(), getattr(value, inner)
        else:
            yield f"{PREFIX}{name}".upper(), value


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set, hidden)" if value.get_secret_value() else "(not set)"
    return str(value) if value not in (None, "", ()) else "(default)"


def findings(settings: Settings) -> Iterator[Finding]:
    """What is right and what is not, in the order in which things depend on each other.

    Raises:
        DataFolderError: The data folder can't be used, so nothing else can be looked at.
    """
    made = ", and was made just now" if make_writable(settings.data) else ""
    yield Finding("ok", f"data folder {settings.data} is writable{made}")
    probes = (
        check_database,
        check_backup,
        check_model,
        check_names,
        check_vault,
        check_knowledge_base,
        check_language_model,
        check_helpdesk,
        check_traces,
        check_brand,
        check_embedding,
        check_index,
    )
    said: set[Finding] = set()
    for probe in probes:
        for finding in _probed(probe, settings):
            if finding not in said:  # two probes may meet the same obstacle
                said.add(finding)
                yield finding


def _probed(
    probe: Callable[[Settings], Iterator[Finding]], settings: Settings
) -> Iterator[Finding]:
    try:
        yield from probe(settings)
    except (FirstlineError, RetrievalError, OSError) as error:
        yield Finding("wrong", str(error))
