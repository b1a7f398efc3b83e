"""``firstline kb import`` as somebody types it, on a site of this machine."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.linting import lint
from tests.bot.sources.site import Answer, Site, page, serving

PAGES = 100
FEW = 30


@pytest.fixture(autouse=True)
def rules_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language model for names: it takes seconds to load."""
    monkeypatch.setenv("FIRSTLINE_REDACTION__NAMED_ENTITIES", "false")


def _pages(number: int) -> dict[str, str | Answer]:
    return {
        f"/help/topic-{n % 5}/page-{n}": page(
            f"How to do thing {n}",
            f"You can do thing {n} in the app within a few minutes, and nobody has to wait for it.",
            f"Then see <a href='page-{(n + 5) % number}'>what comes next</a>, or call us any day.",
        )
        for n in range(number)
    }


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(pages=_pages(FEW))) as running:
        yield running


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["kb", "import", *words])


def _import(site: Site, kb: Path, *more: str) -> Result:
    return _run(site.address, "--kb", str(kb), "--allow-private", "--rate", "1000", *more)


def _bytes(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_the_second_import_of_a_site_changes_nothing(site: Site, tmp_path: Path) -> None:
    site.pages = _pages(PAGES)
    kb = tmp_path / "kb"
    done = _import(site, kb, "--yes", "--owner", "care-team")
    assert done.exit_code == 0, done.output
    found = lint(kb)
    assert (found.articles, found.problems) == (PAGES, ())
    assert "(how-to-do-thing-9.md)" in (kb / "topic-4" / "how-to-do-thing-4.md").read_text()
    before, asked = _bytes(kb), site.asked.total()
    again = _import(site, kb, "--json")
    told = json.loads(again.stdout)
    assert again.exit_code == 0
    assert (told["applied"], told["complete"]) == (True, True)
    assert told["counts"]["unchanged"] == PAGES
    assert _bytes(kb) == before
    assert site.conditional == PAGES
    assert site.asked.total() - asked == told["requests"] == PAGES + 2


def test_an_import_that_is_killed_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:
    half, killed = threading.Event(), threading.Event()

    def on_request(_path: str) -> None:
        if site.asked.total() >= FEW // 2:
            half.set()
            killed.wait(60)

    site.on_request = on_request
    kb = tmp_path / "kb"
    words = [site.address, "--kb", str(kb), "--allow-private", "--rate", "1000", "--yes"]
    with subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-m", "bot.cli", "kb", "import", *words],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.DEVNULL,
    ) as process:
        assert half.wait(60)
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    killed.set()
    assert not list(kb.rglob("*.md"))
    site.on_request = lambda _path: None
    asked = site.asked.copy()
    assert asked.total() < FEW
    done = _import(site, kb, "--yes")
    assert done.exit_code == 0, done.output
    twice = [path for path in site.pages if asked[path] and site.asked[path] > asked[path]]
    assert len(twice) <= 1  # at most the page that was under way
    assert lint(kb).articles == FEW
    assert not list(kb.rglob("*.journal"))
    assert not list(kb.rglob("*.tmp"))


def test_nothing_is_written_without_a_yes(site: Site, tmp_path: Path) -> None:
    kb = tmp_path / "kb"
    shown = _import(site, kb, "--dry-run")
    assert shown.exit_code == 0
    assert "+title: How to do thing 7" in shown.stdout
    assert f"{FEW} new" in shown.stderr
    assert not kb.exists()
    refused = _import(site, kb)
    assert refused.exit_code == 2
    assert "pass --yes, or --dry-run to see the diff" in refused.stderr
    assert not list(kb.rglob("*.md"))


def test_pages_that_fail_are_told_and_the_rest_is_imported(site: Site, tmp_path: Path) -> None:
    site.pages["/help/topic-0/page-0"] = Answer(403)
    done = _import(site, tmp_path, "--yes")
    assert done.exit_code == 1
    assert "page-0 answered 403" in done.stderr
    assert lint(tmp_path).articles == FEW - 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["http://127.0.0.1:9/"],
            "must not be called; if it is a site in your own network, --allow",
        ),
        (["http://localhost:9/"], "an address that must not be called"),
        (["https://[::1]:9/"], "an address that must not be called"),
        (["http://2130706433:9/"], "must not be called"),
        (["http://169.254.169.254/", "--allow-private"], "an address that must not be called"),
        (["ftp://help.example.com/"], "only https and http"),
        (["none.csv"], "none.csv does not exist"),
        (["faq.csv", "--leave", "SHOES"], "--leave SHOES: there is no such kind"),
        (["faq.csv", "--keep", "(a+)+"], "--keep '(a+)+'"),
        (["faq.csv", "--mapping", "none.yaml"], "none.yaml: can't be read"),
    ],
)
def test_what_can_not_start_says_why(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "faq.csv").write_text("question,answer\nWhy?,Because.\n")
    done = _run(*words, "--kb", "kb", "--yes")
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert not list(tmp_path.rglob("*.md"))


def test_the_knowledge_base_that_ships_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("question,answer\nWhy?,Because.\n")
    done = _run(str(tmp_path / "faq.csv"), "--yes")
    assert done.exit_code == 2
    assert "name one with --kb" in done.stderr


def test_questions_and_answers_become_articles(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(
        "id,category,question,answer\n"
        "1,Cards,Can I pay abroad?,You can pay abroad with your card in more than forty countries."
        " Call 0808 157 0142 or +44 20 7946 0018.\n"
    )
    done = _run(
        str(tmp_path / "faq.csv"), "--kb", str(tmp_path), "--yes", "--keep", "0808 157 0142",
        "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    article = tmp_path / "cards" / "can-i-pay-abroad.md"
    assert "Call 0808 157 0142 or [PHONE_1]." in article.read_text()
    assert told["personal_data"] == [
        {"path": "cards/can-i-pay-abroad.md", "line": 11, "kind": "PHONE", "masked": True}
    ]
    assert "[PHONE_1]" in article.read_text().splitlines()[10]
