import pytest

from bot.web.brand import Brand, BrandError, contrast


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)


@pytest.mark.parametrize(
    "accent",
    ["#0b6e5f", "#ffee00", "#ffffff", "#000000", "#7f7f7f", "#ff0000", "#00ff00", "#c0c0c0"],
)
def test_every_accent_gives_readable_text(accent: str) -> None:
    brand = Brand(accent=accent)
    assert contrast(brand.accent_text, accent) >= 4.5
    assert contrast(brand.ink_on_light, "#f4f6f8") >= 4.5
    assert contrast(brand.ink_on_dark, "#1f262d") >= 4.5


def test_a_readable_accent_is_used_as_it_is() -> None:
    assert Brand(accent="#0b6e5f").ink_on_light == "#0b6e5f"


@pytest.mark.parametrize(
    "accent",
    ["", "red", "#fff", "#12345", "#12345g", "0b6e5f", "#0b6e5f;}", "#0b6e5f\n", "#0b6e5f00"],
)
def test_an_accent_that_is_no_hex_colour_is_refused_with_its_value(accent: str) -> None:
    with pytest.raises(BrandError, match="accent colour") as caught:
        Brand(accent=accent)
    assert repr(accent) in str(caught.value)
    assert "#rrggbb" in str(caught.value)


def test_an_empty_greeting_is_refused() -> None:
    with pytest.raises(BrandError, match="greeting"):
        Brand(greeting=" ")


def test_without_a_name_the_site_is_a_help_centre() -> None:
    nobody, somebody = Brand(), Brand(name="Acme")
    assert (nobody.site_name, nobody.chat_name, nobody.initial) == ("Help centre", "Help chat", "?")
    assert (somebody.site_name, somebody.chat_name, somebody.initial) == (
        "Acme Help",
        "Acme chat",
        "A",
    )


def test_the_stylesheet_holds_the_colours() -> None:
    sheet = Brand(accent="#123456").stylesheet()
    assert "--accent:#123456" in sheet
    assert "prefers-color-scheme:dark" in sheet
