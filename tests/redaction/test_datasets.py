"""Floors on public labelled texts, which are read from outside and never copied here."""

import csv
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.redactor import Redactor

pytestmark = [
    pytest.mark.datasets,
    pytest.mark.skipif(
        "FIRSTLINE_DATASETS" not in os.environ, reason="FIRSTLINE_DATASETS names no data folder"
    ),
]

KINDS = {
    "PERSON": "NAME",
    "STREET_ADDRESS": "ADDRESS",
    "ADDRESS": "ADDRESS",
    "CREDIT_CARD": "CARD",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "ZIP_CODE": "POSTCODE",
    "IBAN_CODE": "IBAN",
    "US_SSN": "SSN",
    "IP_ADDRESS": "IP",
    "US_DRIVER_LICENSE": "LICENCE",
}
WHOLE = {"CREDIT_CARD", "IBAN_CODE", "US_SSN"}
Span = tuple[int, int]


@pytest.fixture(scope="module")
def full() -> Redactor:
    return build_redactor(RedactionSettings(), b"k" * 16)


def folder() -> Path:
    return Path(os.environ["FIRSTLINE_DATASETS"])


def rows(name: str) -> list[dict[str, Any]]:
    lines = (folder() / "pii" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def coverage(text: str, span: Span, others: list[Span]) -> float:
    places = [place for place in range(*span) if text[place].isalnum()]
    hits = sum(any(start <= place < end for start, end in others) for place in places)
    return hits / len(places) if places else 1.0


def measure(redactor: Redactor, name: str) -> tuple[dict[str, float], float]:
    """Recall by label, and F2 over the labels that have a kind of ours."""
    total: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    predicted = right = 0
    for row in rows(name):
        text = row["text"]
        findings = redactor.find(text)
        masked = [(each.start, each.end) for each in findings]
        for span in row["spans"]:
            label = span["type"]
            total[label] += 1
            share = coverage(text, (span["start"], span["end"]), masked)
            hit[label] += share >= (1.0 if label in WHOLE else 0.9)
        for each in findings:
            labelled = [
                (span["start"], span["end"])
                for span in row["spans"]
                if KINDS.get(span["type"]) == each.kind
            ]
            predicted += 1
            right += coverage(text, (each.start, each.end), labelled) >= 0.5
    recall = sum(hit[label] for label in KINDS) / sum(total[label] for label in KINDS)
    precision = right / predicted
    f2 = 5 * precision * recall / (4 * precision + recall)
    return {label: hit[label] / count for label, count in total.items()}, f2


def test_the_large_synthetic_set_stays_above_its_floors(full: Redactor) -> None:
    recall, f2 = measure(full, "presidio_synth_v2.jsonl")
    floors = {
        "CREDIT_CARD": 0.98, "IBAN_CODE": 0.99, "EMAIL_ADDRESS": 0.99, "US_SSN": 0.97,
        "PHONE_NUMBER": 0.95, "PERSON": 0.78, "STREET_ADDRESS": 0.88, "IP_ADDRESS": 0.99,
    }  # fmt: skip
    assert {label: recall[label] for label, floor in floors.items() if recall[label] < floor} == {}
    assert f2 >= 0.85


def test_the_small_synthetic_set_stays_above_its_floors(full: Redactor) -> None:
    recall, f2 = measure(full, "presidio_generated_small.jsonl")
    assert recall["CREDIT_CARD"] == recall["EMAIL_ADDRESS"] == recall["US_SSN"] == 1.0
    assert recall["PERSON"] >= 0.65
    assert f2 >= 0.75


def test_published_ibans_are_found_whole(full: Redactor) -> None:
    ibans = [row["iban"] for row in rows("iban_examples.jsonl") if row["valid_mod97"]]
    missed = [
        iban
        for iban in ibans
        for text in (iban, f"my iban is {iban.lower()} thanks")
        if not any(
            each.kind == "IBAN"
            and text[each.start : each.end].casefold() == iban.strip().casefold()
            for each in full.find(text)
        )
    ]
    assert len(missed) <= 0.01 * 2 * len(ibans), missed[:5]


def test_real_questions_without_personal_data_are_left_alone(full: Redactor) -> None:
    with (folder() / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    touched = sum(bool(full.find(text)) for text in texts[::3])
    assert touched <= 0.002 * len(texts[::3])
