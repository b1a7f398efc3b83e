"""How each intent goes, as JSON, as a table for a spreadsheet and for a terminal."""

import csv
import io
from collections.abc import Iterator, Sequence

from bot.estimate import Estimate
from bot.insights.cells import formula_safe
from bot.insights.intent_figures import IntentFigures

_SHARES = ("contained", "handed_over", "wrong", "satisfied")


def intent_record(each: IntentFigures) -> dict[str, object]:
    """One intent as JSON."""
    return {
        "intent": each.name,
        "risk": each.risk.value if each.risk else None,
        "episodes": each.episodes,
        "weeks": {monday.isoformat(): count for monday, count in each.weeks.items()},
        "week": each.week,
        "week_before": each.week_before,
        "new": each.is_new,
        "change": _told(each.change),
        **{name: _told(getattr(each, name)) for name in _SHARES},
        "conversation_ids": list(each.conversation_ids),
    }


def intents_csv(found: Sequence[IntentFigures]) -> str:
    """The intents for a spreadsheet; no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["intent", "risk", "episodes", "week", "week_before", "new", *_SHARES])
    for each in found:
        shares = (getattr(each, name).value for name in _SHARES)
        writer.writerow(
            [
                formula_safe(each.name),
                each.risk.value if each.risk else "",
                each.episodes,
                each.week,
                "" if each.week_before is None else each.week_before,
                "yes" if each.is_new else "no",
                *("" if share is None else round(share, 4) for share in shares),
            ]
        )
    return out.getvalue()


def intent_lines(found: Sequence[IntentFigures]) -> Iterator[str]:
    """The intents for a reader at a terminal, the most frequent first."""
    if not found:
        yield "no intent was asked for in these days"
        return
    yield f"{'intent':40} {'asked':>6} {'week':>5}  contained  handed over  wrong  satisfied"
    for each in found:
        shares = (_percent(getattr(each, name)) for name in _SHARES)
        contained, handed, wrong, satisfied = shares
        new = "  new this week" if each.is_new else ""
        yield (
            f"{each.name[:40]:40} {each.episodes:6} {each.week:5}  {contained:>9}  {handed:>11}  "
            f"{wrong:>5}  {satisfied:>9}{new}"
        )


def _percent(estimate: Estimate) -> str:
    return "-" if estimate.value is None else f"{estimate.value:.0%}"


def _told(estimate: Estimate) -> dict[str, float | int | None]:
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }
