from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.linting import lint, told
from bot.wiring import built_in_kb
from tests.bot.small_knowledge import write_small


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    return write_small(tmp_path / "kb")


def errors(kb: Path) -> list[str]:
    return [line for line in told(lint(kb).problems, None) if ": error: " in line]


def test_the_knowledge_base_that_ships_has_no_errors() -> None:
    assert errors(built_in_kb()) == []


def test_every_kind_of_mistake_is_told_with_file_and_line(kb: Path) -> None:
    before = errors(kb)
    page = kb / "pin.md"
    page.write_text(page.read_text() + "\n[gone](gone.md)\n", encoding="utf-8")
    for file, text in (("intents.yaml", "intents: ["), ("policy.yaml", "thresholds: {answr: 1}")):
        (kb / file).write_text(text, encoding="utf-8")
    found = [line for line in errors(kb) if line not in before]
    assert {line.partition(":")[0] for line in found} == {"pin.md", "intents.yaml", "policy.yaml"}
    assert all(line.split(":")[1].isdigit() for line in found)


INTENTS = """\
intents:
  pin:
    tier: hgih
    articles: [pin]
    examples: [my pin]
  balance:
    articles: [balance]
"""
POLICY = """\
version: "1"
tiers:
  low: {}
  account: {}
  hgih: {}
"""


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("intents.yaml", INTENTS, ["3: intents.pin.tier: got 'hgih'", "6: intents.balance.tier: "]),
        ("intents.yaml", "a: 1\nthanks: x\n", ["1: a: got 1", "2: thanks: got 'x'"]),
        ("intents.yaml", "thanks:\n  - a\n  - [b\n", ["4: not valid YAML: "]),
        ("intents.yaml", "- a\n", ["1: "]),
        ("policy.yaml", POLICY, ["5: tiers.hgih: got 'hgih'"]),
        (
            "policy.yaml",
            "version: '1'\n\nthresholds:\n  answer: 2\n",
            ["4: thresholds.answer: got 2"],
        ),
        ("policy.yaml", "tiers: {low: {}}\n", ["1: tiers: account, high missing"]),
        ("policy.yaml", "a: [\n", ["2: not valid YAML: "]),
        ("site.yaml", "name: A\naccent: red\ncolour: 1\n", ["2: accent: got 'red'", "3: colour: "]),
        ("site.yaml", "a: [\n", ["2: not valid YAML: "]),
        (
            "drivers.yaml",
            "intents:\n  pin:\n    ends_by: magic\n",
            ["2: intents.pin.why: ", "3: intents.pin.ends_by: "],
        ),
        (
            "drivers.yaml",
            "intents:\n  pn:\n    ends_by: article\n    why: All the same.\n",
            ["2: intents: pn does not exist: did you mean pin?"],
        ),
        ("drivers.yaml", "gaps: {gap-x: {ends_by: agent, why: b}}\n", ["1: gaps.gap-x"]),
        (
            "lines.yaml",
            "ofer: Hi\nreply:\n  thanks: Hi {compny}\n  small_talk:\n",
            [
                "1: ofer: is none of the lines: did you mean offer?",
                "3: reply.thanks: placeholder {compny}",
                "4: reply.small_talk: is empty",
            ],
        ),
        ("lines.de.yaml", "offer: '**Hallo'\n", ["1: offer: ** opens"]),
        ("lines.yml", "offer: Hello\n", ["1: is not read: name it "]),
        (
            "policy.yaml",
            "intents:\n  pin: {answer: 0.7}\n  blance: {hand_over: true}\n  xyz: {}\n",
            [
                "3: intents: blance does not exist: did you mean balance?",
                "4: intents: xyz does not",
            ],
        ),
    ],
)
def test_mistakes_in_yaml_are_told_by_line_and_value(
    kb: Path, file: str, text: str, found: list[str]
) -> None:
    (kb / file).write_text(text, encoding="utf-8")
    lines = [line for line in errors(kb) if line.startswith(file)]
    assert len(lines) == len(found)
    for line, wanted in zip(lines, found, strict=True):
        number, _, words = wanted.partition(": ")
        assert line.startswith(f"{file}:{number}: error: ")
        assert all(part in line for part in words.split("got "))
        assert line.count(file) == 1


def test_few_examples_are_a_warning_and_no_error(kb: Path) -> None:
    report = lint(kb)
    warned = [line for line in told(report.problems) if "at least 15" in line]
    assert len(warned) == report.warnings == 5
    assert warned[0].startswith("intents.yaml:5: warning: intent top_up has 10 example")
    assert report.errors == len(errors(kb))


def test_the_command_exits_with_one_where_there_are_errors(kb: Path, tmp_path: Path) -> None:
    (kb / "policy.yaml").write_text("no: policy\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["kb", "lint", str(kb)])
    assert done.exit_code == 1
    assert "policy.yaml:" in done.stdout
    assert CliRunner().invoke(app, ["kb", "lint", str(tmp_path / "no")]).exit_code in {1, 2}
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.md").write_text("# Title\n\nText of an article.\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["kb", "lint", str(plain)]).exit_code == 0


def test_a_folder_without_articles_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (found,) = errors(empty)
    assert "empty:1: error: " in found
    done = CliRunner().invoke(app, ["index", "--kb", str(empty), "--data", str(tmp_path / "data")])
    assert done.exit_code == 2
    assert done.stderr.startswith("error: no articles in ")
    assert "Markdown" in done.stderr


def plain(folder: Path, **articles: str) -> Path:
    """A folder of Markdown without front matter."""
    folder.mkdir()
    for name, text in articles.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_one_of_a_thing_is_no_plural(tmp_path: Path) -> None:
    report = lint(plain(tmp_path / "kb", a="# A\n\n[gone](gone.md)\n"))
    assert report.summary == "1 article, 1 error, 0 warnings"
    assert lint(plain(tmp_path / "two", a="# A\n\nA.", b="# B\n\nB.")).summary == (
        "2 articles, 0 errors, 0 warnings"
    )


def test_an_article_without_a_title_is_told(tmp_path: Path) -> None:
    articles = {
        "opening-hours": "We open at 8.\n",
        "b": "## Below\n\nText.\n",
        "c": "# C\n\nText.\n",
    }
    (line,) = told(lint(plain(tmp_path / "kb", **articles)).problems)
    assert line.startswith("opening-hours.md:1: warning: no title: begin with `# …`")
    assert "`opening hours`" in line


def test_plain_markdown_is_no_wall_of_warnings(tmp_path: Path) -> None:
    page = "---\nlayout: page\n---\n# Page\n\nText, [gone](gone{}.md).\n"
    pages = {f"p{n}": page.format(n) for n in range(30)}
    report = lint(plain(tmp_path / "kb", **pages))
    assert (report.errors, report.warnings) == (30, 30)
    lines = list(told(report.problems))
    assert len(lines) == 12
    assert [line for line in lines if line.startswith("… and 25 more like it (error: link ")]
    assert len(list(told(report.problems, None))) == 60
    folder = str(tmp_path / "kb")
    assert len(CliRunner().invoke(app, ["kb", "lint", folder, "--all"]).stdout.splitlines()) == 60


def test_every_problem_has_a_line(tmp_path: Path) -> None:
    kb = plain(tmp_path / "kb", a="# A\n\nText.")
    (kb / "leaves.md").symlink_to(tmp_path / "gone.md")
    (kb / "bad.md").write_bytes(b"# B\n\n\xff")
    report = lint(kb)
    assert {problem.path for problem in report.problems} == {"leaves.md", "bad.md"}
    assert all(problem.line >= 1 for problem in report.problems)


def test_index_tells_mistakes_in_the_words_of_lint(tmp_path: Path) -> None:
    kb = write_small(tmp_path / "kb")
    page = kb / "pin.md"
    page.write_text(page.read_text() + "\n[gone](gone.md)\n", encoding="utf-8")
    linted = CliRunner().invoke(app, ["kb", "lint", str(kb)])
    done = CliRunner().invoke(app, ["index", "--kb", str(kb), "--data", str(tmp_path / "data")])
    assert (linted.exit_code, done.exit_code) == (1, 0)
    (line,) = [line for line in linted.stdout.splitlines() if "gone.md" in line]
    assert line in done.stderr.splitlines()
    assert "indexed anyway" in done.stderr


def test_a_change_that_names_no_article_and_an_unfinished_draft_are_told(kb: Path) -> None:
    (kb / "product_changes.yaml").write_text(
        "changes:\n  - id: new-limit\n    at: 2026-11-20\n    what: The limit rises.\n"
        "    articles:\n      - pin\n      - pinn\n",
        encoding="utf-8",
    )
    (kb / "lend.md").write_text("---\ntitle: Lend\ntags: [draft]\n---\nAsk us.\n", encoding="utf-8")
    lines = list(told(lint(kb).problems, None))
    assert (
        "product_changes.yaml:7: error: articles: pinn does not exist: did you mean pin?" in lines
    )
    assert any(
        line.startswith("lend.md:3: warning: is a draft (has the tag draft)") for line in lines
    )
    (kb / "product_changes.yaml").write_text("changes:\n  - id: [\n", encoding="utf-8")
    assert any(line.startswith("product_changes.yaml:") for line in errors(kb))
