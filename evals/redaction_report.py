"""The redaction figures as a table, a Markdown page and JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.estimate import Estimate
from evals.errors import RunError
from evals.record import this_revision
from evals.redaction import Growth, Measured, Side, Times
from evals.redaction_score import KindFigures

FORMAT = 1
"""Version of the shape of ``redaction.json``."""

Json = dict[str, Any]  # JSON, as docs/redaction.md describes it


def terminal_table(measured: Measured, name: str) -> Table:
    """One redactor's figures by kind."""
    side = measured.sides[name]
    table = Table(title=f"{measured.read.name}: {name}", title_justify="left", show_edge=False)
    table.add_column("kind")
    for column in ("spans", "recall", "precision", "F2"):
        table.add_column(column, justify="right")
    for each in _rows(side):
        table.add_row(
            each.name,
            f"{each.recall.n:,}",
            *(_brief(estimate) for estimate in (each.recall, each.precision, each.f2)),
        )
    return table


def summary(measured: Measured, name: str) -> str:
    """What is lost and what it costs, in one line."""
    side = measured.sides[name]
    chat = side.chat_line
    return (
        f"must stay, lost: {side.scores.keep_lost}; "
        f"texts without personal data touched: {side.scores.clean_touched}; "
        f"ms a text p50/p95: {_milliseconds(side.times)}"
        + (f"; at 150–250 characters {_milliseconds(chat)} (n = {chat.n})" if chat else "")
    )


def _milliseconds(times: Times) -> str:
    return (
        f"{times.p50:.2f}/{times.p95:.2f}, of the processor {times.cpu_p50:.2f}/{times.cpu_p95:.2f}"
    )


def _rows(side: Side) -> list[KindFigures]:
    scores = side.scores
    return [*scores.kinds, scores.mapped, scores.any_label, scores.by_word]


def _brief(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.value:.3f} ({estimate.low:.2f}–{estimate.high:.2f})"


def _short(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


def markdown(measured: Sequence[Measured], growth: Sequence[Growth]) -> str:
    """The whole report."""
    lines = [
        "# Redaction, measured",
        "",
        "Covered: at least 90 % of a span's letters and digits lie under findings, 100 % for card,",
        "CVV, SSN and IBAN. Right: at least half of a finding lies on spans of its kind. Intervals",
        "are 95 %: Wilson, for F2 a bootstrap of texts.",
    ]
    for each in measured:
        read = each.read
        lines += [
            "",
            f"## {read.name} ({read.part})",
            "",
            f"{len(read.rows):,} texts, SHA-256 `{read.sha256[:16]}…`, {read.misaligned} spans "
            "left out as misaligned."
            + (f" Labels without a mapping: {', '.join(read.unmapped)}." if read.unmapped else ""),
        ]
        for name, side in each.sides.items():
            lines += _side(name, side)
    if growth:
        lines += _growth(growth)
    return "\n".join(lines) + "\n"


def _side(name: str, side: Side) -> list[str]:
    scores = side.scores
    lines = [
        "",
        f"### {name}",
        "",
        "| kind | spans | recall | of its own kind | precision | on any personal span | F2 |",
        "| --- | ---: | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {each.name} | {each.recall.n:,} | "
        + " | ".join(
            _short(estimate)
            for estimate in (each.recall, each.named, each.precision, each.on_personal, each.f2)
        )
        + " |"
        for each in _rows(side)
    ]
    lines += ["", "| label of the set | spans | recall |", "| --- | ---: | --- |"]
    lines += [f"| {e.name} | {e.recall.n:,} | {_short(e.recall)} |" for e in scores.labels]
    lines += [
        "",
        f"- must stay, lost: {scores.keep_lost}",
        f"- texts without personal data that were touched: {scores.clean_touched}",
        f"- letters and digits outside every span that were masked: {scores.masked}",
        f"- ms a text, p50/p95: {_milliseconds(side.times)} (n = {side.times.n})",
    ]
    if side.chat_line:
        line = side.chat_line
        lines.append(
            f"- ms a text of 150–250 characters, p50/p95: {_milliseconds(line)} (n = {line.n})"
        )
    return lines


def _growth(growth: Sequence[Growth]) -> list[str]:
    return [
        "",
        "## Hostile texts",
        "",
        "| repeated | ms at 2,000 characters | ms at 20,000 | times |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| `{each.unit.encode('unicode_escape').decode()}` | {each.short_ms:.1f} | "
            f"{each.long_ms:.1f} | {each.ratio:.1f} |"
            for each in growth
        ),
    ]


def as_json(measured: Sequence[Measured], growth: Sequence[Growth]) -> Json:
    """The same figures, for programs."""
    return {
        "format": FORMAT,
        "revision": asdict(this_revision()),
        "sets": [
            {
                "name": each.read.name,
                "sha256": each.read.sha256,
                "part": each.read.part,
                "texts": len(each.read.rows),
                "misaligned": each.read.misaligned,
                "unmapped": list(each.read.unmapped),
                "redactors": {name: asdict(side) for name, side in each.sides.items()},
            }
            for each in measured
        ],
        "hostile": [{**asdict(each), "ratio": each.ratio} for each in growth],
    }


def write(measured: Sequence[Measured], growth: Sequence[Growth], out: Path) -> None:
    """``redaction.json`` and ``redaction.md`` in a folder.

    Raises:
        RunError: The folder can't be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        record = json.dumps(as_json(measured, growth), indent=1, ensure_ascii=False)
        (out / "redaction.json").write_text(record + "\n", encoding="utf-8")
        (out / "redaction.md").write_text(markdown(measured, growth), encoding="utf-8")
    except OSError as error:
        raise RunError(f"{out}: cannot be written: {error.strerror}") from error
