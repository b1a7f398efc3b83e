from pathlib import Path

import pytest

from evals.errors import SuiteError
from evals.grounding import read_pairs
from evals.twins import NAMES, read_twins

_BLOCK = """# Savings

Money can be taken out once a month.
* The first time is free.
+ light: You can take money out once a month.
- number: You can take money out twice a month.
"""


def test_a_block_is_a_title_a_passage_and_its_sentences() -> None:
    rows, titles = read_twins("own", _BLOCK + "\n# Fees\nNone.\n- invented: A fee of £1.\n")
    assert titles == {"own-1": "Savings", "own-2": "Fees"}
    assert [(said, home.article_id, true, kind) for said, home, true, kind in rows] == [
        ("You can take money out once a month.", "own-1", True, "light"),
        ("You can take money out twice a month.", "own-1", False, "number"),
        ("A fee of £1.", "own-2", False, "invented"),
    ]
    text = rows[0][1].text
    assert text == "Money can be taken out once a month.\n* The first time is free."


@pytest.mark.parametrize("name", NAMES)
def test_every_author_wrote_true_and_false_sentences_of_many_kinds(name: str) -> None:
    pairs, titles = read_pairs(name)
    assert len(titles) > 90
    assert 0.4 < sum(pair.supported for pair in pairs) / len(pairs) < 0.6
    assert len({pair.kind for pair in pairs if not pair.supported}) >= 11
    assert len({(pair.sentence, pair.passages) for pair in pairs}) == len(pairs)
    assert all(len(pair.passages[0].text) > 100 for pair in pairs)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("No title.\n+ light: So.\n", "line 1"),
        (_BLOCK + "Left over.\n", "line 7"),
        ("# Alone\nA passage.\n", "'Alone'"),
        ("# Torn\n+ light: Before any passage.\n", "'Torn'"),
    ],
)
def test_a_line_out_of_place_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "own.txt").write_text(text)
    with pytest.raises(SuiteError, match=complaint):
        read_pairs(str(tmp_path / "own.txt"))


def test_a_missing_file_of_twins_is_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"none\.txt"):
        read_pairs(str(tmp_path / "none.txt"))
