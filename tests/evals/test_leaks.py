import json
from pathlib import Path

import pytest

from bot.golden import GoldenCase, Step
from evals.leaks import leaks_in


def case(*planted: str) -> GoldenCase:
    return GoldenCase("planted", (Step("x"),), must_not_appear=planted)


@pytest.mark.parametrize(
    ("planted", "written", "leaks"),
    [
        ("4111 1111 1111 1111", "it is 4111 1111 1111 1111.", 1),
        ("4111 1111 1111 1111", "it is 4111111111111111", 1),
        ("4111 1111 1111 1111", "it is [CARD_1]", 0),
        ("４１１１ １１", json.dumps("４１１１ １１"), 1),
        ("Tulip&Harbour", "Tulip&amp;harbour", 1),
        ("8251", '{"text": "my pin is 8251"}', 1),
        ("8251", '{"milliseconds": 8251.4, "hash": "a8251b", "n": 18251}', 0),
        ("482913", '{"seconds": 0.482913, "n": 4829137}', 0),
        ("sam@example.com", "SAM@example.com", 1),
    ],
)
def test_every_byte_is_searched(tmp_path: Path, planted: str, written: str, leaks: int) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "cases.jsonl").write_text(written, encoding="utf-8")
    found = leaks_in(tmp_path, [case(planted)])
    assert [(leak.file, leak.case_id) for leak in found] == [
        ("deep/cases.jsonl", "planted")
    ] * leaks


def test_short_numbers_are_not_sought_in_drawings(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text('<svg viewBox="0 0 619 20"> 4111 1111 1111 1111')
    assert leaks_in(tmp_path, [case("619")]) == []
    assert len(leaks_in(tmp_path, [case("619", "4111 1111 1111 1111")])) == 1
