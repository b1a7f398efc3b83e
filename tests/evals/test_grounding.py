from pathlib import Path

import pytest

from evals.errors import SuiteError
from evals.grounding import BUILT_IN, markdown, measure, read_pairs


def test_the_built_in_pairs_are_many_and_of_many_kinds() -> None:
    pairs = [pair for name in BUILT_IN for pair in read_pairs(name)[0]]
    assert len(pairs) >= 500
    assert sum(pair.supported for pair in pairs) >= 220
    assert len({pair.kind for pair in pairs if not pair.supported}) >= 14
    assert len({(pair.sentence, pair.passages) for pair in pairs}) == len(pairs)


def test_the_check_does_not_fall_behind_what_was_measured() -> None:
    measured = measure("grounding", *read_pairs("grounding"))
    caught, passed = measured.rate(supported=False), measured.rate(supported=True)
    assert caught.value is not None
    assert caught.value >= 0.95
    assert passed.value is not None
    assert passed.value >= 0.88
    page = markdown([measured])
    assert "| **unsupported, caught** |" in page
    assert "| currency |" in page


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"sentence": "a"}', "passages"),
        ("not json", "Expecting value"),
        ('{"sentence": "a", "passages": ["x#0"], "supported": true, "kind": "copy"}', "x#0"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "grounding_passages.jsonl").write_text("")
    (tmp_path / "own.jsonl").write_text(line)
    with pytest.raises(SuiteError, match=complaint):
        read_pairs(str(tmp_path / "own.jsonl"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"none\.jsonl"):
        read_pairs(str(tmp_path / "none.jsonl"))
