from pathlib import Path

import pytest
import yaml

from bot.decision import HandoffReason, ReplyReason
from bot.errors import LinesError
from bot.line_overrides import language_of, lines_files, parse_overrides, read_overrides, shipped
from bot.lines import OwnLines, fill, load_lines
from bot.wiring import built_in_kb


def test_the_shipped_lines_can_all_be_said() -> None:
    assert read_overrides(yaml.safe_dump(shipped(), allow_unicode=True)).problems == ()


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "{}", "handoff: {}\n"])
def test_an_empty_file_says_nothing_otherwise(text: str) -> None:
    assert load_lines("Acme", parse_overrides(text, "lines.yaml")) == load_lines("Acme")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [\n", 2, "not valid YAML"),
        ("- a\n", 1, "names no lines"),
        ("# hello\nofer: Hello\n", 2, "ofer: is none of the lines: did you mean offer?"),
        ("handoff:\n  high_rsik: Hi.\n", 2, "did you mean handoff.high_risk?"),
        ("high_risk: Hi.\n", 1, "did you mean handoff.high_risk?"),
        ("zzz: Hi.\n", 1, "zzz: is none of the lines"),
        ("reply: Hello\n", 1, "reply: is a section"),
        ("closings: Bye.\n", 1, "closings: is a list"),
        ("closings:\n  - Bye.\n  - ''\n", 3, "closings.1: is empty"),
        ("offer:\n", 1, "offer: is empty"),
        ("\noffer: '  '\n", 2, "offer: is empty"),
        ("offer: 5\n", 1, "must be text, got 5"),
        ("offer: [a]\n", 1, "must be text"),
        ("reply:\n  thanks: From {compny}.\n", 2, "{compny} is never filled: did you mean {comp"),
        ("reply:\n  thanks: For {place}.\n", 2, "{place} is never filled"),
        ("queue:\n  place: You are {id}.\n", 2, "{id} is never filled"),
        ("offer: A {lone brace\n", 1, "curly brace"),
        ("queue:\n  claimed: '{who!r} is here'\n", 2, "curly brace"),
        ("offer: <b>Bold</b>\n", 1, "<b> would be shown as it is written"),
        ("offer: '**Bold'\n", 1, "** opens"),
        ("offer: see `code\n", 1, "` opens"),
        ("offer: '![us](https://example.com/a.png)'\n", 1, "image https://example.com/a.png"),
        ("offer: '[call](tel:123)'\n", 1, "link to tel:123"),
        ("offer: '[see](http://example.com)'\n", 1, "link to http://example.com"),
        ("offer: '[see](//example.com)'\n", 1, "link to //example.com"),
        ("removed:\n  CARD: I removed **it**.\n", 2, "removed.CARD: is shown as plain text"),
        ("languages:\n  no: Hei.\n", 1, "languages.False: is no language code"),
        ("unnamed:\n  us: we\n", 2, "holds no {company}"),
        (f"offer: {'a' * 1001}\n", 1, "has 1001 characters"),
    ],
)
def test_a_line_that_cannot_be_said_is_told_by_line(text: str, line: int, words: str) -> None:
    read = read_overrides(text)
    ((at, message),) = read.problems
    assert at == line
    assert words in message
    with pytest.raises(LinesError, match=rf"^lines\.yaml:{line}: "):
        parse_overrides(text, "lines.yaml")
    # A server that has such a file says what ships.
    lines = load_lines("Acme", read.tree)
    assert lines.offer == load_lines("Acme").offer
    assert lines.handoffs == load_lines("Acme").handoffs


@pytest.mark.parametrize(
    "text",
    [
        "offer: 'At {company}: **Talk to a person**, or [write](https://example.com/a_(b)) us.'\n",
        "offer: 'Look [here](/articles/hours).'\n",
        "offer: 'Once<br>twice, 2 < 3 > 1'\n",
        "queue:\n  place: 'At {company} you are {place}.'\n",
        "queue:\n  place: 'You wait.'\n",
        "removed:\n  CARD: 'Gone: 2 * 3, snake_case'\n",
        "languages:\n  fi: 'Hei.'\n  'no': 'Hei.'\n",
        "unnamed:\n  'from {company}': from us\n",
        "closings: []\n",
    ],
)
def test_what_the_chat_shows_may_be_said(text: str) -> None:
    assert read_overrides(text).problems == ()


def test_one_line_is_said_otherwise_and_the_others_stay() -> None:
    text = (
        "handoff:\n  high_risk: ' {company} rings you. '\nclosings:\n  - Ride well at {company}.\n"
    )
    lines = load_lines("Acme", parse_overrides(text, "lines.yaml"))
    before = load_lines("Acme")
    assert lines.handoff(HandoffReason.HIGH_RISK) == "Acme rings you."
    assert lines.closings == ("Ride well at Acme.",)
    assert lines.handoff(HandoffReason.FAILURE) == before.handoff(HandoffReason.FAILURE)
    assert lines.removed == before.removed


def test_a_kind_of_data_keeps_its_place_where_its_line_is_said_otherwise() -> None:
    own = parse_overrides("removed:\n  CVV EXPIRY PIN: Gone.\n", "lines.yaml")
    kinds = [kinds for kinds, _ in load_lines("", own).removed]
    assert kinds == [kinds for kinds, _ in load_lines("").removed]


def test_a_language_wins_over_any() -> None:
    own = OwnLines(
        {
            "": parse_overrides("offer: Ask us.\nwaiting: Thanks.\n", "lines.yaml"),
            "de": parse_overrides("offer: Fragen Sie uns.\n", "lines.de.yaml"),
        }
    )
    assert (own.spoken("", "de").offer, own.spoken("", "de").waiting) == (
        "Fragen Sie uns.",
        "Thanks.",
    )
    assert own.spoken("", "fr").offer == own.spoken("").offer == "Ask us."


def test_the_line_for_a_foreign_language_may_be_said_otherwise() -> None:
    text = "handoff:\n  other_language: Wait.\nlanguages:\n  fi: Odota.\n"
    lines = load_lines("", parse_overrides(text, "lines.yaml"))
    reason = HandoffReason.OTHER_LANGUAGE
    assert lines.handoff(reason, "fi") == "Odota."
    assert lines.handoff(reason, "hu") == "Wait."
    assert lines.handoff(reason, "de") == load_lines("").handoff(reason, "de")


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("lines.yaml", ""),
        ("lines.de.yaml", "de"),
        ("lines.yml", None),
        ("lines.DE.yaml", None),
        ("guidelines.yaml", None),
        ("lines.de.yaml.bak", None),
    ],
)
def test_files_of_lines_are_known_by_name(tmp_path: Path, name: str, language: str | None) -> None:
    (tmp_path / name).write_text("", encoding="utf-8")
    assert language_of(name) == language
    assert bool(lines_files(tmp_path)) == (language is not None)


def test_only_known_fields_are_filled() -> None:
    assert (
        fill("{who} of Heron {Bank}: {when}", who="{when}", when="9") == "{when} of Heron {Bank}: 9"
    )


def test_the_shipped_lines_know_no_bank_and_kestrel_says_its_own() -> None:
    neutral = load_lines("")
    said = [*neutral.handoffs.values(), *neutral.replies.values(), neutral.offer, neutral.only_data]
    said += [*neutral.queue.values(), *neutral.ending.values(), *neutral.closings]
    for line in said:
        assert not {"card", "app", "bank", "account", "money"} & set(line.lower().split())
    text = (built_in_kb() / "lines.yaml").read_text(encoding="utf-8")
    kestrel = load_lines("Kestrel", parse_overrides(text, "lines.yaml"))
    assert "without card or account details" in kestrel.handoff(HandoffReason.FAILURE)
    assert "Kestrel" in kestrel.reply(ReplyReason.OUT_OF_SCOPE)
