"""``firstline-evals grounding``: the grounding check on labelled pairs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from evals import grounding as measuring
from evals.command import or_exit
from evals.command import out as console_out

WithModel = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Data folder whose embedding model helps, as it does in the service."
    ),
]


def grounding(
    out: Annotated[Path, typer.Option("--out", help="Folder for grounding.md.")],
    suite: Annotated[
        list[str] | None,
        typer.Option(
            "--suite", help="A built-in set, or a file: .jsonl, .txt of twins; repeat it."
        ),
    ] = None,
    data: WithModel = None,
) -> None:
    """Measure the grounding check: unsupported sentences caught, supported ones passed."""
    with or_exit():
        check = measuring.check_of(data)
        measured = []
        for name in suite or measuring.BUILT_IN:
            pairs, titles = measuring.read_pairs(name)
            measured.append(measuring.measure(name, pairs, titles, check))
            console_out.print(_table(measured[-1]))
            console_out.print(f"{measured[-1].milliseconds:.1f} ms a sentence\n", markup=False)
        out.mkdir(parents=True, exist_ok=True)
        (out / "grounding.md").write_text(measuring.markdown(measured), encoding="utf-8")
        console_out.print(f"{out / 'grounding.md'}", markup=False, soft_wrap=True)


def _table(measured: measuring.Measured) -> Table:
    table = Table(title=measured.name, title_justify="left", show_edge=False)
    for column in ("kind", "right"):
        table.add_column(column)
    for supported, word in ((True, "supported, passed"), (False, "unsupported, caught")):
        table.add_row(f"[bold]{word}", f"[bold]{measured.rate(supported=supported)}")
        for kind in measured.kinds(supported=supported):
            table.add_row(kind, str(measured.rate(supported=supported, kind=kind)))
    return table
