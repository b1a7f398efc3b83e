import re
from pathlib import Path
from typing import get_args

import pytest

from bot.decision import HandoffReason, ReplyReason
from bot.measure.catalogue import ALL
from bot.measure.ending import Ending
from bot.measure.predicted_csat import HAND_SET
from bot.measure.predicted_csat_features import NAMES
from bot.measure.row_json import COLUMNS
from bot.outcome import FORMULAS, UNKNOWABLE
from evals.case import CasePersona, EvalCase, Expect, Given
from evals.importers.conversion import Source
from evals.labelled import (
    ARTICLE_COLUMNS,
    ID_COLUMNS,
    LABEL_COLUMNS,
    TEXT_COLUMNS,
    TIER_COLUMNS,
)
from evals.metrics import HEADLINE, PER_TIER, SLICED

DOCS = Path(__file__).parents[2] / "docs"
METRICS = (DOCS / "metrics.md").read_text(encoding="utf-8")
DATASETS = (DOCS / "datasets.md").read_text(encoding="utf-8")


def rows_after(heading: str) -> set[str]:
    """First cells, in back-ticks, of the table rows after a table's head."""
    table = METRICS.split(heading, 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_every_metric_is_defined_and_nothing_else() -> None:
    before = METRICS.split("## Metrics that need a log", 1)[0]
    defined = re.findall(r"^\| `(\w+)` \|", before.split("## Outcomes", 1)[1], re.MULTILINE)
    assert sorted(defined) == sorted(ALL)


def test_every_column_of_an_episode_is_named() -> None:
    section = METRICS.split("## Episodes", 1)[1].split("##", 1)[0]
    assert set(COLUMNS) <= set(re.findall(r"`(\w+)`", section))


def test_every_ending_is_defined_in_the_order_of_the_rules() -> None:
    table = METRICS.split("| `ended_as` | rule |", 1)[1].split("\n\n", 1)[0]
    assert re.findall(r"^\| (\w+) \|", table, re.MULTILINE) == [each.value for each in Ending]


def test_every_unknowable_metric_is_named() -> None:
    section = METRICS.split("## Metrics that need a log", 1)[1].split("##", 1)[0]
    assert set(re.findall(r"`(\w+)`[,.]", section)) == set(UNKNOWABLE)
    assert {*UNKNOWABLE, *HEADLINE, *PER_TIER, *SLICED} <= set(FORMULAS)


def test_every_reason_is_listed() -> None:
    assert rows_after("| reason of a handoff | when |") == {r.value for r in HandoffReason}
    assert rows_after("| reason of a reply | when |") == {r.value for r in ReplyReason}


@pytest.mark.parametrize(
    "word",
    [
        *EvalCase.model_fields,
        *Expect.model_fields,
        *CasePersona.model_fields,
        *get_args(Given),
        *Source,
        *TEXT_COLUMNS,
        *LABEL_COLUMNS,
        *TIER_COLUMNS,
        *ID_COLUMNS,
        *ARTICLE_COLUMNS,
    ],
)
def test_every_key_and_column_is_documented(word: str) -> None:
    assert f"`{word}`" in DATASETS


def test_the_card_of_predicted_csat_has_every_feature_with_its_figure() -> None:
    card = (DOCS / "predicted-csat.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (\S+) \|$", card, re.MULTILINE))
    figures = {name: float(told.replace("−", "-").replace("–", "0")) for name, told in rows.items()}
    assert figures == {name: HAND_SET.coefficients.get(name, 0.0) for name in NAMES}
