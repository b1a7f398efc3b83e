import shutil
import subprocess
from pathlib import Path

import pytest

from bot.insights.draft import DraftError, draft_article
from bot.insights.draft_intent import new_intent
from bot.insights.outline import ToldStep
from bot.intents import parse_intents
from bot.knowledge import Knowledge
from bot.store_gaps import GapCase
from retrieval.source import read_folder
from tests.bot.small_knowledge import holder, index_small, write_small

CASES = [GapCase("How do I top up my account by cheque?"), GapCase("top up by cheque please")]


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    index_small(write_small(tmp_path / "kb"), tmp_path / "data")
    return holder(tmp_path / "data").current()


def test_a_draft_holds_what_was_confirmed_and_links_what_is_near(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    draft = draft_article(knowledge, "gap-1", CASES, "Top up: by cheque")
    assert draft.path == "top-up-by-cheque.md"
    kb = tmp_path / "kb"
    (kb / draft.path).write_text(draft.text, encoding="utf-8")
    library = read_folder(kb)
    assert library.problems == ()
    (made,) = [article for article in library.articles if article.id == "top-up-by-cheque"]
    assert made.title == "Top up: by cheque"
    assert all(f"- {case.text}" in made.body for case in CASES)
    assert "(top-up.md)" in made.body
    assert "staff-notes" not in made.body


def test_what_agents_told_is_marked_to_be_confirmed_and_gives_way_to_notes(
    knowledge: Knowledge,
) -> None:
    told = (ToldStep("Open Cards.", 3), ToldStep("Tap Order.", 1))
    draft = draft_article(knowledge, "gap-1", CASES, "Lend", told=told)
    assert "1. Open Cards. [to confirm: agents told 3 customers]\n2. Tap Order. [to" in draft.text
    own = draft_article(knowledge, "gap-1", CASES, "Lend", ["Ask at the desk."], told=told)
    assert "1. Ask at the desk.\n" in own.text
    assert "to confirm" not in own.text


def test_a_draft_lies_beside_the_nearest_article_also_where_that_is_far(tmp_path: Path) -> None:
    kb = write_small(tmp_path / "kb")
    (kb / "account").mkdir()
    for file in sorted(kb.glob("*.md")):
        file.rename(kb / "account" / file.name)
    index_small(kb, tmp_path / "data")
    draft = draft_article(
        holder(tmp_path / "data").current(), "gap-1", [GapCase("qwertz?")], "Something else"
    )
    assert draft.path == "account/something-else.md"
    assert "domain: account" in draft.text
    assert "## Related" not in draft.text


def test_git_makes_the_file_of_the_patch(knowledge: Knowledge, tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    draft = draft_article(knowledge, "gap-1", [GapCase("one?", "lending")], "Lend")
    (tmp_path / "draft.patch").write_text(draft.patch(), encoding="utf-8")
    (tmp_path / "help").mkdir()
    subprocess.run(  # noqa: S603  our own patch
        [git, "apply", "../draft.patch"], cwd=tmp_path / "help", check=True, timeout=30
    )
    assert (tmp_path / "help" / "lending.md").read_text(encoding="utf-8") == draft.text


@pytest.mark.parametrize(
    ("cases", "title", "said"),
    [
        ([], "Lend", "firstline gaps confirm"),
        ([GapCase("one?")], "!", "no title"),
        ([GapCase("one?", "pin")], "Lend", "article pin exists"),
    ],
)
def test_what_cannot_be_drafted_says_why(
    knowledge: Knowledge, cases: list[GapCase], title: str, said: str
) -> None:
    with pytest.raises(DraftError, match=said):
        draft_article(knowledge, "gap-1", cases, title)


def test_the_draft_brings_its_intent_along(knowledge: Knowledge, tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    intents = tmp_path / "kb" / "intents.yaml"
    before = parse_intents(text := intents.read_text(encoding="utf-8"), intents.name)
    steps = ["Sign the cheque."]
    draft = draft_article(knowledge, "gap-1", CASES, "Use a cheque", steps, text)
    (tmp_path / "draft.patch").write_text(draft.patch(), encoding="utf-8")
    subprocess.run(  # noqa: S603  our own patch
        [git, "apply", "../draft.patch"], cwd=tmp_path / "kb", check=True, timeout=30
    )
    after = parse_intents(intents.read_text(encoding="utf-8"), intents.name)
    made = after.intents["use_a_cheque"]
    assert set(after.intents) == {*before.intents, "use_a_cheque"}
    assert made.examples == tuple(case.text for case in CASES)
    assert made.articles == ("use-a-cheque",)
    assert "intents: [use_a_cheque]" in draft.text
    assert "1. Sign the cheque.\n" in draft.text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", None),
        ("out_of_scope: [hello]\n", None),
        ("intents: {}\n", None),
        ("# ours\nintents:  # all\n  a-b: {tier: low}\n", "a_b"),
        ("intents:\n  a_b: {tier: low}\n", "a_b_2"),
    ],
)
def test_a_new_intent_has_a_free_name_where_the_file_lists_intents(
    text: str, name: str | None
) -> None:
    made = new_intent(text, "a-b", ["one?"])
    assert (made.id if made else None) == name


def _applied(folder: Path, patch: str) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    command = [git, "apply", "-"]
    subprocess.run(  # noqa: S603  our own patch
        command, cwd=folder, check=True, timeout=30, input=patch.encode()
    )


TOPICS = """\
agent_topics:  # people see to these
  - "overdraft"
  - "joint account"
  - "umbrella insurance"
"""


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("head", ["", "# ours\n"])
def test_two_drafts_of_the_same_state_are_applied_one_after_the_other(
    knowledge: Knowledge, tmp_path: Path, turned: bool, head: str
) -> None:
    file = tmp_path / "kb" / "intents.yaml"
    text = head + file.read_text(encoding="utf-8") + TOPICS
    file.write_text(text, encoding="utf-8")
    made = [
        draft_article(knowledge, "gap-1", CASES, "Use a cheque", (), text, (), ["overdraft"]),
        draft_article(
            knowledge, "gap-2", CASES, "Top up by post", (), text, (), ["umbrella insurance"]
        ),
    ]
    for draft in reversed(made) if turned else made:
        assert "out of `agent_topics` in intents.yaml" in draft.text
        _applied(tmp_path / "kb", draft.patch())
    after = parse_intents(file.read_text(encoding="utf-8"), file.name)
    before = parse_intents(text, file.name)
    assert set(after.intents) == {*before.intents, "use_a_cheque", "top_up_by_post"}
    assert all(after.intents[name] == before.intents[name] for name in before.intents)
    assert after.phrases.topics == ("joint account",)


@pytest.mark.parametrize(
    "text",
    [
        "intents:\n  pin: {tier: low}\nagent_topics:\n  - one\n",
        "agent_topics: # all\n- one\nintents:\n    pin:\n        tier: low",
        "intents:",
        "intents:\r\n  # of cards\r\n  pin: {tier: low}\r\nagent_topics:\r\n  - one\r\n",
        "agent_topics: [one]\nintents:\n  pin: {tier: low}\n",
    ],
)
def test_an_intent_is_added_to_a_file_of_any_shape(tmp_path: Path, text: str) -> None:
    (tmp_path / "intents.yaml").write_bytes(text.encode())
    made = new_intent(text, "lend", ["one?"], ["pin"], ["one"])
    assert made is not None
    _applied(tmp_path, made.patch)
    new = (tmp_path / "intents.yaml").read_bytes().decode()
    after = parse_intents(new, "intents.yaml")
    assert after.intents["lend"].examples == ("one?",)
    assert set(after.intents) == {"lend", *(["pin"] if "pin" in text else [])}
    assert after.phrases.topics == (("one",) if "[one]" in text else ())
    assert made.taken_out == (("one",) if "- one" in text else ())
    assert new.count("\r\n") == (new.count("\n") if "\r" in text else 0)


def test_what_can_not_be_taken_out_is_left_to_the_owner(knowledge: Knowledge) -> None:
    text = "agent_topics: [cheque]\nintents:\n  pin: {tier: low}\n"
    draft = draft_article(knowledge, "gap-1", CASES, "Use it", (), text, (), ["cheque"])
    assert "Take “cheque” out of `agent_topics` in intents.yaml by hand" in draft.text
