import json
from pathlib import Path

import pytest

from evals.errors import SuiteError
from evals.redaction_set import BUILT_IN, as_part, part_of, read_mapping, read_set

ROW = {"text": "I am Ann", "spans": [{"start": 5, "end": 8, "type": "PERSON", "value": "Ann"}]}


def written(folder: Path, *rows: object) -> str:
    path = folder / "set.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_reads_texts_spans_and_what_must_stay(tmp_path: Path) -> None:
    kept = {"text": "order 77 of 88", "spans": [], "keep": ["77", {"start": 12, "end": 14}]}
    read = read_set(written(tmp_path, ROW, "", kept))
    assert [(s.label, s.kinds) for s in read.rows[0].spans] == [("PERSON", frozenset({"NAME"}))]
    assert read.rows[1].keep == ((6, 8), (12, 14))
    assert (read.name, read.misaligned, read.unmapped) == ("set.jsonl", 0, ())


@pytest.mark.parametrize("name", ["type", "label", "kind", "entity_type"])
def test_a_label_may_go_by_any_of_its_common_names(name: str, tmp_path: Path) -> None:
    row = {"text": "cvv 482", "spans": [{"start": 4, "end": 7, name: "CVV"}]}
    (read,) = read_set(written(tmp_path, row)).rows
    assert [span.kinds for span in read.spans] == [frozenset({"CVV"})]


def test_a_span_that_points_elsewhere_is_dropped_and_counted(tmp_path: Path) -> None:
    row = {"text": "I am Ann", "spans": [{"start": 0, "end": 3, "type": "PERSON", "value": "Ann"}]}
    read = read_set(written(tmp_path, row))
    assert (read.rows[0].spans, read.misaligned) == ((), 1)


def test_an_unknown_label_counts_as_personal_data_of_no_kind(tmp_path: Path) -> None:
    row = {"text": "I am Ann", "spans": [{"start": 5, "end": 8, "type": "NICK"}]}
    read = read_set(written(tmp_path, row))
    assert read.unmapped == ("NICK",)
    assert read.rows[0].spans[0].kinds == frozenset()


def test_the_two_halves_depend_on_the_text_alone(tmp_path: Path) -> None:
    rows = [{"text": f"text {number}", "spans": []} for number in range(40)]
    path = written(tmp_path, *rows)
    halves = [read_set(path, part=as_part(part)).rows for part in ("development", "held-out")]
    assert sum(map(len, halves)) == 40
    assert all(part_of(row.text) == "development" for row in halves[0])
    assert min(map(len, halves)) > 5


def test_a_mapping_file_wins_over_the_common_names(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("PERSON: KEEP\nCOURIER: [NAME, ADDRESS]\nSHOE_SIZE: null\n")
    mapping = read_mapping(path)
    assert mapping["PERSON"] == {"KEEP"}
    assert mapping["COURIER"] == {"NAME", "ADDRESS"}
    assert mapping["SHOE_SIZE"] == frozenset()
    assert read_set(written(tmp_path, ROW), mapping).rows[0].keep == ((5, 8),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "set.jsonl:2: no JSON object"),
        ("[]", "set.jsonl:2: row: "),
        ('{"text": "a"}', "set.jsonl:2: spans: Field required"),
        ('{"text": 1, "spans": []}', "set.jsonl:2: text: "),
        ('{"text": "a", "spans": [{"start": 0, "end": 9, "type": "X"}]}', "not within the 1 char"),
        ('{"text": "a", "spans": [{"start": -1, "end": 1, "type": "X"}]}', "spans.0.start"),
        ('{"text": "a", "spans": [{"start": 0, "end": 1}]}', "spans.0.type: Field required"),
        ('{"text": "a", "spans": [], "keep": ["b"]}', "keep 'b' does not stand"),
        ('{"text": "a", "spans": [], "keep": [{"start": 3, "end": 4}]}', "keep 3–4"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SuiteError) as error:
        read_set(written(tmp_path, ROW, line))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [("a: [", "neither YAML nor JSON"), ("[1]", "a mapping"), ("A: HAT", "unknown kind 'HAT'")],
)
def test_a_wrong_mapping_is_named(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(content)
    with pytest.raises(SuiteError, match=r"map\.yaml") as error:
        read_mapping(path)
    assert said in str(error.value)


def test_a_file_without_rows_or_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no row"):
        read_set(written(tmp_path, ""))
    with pytest.raises(SuiteError, match="cannot be read"):
        read_set(str(tmp_path / "gone.jsonl"))
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"text": "\xe9", "spans": []}')
    with pytest.raises(SuiteError, match="not UTF-8"):
        read_set(str(path))
    with pytest.raises(SuiteError, match="no part 'test'"):
        as_part("test")


def test_the_built_in_set_is_sound() -> None:
    read = read_set(BUILT_IN)
    assert len(read.rows) > 200
    assert read.unmapped == ()
    assert sum(len(row.keep) for row in read.rows) > 70
