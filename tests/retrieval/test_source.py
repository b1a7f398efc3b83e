import os
from datetime import date
from pathlib import Path

import pytest

from retrieval.article import Audience
from retrieval.errors import KnowledgeBaseError
from retrieval.references import check_links
from retrieval.source import Library, Severity, read_folder

FULL = """---
id: freeze-card
title: Freeze your card
owner: Cards team
domain: cards
audience: internal
locale: en-GB
intents: [lost_or_stolen_card, freeze]
reviewed_on: 2026-03-31
review_days: 90
tags:
  - card
---

# Freeze your card

Open the app.
"""


def read(folder: Path, **files: str | bytes) -> Library:
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.md").write_bytes(raw)
    return read_folder(folder)


def test_front_matter_is_read(tmp_path: Path) -> None:
    (article,) = read(tmp_path, a=FULL).articles
    assert article.id == "freeze-card"
    assert article.audience is Audience.INTERNAL
    assert article.intents == ("lost_or_stolen_card", "freeze")
    assert article.reviewed_on == date(2026, 3, 31)
    assert (article.review_days, article.tags, article.locale) == (90, ("card",), "en-GB")
    assert article.body == "Open the app.\n"
    assert len(article.revision) == 12


def test_plain_markdown_is_enough(tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "freeze.md").write_text("# Freeze *it*\n\nText.\n")
    (tmp_path / "no-heading_here.md").write_text("Text.\n")
    first, second = read_folder(tmp_path).articles
    assert (first.id, first.title, first.body) == ("cards/freeze", "Freeze it", "Text.\n")
    assert (first.audience, first.locale, first.review_days) == (Audience.CUSTOMER, "en", 180)
    assert (second.id, second.title) == ("no-heading_here", "no heading here")


def test_the_first_folder_is_the_domain_of_an_article_that_names_none(tmp_path: Path) -> None:
    (tmp_path / "rental" / "prices").mkdir(parents=True)
    (tmp_path / "rental" / "prices" / "day.md").write_text("# A day\n\n£9.\n", encoding="utf-8")
    (tmp_path / "rental" / "own.md").write_text("---\ndomain: shop\n---\nHi.\n", encoding="utf-8")
    (tmp_path / "top.md").write_text("# Top\n\nHi.\n", encoding="utf-8")
    domains = {article.id: article.domain for article in read_folder(tmp_path).articles}
    assert domains == {"rental/prices/day": "rental", "rental/own": "shop", "top": ""}


def test_the_library_tells_which_articles_name_their_locale(tmp_path: Path) -> None:
    library = read(tmp_path, a=FULL, b="---\nlocale: en\n---\nText.", c="---\nlocale:\n---\nText.")
    assert library.locale_given == {"freeze-card", "b"}
    assert {article.locale for article in library.articles} == {"en", "en-GB"}


def test_a_heading_that_is_no_title_stays_in_the_body(tmp_path: Path) -> None:
    (article,) = read(tmp_path, a="---\ntitle: Cards\n---\n## Steps\n\nText.\n").articles
    assert article.title == "Cards"
    assert article.body.startswith("## Steps")


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("---\nid: a\naudience: public\n---\nx", 3, "customer or internal"),
        ("---\nid: a b\n---\nx", 2, "short name"),
        ("---\ntitle: a\nreviewed_on: 31.3.2026\n---\nx", 3, "a day such as"),
        ("---\ntitle: a\nreviewed_on: 2026-02-30\n---\nx", 3, "a day such as"),
        ("---\nreview_days: 0\n---\nx", 2, "number of days"),
        ("---\nlocale: english please\n---\nx", 2, "language tag"),
        ("---\ntitle: [a, b]\n---\nx", 2, "single value"),
        ("---\ntitle: a\ntitle: b\n---\nx", 3, "twice"),
        ("---\nintents: [[a]]\n---\nx", 2, "flat list"),
        ("---\ntitle: 'open\n---\nx", 3, "no YAML"),
        ("---\n- a\n---\nx", 2, "fields such as"),
        (b"# A\n\nb\xe9d\n", 3, "UTF-8"),
        (b"a\x00b", 1, "zero bytes"),
    ],
)
def test_faults_name_their_line_and_leave_the_article_out(
    tmp_path: Path, content: str | bytes, line: int, words: str
) -> None:
    library = read(tmp_path, bad=content, good="# Good\n\nText.")
    assert [article.id for article in library.articles] == ["good"]
    (problem,) = library.problems
    assert (problem.path, problem.line, problem.severity) == ("bad.md", line, Severity.ERROR)
    assert words in problem.message


def test_an_unknown_field_is_a_warning(tmp_path: Path) -> None:
    library = read(tmp_path, a="---\ntitle: A\nsidebar: {a: 1}\n---\nx")
    assert len(library.articles) == 1
    assert str(library.problems[0]) == "a.md:3: warning: unknown field `sidebar` is not used"


def test_a_bomb_of_yaml_aliases_is_no_danger(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)
    ]
    library = read(tmp_path, a="---\n" + "\n".join(lines) + "\n---\nx")
    assert library.articles == ()


def test_windows_files_read_the_same(tmp_path: Path) -> None:
    (article,) = read(tmp_path, a=b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()).articles
    assert (article.id, article.body) == ("freeze-card", "Open the app.\n")


def test_a_ruler_is_no_front_matter(tmp_path: Path) -> None:
    (article,) = read(tmp_path, a="---\n\nText after a ruler.\n").articles
    assert "Text after a ruler." in article.body


def test_ids_are_unique(tmp_path: Path) -> None:
    library = read(tmp_path, a="---\nid: x\n---\n# One\n\none", b="---\nid: x\n---\n# Two\n\ntwo")
    assert [article.path for article in library.articles] == ["a.md"]
    assert library.problems[0].message == "id `x` is already that of a.md"


def test_what_is_no_article_is_passed_over(tmp_path: Path) -> None:
    read(tmp_path, _draft="# D", good="# G\n\nx")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("# X")
    (tmp_path / "notes.txt").write_text("x")
    assert [article.id for article in read_folder(tmp_path).articles] == ["good"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("# Secret")
    inside = tmp_path / "kb"
    inside.mkdir()
    (inside / "x.md").symlink_to(outside)
    (inside / "y.md").symlink_to(inside / "nowhere.md")
    library = read_folder(inside)
    assert library.articles == ()
    assert "leaves the folder" in library.problems[0].message
    assert "can't be read" in library.problems[1].message


def test_a_huge_file_is_named_with_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x" * 1_100_000)
    (problem,) = read_folder(tmp_path, largest_mb=1).problems
    assert problem.message == "1.1 MB; an article may have 1 MB"


def test_an_empty_file_is_an_article_with_a_warning(tmp_path: Path) -> None:
    library = read(tmp_path, a="")
    assert library.articles[0].title == "a"
    assert library.problems[0].severity is Severity.WARNING


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="does not exist"):
        read_folder(tmp_path / "nowhere")
    assert read_folder(tmp_path).articles == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "a.md").chmod(0)
    assert "can't be read" in read_folder(tmp_path).problems[0].message


def test_dangling_links_are_found_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.md").write_text("# Two\n\n## Steps\n\n[up](../a.md) [me](#steps)\n")
    (tmp_path / "staff.md").write_text("---\naudience: internal\n---\nSee [two](b/two.md).\n")
    (tmp_path / "a.md").write_text(
        "---\ntitle: A\n---\n# A\n\n[ok](b/two.md#steps)\n\n[gone](b/three.md)\n\n"
        "[no anchor](b/two.md#stairs)\n\n[leak](staff.md)\n\n[moved](two.md)\n\n"
        "[web](https://example.com/x.md) [file](b/picture.png) [root](/x.md)\n"
    )
    found = [(each.path, each.line, each.message) for each in check_links(read_folder(tmp_path))]
    assert found == [
        ("a.md", 8, "link `b/three.md` leads to no article"),
        ("a.md", 10, "link `b/two.md#stairs`: no heading has the anchor #stairs"),
        ("a.md", 12, "link `staff.md` leads customers to an internal article"),
        ("a.md", 14, "link `two.md` leads to no article (`b/two.md` is one)"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_a_problem_and_no_missing_articles(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "closed").mkdir(mode=0)
    (problem,) = (p for p in read_folder(tmp_path).problems if p.path == "closed")
    assert "this user may not" in problem.message
    (tmp_path / "closed").chmod(0o700)
