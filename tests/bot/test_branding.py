import pytest

from bot.branding import branded, company
from bot.config import BrandSettings
from bot.errors import ConfigurationError
from bot.site import Site
from bot.web.brand import Brand
from bot.web.catalogue import Catalogue
from tests.web.installation import ARTICLES

ACME = Site("Acme", "#123456", "Hi!", ("From the file?",), "9–5")


def test_nothing_said_is_neutral_and_asks_after_the_articles() -> None:
    brand = branded(BrandSettings(), Site(), Catalogue(ARTICLES))
    assert brand.site_name == "Help centre"
    assert brand.hours == ""
    assert brand.suggested_questions == (
        "How to freeze your card",
        "How to top up",
        "How to replace your card",
    )


def test_the_knowledge_base_says_how_it_is_presented() -> None:
    assert branded(BrandSettings(), ACME, Catalogue(ARTICLES)) == Brand(
        name="Acme",
        accent="#123456",
        greeting="Hi!",
        suggested_questions=("From the file?",),
        hours="9–5",
    )


def test_settings_win() -> None:
    settings = BrandSettings(
        name="Other", accent="#654321", greeting="Yo", suggested_questions=(), hours="always"
    )
    brand = branded(settings, ACME)
    assert (brand.name, brand.accent, brand.greeting) == ("Other", "#654321", "Yo")
    assert (brand.suggested_questions, brand.hours) == ((), "always")
    assert company(settings, ACME) == "Other"


def test_a_setting_that_cannot_be_used_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"FIRSTLINE_BRAND: .*'red'"):
        branded(BrandSettings(accent="red"), ACME)
