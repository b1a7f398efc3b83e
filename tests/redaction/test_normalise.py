import pytest

from redaction.normalise import fold, spell_digits


def test_ascii_is_its_own_canonical_form() -> None:
    view = fold("plain text 123")
    assert (view.text, view.starts) == ("plain text 123", None)


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("４１１１", "4111"),
        ("٤١١١", "4111"),
        ("४१११", "4111"),
        ("4\u200b1\u200d1\u20601", "4111"),
        ("\u202e4111\u202c", "4111"),
        ("4111\u00a01111\u2009", "4111 1111 "),
        ("1–2—3−4‐5", "1-2-3-4-5"),
        ("ﬁne", "fine"),
        ("cafe\u0301", "café"),
        ("①②", "12"),
    ],
)
def test_undoes_disguises_by_unicode(raw: str, canonical: str) -> None:
    assert fold(raw).text == canonical


def test_points_back_at_the_exact_original_characters() -> None:
    raw = "x\u200b４１\u00a0ﬁ!"
    view = fold(raw)
    start = view.text.index("41")
    assert raw[slice(*view.original(start, start + 2))] == "４１"
    start = view.text.index("fi")
    assert raw[slice(*view.original(start, start + 2))] == "ﬁ"


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("four one one one", "4111"),
        ("double five, triple one", "55111"),
        ("oh seven seven hundred one", "077 hundred 1"),
        ("forty one eleven twenty", "411120"),
        ("one dash two dash three", "1   2   3"),
        ("vier eins eins eins", "4111"),
        ("4l11llll1111l111", "4111111111111111"),
        ("double 4 one one", "4411"),
        ("four one one is", "411 is"),
        ("o7700 9oo123", "07700 900123"),
        ("4111%201111", "4111 1111"),
        ("4111&nbsp;1111", "4111 1111"),
    ],
)
def test_writes_spelled_digits_as_digits(raw: str, canonical: str) -> None:
    view = spell_digits(fold(raw))
    assert view is not None
    assert view.text == canonical


@pytest.mark.parametrize(
    "raw", ["one of my two cards", "hello world", "Il Solo", "ILLOOLLIOOLLIOOLL", "4111 1111"]
)
def test_has_no_second_view_of_ordinary_words(raw: str) -> None:
    assert spell_digits(fold(raw)) is None


def test_spelled_digits_point_back_at_the_words() -> None:
    raw = "it is double five one two"
    view = spell_digits(fold(raw))
    assert view is not None
    start = view.text.index("55")
    assert raw[slice(*view.original(start, start + 2))] == "double five"
