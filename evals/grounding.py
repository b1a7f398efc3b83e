"""Measures the grounding check on labelled pairs: a sentence, its passages, supported or not."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.config import load_settings
from bot.estimate import Estimate, share
from bot.grounding.check import GroundingCheck
from bot.grounding.verdict import Verdict
from bot.wiring import open_embedder
from bot.wiring_models import grounding_check
from evals import twins
from evals.errors import SuiteError
from retrieval.article import Passage

BUILT_IN = (
    "grounding",
    "grounding_kept",
    "grounding_more",
    "grounding_free_a",
    "grounding_free_b",
    "grounding_free_c",
    "grounding_free_d",
)
"""The free ones are by one author each, who worded freely over articles of invented companies."""
_PASSAGES = "grounding_passages.jsonl"
OWN = frozenset({"Kestrel"})
"""The company of the built-in pairs."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One labelled pair.

    Attributes:
        sentence: What a model might say.
        passages: What it cites.
        supported: Whether they support it, by our label.
        kind: How it was made, such as ``paraphrase`` or ``currency``.
    """

    sentence: str
    passages: tuple[Passage, ...]
    supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with the verdict of the check."""

    pair: Pair
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether the check says what the label says."""
        return self.verdict.supported == self.pair.supported


@dataclass(frozen=True, slots=True)
class Measured:
    """One set, judged.

    Attributes:
        name: Of the set.
        judged: Every pair with its verdict, in the order of the file.
        milliseconds: A sentence, on average.
    """

    name: str
    judged: tuple[Judged, ...]
    milliseconds: float

    def rate(self, *, supported: bool, kind: str | None = None) -> Estimate:
        """Share of the supported that pass, or of the unsupported that are caught."""
        rows = [
            each
            for each in self.judged
            if each.pair.supported is supported and kind in (None, each.pair.kind)
        ]
        return share(sum(each.right for each in rows), len(rows))

    def kinds(self, *, supported: bool) -> list[str]:
        """Kinds of the supported or the unsupported pairs, the most frequent first."""
        found = [each.pair.kind for each in self.judged if each.pair.supported is supported]
        return sorted(set(found), key=lambda kind: (-found.count(kind), kind))

    @property
    def precision(self) -> Estimate:
        """Of the sentences that pass, the share that is supported."""
        passed = [each for each in self.judged if each.verdict.supported]
        return share(sum(each.pair.supported for each in passed), len(passed))


def read_pairs(name: str) -> tuple[list[Pair], Mapping[str, str]]:
    """Read a set of pairs and the titles of its articles.

    Args:
        name: One of ``BUILT_IN`` or of ``twins.NAMES``, a ``.txt`` file of the form of the latter,
            or a ``.jsonl`` file whose passages stand beside it in ``grounding_passages.jsonl``.

    Raises:
        SuiteError: A file is missing, or a line is not what it should be.
    """
    folder = files("evals") / "suites"
    if name in twins.NAMES or name.endswith(".txt"):
        return _read_twins(name)
    pairs = folder / f"{name}.jsonl" if name in BUILT_IN else Path(name)
    beside = folder / _PASSAGES if name in BUILT_IN else Path(name).parent / _PASSAGES
    try:
        passages, titles = passages_in(beside.read_text(encoding="utf-8"))
        found = [
            Pair(
                row["sentence"],
                tuple(passages[each] for each in row["passages"]),
                bool(row["supported"]),
                row["kind"],
            )
            for row in rows_in(pairs.read_text(encoding="utf-8"))
        ]
    except OSError as error:
        raise SuiteError(
            f"{name}: {error}: name a .jsonl file, or {' or '.join(BUILT_IN)}"
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise SuiteError(f"{name}: a line lacks or mistakes {error}") from error
    return found, titles


def _read_twins(name: str) -> tuple[list[Pair], Mapping[str, str]]:
    file = files("evals") / "suites" / f"{name}.txt" if name in twins.NAMES else Path(name)
    try:
        rows, titles = twins.read_twins(Path(name).stem, file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuiteError(f"{name}: {error}: name a file, or one of {twins.NAMES}") from error
    except ValueError as error:
        raise SuiteError(f"{name}: lacks {error}") from error
    return [Pair(said, (home,), supported, kind) for said, home, supported, kind in rows], titles


def check_of(data: Path | None) -> GroundingCheck:
    """The check of the built-in pairs, with the embedding model of a data folder if one is named.

    Raises:
        bot.errors.FirstlineError: The model there can't be used.
    """
    if data is None:
        return GroundingCheck(own=OWN)
    settings = load_settings({"data": data})
    return grounding_check(settings, open_embedder(settings, data), own=OWN)


def measure(
    name: str, pairs: Sequence[Pair], titles: Mapping[str, str], check: GroundingCheck | None = None
) -> Measured:
    """Judge every pair."""
    check = check or GroundingCheck(own=OWN)
    started = time.perf_counter()
    judged = tuple(
        Judged(pair, check.check(pair.sentence, pair.passages, titles=titles)) for pair in pairs
    )
    spent = 1000 * (time.perf_counter() - started) / max(1, len(pairs))
    return Measured(name, judged, spent)


def markdown(measured: Sequence[Measured]) -> str:
    """Figures by kind as a page, with every pair that the check has wrong."""
    lines = ["# Grounding check, measured", ""]
    for each in measured:
        lines += [f"## {each.name}", "", f"{len(each.judged):,} pairs.", ""]
        lines += ["| kind | right | n |", "| --- | --- | ---: |"]
        for supported, word in ((True, "supported, passed"), (False, "unsupported, caught")):
            overall = each.rate(supported=supported)
            lines.append(f"| **{word}** | {overall} | {overall.n} |")
            for kind in each.kinds(supported=supported):
                rate = each.rate(supported=supported, kind=kind)
                lines.append(f"| {kind} | {rate} | {rate.n} |")
        lines += [f"| **passed, supported** | {each.precision} | {each.precision.n} |", ""]
        wrong = [row for row in each.judged if not row.right]
        lines += [f"{len(wrong)} wrong:", ""]
        for row in wrong:
            why = ", ".join(map(str, row.verdict.reasons)) or "passed"
            lines.append(f"- {row.pair.kind}: {row.pair.sentence} ({why})")
        lines.append("")
    return "\n".join(lines)


def passages_in(text: str) -> tuple[dict[str, Passage], dict[str, str]]:
    """Passages by id, and titles by article, from JSON lines.

    Raises:
        KeyError: A line lacks something.
        ValueError: A line is not JSON.
    """
    passages: dict[str, Passage] = {}
    titles: dict[str, str] = {}
    for row in rows_in(text):
        article = str(row["id"]).partition("#")[0]
        passages[row["id"]] = Passage(row["id"], article, row["heading"], "", row["text"])
        titles[article] = row["title"]
    return passages, titles


def rows_in(text: str) -> Iterator[dict[str, Any]]:
    """The lines of a file of JSON lines."""
    for line in text.split("\n"):
        if line.strip():
            yield json.loads(line)
