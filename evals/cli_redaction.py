"""``firstline-evals redaction``: the redactor on texts with labelled personal data."""

from pathlib import Path
from typing import Annotated

import typer

from bot.config import load_settings
from evals.command import Limit, or_exit, progress
from evals.command import out as console_out
from evals.dataset import BUILT_IN
from evals.redaction_set import PARTS, as_part, read_mapping, read_set


def redaction(
    out: Annotated[Path, typer.Option("--out", help="Folder for redaction.json, redaction.md.")],
    suite: Annotated[
        list[str] | None,
        typer.Option("--suite", help=f"{BUILT_IN}, or a .jsonl file of text and spans; repeat it."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="YAML or JSON that gives each label its kind, or KEEP."),
    ] = None,
    part: Annotated[
        str, typer.Option("--part", help=f"Which half by a hash of the text: {', '.join(PARTS)}.")
    ] = "all",
    limit: Limit = None,
    presidio: Annotated[
        bool, typer.Option(help="Measure default presidio in the same run.")
    ] = True,
    hostile: Annotated[bool, typer.Option(help="Measure how the cost grows.")] = True,
) -> None:
    """Measure the redactor that runs live on texts with labelled personal data."""
    from evals import redaction as measuring  # noqa: PLC0415  --help stays quick
    from evals import redaction_report as page  # noqa: PLC0415  --help stays quick

    with or_exit():
        kinds = read_mapping(mapping)
        sets = [read_set(each, kinds, as_part(part), limit) for each in suite or [BUILT_IN]]
        settings = load_settings().redaction
        sides = measuring.redactors(settings, kinds, presidio=presidio)
        measured = []
        for each in sets:
            with progress("texts") as report:
                measured.append(measuring.measure(each, sides, report))
            for name in sides:
                console_out.print(page.terminal_table(measured[-1], name))
                console_out.print(page.summary(measured[-1], name), markup=False, soft_wrap=True)
                console_out.print()
        growth = measuring.hostile_growth(sides[measuring.OURS]) if hostile else ()
        page.write(measured, growth, out)
        console_out.print(f"{out / 'redaction.md'}", markup=False, soft_wrap=True)
