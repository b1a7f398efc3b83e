"""``firstline-evals import``: what other software wrote, as suites and logs of ours."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from evals.command import Data, Labels, errors, or_exit
from evals.errors import ImportFailedError
from evals.importers.conversion import Importer, Source
from evals.labelled import read_labels

_MOST_SHOWN = 50
_PATIENCE = 30.0  # seconds for redaction: nobody waits for an answer here


def import_(
    source: Annotated[Source, typer.Argument(help="What the file is.")],
    file: Annotated[Path, typer.Argument(help="The file.")],
    to: Annotated[Path, typer.Option("--out", help="JSON lines: a suite, or a log to replay.")],
    data: Data = Path("data"),
    labels: Labels = None,
    locale: Annotated[str, typer.Option(help="Language, where the file doesn't say.")] = "en",
) -> None:
    """Import messages, questions or conversations; texts are redacted on the way in."""
    from bot.config import load_settings  # noqa: PLC0415  --help stays quick
    from bot.gate import Gate  # noqa: PLC0415
    from bot.keys import load_or_create  # noqa: PLC0415
    from bot.wiring import open_redactor  # noqa: PLC0415

    with or_exit():
        settings = load_settings({"data": data})
        keys = load_or_create(data)
        gate = Gate(open_redactor(settings, keys), _PATIENCE)
        tiers = read_labels(labels) if labels else {}
        imported = asyncio.run(Importer(gate, keys.redaction, tiers, locale).read(source, file))
        try:
            to.write_text(
                "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in imported.rows),
                encoding="utf-8",
            )
        except OSError as error:
            raise ImportFailedError(f"{to}: cannot be written: {error.strerror}") from error
        for problem in imported.problems[:_MOST_SHOWN]:
            errors.print(f"{file.name}:{problem.line}: {problem.message}", markup=False)
        hidden = len(imported.problems) - _MOST_SHOWN
        if hidden > 0:
            errors.print(f"and {hidden:,} more", markup=False)
        errors.print(
            f"{len(imported.rows):,} imported, {len(imported.problems):,} left out; {to}",
            markup=False,
        )
