"""The commands of ``firstline-evals``.

Exit codes: 0 done, 1 cases failed to run, the gate failed or tune can't promise it, 2 can't start.
"""

import typer

from evals.cli_csat import app as csat
from evals.cli_gaps import app as gap_set
from evals.cli_grounding import grounding
from evals.cli_import import import_
from evals.cli_judge import compare, gate
from evals.cli_judged import judge
from evals.cli_live import export, live
from evals.cli_redaction import redaction
from evals.cli_replay import drill, replay
from evals.cli_run import CASES_CRASHED, crossval, run
from evals.cli_tune import tune
from evals.cli_worded import worded
from evals.command import CANNOT_START

__all__ = ["CANNOT_START", "CASES_CRASHED", "app"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Firstline's evaluation: the assistant that runs live, on cases, with intervals.",
)

for command in (
    run,
    replay,
    live,
    export,
    drill,
    compare,
    gate,
    tune,
    crossval,
    grounding,
    worded,
    redaction,
):
    app.command()(command)
app.command("import")(import_)
app.command()(judge)
app.add_typer(csat, name="csat")
app.add_typer(gap_set, name="gap-set")


if __name__ == "__main__":
    app()
