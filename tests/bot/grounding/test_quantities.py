import pytest

from bot.grounding.quantities import MARK, read_quantities

DAY = 86_400.0


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("£10,000 a month", [(10000, 10000, "gbp"), (1, 1, "a months")]),
        ("50,000 pounds", [(50000, 50000, "gbp")]),
        ("within two days", [(2 * DAY, 2 * DAY, "time")]),
        ("48 hours", [(2 * DAY, 2 * DAY, "time")]),
        ("6–9 working days", [(6 * DAY, 9 * DAY, "working time")]),
        ("between two and four weeks", [(14 * DAY, 28 * DAY, "time")]),
        ("£10 to £500", [(10, 500, "gbp")]),
        ("3 pm", [(900, 900, "clock")]),
        ("15:00", [(900, 900, "clock")]),
        ("half an hour", [(1800, 1800, "time")]),
        ("500 ml", [(0.5, 0.5, "litres")]),
        ("1.5%", [(1.5, 1.5, "percent")]),
        ("90 per cent", [(90, 90, "percent")]),
        ("31 January", [(31, 31, "th")]),
        ("10 kg may go along", [(10000, 10000, "grams")]),
        ("0808 157 0142", [(8081570142, 8081570142, "phone")]),
        ("a 6-digit code", [(6, 6, "digits")]),
        ("twenty-five cards", [(25, 25, "")]),
        ("three quarters of an hour", [(2700, 2700, "time")]),
        ("a year and a half", [(18, 18, "months")]),
        ("a fifth of the price", [(20, 20, "percent")]),
        ("a second time", []),
        ("a second card", []),
        ("one of them", []),
        ("no number at all", []),
    ],
)
def test_numbers_are_read_with_their_units(text: str, keys: list[tuple[float, float, str]]) -> None:
    assert [quantity.key for quantity in read_quantities(text).quantities] == keys


def test_what_remains_says_where_the_numbers_stood() -> None:
    assert read_quantities("Pay £5 a day.").text.split() == ["Pay", MARK, MARK, "."]
