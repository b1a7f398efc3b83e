"""Labelled messages and FAQ questions as the cases of a suite."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from evals.case import Tier
from evals.errors import ImportFailedError, SuiteError
from evals.importers.entries import (
    Entry,
    Json,
    Problem,
    json_entries,
    read_text,
    table_entries,
    values_of,
)
from evals.labelled import labelled_case

_SPLITS = ("train", "val", "test", "oos_train", "oos_val", "oos_test")


def case_entries(path: Path) -> Iterator[Entry]:
    """The rows of a set: a table, JSON lines, or CLINC150's lists of text and label by split.

    Raises:
        ImportFailedError: The file can't be read, or its kind is unknown.
    """
    match path.suffix.lower():
        case ".csv" | ".tsv":
            yield from table_entries(path)
        case ".jsonl":
            yield from json_entries(path, ())
        case ".json":
            yield from _pairs(path) or json_entries(path, ("questions", "data"))
        case other:
            raise ImportFailedError(
                f"{path}: unknown kind of file {other!r}; use .csv, .tsv, .jsonl or .json"
            )


def case_row(row: Json, line: int, tiers: Mapping[str, Tier], tag: str) -> Json:
    """One row as a case in the shape of a suite file.

    Raises:
        SuiteError: It has no text, or its tier is unknown.
    """
    case = labelled_case(row, str(line), tiers)
    record = case.model_dump(mode="json", exclude_defaults=True)
    tags = [each for each in (tag, str(row.get("split") or "")) if each]
    return {**record, **({"tags": tags} if tags else {})}


def problem_of(error: SuiteError, line: int) -> Problem:
    """Why a row is no case."""
    return Problem(line, str(error).partition(": ")[2] or str(error))


def _pairs(path: Path) -> list[Entry]:
    """The pairs of CLINC150's file, each at the line where it begins; empty for another shape."""
    text = read_text(path)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(whole, dict) or not set(whole) & set(_SPLITS):
        return []
    found: list[Entry] = []
    place = 0
    for split in whole:
        place = text.index("[", text.index(json.dumps(split), place))
        found += [(line, _pair(pair, split, line)) for line, pair in values_of(text, place)]
    return found


def _pair(pair: object, split: str, line: int) -> Json | Problem:
    match pair:
        case [str(text), str(label)]:
            oos = split.startswith("oos")
            return {"text": text, "intent": label, "split": split, **({"oos": True} if oos else {})}
        case _:
            return Problem(line, "not a pair of text and label")
