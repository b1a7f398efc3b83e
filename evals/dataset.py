"""Reads suites of written cases (YAML, JSONL) and sets of labelled messages (CSV, TSV, JSONL).

Every message about a wrong file names the file and the line.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from evals.case import EvalCase, Tier
from evals.errors import SuiteError
from evals.labelled import cases_of_table, labelled_case, read_labels
from evals.suite_file import Row, cases_of_yaml, read_file, written_case

BUILT_IN = "builtin"
_BUILT_IN_PARTS = ("builtin.yaml", "builtin-handover.yaml", "builtin-people.yaml")


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases and where they came from.

    Attributes:
        name: File name, or ``builtin``.
        sha256: Of the file's bytes, and of the labels file's after it where there is one.
        cases: In file order.
    """

    name: str
    sha256: str
    cases: tuple[EvalCase, ...]


def load_suite(source: str, labels: Path | None = None, limit: int | None = None) -> Suite:
    """Read a suite or a set.

    Args:
        source: ``builtin``, or the path of a .yaml, .csv, .tsv or .jsonl file.
        labels: File that gives each label its tier.
        limit: Only the first so many cases.

    Raises:
        SuiteError: A file can't be read or a line is wrong; names the line.
    """
    if source == BUILT_IN:
        return _built_in(limit)
    name = Path(source).name
    content = read_file(source, BUILT_IN)
    tiers = read_labels(labels) if labels else {}
    suffix = Path(source).suffix.lower()
    match suffix:
        case ".yaml" | ".yml":
            cases = list(cases_of_yaml(content, name))
        case ".csv" | ".tsv":
            cases = list(cases_of_table(content, name, "\t" if suffix == ".tsv" else ",", tiers))
        case ".jsonl":
            cases = list(_from_jsonl(content, name, tiers))
        case _:
            raise SuiteError(f"{name}: unknown kind of file; use .yaml, .csv, .tsv or .jsonl")
    if not cases:
        raise SuiteError(f"{name}: holds no case")
    digest = hashlib.sha256(content.encode())
    if labels:
        digest.update(labels.read_bytes())
    return Suite(name, digest.hexdigest(), tuple(cases[:limit]))


def _built_in(limit: int | None) -> Suite:
    """The shipped suite: several files, whose ids are unique over all."""
    cases: list[EvalCase] = []
    digest = hashlib.sha256()
    for part in _BUILT_IN_PARTS:
        content = (files("evals") / "suites" / part).read_text(encoding="utf-8")
        digest.update(content.encode())
        cases += cases_of_yaml(content, part)
    counts = Counter(case.id for case in cases)
    twice = sorted(id_ for id_, count in counts.items() if count > 1)
    if twice:
        raise SuiteError(f"{BUILT_IN}: ids used twice: {', '.join(twice)}")
    return Suite(BUILT_IN, digest.hexdigest(), tuple(cases[:limit]))


def _from_jsonl(content: str, name: str, tiers: Mapping[str, Tier]) -> Iterator[EvalCase]:
    seen: dict[str, int] = {}
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            row = json.loads(line, object_pairs_hook=_once)
        except ValueError as error:
            raise SuiteError(f"{where}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise SuiteError(f"{where}: not a JSON object")
        case = (
            written_case(row, where)
            if {"says", "turns", "persona"} & set(row)
            else labelled_case(row, where, tiers)
        )
        if case.id in seen:
            raise SuiteError(f"{where}: id {case.id!r} is taken by line {seen[case.id]}")
        seen[case.id] = number
        yield case


def _once(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a key stands twice")
    return row
