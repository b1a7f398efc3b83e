"""``firstline-evals worded``: what a recorded small model would show, and what labellers say."""

from rich.table import Table

from bot.estimate import Estimate
from evals.cli_grounding import WithModel
from evals.command import or_exit
from evals.command import out as console_out
from evals.grounding import check_of
from evals.worded import Worded, read_worded


def worded(data: WithModel = None) -> None:
    """Check the recorded answers of a small model, and compare the check with two labellers."""
    with or_exit():
        found = read_worded(check_of(data))
        console_out.print(_table(found))
        for sentence, passages in found.shown:
            console_out.print(f"shown: {sentence} [{', '.join(passages)}]", markup=False)


def _table(found: Worded) -> Table:
    table = Table("", "value (95 %)", box=None)
    table.add_row("answers", f"{found.answers:,}")
    table.add_row("sentences, of them naming a passage", f"{found.sentences:,}, {found.citing:,}")
    table.add_row("shown", f"{len(found.shown):,}")
    table.add_row("shown and unsupported, of the answers", str(found.shown_unsupported))
    table.add_row("shown that nobody labelled", f"{found.unlabelled:,}")
    table.add_row("labellers agree", str(found.agreed))
    table.add_row("kappa", _plain(found.kappa))
    table.add_row("labelled supported, passed", str(found.rate(supported=True)))
    table.add_row("labelled unsupported, caught", str(found.rate(supported=False)))
    return table


def _plain(estimate: Estimate) -> str:
    """A number that is no share."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return f"{estimate.value} ({estimate.reason})"
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"
