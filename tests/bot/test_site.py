import pytest

from bot.errors import SiteError
from bot.site import Site, parse_site


def test_a_site_file_says_what_it_says() -> None:
    text = 'name: " Acme "\naccent: "#123456"\nsuggested_questions: ["One?", " "]\nhours: 9–5\n'
    assert parse_site(text, "site.yaml") == Site(
        name="Acme", accent="#123456", suggested_questions=("One?",), hours="9–5"
    )


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "{}"])
def test_an_empty_site_file_says_nothing(text: str) -> None:
    assert parse_site(text, "site.yaml") == Site()


def test_no_questions_is_something_said() -> None:
    assert parse_site("suggested_questions: []", "site.yaml").suggested_questions == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("accent: red", "accent: "),
        ('accent: "#123456\\n"', "accent: "),
        ("colour: red", "colour: "),
        ("name: [a]", "name: "),
        ("suggested_questions: One", "suggested_questions: "),
        ("- a", "site.yaml: "),
        ("a: [", "not valid YAML"),
    ],
)
def test_a_wrong_site_file_is_refused_by_field(text: str, words: str) -> None:
    with pytest.raises(SiteError, match=words):
        parse_site(text, "site.yaml")
