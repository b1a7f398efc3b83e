from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("password too short? I tried Ab1!", [("PASSWORD", "Ab1!")]),
    ("I sign in with kim and Copper_Pan7", [("PASSWORD", "Copper_Pan7")]),
    (
        "changed it from oldCat1998 to newCat2026! today",
        [("PASSWORD", "oldCat1998"), ("PASSWORD", "newCat2026!")],
    ),
    ("wifi password, back of the router: 9F3K-77QT-PL2M", [("PASSWORD", "9F3K-77QT-PL2M")]),
    ("backup codes are 8fj2-kq91 and 77ha-p0zx", [("CODE", "8fj2-kq91"), ("CODE", "77ha-p0zx")]),
    ("the key for our shop, kst_71Hd82Js9Kq0Lm, gives 403", [("API_KEY", "kst_71Hd82Js9Kq0Lm")]),
]

NEAR_MISSES = [
    "I tried the password page on my iPhone 15",
    "can't sign in with my Galaxy-S24",
    "changed it from monthly to yearly",
    "the router WH-1000XM5 works",
    "backup codes are what?",
    "the key for article some-long-article-name-here",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
