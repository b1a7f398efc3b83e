import re
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.importing.filing import Filing, read_mapping, slug
from bot.importing.links import address_key, relink
from bot.importing.masking import Masker, Personal
from bot.importing.worth import why_no_article
from bot.sources.source import Page
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from retrieval.article import Audience


def _masker(*leave: str, keep: tuple[str, ...] = ()) -> Masker:
    settings = RedactionSettings(named_entities=False, keep=keep)
    patterns = [re.compile(pattern) for pattern in keep]
    return Masker(lambda: build_redactor(settings, bytes(32)), leave, patterns)


def test_personal_data_is_masked_and_told_with_its_line() -> None:
    body = "Hi.\n\nMail jane.doe@mail.example, call +44 20 7946 0018.\nOr jane.doe@mail.example."
    title, masked, found = _masker().mask("Ask jane.doe@mail.example", body, "en")
    assert title == "Ask [EMAIL_1]"
    assert masked == "Hi.\n\nMail [EMAIL_1], call [PHONE_1].\nOr [EMAIL_1]."
    assert found == (
        Personal(0, "EMAIL", True),
        Personal(3, "EMAIL", True),
        Personal(3, "PHONE", True),
        Personal(4, "EMAIL", True),
    )


def test_what_is_kept_stays_and_what_is_left_is_told() -> None:
    body = "Call +44 20 7946 0018 or write to care@shop.example."
    assert _masker(keep=(r"\+44 20 7946 0018",)).mask("T", body, "")[1] == (
        "Call +44 20 7946 0018 or write to [EMAIL_1]."
    )
    _, masked, found = _masker("PHONE").mask("T", body, "")
    assert masked == "Call +44 20 7946 0018 or write to [EMAIL_1]."
    assert found == (Personal(1, "PHONE", False), Personal(1, "EMAIL", True))


def test_a_word_where_a_password_could_stand_is_told_and_left() -> None:
    body = "Never tell anybody your passcode or a one-time code some caller asks for."
    _, masked, found = _masker().mask("T", body, "en")
    assert masked == body
    assert all(not each.masked for each in found)
    _, masked, _ = _masker().mask("T", "My password is hunter2x9.", "en")
    assert "hunter2x9" not in masked


def test_addresses_of_links_stay_unless_they_name_somebody() -> None:
    body = (
        "[Site](https://192.0.2.7/a/4111111111111111) "
        "[Write](mailto:jane.doe@mail.example) [J](https://x.example/?m=jane.doe@mail.example)"
    )
    _, masked, _ = _masker().mask("T", body, "en")
    assert masked == "[Site](https://192.0.2.7/a/4111111111111111) Write J"


@pytest.mark.parametrize(
    ("title", "body", "why"),
    [
        ("T", "word " * 12, ""),
        ("T", "word " * 11, "holds 11 words"),
        ("", "word " * 20, "no title"),
        ("T", "[a b c d](https://x.example) " * 5 + "five more words of text", "leads elsewhere"),
    ],
)
def test_a_page_that_is_no_article_is_told_why(title: str, body: str, why: str) -> None:
    told = why_no_article(title, body)
    assert why in told
    assert bool(told) is bool(why)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How do I pay?", "how-do-i-pay"),
        ("Can’t pay – why", "cant-pay-why"),
        ("Straße & Café", "strasse-cafe"),
        ("お支払い", "お支払い"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con"),
        ("a" * 100, "a" * 60),
        ("word " * 30, "-".join(["word"] * 12)),
        ("!?", ""),
    ],
)
def test_a_title_becomes_a_name(text: str, name: str) -> None:
    assert slug(text) == name


def test_a_mapping_goes_before_the_options_and_those_before_the_source(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(
        "pages:\n- {match: '*/staff/*', domain: Staff, audience: internal}\n"
        "- {match: Billing, domain: fees, owner: money-team}\n"
    )
    filing = Filing("", "care", None, read_mapping(file))
    staff = filing.place(Page("k", "T", "", url="https://x.example/staff/a"))
    assert (staff.domain, staff.owner, staff.audience) == ("staff", "care", Audience.INTERNAL)
    fees = filing.place(Page("k", "T", "", section="Billing", owner="jo"))
    assert (fees.domain, fees.owner, fees.audience) == ("fees", "money-team", Audience.CUSTOMER)
    other = Filing().place(Page("k", "T", "", section="Pay Abroad", internal=True, owner="jo"))
    assert (other.domain, other.owner, other.audience) == ("pay-abroad", "jo", Audience.INTERNAL)
    assert Filing().place(Page("k", "T", "")).domain == "imported"
    file.write_text("pages:\n- {domain: x}\n")
    with pytest.raises(ConfigurationError, match=r"map\.yaml: pages\.0\.match"):
        read_mapping(file)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://X.example/a/", "http://x.example/a?b#c"),
        ("https://x.example/hc/en-us/articles/12-Old-title", "https://x.example/articles/12"),
        ("https://x.example/b%20c", "https://x.example/b c"),
    ],
)
def test_addresses_of_the_same_page_have_one_key(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


def test_links_lead_to_the_articles_in_the_folder() -> None:
    paths = {address_key(f"https://x.example/{name}"): f"{name}.md" for name in ("a/b", "c", "me")}
    body = (
        "[b](https://x.example/a/b#x) [c](https://x.example/c) [me](https://x.example/me) "
        "[out](https://y.example/c) [lost](https://export.invalid/z.md) [mail](mailto:a@x.example)"
    )
    assert relink(body, "me.md", paths) == (
        "[b](a/b.md) [c](c.md) me [out](https://y.example/c) lost [mail](mailto:a@x.example)"
    )
    assert relink("[c](https://x.example/c)", "a/b.md", paths) == "[c](../c.md)"
