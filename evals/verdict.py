"""A comparison and a gate's verdict for people and for CI: tables, JSON, Markdown, JUnit XML."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree as ET

from rich.table import Table

from evals.compare import Comparison, Difference
from evals.gate import GateVerdict
from evals.recorded import RecordedCase, RecordedRun
from evals.ruling import Status

_MOST_NAMED = 20

Json = dict[str, Any]  # JSON, whose shape docs/metrics.md describes


def points(share: float) -> str:
    """A difference of shares in percentage points."""
    return f"{100 * share:+.1f}"


def comparison_table(comparison: Comparison) -> Table:
    """Every metric in both runs, with what changed."""
    title = f"{_of(comparison.baseline)} → {_of(comparison.run)}"
    # Without lines between, so that whole names fit into 80 columns.
    table = Table(
        title=title, title_justify="left", box=None, pad_edge=False, collapse_padding=True
    )
    table.add_column("metric", no_wrap=True)
    for column in ("before", "after", "points", "95 % interval", "worse", "better", "n", "p"):
        table.add_column(column, justify="right")
    for found in comparison.differences.values():
        table.add_row(found.metric, *_cells(found))
    return table


def _cells(found: Difference) -> tuple[str, ...]:
    return (
        f"{100 * found.before:.1f} %",
        f"{100 * found.after:.1f} %",
        points(found.difference),
        f"{points(found.low)} to {points(found.high)}",
        str(len(found.worse)),
        str(len(found.better)),
        f"{found.n:,}",
        f"{found.adjusted:.3f}",
    )


def pairing(comparison: Comparison) -> str:
    """Which cases were paired, in a sentence."""
    if comparison.same_data:
        return f"{comparison.paired:,} cases of the very same file."
    return (
        f"The files differ: {comparison.paired:,} cases are in both by their id and were compared; "
        f"{comparison.only_baseline:,} are only in the baseline, {comparison.only_run:,} only in "
        "the new run."
    )


def flips(comparison: Comparison) -> list[tuple[str, str, RecordedCase, RecordedCase]]:
    """Every case that flipped: metric, ``worse`` or ``better``, before and after."""
    return [
        (found.metric, way, comparison.baseline.cases[name], comparison.run.cases[name])
        for found in comparison.differences.values()
        for way, names in (("worse", found.worse), ("better", found.better))
        for name in names
    ]


def flip_line(metric: str, way: str, before: RecordedCase, after: RecordedCase) -> str:
    """A flipped case in one line."""
    why = "; ".join((after if way == "worse" else before).failures) or after.error
    turned = f"{' '.join(before.decisions)} → {' '.join(after.decisions)}"
    return f"{way} {metric} {after.id}: {turned}{f' ({why})' if why else ''}"


def comparison_record(comparison: Comparison) -> Json:
    """The comparison as JSON."""
    return {
        "baseline": _run_record(comparison.baseline),
        "run": _run_record(comparison.run),
        "same_data": comparison.same_data,
        "paired": comparison.paired,
        "only_baseline": comparison.only_baseline,
        "only_run": comparison.only_run,
        "differences": {
            name: {**asdict(found), "difference": found.difference}
            for name, found in comparison.differences.items()
        },
    }


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison as Markdown."""
    rows = [[found.metric, *_cells(found)] for found in comparison.differences.values()]
    head = ["metric", "before", "after", "points", "95 % interval", "worse", "better", "n", "p"]
    lines = [
        f"## {_of(comparison.baseline)} → {_of(comparison.run)}",
        "",
        pairing(comparison),
        "",
        *_table(head, rows),
        "",
        "p is McNemar's, exact, after Holm's correction over the metrics shown; the interval is a "
        "paired bootstrap over whole clusters of cases.",
        "",
        *_flip_lists(comparison),
    ]
    return "\n".join(lines) + "\n"


def _flip_lists(comparison: Comparison) -> list[str]:
    found = flips(comparison)
    if not found:
        return ["No case flipped."]
    return ["### Flipped cases", "", *(f"- {_escaped(flip_line(*each))}" for each in found)]


def gate_table(verdict: GateVerdict) -> Table:
    """Every rule and what came of it."""
    table = Table(title="Gate", title_justify="left", show_edge=False, pad_edge=False)
    for column in ("rule", "verdict", "found"):
        table.add_column(column)
    colour = {Status.PASSED: "green", Status.FAILED: "bold red", Status.NOT_JUDGED: "yellow"}
    for ruled in verdict.rules:
        shade = colour[ruled.status]
        table.add_row(ruled.rule, f"[{shade}]{ruled.status}[/]", ruled.found)
    return table


def gate_line(verdict: GateVerdict) -> str:
    """The verdict in one line."""
    counts = {status: sum(r.status is status for r in verdict.rules) for status in Status}
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return f"Gate {'passed' if verdict.passed else 'FAILED'}: {said}."


def gate_record(verdict: GateVerdict) -> Json:
    """The verdict as JSON."""
    return {
        "passed": verdict.passed,
        "strict": verdict.strict,
        "run": _run_record(verdict.run),
        "rules": [asdict(ruled) for ruled in verdict.rules],
        "comparison": comparison_record(verdict.comparison) if verdict.comparison else None,
    }


def gate_markdown(verdict: GateVerdict) -> str:
    """The verdict as Markdown, for the summary of a CI job."""
    lines = [f"## {gate_line(verdict)}", "", f"Run: {_of(verdict.run)}.", ""]
    rows = [[r.rule, str(r.status), r.found] for r in verdict.rules]
    lines += _table(["rule", "verdict", "found"], rows)
    for ruled in verdict.failed:
        if ruled.cases:
            lines += ["", f"{_escaped(ruled.rule)}: {_named(ruled.cases)}"]
    text = "\n".join(lines) + "\n"
    return text + "\n" + comparison_markdown(verdict.comparison) if verdict.comparison else text


def junit(verdict: GateVerdict) -> str:
    """The verdict as JUnit XML: a test for each rule."""
    suite = ET.Element(
        "testsuite",
        name="firstline-evals gate",
        tests=str(len(verdict.rules)),
        failures=str(len(verdict.failed)),
        errors="0",
        skipped=str(sum(r.status is Status.NOT_JUDGED for r in verdict.rules))
        if not verdict.strict
        else "0",
    )
    for ruled in verdict.rules:
        case = ET.SubElement(suite, "testcase", classname="gate", name=ruled.rule)
        if ruled in verdict.failed:
            failure = ET.SubElement(case, "failure", message=_printable(ruled.found))
            failure.text = _printable("\n".join(ruled.cases))
        elif ruled.status is Status.NOT_JUDGED:
            ET.SubElement(case, "skipped", message=_printable(ruled.found))
        else:
            ET.SubElement(case, "system-out").text = _printable(ruled.found)
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """Text without characters that XML cannot hold."""
    return "".join(ch for ch in text if ch.isprintable() or ch in "\n\t")


def _of(run: RecordedRun) -> str:
    return f"{run.folder.name} ({run.head.suite}, {run.revision}, index {run.head.index_version})"


def _run_record(run: RecordedRun) -> Json:
    return {"folder": str(run.folder), **run.head.model_dump(mode="json", exclude={"repeat"})}


def _named(cases: Sequence[str]) -> str:
    more = len(cases) - _MOST_NAMED
    shown = ", ".join(f"`{name}`" for name in cases[:_MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(_escaped(cell) for cell in row)} |" for row in rows]


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
