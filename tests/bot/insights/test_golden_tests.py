from pathlib import Path

import pytest

from bot.insights.golden_tests import (
    ArticleIdError,
    MessagesFileError,
    article_of,
    read_messages,
    suite_text,
    unknown_article,
)
from bot.store_gaps import GapCase
from evals.dataset import load_suite


def mask(text: str) -> str:
    return text.replace("4444", "[CARD_1]")


def test_messages_are_read_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "messages.txt"
    file.write_text("# mine\nDo you lend umbrellas?\n\nDo you lend umbrellas?\nUmbrellas?\n")
    assert read_messages(file, mask, "lending") == (
        GapCase("Do you lend umbrellas?", "lending"),
        GapCase("Umbrellas?", "lending"),
    )


@pytest.mark.parametrize(
    ("text", "said"), [("# none\n", "no message"), ("one\nmy card is 4444\n", "line 2: holds")]
)
def test_what_cannot_go_into_git_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "messages.txt"
    file.write_text(text)
    with pytest.raises(MessagesFileError, match=said):
        read_messages(file, mask)
    with pytest.raises(MessagesFileError, match="cannot be read: No such file"):
        read_messages(tmp_path / "gone.txt", mask)


@pytest.mark.parametrize("named", ["../../etc/x", "x\nowner: evil", "Lend an umbrella", "a: b #c"])
def test_what_cannot_name_a_file_is_no_article(named: str) -> None:
    with pytest.raises(ArticleIdError, match="one word"):
        article_of(named)
    assert article_of(" lend-an-umbrella ") == "lend-an-umbrella"


def test_the_suite_can_be_run(tmp_path: Path) -> None:
    file = tmp_path / "gaps.yaml"
    file.write_text(suite_text([("gap-1", GapCase("one?", "lending")), ("gap-1", GapCase("two?"))]))
    assert "conversation" not in file.read_text().split("\n", 1)[1]
    first, second = load_suite(str(file)).cases
    assert (first.id, first.expect.articles) == ("gap-1-1", ["lending"])
    assert (second.says, second.expect.decision) == ("two?", ["answer"])


def test_the_id_of_no_article_is_told_with_what_may_be_meant() -> None:
    known = {"lend-an-umbrella", "lost-card"}
    assert not unknown_article("", known)
    assert not unknown_article("lost-card", known)
    assert "did you mean lend-an-umbrella?" in unknown_article("lend-a-umbrella", known)
    assert "did you mean" not in unknown_article("opening-hours", known)
