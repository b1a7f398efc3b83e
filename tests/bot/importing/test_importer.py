from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.importing.change import Kind, Plan
from bot.importing.filing import Filing
from bot.importing.importer import Importer, MassDeletionError, Wishes
from bot.importing.masking import Masker
from bot.importing.records import RecordsError
from bot.linting import lint
from bot.sources.source import Failed, Gone, Item, Page, Unchanged, Validators
from redaction.build import build_redactor
from redaction.config import RedactionSettings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "You can pay abroad with your card in more than forty countries, and it costs nothing."
MASKER = Masker(lambda: build_redactor(RedactionSettings(named_entities=False), bytes(32)))


class Listed:
    """A source that has what a test says."""

    name = "shop"
    requests = 0
    total = 0

    def __init__(self, *items: Item, missing: str = "") -> None:
        self._items = items
        self._missing = missing
        self.asked: Mapping[str, Validators] = {}

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        self.asked = known
        return (item for item in self._items if item.key not in done)

    def missing(self) -> str:
        return self._missing


def _page(key: str, text: str = TEXT, title: str = "") -> Page:
    return Page(
        key,
        title or f"Article {key}",
        text,
        url=f"https://help.example.com/{key}",
        section="Cards",
        locale="en-us",
        validators=Validators(f'"{key}"'),
    )


def _run(root: Path, *items: Item, missing: str = "", **wishes: bool) -> Plan:
    importer = Importer(root, "shop", MASKER, Filing(owner="team"), Wishes(**wishes), NOW)
    with importer.alone():
        plan = importer.plan(Listed(*items, missing=missing), "", lambda _done, _total: None)
        if not wishes.get("dry_run"):
            importer.write(plan)
    return plan


def _kinds(plan: Plan) -> dict[str, Kind]:
    return {change.key: change.kind for change in plan.changes}


def _bytes(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_new_article_says_where_it_comes_from_and_passes_the_lint(tmp_path: Path) -> None:
    _run(tmp_path, _page("a", f"{TEXT} See [b](https://help.example.com/b/?x=1#y)."), _page("b"))
    assert (tmp_path / "cards" / "article-a.md").read_text() == (
        "---\nid: article-a\ntitle: Article a\nowner: team\ndomain: cards\naudience: customer\n"
        'locale: en-US\nsource: shop\nsource_id: "a"\nsource_url: "https://help.example.com/a"\n'
        'source_revision: "fa69221ce44fd945"\nimported_on: 2026-11-23\n---\n'
        f"{TEXT} See [b](article-b.md).\n"
    )
    found = lint(tmp_path)
    assert (found.articles, found.problems) == (2, ())


def test_customers_are_not_led_to_internal_articles(tmp_path: Path) -> None:
    link = " See [{0}](https://help.example.com/{0})."
    staff = replace(_page("b", TEXT + link.format("a")), internal=True)
    _run(tmp_path, _page("a", TEXT + link.format("b")), staff)
    told = (tmp_path / "cards" / "article-a.md").read_text()
    assert "[b](https://help.example.com/b)" in told
    assert "[a](article-a.md)" in (tmp_path / "cards" / "article-b.md").read_text()
    assert lint(tmp_path).problems == ()


def test_an_answer_may_be_short(tmp_path: Path) -> None:
    plan = _run(tmp_path, replace(_page("a", "Yes."), is_short=True), _page("b", "Yes."))
    assert _kinds(plan) == {"a": Kind.NEW}


def test_the_second_import_changes_no_byte(tmp_path: Path) -> None:
    items = (_page("a"), _page("b"), _page("c", "Too short."))
    _run(tmp_path, *items)
    before = _bytes(tmp_path)
    assert set(_kinds(_run(tmp_path, *items)).values()) == {Kind.UNCHANGED}
    assert _bytes(tmp_path) == before
    plan = _run(tmp_path, Unchanged("a"), Unchanged("b"), Unchanged("c"))
    assert [each.reason for each in plan.skipped] == ["holds 2 words, fewer than 12"]
    assert _bytes(tmp_path) == before


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    plan = _run(tmp_path / "kb", _page("a"), dry_run=True)
    assert _kinds(plan) == {"a": Kind.NEW}
    assert not (tmp_path / "kb").exists()


def test_what_changed_at_the_source_changes_here_and_the_owners_fields_stay(tmp_path: Path) -> None:
    _run(tmp_path, _page("a"))
    file = tmp_path / "cards" / "article-a.md"
    moved = tmp_path / "money" / "abroad.md"
    moved.parent.mkdir()
    moved.write_text(
        file.read_text()
        .replace("owner: team", "owner: sam\nintents:\n  - pay_abroad\nreviewed_on: 2026-11-01")
        .replace("id: article-a", "id: abroad")
    )
    file.unlink()
    assert _kinds(_run(tmp_path, _page("a"))) == {"a": Kind.UNCHANGED}
    plan = _run(tmp_path, _page("a", TEXT + " Really.", "Pay: abroad"))
    assert _kinds(plan) == {"a": Kind.CHANGED}
    told = moved.read_text()
    assert "owner: sam\nintents:\n  - pay_abroad\nreviewed_on: 2026-11-01\n" in told
    assert 'id: abroad\ntitle: "Pay: abroad"\n' in told
    assert told.endswith(TEXT + " Really.\n")
    assert lint(tmp_path).problems == ()
    assert list(tmp_path.rglob("*.md")) == [moved]


def test_an_edit_stays_and_the_sources_new_text_lies_beside_it(tmp_path: Path) -> None:
    _run(tmp_path, _page("a"))
    file = tmp_path / "cards" / "article-a.md"
    file.write_text(file.read_text().replace("costs nothing", "is free"))
    edited = file.read_text()
    assert _kinds(_run(tmp_path, _page("a"))) == {"a": Kind.EDITED}
    assert _kinds(_run(tmp_path, Unchanged("a"))) == {"a": Kind.EDITED}
    changed = _page("a", TEXT + " Really.")
    assert _kinds(_run(tmp_path, changed)) == {"a": Kind.CONFLICT}
    incoming = file.with_name("article-a.md.incoming")
    assert file.read_text() == edited
    assert "Really." in incoming.read_text()
    before = _bytes(tmp_path)
    assert _kinds(_run(tmp_path, changed)) == {"a": Kind.CONFLICT}  # told again, written once
    assert _kinds(_run(tmp_path, Unchanged("a"))) == {"a": Kind.CONFLICT}
    assert _bytes(tmp_path) == before
    assert lint(tmp_path).articles == 1  # what lies beside is no article
    incoming.unlink()  # that says: done with it
    assert _kinds(_run(tmp_path, changed)) == {"a": Kind.EDITED}
    assert file.read_text() == edited
    assert _kinds(_run(tmp_path, _page("a", TEXT + " Once more."))) == {"a": Kind.CONFLICT}
    file.write_text(incoming.read_text())  # taken over whole
    assert _kinds(_run(tmp_path, _page("a", TEXT + " Once more."))) == {"a": Kind.UNCHANGED}
    assert _kinds(_run(tmp_path, _page("a", TEXT + " At last."))) == {"a": Kind.CHANGED}
    assert not incoming.exists()


def test_without_what_is_remembered_articles_are_known_by_their_front_matter(
    tmp_path: Path,
) -> None:
    _run(tmp_path, _page("a"), _page("b"))
    file = tmp_path / "cards" / "article-b.md"
    file.write_text(file.read_text().replace("costs nothing", "is free"))
    (tmp_path / ".import" / "shop.json").unlink()
    changed = TEXT + " Really."
    plan = _run(tmp_path, _page("a", changed), _page("b", changed))
    assert _kinds(plan) == {"a": Kind.CHANGED, "b": Kind.CONFLICT}


def test_what_was_deleted_here_stays_away_until_it_is_wanted(tmp_path: Path) -> None:
    _run(tmp_path, _page("a"), _page("b"))
    (tmp_path / "cards" / "article-a.md").unlink()
    for item in (_page("a"), Unchanged("a"), _page("a", TEXT + " Really.")):
        assert _kinds(_run(tmp_path, item, _page("b"))) == {
            "a": Kind.DELETED_HERE,
            "b": Kind.UNCHANGED,
        }
    importer = Importer(tmp_path, "shop", MASKER, Filing(), Wishes(restore=True), NOW)
    source = Listed(_page("a"), Unchanged("b"))
    plan = importer.plan(source, "", lambda _done, _total: None)
    assert _kinds(plan) == {"a": Kind.NEW, "b": Kind.UNCHANGED}
    assert source.asked.keys() == {"b"}  # nobody says of a page that isn't here: unchanged


def test_only_a_whole_fetch_tells_what_is_gone_and_only_prune_archives_it(tmp_path: Path) -> None:
    pages = [_page(key) for key in "abcde"]
    _run(tmp_path, *pages)
    before = _bytes(tmp_path)
    partial = _run(tmp_path, *pages[:3], missing="an hour has passed", prune=True)
    failed = _run(tmp_path, *pages[:4], Failed("e", "answered 500"), prune=True)
    assert Kind.GONE not in {*_kinds(partial).values(), *_kinds(failed).values()}
    told = _run(tmp_path, *pages[:4])
    assert _kinds(told)["e"] is Kind.GONE
    assert _kinds(_run(tmp_path, *pages[:3], Gone("d"), missing="x"))["d"] is Kind.GONE
    assert _bytes(tmp_path) == before
    edited = tmp_path / "cards" / "article-d.md"
    edited.write_text(edited.read_text().replace("costs nothing", "is free"))
    assert _kinds(_run(tmp_path, *pages[:3], prune=True))["e"] is Kind.GONE
    assert edited.exists()
    assert not (tmp_path / "cards" / "article-e.md").exists()
    assert (tmp_path / "_archive" / "cards" / "article-e.md").exists()
    assert lint(tmp_path).articles == 4
    with pytest.raises(MassDeletionError, match="3 of the 4 articles"):
        _run(tmp_path, prune=True)
    _run(tmp_path, prune=True, allow_mass_deletion=True)
    assert [p.name for p in tmp_path.glob("cards/*")] == ["article-d.md"]


def test_a_page_that_moved_keeps_its_article(tmp_path: Path) -> None:
    _run(tmp_path, *(_page(key) for key in "abcd"))
    edited = tmp_path / "cards" / "article-b.md"
    edited.write_text(edited.read_text().replace("costs nothing", "is free"))
    moved = [_page(f"new/{key}", TEXT + " Really.", f"Article {key}") for key in "ab"]
    plan = _run(tmp_path, *moved, _page("c"), _page("d"), prune=True)
    assert _kinds(plan) == {
        "new/a": Kind.CHANGED,
        "new/b": Kind.CHANGED,
        "c": Kind.UNCHANGED,
        "d": Kind.UNCHANGED,
    }
    assert len(list(tmp_path.glob("cards/*.md"))) == 4
    followed = (tmp_path / "cards" / "article-a.md").read_text()
    assert 'source_id: "new/a"\nsource_url: "https://help.example.com/new/a"' in followed
    assert "Really." in followed
    assert 'source_id: "new/b"' in edited.read_text()
    assert "is free" in edited.read_text()
    again = _run(tmp_path, *moved, _page("c"), _page("d"))
    assert _kinds(again)["new/a"] is Kind.UNCHANGED
    assert _kinds(again)["new/b"] is Kind.CONFLICT
    assert "is free" in edited.read_text()
    assert lint(tmp_path).problems == ()


def test_an_article_of_ones_own_is_never_taken_for_an_imported_one(tmp_path: Path) -> None:
    own = tmp_path / "cards" / "article-a.md"
    own.parent.mkdir()
    own.write_text("# Mine\n\nMy own words.\n")
    _run(tmp_path, _page("a"), _page("x", title="Article a"))
    assert own.read_text() == "# Mine\n\nMy own words.\n"
    assert {p.name for p in own.parent.glob("*.md")} == {
        "article-a.md",
        "article-a-2.md",
        "article-a-3.md",
    }
    assert lint(tmp_path).errors == 0


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "kb" / "cards").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="leads out of"):
        _run(tmp_path / "kb", _page("a"))
    assert not list((tmp_path / "elsewhere").iterdir())


def test_what_was_read_before_a_kill_is_not_read_again(tmp_path: Path) -> None:
    importer = Importer(tmp_path, "shop", MASKER, Filing(), Wishes(), NOW)
    progress = lambda _done, _total: None  # noqa: E731
    with importer.alone():
        importer.plan(Listed(_page("a"), _page("b")), "options", progress)
    journal = tmp_path / ".import" / "shop.journal"
    journal.write_text(journal.read_text()[:-40])  # torn within b
    with importer.alone():
        plan = importer.plan(Listed(_page("b", TEXT + " New.")), "options", progress)
        assert _kinds(plan) == {"a": Kind.NEW, "b": Kind.NEW}
        importer.write(plan)
    assert not journal.exists()
    with importer.alone():
        importer.plan(Listed(_page("a")), "options", progress)
        assert set(_kinds(importer.plan(Listed(), "others", progress))) == {"a", "b"}
        assert {c.kind for c in importer.plan(Listed(), "others", progress).changes} == {Kind.GONE}


def test_two_imports_of_a_source_do_not_run_at_once(tmp_path: Path) -> None:
    importer = Importer(tmp_path, "shop", MASKER, Filing(), Wishes(), NOW)
    with (
        importer.alone(),
        pytest.raises(RecordsError, match="another import of shop"),
        importer.alone(),
    ):
        pass


def test_damaged_records_are_told_with_the_way_out(tmp_path: Path) -> None:
    _run(tmp_path, _page("a"))
    for damage in ("", "[]", '{"version": 2, "pages": {}}', '{"version": 1, "pages": {"a": 1}}'):
        (tmp_path / ".import" / "shop.json").write_text(damage)
        with pytest.raises(RecordsError, match=r"shop\.json"):
            _run(tmp_path, _page("a"))


def test_an_article_deleted_here_makes_no_conflict_of_an_edited_one_that_links_to_it(
    tmp_path: Path,
) -> None:
    first = _page("a", TEXT + " See [the other](https://help.example.com/b).")
    _run(tmp_path, first, _page("b"))
    edited = tmp_path / "cards" / "article-a.md"
    assert "(article-b.md)" in edited.read_text()
    edited.write_text(edited.read_text().replace("nothing", "little"))
    (tmp_path / "cards" / "article-b.md").unlink()
    kinds = _kinds(_run(tmp_path, first, _page("b")))
    assert kinds == {"a": Kind.EDITED, "b": Kind.DELETED_HERE}
    newer = replace(first, body=first.body.replace("forty", "fifty"))
    assert _kinds(_run(tmp_path, newer, _page("b")))["a"] is Kind.CONFLICT


def test_a_page_whose_source_names_no_language_has_that_of_its_words(tmp_path: Path) -> None:
    german = "Sie können mit Ihrer Karte in mehr als vierzig Ländern bezahlen, ohne Gebühren."
    pages = (replace(_page("a", german, "Ausland"), locale=""), replace(_page("b"), locale=""))
    _run(tmp_path, *pages)
    assert "locale: de" in (tmp_path / "cards" / "ausland.md").read_text()
    assert "locale" not in (tmp_path / "cards" / "article-b.md").read_text()
