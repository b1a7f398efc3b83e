import pytest

from bot.decision import HandoffReason, ReplyReason
from bot.language import identify
from bot.lines import load_lines

LINES = load_lines("Heron {Bank}")


@pytest.mark.parametrize("reason", HandoffReason)
def test_every_handoff_has_a_line(reason: HandoffReason) -> None:
    line = LINES.handoff(reason)
    assert "colleague" in line.lower()
    assert line.endswith((".", "!"))
    assert "{" not in line.replace("{Bank}", "")


FIXED = [reason for reason in ReplyReason if reason is not ReplyReason.WAITING]


@pytest.mark.parametrize("reason", FIXED)
def test_every_reply_has_a_line_that_leaves_a_way_to_a_person(reason: ReplyReason) -> None:
    line = LINES.reply(reason)
    assert "**Talk to a person**" in line
    assert "{company}" not in line


def test_the_offer_leaves_a_way_to_a_person() -> None:
    assert "**Talk to a person**" in LINES.offer


def test_no_two_reasons_share_a_line() -> None:
    said = [LINES.handoff(r) for r in HandoffReason] + [LINES.reply(r) for r in FIXED]
    assert len(set(said)) == len(said)


def test_the_company_is_named_as_it_is_set() -> None:
    assert "Heron {Bank}" in LINES.reply(ReplyReason.SMALL_TALK)
    assert any("Heron {Bank}" in line for _, line in LINES.removed)


@pytest.mark.parametrize("company", ['Quote " & Sons', "A: B #1", "O'Neill", "Back\\slash"])
def test_any_company_name_can_be_set(company: str) -> None:
    assert company in load_lines(company).reply(ReplyReason.SMALL_TALK)


def test_the_question_back_counts_its_options() -> None:
    assert "two" in LINES.clarify(2)
    assert "two" not in LINES.clarify(3)


def test_the_line_for_a_foreign_language_is_in_it() -> None:
    assert {"de", "fr", "es", "pt", "it", "nl", "pl"} <= set(LINES.languages)
    assert len(set(LINES.languages.values())) == len(LINES.languages)
    for code, line in LINES.languages.items():
        assert identify(line).code == code


@pytest.mark.parametrize("code", ["und", "tlh", ""])
def test_where_a_language_has_no_line_it_is_english(code: str) -> None:
    assert identify(LINES.handoff(HandoffReason.OTHER_LANGUAGE, code)).code == "en"


def test_a_foreign_customer_is_handed_over_in_their_language() -> None:
    assert LINES.handoff(HandoffReason.OTHER_LANGUAGE, "de") == LINES.languages["de"]
    assert LINES.handoff(HandoffReason.HIGH_RISK, "de") == LINES.handoff(HandoffReason.HIGH_RISK)


@pytest.mark.parametrize("kind", ["CARD", "CVV", "PIN", "PASSWORD", "CODE"])
def test_removed_secrets_are_told(kind: str) -> None:
    assert sum(kind in kinds for kinds, _ in LINES.removed) == 1


def test_the_assistant_says_that_it_is_automated() -> None:
    assert "automated" in LINES.reply(ReplyReason.SMALL_TALK)


def test_without_a_company_no_line_has_a_gap() -> None:
    nameless = load_lines("")
    said = [
        nameless.small_talk_again,
        *nameless.replies.values(),
        *(line for _, line in nameless.removed),
    ]
    for line in said:
        assert "{" not in line
        assert "  " not in line
        assert "'s automated" not in line
    assert nameless.reply(ReplyReason.SMALL_TALK).startswith("Hello! I'm an automated assistant.")


def test_the_offer_of_a_person_is_known_in_an_answer() -> None:
    assert LINES.names_person("**Talk to a person** in the chat can check your order.")
    assert not LINES.names_person("A person can look at it.")
