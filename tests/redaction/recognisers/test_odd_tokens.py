from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("WRONG password AGAIN, I typed NELLIE2014 twice", [("PASSWORD", "NELLIE2014")]),
    ("is goldenpony7 too short for a password", [("PASSWORD", "goldenpony7")]),
    ("my passcode, teapot41, is refused", [("PASSWORD", "teapot41")]),
    ("to log in I tried biscuit77 and nothing happened", [("PASSWORD", "biscuit77")]),
    ("an activation code came, it is TK4-91Q or so", [("CODE", "TK4-91Q")]),
    ("G-440277 what is this", [("CODE", "G-440277")]),
]
NEAR_MISSES = [
    "the password works on my iphone13 but not on windows11",
    "is 1Password safe for my password",
    "the password link lasts 24hours",
    "wrong password for order ABCD20331",
    "my username is badger77 and I forgot the password",
    "the code for model WH1000XM5 never came by text",
    "voucher code XK7-42P came by e-mail",
    "order G-440277",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
