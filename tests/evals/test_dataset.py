import hashlib
from pathlib import Path

import pytest

from evals.dataset import load_suite
from evals.errors import SuiteError
from evals.labelled import read_labels

YAML = """\
cases:
  - id: one
    says: hello
    expect: {decision: reply}
  - id: two
    turns:
      - says: a
      - says: b
        expect:
          decision: answer
"""


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_reads_a_suite_of_written_cases(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, "s.yaml", YAML))
    assert [case.id for case in suite.cases] == ["one", "two"]
    assert suite.sha256 == hashlib.sha256(YAML.encode()).hexdigest()
    assert not suite.cases[0].follows


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (YAML.replace("decision: reply", "decision: shrug"), 4, "decision"),
        (YAML.replace("    says: hello", "    sais: hello"), 3, "sais"),
        (YAML.replace("id: two", "id: one"), 5, "taken by line 2"),
        (YAML.replace("decision: answer", "decision: nope"), 10, "decision"),
        (YAML + "extra: 1\n", 11, "extra"),
        (
            YAML.replace("    says: hello", "    says: hello\n    says: bye"),
            4,
            "'says' stands twice",
        ),
        (YAML.replace("says: hello", "says: a\n    persona: {wants: b}"), 2, "one of says, turns"),
        (YAML.replace("says: hello", "persona: {wants: b, mood: bad}"), 3, "mood"),
        (YAML.replace("says: hello", "says: a\n    most_turns: 0"), 4, "greater than or equal"),
        ("cases: [", 1, "not valid YAML"),
        ("cases: []\n", None, "holds no case"),
        ("- 1\n", 1, "valid dictionary"),
    ],
)
def test_a_bad_line_of_a_suite_is_named(
    tmp_path: Path, text: str, line: int | None, message: str
) -> None:
    with pytest.raises(SuiteError, match=message) as caught:
        load_suite(write(tmp_path, "s.yaml", text))
    assert str(caught.value).startswith(f"s.yaml:{line}:" if line else "s.yaml:")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"id": "a", "says": "x", "oops": 1}', "oops"),
        ("{", "not JSON"),
        ('{"id": "a", "says": "x", "says": "y"}', "a key stands twice"),
        ('{"id": "a", "persona": {"wants": ""}}', "persona.wants"),
        ('{"id": "a", "says": "x", "given": "rain"}', "given"),
        ("[1]", "not a JSON object"),
        ('{"label": "pin"}', "has no text"),
        ('{"text": "x", "tier": "medium"}', "unknown tier 'medium'"),
        ('{"id": "first", "text": "x"}', "taken by line 1"),
    ],
)
def test_a_bad_line_of_json_is_named(tmp_path: Path, row: str, message: str) -> None:
    path = write(tmp_path, "s.jsonl", '{"id": "first", "text": "fine"}\n\n' + row + "\n")
    with pytest.raises(SuiteError, match=message) as caught:
        load_suite(path)
    assert str(caught.value).startswith("s.jsonl:3:")


@pytest.mark.parametrize(
    "header", ["text,category", "message,intent", "utterance,label", "question,category"]
)
def test_columns_are_found_by_their_names(tmp_path: Path, header: str) -> None:
    suite = load_suite(write(tmp_path, "s.csv", f"{header}\nhow old?,age\n"))
    (case,) = suite.cases
    assert (case.says, case.intent, case.tier, case.follows) == ("how old?", "age", None, True)


def test_a_table_needs_a_column_of_texts(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"s\.csv:1: no column of texts"):
        load_suite(write(tmp_path, "s.csv", "a,b\n1,2\n"))
    with pytest.raises(SuiteError, match=r"s\.csv:3: has no text"):
        load_suite(write(tmp_path, "s.csv", 'text,label\nx,a\n" ",b\n'))


def test_tiers_come_from_the_column_the_labels_file_or_the_label(tmp_path: Path) -> None:
    labels = tmp_path / "labels.tsv"
    labels.write_text("label\ttier\tnote\npin\tlow\t-\nfraud\thigh\t-\n")
    path = write(
        tmp_path,
        "s.jsonl",
        '{"text": "a", "intent": "pin"}\n{"text": "b", "intent": "fraud", "tier": "low"}\n'
        '{"text": "c", "intent": "other", "tier": "account"}\n{"text": "d", "intent": "oos"}\n'
        '{"text": "e", "intent": "what", "oos": true}\n{"text": "f", "intent": "new"}\n',
    )
    suite = load_suite(path, labels)
    assert [case.tier for case in suite.cases] == [
        "low",
        "high",
        "account",
        "out_of_scope",
        "out_of_scope",
        None,
    ]
    assert suite.sha256 != load_suite(path).sha256


def test_questions_with_their_articles(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "q.jsonl",
        '{"question_id": "q1", "question": "a", "gold_article_ids": ["x", "y"]}\n'
        '{"question_id": "q2", "question": "b", "gold_article_ids": [], "answerable": false}\n',
    )
    one, two = load_suite(path).cases
    assert (one.id, one.tier, one.expect.articles) == ("q1", "low", ["x", "y"])
    assert (two.id, two.tier) == ("q2", "out_of_scope")


def test_labels_in_json_and_csv(tmp_path: Path) -> None:
    (tmp_path / "l.json").write_text('{"pin": "low", "none of ours": "oos"}')
    (tmp_path / "l.csv").write_text("label,tier\npin,LOW\n")
    assert read_labels(tmp_path / "l.json") == {"pin": "low", "none of ours": "out_of_scope"}
    assert read_labels(tmp_path / "l.csv") == {"pin": "low"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("l.json", "[]", "not a JSON object"),
        ("l.json", "{", "not a JSON object"),
        ("l.json", '{"pin": "medium"}', "label 'pin': unknown tier 'medium'"),
        ("l.csv", "name,tier\n", "needs the columns label and tier"),
    ],
)
def test_a_bad_labels_file_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SuiteError, match=message):
        read_labels(tmp_path / name)


def test_only_the_first_so_many(tmp_path: Path) -> None:
    path = write(tmp_path, "s.csv", "text\na\nb\nc\n")
    assert [case.says for case in load_suite(path, limit=2).cases] == ["a", "b"]


@pytest.mark.parametrize(("name", "message"), [("s.xlsx", "unknown kind"), ("gone.yaml", "give")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "s.xlsx").write_text("x")
    with pytest.raises(SuiteError, match=message):
        load_suite(str(tmp_path / name))


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(b"text\n\xff\n")
    with pytest.raises(SuiteError, match="not UTF-8"):
        load_suite(str(tmp_path / "s.csv"))
