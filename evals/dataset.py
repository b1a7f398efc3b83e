"""Reads suites of written cases (YAML, JSONL) and sets of labelled messages (CSV, TSV, JSONL).

Every message about a wrong file names the file and the line.
"""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from evals.case import OUT_OF_SCOPE, EvalCase, Expect, Tier
from evals.errors import SuiteError

BUILT_IN = "builtin"
_BUILT_IN_PARTS = ("builtin.yaml", "builtin-handover.yaml", "builtin-people.yaml")
TEXT_COLUMNS = ("text", "message", "utterance", "question", "query")
LABEL_COLUMNS = ("intent", "category", "label")
TIER_COLUMNS = ("tier", "risk")
ID_COLUMNS = ("id", "question_id", "message_id")
ARTICLE_COLUMNS = ("article_ids", "gold_article_ids", "articles")
_OUTSIDE = frozenset({"oos", "out_of_scope", "out-of-scope", "none"})
_TIERS: Mapping[str, Tier] = {"low": "low", "account": "account", "high": "high"}

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # Any: libyaml may not be there
Row = dict[str, Any]  # one line of somebody else's file


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
    content = _read(source)
    tiers = read_labels(labels) if labels else {}
    suffix = Path(source).suffix.lower()
    match suffix:
        case ".yaml" | ".yml":
            cases = list(_from_yaml(content, name))
        case ".csv" | ".tsv":
            cases = list(_from_table(content, name, "\t" if suffix == ".tsv" else ",", tiers))
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
        cases += _from_yaml(content, part)
    counts = Counter(case.id for case in cases)
    twice = sorted(id_ for id_, count in counts.items() if count > 1)
    if twice:
        raise SuiteError(f"{BUILT_IN}: ids used twice: {', '.join(twice)}")
    return Suite(BUILT_IN, digest.hexdigest(), tuple(cases[:limit]))


def read_labels(path: Path) -> dict[str, Tier]:
    """Read a file that gives each label its tier.

    Args:
        path: CSV or TSV with the columns label and tier, or a JSON object of label to tier.

    Raises:
        SuiteError: The file can't be read or a tier is unknown.
    """
    content = _read(str(path))
    if path.suffix.lower() == ".json":
        try:
            pairs = list(json.loads(content).items())
        except (ValueError, AttributeError) as error:
            raise SuiteError(f"{path.name}: not a JSON object of label to tier") from error
    else:
        table = csv.DictReader(
            io.StringIO(content), delimiter="\t" if path.suffix.lower() == ".tsv" else ","
        )
        label = _column(table.fieldnames, LABEL_COLUMNS)
        tier = _column(table.fieldnames, TIER_COLUMNS)
        if label is None or tier is None:
            raise SuiteError(f"{path.name}:1: needs the columns label and tier")
        pairs = [(row[label], row[tier]) for row in table]
    return {str(name): _tier(str(word), f"{path.name}: label {name!r}") for name, word in pairs}


def _read(source: str) -> str:
    try:
        return Path(source).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SuiteError(f"{source}: {error.strerror}: give a file, or {BUILT_IN}") from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{source}: is not UTF-8; save it as UTF-8") from error


class _SuiteFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cases: list[EvalCase]


def _from_yaml(content: str, name: str) -> Iterator[EvalCase]:
    try:
        tree, rows = _parsed(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise SuiteError(f"{name}:{line}: not valid YAML: {error}") from error
    if twice := next(_keys_twice(tree), None):
        raise SuiteError(f"{name}:{twice.start_mark.line + 1}: key {twice.value!r} stands twice")
    try:
        suite = _SuiteFile.model_validate(rows)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        line = _line_of(tree, first["loc"])
        raise SuiteError(f"{name}:{line}: {_where(first['loc'])}{first['msg']}") from error
    seen: dict[str, int] = {}
    for place, case in enumerate(suite.cases):
        line = _line_of(tree, ("cases", place))
        if case.id in seen:
            raise SuiteError(f"{name}:{line}: id {case.id!r} is taken by line {seen[case.id]}")
        seen[case.id] = line
        yield case


def _parsed(content: str) -> tuple[yaml.Node | None, Any]:
    """The nodes with their lines, and the values.

    Raises:
        yaml.YAMLError: It is no YAML.
    """
    try:
        return yaml.compose(content, _LOADER), yaml.load(content, _LOADER)  # noqa: S506  it is safe
    except yaml.YAMLError:
        # The slow loader names the line in which the mistake was made, not the one after it.
        return yaml.compose(content, yaml.SafeLoader), yaml.safe_load(content)


def _keys_twice(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Keys that stand twice in one mapping: YAML would take the last without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield key
            seen.add(str(key.value))
            yield from _keys_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_twice(item)


def _once(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a key stands twice")
    return row


def _line_of(tree: yaml.Node | None, path: Iterable[int | str]) -> int:
    """Line of the deepest node on a path; a key that is missing gives its parent's line."""
    node, line = tree, 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if p[0].value == part), None)
            if pair is None:
                break
            node, line = pair[1], pair[0].start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _where(path: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in path) + ": " if path else ""


def _from_table(
    content: str, name: str, delimiter: str, tiers: Mapping[str, Tier]
) -> Iterator[EvalCase]:
    table = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
    if _column(table.fieldnames, TEXT_COLUMNS) is None:
        have = ", ".join(table.fieldnames or []) or "none"
        raise SuiteError(f"{name}:1: no column of texts ({' or '.join(TEXT_COLUMNS)}); has {have}")
    for row in table:
        yield labelled_case(row, f"{name}:{table.line_num}", tiers)


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
            _strict(row, where)
            if {"says", "turns", "persona"} & set(row)
            else labelled_case(row, where, tiers)
        )
        if case.id in seen:
            raise SuiteError(f"{where}: id {case.id!r} is taken by line {seen[case.id]}")
        seen[case.id] = number
        yield case


def _strict(row: Row, where: str) -> EvalCase:
    try:
        return EvalCase.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SuiteError(f"{where}: {_where(first['loc'])}{first['msg']}") from error


def labelled_case(row: Row, where: str, tiers: Mapping[str, Tier]) -> EvalCase:
    """One labelled message as a case whose customer picks the right option when asked back.

    Args:
        row: Columns by name.
        where: Line, with or without the file's name before it; the id where the row has none.
        tiers: Tier of each label.

    Raises:
        SuiteError: It has no text, or its tier is unknown.
    """
    text = str(row.get(_column(row, TEXT_COLUMNS) or "") or "").strip()
    if not text:
        raise SuiteError(f"{where}: has no text ({' or '.join(TEXT_COLUMNS)})")
    label = str(row.get(_column(row, LABEL_COLUMNS) or "") or "").strip() or None
    gold = row.get(_column(row, ARTICLE_COLUMNS) or "") or []
    articles = [str(each) for each in gold] if isinstance(gold, list) else str(gold).split()
    return EvalCase(
        id=str(row.get(_column(row, ID_COLUMNS) or "") or where.rpartition(":")[2]),
        says=text,
        intent=label,
        tier=_tier_of(row, label, bool(articles), where, tiers),
        expect=Expect(articles=articles),
        follows=True,
    )


def _tier_of(
    row: Row, label: str | None, answered: bool, where: str, tiers: Mapping[str, Tier]
) -> Tier | None:
    if row.get("oos") is True or row.get("answerable") is False:
        return OUT_OF_SCOPE
    if label is not None and label in tiers:
        return tiers[label]
    word = row.get(_column(row, TIER_COLUMNS) or "")
    if word:
        return _tier(str(word), where)
    if label is not None and label.lower() in _OUTSIDE:
        return OUT_OF_SCOPE
    return "low" if answered else None  # a question with its articles is there to be answered


def _tier(word: str, where: str) -> Tier:
    plain = word.strip().lower()
    if plain in _OUTSIDE:
        return OUT_OF_SCOPE
    if plain not in _TIERS:
        raise SuiteError(f"{where}: unknown tier {word!r}; use low, account, high or out_of_scope")
    return _TIERS[plain]


def _column(columns: Iterable[str] | None, wanted: Sequence[str]) -> str | None:
    have = list(columns or [])
    return next((name for name in wanted if name in have), None)
