from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigurationError
from bot.estimate import share
from bot.insights.file_facts import FileFacts
from bot.insights.health import ArticleHealth, Use, examine, with_changes
from bot.insights.issue import IssueKind
from bot.insights.product_changes import ProductChange, known_changes, read_changes, untold
from bot.insights.use import uses_of
from bot.intents import IntentCatalogue, parse_intents
from bot.store_changes import AnnouncedChange
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.source import read_folder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GOOD = "You park in the yard. It is free.\n\n## More\n\nThe yard is behind the house.\n"
NO_INTENTS = IntentCatalogue()
INTENTS = """\
intents:
  park:
    tier: low
    articles: [parking]
    examples: [where do I park]
  bare:
    tier: low
    articles: [bare]
"""


def write(folder: Path, name: str, body: str, **front: str) -> None:
    fields = {
        "id": name,
        "title": name.title(),
        "owner": "yard-team",
        "reviewed_on": "2026-11-01",
        "intents": "[park]",
        **front,
    }
    head = "".join(f"{key}: {value}\n" for key, value in fields.items() if value)
    (folder / f"{name}.md").write_text(f"---\n{head}---\n{body}", encoding="utf-8")


def health(folder: Path, uses: dict[str, Use] | None = None) -> dict[str, ArticleHealth]:
    found = examine(
        read_folder(folder),
        parse_intents(INTENTS, "intents.yaml"),
        HashingEmbedder(),
        read_changes(folder),
        uses or {},
        NOW,
    )
    return {each.article.id: each for each in found}


def kinds(each: ArticleHealth) -> list[str]:
    return [issue.kind.value for issue in each.issues]


def test_a_sound_article_has_nothing_to_fix(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD)
    sound = health(tmp_path)["parking"]
    assert kinds(sound) == []
    assert (str(sound.due), sound.overdue_days) == ("2027-04-30", 0)


@pytest.mark.parametrize(
    ("body", "front", "kind"),
    [
        (GOOD, {"reviewed_on": "2026-01-01"}, "stale"),
        (GOOD, {"reviewed_on": ""}, "stale"),
        (GOOD, {"reviewed_on": "2026-11-01", "review_days": "14"}, "stale"),
        (GOOD + "\nSee [more](gone.md).\n", {}, "broken_link"),
        ("## Steps\n\n1. Drive in.\n", {}, "no_short_answer"),
        ("word " * 95 + "\n", {}, "no_short_answer"),
        (GOOD, {"intents": "[bare]"}, "no_examples"),
        (GOOD, {"intents": ""}, "no_examples"),
        (
            "Notwithstanding aforementioned considerations, authorisation of "
            "vehicular accommodation necessitates administrative consultation.\n",
            {},
            "reading_grade",
        ),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, body: str, front: dict[str, str], kind: str
) -> None:
    write(tmp_path, "parking", body, **front)
    assert kind in kinds(health(tmp_path)["parking"])


def test_the_day_a_review_is_due_is_not_late_yet(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD, reviewed_on="2026-11-09", review_days="14")
    write(tmp_path, "late", "Trains leave on time.\n", reviewed_on="2026-11-08", review_days="14")
    found = health(tmp_path)
    assert kinds(found["parking"]) == []
    assert (kinds(found["late"]), found["late"].overdue_days) == (["stale"], 1)


def test_contradictions_are_told_on_both_sides_and_lead(tmp_path: Path) -> None:
    write(tmp_path, "parking", "Parking in the yard costs £4 an hour.\n")
    write(tmp_path, "fees", "Parking in the yard costs £5 an hour.\n", reviewed_on="2025-01-01")
    write(tmp_path, "other", "Trains leave on time.\n", reviewed_on="2025-01-01")
    found = health(tmp_path)
    assert list(found) == ["fees", "parking", "other"]
    assert kinds(found["fees"]) == ["contradiction", "stale"]
    assert "parking" in found["fees"].issues[0].detail
    assert kinds(found["parking"]) == ["contradiction"]


def test_two_articles_that_say_the_same_are_duplicates(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD, title="Parking")
    write(tmp_path, "parking-again", GOOD, title="Parking")
    assert all(kinds(each) == ["near_duplicate"] for each in health(tmp_path).values())


def test_a_change_of_the_product_waits_until_the_article_is_reviewed(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD, reviewed_on="2026-11-20")
    (tmp_path / "product_changes.yaml").write_text(
        "changes:\n"
        "- {id: old, at: 2026-11-20T09:00:00, what: told already, articles: [parking]}\n"
        "- {id: late, at: 2026-11-21T09:00:00, what: yard moves, articles: [parking]}\n"
        "- {id: new, at: 2026-11-23T06:00:00, what: gate moves, articles: [parking, other]}\n"
        "- {id: future, at: 2026-12-01T06:00:00, what: later, articles: [parking]}\n",
        encoding="utf-8",
    )
    details = [issue.detail for issue in health(tmp_path)["parking"].issues]
    assert details == [
        "late: yard moves; 51 hours ago, past the 48 hours",
        "new: gate moves; 6 hours ago, within the 48 hours",
    ]


def test_announced_changes_wait_too_and_the_file_has_the_last_word(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD)
    (tmp_path / "product_changes.yaml").write_text(
        "changes: [{id: yard, at: 2026-11-22T12:00:00, what: yard moves, articles: [parking]}]",
        encoding="utf-8",
    )
    examined = list(health(tmp_path).values())
    at = NOW - timedelta(hours=60)
    told = [
        AnnouncedChange("yard", at, "another yard", ("parking",), "key", NOW),
        AnnouncedChange("gate", at, "gate moves", ("parking", "gone"), "key", NOW),
    ]
    changes = known_changes(tmp_path, told)
    assert untold((each.article for each in examined), changes, NOW) == {"parking"}
    (found,) = with_changes(examined, changes, NOW + timedelta(hours=1))
    assert [issue.detail for issue in found.issues] == [
        "yard: yard moves; 25 hours ago, within the 48 hours",
        "gate: gate moves; 61 hours ago, past the 48 hours",
    ]
    assert with_changes([found], (), NOW) == tuple(replace(each, issues=()) for each in examined)


def test_a_malformed_file_of_changes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "product_changes.yaml").write_text("changes: [{id: x}]", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"product_changes\.yaml"):
        read_changes(tmp_path)


def test_among_many_answers_an_article_that_none_cites_stands_out(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD)
    write(tmp_path, "trains", "Trains leave on time.\n")
    use = Use(200, share(9, 10), share(150, 160))
    found = health(tmp_path, {"parking": use})
    assert kinds(found["trains"]) == ["never_cited"]
    assert kinds(found["parking"]) == []
    assert kinds(health(tmp_path, {"parking": replace(use, cited=199)})["trains"]) == []


def test_the_record_begins_with_the_keys_that_other_tools_rely_on(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD, reviewed_on="2026-01-01")
    use = Use(3, share(9, 10), share(2, 3))
    record = health(tmp_path, {"parking": use})["parking"].record()
    assert list(record)[:6] == [
        "article_id",
        "owner",
        "due",
        "overdue_days",
        "helpful",
        "issues",
    ]
    helpful: Any = record["helpful"]
    assert (helpful["value"], helpful["n"]) == (0.9, 10)
    assert record["issues"] == [
        {
            "kind": IssueKind.STALE.value,
            "detail": "reviewed on 2026-01-01, due on 2026-06-30, 146 days ago",
        }
    ]


def test_use_counts_citations_votes_and_how_it_ended(said: Any) -> None:
    asked = ("c", "where")
    uses = uses_of(
        [
            said(asked, ("a", "answer", "parking")),
            said(asked, ("a", "answer", "parking"), unhelpful=1),
            said(asked, ("a", "answer", "parking"), ("c", "no"), ("a", "handoff", "no_article")),
            said(asked, ("a", "answer", "parking"), is_test=True),
        ],
        {"parking": (3, 1), "trains": (0, 2)},
    )
    parking = uses["parking"]
    assert parking.cited == 3
    # On the page three up and one down, and one down on an answer that cites it.
    assert (parking.helpful.value, parking.resolved.numerator) == (0.6, 1)
    assert (uses["trains"].cited, uses["trains"].helpful.value) == (0, 0.0)


def test_without_intents_no_example_is_missed(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD, intents="")
    (found,) = examine(read_folder(tmp_path), IntentCatalogue(), None, (), {}, NOW)
    assert found.issues == ()


def test_an_import_is_no_review_and_not_overdue_at_once(tmp_path: Path) -> None:
    write(tmp_path, "parking", GOOD, reviewed_on="")
    for day, late in ((date(2026, 11, 1), 0), (date(2026, 5, 1), 26)):
        files = {"parking": FileFacts(imported_on=day)}
        (found,) = examine(read_folder(tmp_path), NO_INTENTS, None, (), {}, NOW, files)
        assert (found.only_imported, found.overdue_days) == (True, late)
        assert kinds(found) == (["stale"] if late else [])
    assert found.issues[0].detail.startswith("imported on 2026-05-01, never reviewed, due on ")


@pytest.mark.parametrize(
    ("reviewed_on", "written", "waits"),
    [
        ("2026-11-20", None, False),  # the day is all that is known
        ("2026-11-20", datetime(2026, 11, 20, 16, tzinfo=UTC), False),
        ("2026-11-20", datetime(2026, 11, 20, 8, tzinfo=UTC), True),
        ("2026-11-19", datetime(2026, 11, 20, 16, tzinfo=UTC), True),
        ("2026-11-21", datetime(2026, 11, 20, 8, tzinfo=UTC), False),
    ],
)
def test_a_review_on_the_day_of_a_change_counts_unless_nothing_was_written_since(
    tmp_path: Path, reviewed_on: str, written: datetime | None, waits: bool
) -> None:
    write(tmp_path, "parking", GOOD, reviewed_on=reviewed_on)
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    change = ProductChange(id="fee", at=noon, what="Parking costs money.", articles=("parking",))
    library = read_folder(tmp_path)
    files = {"parking": FileFacts(written=written)}
    (found,) = examine(library, NO_INTENTS, None, (change,), {}, NOW, files)
    assert ("product_change" in kinds(found)) is waits
    assert bool(untold(library.articles, [change], NOW, written)) is waits
    (again,) = with_changes([found], [change], NOW)
    assert kinds(again) == kinds(found)
