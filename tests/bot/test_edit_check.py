from dataclasses import replace
from pathlib import Path

import pytest

from bot.edit_check import (
    PersonalDataError,
    UncheckedError,
    personal_in,
    require_clean,
    require_clean_folder,
)
from bot.gate import Gate, TextRedactor
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from retrieval.article import Article
from retrieval.source import read_folder

CARD = "4111 1111 1111 1111"


@pytest.fixture(scope="module")
def redactor() -> TextRedactor:
    return build_redactor(RedactionSettings(named_entities=False), bytes(32))


@pytest.mark.parametrize(
    ("added", "places"),
    [
        (f"Pay with {CARD}.", ["line 3 (CARD)"]),
        (f"``` {CARD}", ["line 3 (CARD)"]),
        ("Such as 4111 1111\n1111 1111 on it.", ["line 3 (CARD)"]),
        ("My PIN is 4921.", ["line 3 (PIN)"]),
        ("The password is hunter2x9.", ["line 3 (PASSWORD)"]),
        ("Send it to GB82 WEST 1234 5698 7654 32.", ["line 3 (IBAN)"]),
        ("I was born on 3 March 1981.", ["line 3 (DOB)"]),
        ("Write to care@shop.example or call +44 20 7946 0018.", []),
        ("Never tell anybody your PIN or a one-time code.", []),
        ("A new card costs £5 and comes in 3 to 5 working days.", []),
        ("After five wrong tries you wait for 30 minutes.", []),
    ],
)
def test_added_lines_may_hold_what_is_published_and_nothing_else(
    redactor: TextRedactor, added: str, places: list[str]
) -> None:
    assert personal_in(lambda: redactor, "# Cards\n\n", f"# Cards\n\n{added}\n") == places


def test_lines_that_are_published_are_not_looked_at_again(redactor: TextRedactor) -> None:
    before = f"# Cards\n\nOur test card is {CARD}.\n"
    after = f"# Cards\n\nNew words.\n\nOur test card is {CARD}.\n"
    assert personal_in(lambda: redactor, before, after) == []


async def test_an_edit_goes_through_the_gate_and_fails_closed(redactor: TextRedactor) -> None:
    await require_clean(Gate(redactor, 30), "Old.\n", "New.\n")
    with pytest.raises(PersonalDataError, match=r"Your edit .* line 1 \(CARD\)") as caught:
        await require_clean(Gate(redactor, 30), "Old.\n", f"{CARD}\n")
    assert "4111" not in str(caught.value)

    class Broken:
        def redact(self, *_: object, **__: object) -> None:
            raise RuntimeError

    with pytest.raises(UncheckedError):
        await require_clean(Gate(Broken()), "", "New.")  # type: ignore[arg-type]  # it breaks


def test_a_folder_is_held_against_what_is_published(redactor: TextRedactor, tmp_path: Path) -> None:
    front = "---\nid: a\nsource_id: 4111111111111111\n---\n# Cards\n\n"
    file = tmp_path / "a.md"

    def look(published: Article) -> None:
        articles = read_folder(tmp_path).articles
        files = {"intents.yaml": "- known 4111 1111 1111 1111\n"}
        require_clean_folder(lambda: redactor, tmp_path, articles, {"a": published}, files)

    file.write_text(f"{front}Keep {CARD} safe.\n", encoding="utf-8")
    (same,) = read_folder(tmp_path).articles
    look(same)
    look(replace(same, revision="older"))
    with pytest.raises(PersonalDataError, match=r"a\.md .* line 7 \(CARD\)"):
        look(replace(same, revision="older", body="Keep it safe."))
    (tmp_path / "intents.yaml").write_text(f"- known {CARD}\n- my card is {CARD}\n", "utf-8")
    with pytest.raises(PersonalDataError, match=r"intents\.yaml .* line 2 \(CARD\)"):
        look(same)
