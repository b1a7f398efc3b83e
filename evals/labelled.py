"""Labelled messages as cases: which column is what, and which label has which tier."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from evals.case import OUT_OF_SCOPE, EvalCase, Expect, Tier
from evals.errors import SuiteError
from evals.suite_file import Row, read_file

TEXT_COLUMNS = ("text", "message", "utterance", "question", "query")
LABEL_COLUMNS = ("intent", "category", "label")
TIER_COLUMNS = ("tier", "risk")
ID_COLUMNS = ("id", "question_id", "message_id")
ARTICLE_COLUMNS = ("article_ids", "gold_article_ids", "articles")
_OUTSIDE = frozenset({"oos", "out_of_scope", "out-of-scope", "none"})
_TIERS: Mapping[str, Tier] = {"low": "low", "account": "account", "high": "high"}


def read_labels(path: Path) -> dict[str, Tier]:
    """Read a file that gives each label its tier.

    Args:
        path: CSV or TSV with the columns label and tier, or a JSON object of label to tier.

    Raises:
        SuiteError: The file can't be read or a tier is unknown.
    """
    content = read_file(str(path))
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


def cases_of_table(
    content: str, name: str, delimiter: str, tiers: Mapping[str, Tier]
) -> Iterator[EvalCase]:
    """A case for each row of a table.

    Raises:
        SuiteError: It has no column of texts, or a row is wrong.
    """
    table = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
    if _column(table.fieldnames, TEXT_COLUMNS) is None:
        have = ", ".join(table.fieldnames or []) or "none"
        raise SuiteError(f"{name}:1: no column of texts ({' or '.join(TEXT_COLUMNS)}); has {have}")
    for row in table:
        yield labelled_case(row, f"{name}:{table.line_num}", tiers)


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
