import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.sources.archive import text_members
from bot.sources.opening import is_address, open_file
from bot.sources.source import Failed, Item, Page, Skipped, SourceError

BODY = "<h2>How</h2><p>Open <b>Cards</b>.</p><script>x</script>"
SAID = "## How\n\nOpen **Cards**."
ID = "0123456789abcdef0123456789abcdef"


def _json(path: Path, answer: object) -> Path:
    path.write_text(json.dumps(answer))
    return path


def _zip(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _items(path: Path) -> dict[str, Item]:
    return {item.key: item for item in open_file(path, "utf-8-sig").items({}, ())}


def test_articles_of_zendesk_come_with_their_topic(tmp_path: Path) -> None:
    url = "https://help.example.com/hc/en-us/articles/7-Pay"
    answer = {
        "count": 3,
        "articles": [
            {
                "id": 7,
                "title": " Pay  abroad ",
                "body": BODY,
                "html_url": url,
                "locale": "en-us",
                "draft": False,
                "section_id": 5,
                "label_names": ["travel", 3, None],
                "user_segment_id": None,
            },
            {"id": 8, "title": "Draft", "body": "x", "draft": True, "section_id": 5},
            {"id": 9, "title": "Staff", "body": None, "section_id": 1, "user_segment_id": 4},
            {"title": "No id"},
            "no article",
        ],
        "sections": [{"id": 5, "name": "Travel", "category_id": 2}],
        "categories": [{"id": 2, "name": "Cards"}],
    }
    source = open_file(_json(tmp_path / "export.json", answer), "")
    found = {item.key: item for item in source.items({}, ())}
    assert found == {
        "7": Page(
            "7", "Pay abroad", SAID, url=url, section="Cards", locale="en-us", tags=("travel", "3")
        ),
        "8": Skipped("8", "is a draft"),
        "9": Page("9", "Staff", "", internal=True),
    }
    assert (source.name, source.missing()) == ("zendesk-help.example.com", "")
    answer["count"] = 4
    fewer = open_file(_json(tmp_path / "export.json", answer), "")
    assert "counted 4 articles and 3 are here" in fewer.missing()


def test_pages_of_an_answer_lie_in_one_folder(tmp_path: Path) -> None:
    for number in (1, 2):
        article = {"id": number, "title": "T", "body": BODY, "html_url": "https://x.example/"}
        _json(tmp_path / f"{number}.json", {"articles": [article], "next_page": "https://…"})
    assert list(_items(tmp_path)) == ["1", "2"]
    lines = '{"id": 3, "title": "T", "body": "x", "section_id": 1}\n\n{"id": 4, "section_id": 1}\n'
    (tmp_path / "export.jsonl").write_text(lines)
    assert list(_items(tmp_path / "export.jsonl")) == ["3", "4"]
    alone = open_file(tmp_path / "1.json", "")
    assert "next page" in alone.missing()


def test_articles_of_intercom_come_with_their_translations(tmp_path: Path) -> None:
    answer = {
        "type": "list",
        "total_count": 3,
        "data": [
            {
                "id": "7",
                "type": "article",
                "title": "Pay abroad",
                "body": BODY,
                "state": "published",
                "url": "https://help.example.com/en/articles/7-pay",
                "parent_id": 5,
                "default_locale": "en",
                "translated_content": {
                    "type": "article_translated_content",
                    "en": {"title": "Pay abroad", "body": BODY, "state": "published"},
                    "fr": {"title": "Payer", "body": "<p>Oui.</p>", "state": "published"},
                    "de": {"title": "Zahlen", "body": "x", "state": "draft"},
                },
            },
            {"id": "8", "type": "article", "state": "draft"},
        ],
    }
    collections = {"type": "list", "data": [{"id": "5", "type": "collection", "name": "Cards"}]}
    (tmp_path / "a").mkdir()
    _json(tmp_path / "a" / "articles.json", answer)
    _json(tmp_path / "a" / "collections.json", collections)
    source = open_file(tmp_path / "a", "")
    found = {item.key: item for item in source.items({}, ())}
    url = "https://help.example.com/en/articles/7-pay"
    assert found == {
        "7": Page("7", "Pay abroad", SAID, url=url, section="Cards", locale="en"),
        "7:fr": Page("7:fr", "Payer", "Oui.", section="Cards", locale="fr"),
        "7:de": Skipped("7:de", "is draft"),
        "8": Skipped("8", "is draft"),
    }
    assert source.name == "intercom-help.example.com"
    assert "counted 3 articles and 2 are here" in source.missing()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", r"export\.json:1: no JSON"),
        (b'{"a":1}', "holds no articles"),
        (b"3", "holds int"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_json_that_is_no_export_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "export.json").write_bytes(data)
    with pytest.raises(SourceError, match=why):
        open_file(tmp_path / "export.json", "")


def test_pages_of_notion_are_known_by_their_ids(tmp_path: Path) -> None:
    other = ID[::-1]
    inner = tmp_path / "inner.zip"
    _zip(
        inner,
        {
            f"Help {ID}/Pay abroad {other}.md": (
                f"# Pay abroad\n\nSee [help](../Help%20{ID}.md), ![x](a.png) <b>now</b>."
            ),
            f"Help {ID}.md": "# Help\n\n- one\n- two\n",
            f"Help {ID}/Table {other}.csv": "a,b",
        },
    )
    found = _items(_zip(tmp_path / "notion.zip", {"Export-1-Part-1.zip": inner.read_bytes()}))
    page = found[other]
    assert isinstance(page, Page)
    assert (page.title, page.section) == ("Pay abroad", "Help")
    assert page.body == f"See [help](https://export.invalid/Help%20{ID}.md), **now**."
    assert page.url == f"https://www.notion.so/{other}"
    assert set(found) == {ID, other}


def test_pages_of_confluence_are_known_by_their_numbers(tmp_path: Path) -> None:
    html = (
        "<html><head><title>Shop : Pay abroad</title></head><body>"
        '<h1 id="title-heading"><span id="title-text">Shop : Pay abroad</span></h1>'
        '<div id="main-content" class="wiki-content group">'
        '<p>You can pay abroad with your card, see <a href="Fees_123.html">fees</a>.</p></div>'
        '<div class="pageSection">Attachments:</div><footer>Generated by Confluence</footer>'
    )
    members = {"SHOP/index.html": html, "SHOP/Pay-abroad_98765.html": html, "SHOP/a.css": "x"}
    source = open_file(_zip(tmp_path / "space.zip", members), "")
    found = {item.key: item for item in source.items({}, ())}
    page = found["98765"]
    assert isinstance(page, Page)
    assert page.title == "Pay abroad"
    assert page.body == (
        "You can pay abroad with your card, see [fees](https://export.invalid/SHOP/Fees_123.html)."
    )
    assert found["SHOP/index.html"] == Skipped("SHOP/index.html", "is the index of the space")
    assert source.name == "confluence-shop"


def test_names_that_lead_out_of_an_archive_are_left_out(tmp_path: Path) -> None:
    names = ["../a.md", "/etc/a.md", "..\\a.md", "C:\\a.md", "x/../../a.md", "ok/./b/../a.md"]
    path = _zip(tmp_path / "a.zip", dict.fromkeys(names, "x"))
    assert [member.path for member in text_members(path)] == ["ok/a.md"]


def test_archives_that_explode_or_are_none_are_refused(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "bomb.zip", {"a.md": bytes(30_000_000)})
    with pytest.raises(SourceError, match="larger than may be read"):
        list(text_members(bomb))
    nested = _zip(tmp_path / "n.zip", {f"{n}.zip": b"PK" for n in range(30)})
    with pytest.raises(SourceError, match="no whole ZIP"):
        list(text_members(nested))
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(SourceError, match="no whole ZIP"):
        list(text_members(tmp_path / "no.zip"))
    locked = _zip(tmp_path / "locked.zip", {"a.md": "x"})
    data = bytearray(locked.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag of encryption
    locked.write_bytes(data)
    with pytest.raises(SourceError, match="encrypted"):
        list(text_members(locked))
    plain = _zip(tmp_path / "plain.zip", {"a.md": "x"})
    with pytest.raises(SourceError, match="unpack it"):
        open_file(plain, "")


def test_what_is_of_no_known_kind_is_told_with_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist: name the address"):
        open_file(tmp_path / "none.csv", "")
    (tmp_path / "a.xlsx").touch()
    with pytest.raises(SourceError, match=r"\.xlsx is of no kind known"):
        open_file(tmp_path / "a.xlsx", "")
    assert is_address("https://help.example.com")
    assert not is_address("help.example.com/a.csv")
    with pytest.raises(SourceError, match="only https"):
        is_address("file:///etc/passwd")


def test_html_that_is_too_deep_fails_alone(tmp_path: Path) -> None:
    deep = {"id": 1, "title": "T", "body": "<div>" * 1000, "section_id": 1}
    fine = {"id": 2, "title": "T", "body": BODY, "section_id": 1}
    found = _items(_json(tmp_path / "export.json", {"articles": [deep, fine]}))
    assert isinstance(found["1"], Failed)
    assert isinstance(found["2"], Page)
