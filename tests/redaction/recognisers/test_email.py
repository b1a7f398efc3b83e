from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("https://shop.example/pay?id=7&email=kim@mail.com", [("EMAIL", "kim@mail.com")]),
    ("joe@mail.com", [("EMAIL", "joe@mail.com")]),
    ("write to Joe.Bloggs+x@my-mail.co.uk.", [("EMAIL", "Joe.Bloggs+x@my-mail.co.uk")]),
    ("joe at mail dot com", [("EMAIL", "joe at mail dot com")]),
    ("joe dot bloggs at mail dot co dot uk", [("EMAIL", "joe dot bloggs at mail dot co dot uk")]),
    ("joe(at)mail(dot)com", [("EMAIL", "joe(at)mail(dot)com")]),
    ("joe [at] mail.com", [("EMAIL", "joe [at] mail.com")]),
    ("joe @ mail.com", [("EMAIL", "joe @ mail.com")]),
    ("joe at gmail.com", [("EMAIL", "joe at gmail.com")]),
    ("ｊｏｅ＠ｍａｉｌ．ｃｏｍ", [("EMAIL", "ｊｏｅ＠ｍａｉｌ．ｃｏｍ")]),
]

NEAR_MISSES = [
    "look at example.com",
    "I was at home dot",
    "@kestrel on the app",
    "email me",
    "what is at the dot",
    "@",
    "joe@",
    "a@b",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
