"""``make bench``: how fast each part is, each beside a reference measured in the same run.

``python -m evals.bench --data DIR [--messages FILE] [--out FILE.json]``. Times are taken in turn,
message by message, so that whatever else the machine does falls on both sides of a ratio.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bot.conversation import Conversation
from bot.dialogue import exchange
from bot.errors import FirstlineError
from bot.wiring import Offline
from evals.dataset import BUILT_IN, load_suite
from evals.errors import EvalError
from evals.offline import open_assistant
from evals.record import this_revision
from retrieval.build import stage
from retrieval.errors import RetrievalError
from retrieval.hit import Query

_WARM_UP = 15
_CALLERS = (1, 8, 32)
_EMBEDDING = "bare embedding"
_PRESIDIO = "default presidio"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number beside its reference.

    Attributes:
        name: What was measured.
        unit: Of value and reference.
        value: The number.
        reference: The same of the reference, ``None`` without one.
        against: What the reference is.
    """

    name: str
    unit: str
    value: float
    reference: float | None = None
    against: str = ""

    @property
    def ratio(self) -> float | None:
        """Value divided by reference."""
        return self.value / self.reference if self.reference else None


def latencies(
    offline: Offline,
    messages: Sequence[str],
    embed: Callable[[Sequence[str]], object],
    presidio: Callable[[str], object],
) -> list[Figure]:
    """p50 and p95 of a whole turn, a search and a redaction, in milliseconds."""
    index = offline.knowledge.current().index
    runner = asyncio.Runner()
    work: dict[str, Callable[[str], object]] = {
        "turn": lambda text: runner.run(_turn(offline, text)),
        "search": lambda text: index.search(Query(text)),
        "redaction": offline.redactor.redact,
        _EMBEDDING: lambda text: embed([text]),
        _PRESIDIO: presidio,
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    with runner:
        for text in [*messages[:_WARM_UP], *messages]:
            for name, do in work.items():
                started = time.perf_counter()
                do(text)
                times[name].append((time.perf_counter() - started) * 1000)
    taken = {name: np.array(each[min(_WARM_UP, len(messages)) :]) for name, each in times.items()}
    pairs = (("turn", _EMBEDDING), ("search", _EMBEDDING), ("redaction", _PRESIDIO))
    return [
        Figure(
            f"{name} p{percent}",
            "ms",
            float(np.percentile(taken[name], percent)),
            float(np.percentile(taken[against], percent)),
            against,
        )
        for name, against in pairs
        for percent in (50, 95)
    ]


async def _turn(offline: Offline, text: str) -> object:
    return await exchange(offline.gate, offline.assistant, Conversation(id="bench"), text)


def throughput(
    offline: Offline, messages: Sequence[str], embed: Callable[[Sequence[str]], object]
) -> list[Figure]:
    """Turns a second with several callers at a time, beside one caller of the bare embedding."""
    started = time.perf_counter()
    for text in messages:
        embed([text])
    bare = len(messages) / (time.perf_counter() - started)
    return [
        Figure(
            f"turns, {callers} caller{'s' if callers > 1 else ''}",
            "1/s",
            asyncio.run(_turns_a_second(offline, messages, callers)),
            bare,
            f"{_EMBEDDING}, 1 caller",
        )
        for callers in _CALLERS
    ]


async def _turns_a_second(offline: Offline, messages: Sequence[str], callers: int) -> float:
    waiting = iter(messages)

    async def call() -> None:
        for text in waiting:
            await _turn(offline, text)

    started = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return len(messages) / (time.perf_counter() - started)


def indexing(offline: Offline, embed: Callable[[Sequence[str]], object]) -> list[Figure]:
    """Passages indexed a second, everything included, beside embedding the same texts once."""
    index = offline.knowledge.current().index
    articles = list(index.articles.values())
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        started = time.perf_counter()
        with stage(articles, Path(folder), index.embedder, offline.settings.retrieval) as staged:
            taken = time.perf_counter() - started
            made = staged.index
    texts = [f"{a.title}\n{p.text}" for a in articles for p in made.passages_of(a.id)]
    started = time.perf_counter()
    embed(texts)
    bare = time.perf_counter() - started
    count = len(texts)
    return [Figure("passages indexed", "1/s", count / taken, count / bare, _EMBEDDING)]


def serving(data: Path, messages: Sequence[str]) -> list[Figure]:
    """Start-up, memory and time of a message over HTTP of the serving process."""
    try:
        from evals.bench_serving import measure_serving  # noqa: PLC0415  needs psutil
    except ImportError as error:
        raise EvalError("psutil is missing: pip install 'firstline[dev]'") from error
    served = measure_serving(data, messages)
    return [
        Figure("start-up of firstline serve", "s", served.start_seconds),
        Figure("memory when ready", "MB", served.idle_megabytes),
        Figure(f"memory after {len(messages)} messages", "MB", served.busy_megabytes),
        Figure("message over HTTP p50", "ms", float(np.percentile(served.http_milliseconds, 50))),
        Figure("message over HTTP p95", "ms", float(np.percentile(served.http_milliseconds, 95))),
    ]


def read_messages(path: Path | None) -> list[str]:
    """The messages to measure with: a file of lines, or those of the built-in suite."""
    if path is not None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise EvalError(f"{path}: cannot be read as UTF-8 text: {error}") from error
        return [line for line in lines if line.strip()]
    cases = load_suite(BUILT_IN).cases
    said = [turn.says for case in cases for turn in case.turns] + [case.says for case in cases]
    return [text for text in said if text]


def table(figures: Sequence[Figure]) -> Table:
    """The figures for the terminal."""
    shown = Table(show_edge=False, pad_edge=False)
    shown.add_column("measured")
    for column in ("value", "reference", "ratio"):
        shown.add_column(column, justify="right")
    shown.add_column("against")
    for figure in figures:
        shown.add_row(
            figure.name,
            f"{figure.value:,.1f} {figure.unit}",
            f"{figure.reference:,.1f} {figure.unit}" if figure.reference else "",
            f"{figure.ratio:.2f}" if figure.ratio else "",
            figure.against,
        )
    return shown


def record(
    figures: Sequence[Figure], threads: int, messages: int, load: float
) -> dict[str, object]:
    """The figures as JSON, with what they were measured on."""
    return {
        "revision": asdict(this_revision()),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "load_before": round(load, 2),
        "reference_threads": threads,
        "messages": messages,
        "figures": [{**asdict(figure), "ratio": figure.ratio} for figure in figures],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints a table, and writes JSON where asked to."""
    parser = argparse.ArgumentParser(prog="evals.bench", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="data folder, indexed")
    parser.add_argument("--messages", type=Path, help="text file, a message a line")
    parser.add_argument("--limit", type=int, default=200, help="most messages")
    parser.add_argument("--threads", type=int, help="of torch; by default those of the assistant")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument("--no-serving", action="store_true", help="leave the server out")
    options = parser.parse_args(arguments)
    console = Console(highlight=False)
    busy = os.getloadavg()[0]
    try:
        messages = read_messages(options.messages)[: options.limit]
        offline = open_assistant(options.data)
        threads = options.threads or offline.settings.retrieval.threads
        figures = measure(offline, messages, threads)
        if not options.no_serving:
            figures += serving(options.data, messages[:50])
    except (EvalError, FirstlineError, RetrievalError) as error:
        Console(stderr=True).print(f"error: {error}", markup=False, soft_wrap=True)
        return 2
    console.print(table(figures))
    console.print(f"{len(messages)} messages; torch on {threads} threads")
    if busy > (os.cpu_count() or 1):
        console.print(f"the machine was busy (load {busy:.1f}): measure again when it is quiet")
    if options.out:
        written = record(figures, threads, len(messages), busy)
        options.out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(offline: Offline, messages: Sequence[str], threads: int) -> list[Figure]:
    """Everything but the server."""
    # Here, not above: torch and the reference models take seconds to load.
    from evals.bench_reference import bare_embedding  # noqa: PLC0415  slow to load
    from evals.presidio_reference import default_presidio  # noqa: PLC0415  slow to load

    embed, presidio = bare_embedding(threads), default_presidio()
    return [
        *latencies(offline, messages, embed, presidio),
        *throughput(offline, messages, embed),
        *indexing(offline, embed),
    ]


if __name__ == "__main__":
    sys.exit(main())
