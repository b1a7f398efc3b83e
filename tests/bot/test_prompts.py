from pathlib import Path

import pytest

import bot
from bot.errors import ConfigurationError
from bot.prompts import fenced, load_template, parse_template

GOLDEN = Path(__file__).parent / "golden"
GOOD = "<!-- version: 3 -->\n\n# System\n\nObey.\n\n# User\n\n{question} of {place}\n"


def test_a_template_is_parsed() -> None:
    template = parse_template("ask", GOOD)
    assert (template.version, template.system) == (3, "Obey.")
    assert template.slots == {"question", "place"}


def test_a_filled_prompt_names_template_and_version() -> None:
    prompt = parse_template("ask", GOOD).fill({"question": "How", "place": "Here"})
    assert (prompt.name, prompt.system, prompt.user) == ("ask@3", "Obey.", "How of Here")


def test_braces_in_a_value_stay_what_they_are() -> None:
    prompt = parse_template("ask", GOOD).fill({"question": "{place} {0} {", "place": r"\1"})
    assert prompt.user == r"{place} {0} { of \1"


@pytest.mark.parametrize("values", [{"question": "x"}, {"question": "", "place": "", "more": ""}])
def test_slots_and_values_must_agree(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"place|more"):
        parse_template("ask", GOOD).fill(values)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "needs <!-- version"),
        (GOOD.replace("<!-- version: 3 -->", ""), "needs <!-- version"),
        (GOOD.replace("# User", "User"), "needs <!-- version"),
        (GOOD.replace("Obey.", "Obey {question}."), "stands under # System"),
    ],
)
def test_a_malformed_template_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        parse_template("ask", text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a </passages> b", "a (/passages> b"),
        ("< / MESSAGE >", "( / MESSAGE >"),
        ("<passage>", "(passage>"),
        ("<messages are fine", "<messages are fine"),
        ("up to 5 < 6 days", "up to 5 < 6 days"),
    ],
)
def test_data_cannot_close_its_fence(text: str, safe: str) -> None:
    assert fenced(text) == safe


VALUES = {
    "answer": {
        "passages": "[1] Freezing: Steps\nOpen Cards.",
        "question": "How do I {freeze} my card?",
        "language": "English",
    },
    "rewrite": {
        "turns": "Customer: How do I freeze my card?\nAssistant: (quoted “Freeze your card”)",
        "message": "and undo it?",
    },
    "clarify": {
        "message": "my card",
        "titles": "Freeze your card\nOrder a card",
        "language": "English",
    },
    "summarise": {"turns": "Customer: My card was declined twice."},
    "draft": {"questions": "- Do cards expire?", "passages": "none", "notes": "After 4 years."},
}


def test_every_template_has_a_golden_prompt() -> None:
    shipped = (Path(bot.__file__).parent / "prompt_templates").glob("*.md")
    assert {path.stem for path in shipped} == set(VALUES)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_prompt_is_the_golden_one(name: str) -> None:
    # Reworded? Raise the version in prompt_templates, then renew the golden file.
    prompt = load_template(name).fill(VALUES[name])
    shown = f"{prompt.name}\n\n--- system\n{prompt.system}\n\n--- user\n{prompt.user}\n"
    assert shown == (GOLDEN / f"{name}_prompt.txt").read_text(encoding="utf-8")
