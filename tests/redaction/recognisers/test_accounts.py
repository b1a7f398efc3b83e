from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("account number 12345678", [("ACCOUNT", "12345678")]),
    ("sort code 12-34-56", [("ACCOUNT", "12-34-56")]),
    ("12-34-56 12345678", [("ACCOUNT", "12-34-56"), ("ACCOUNT", "12345678")]),
    ("routing number 021000021", [("ACCOUNT", "021000021")]),
    ("acct no: 0928239501", [("ACCOUNT", "0928239501")]),
    ("card number 4111 1111 1111 1112", [("ACCOUNT", "4111 1111 1111 1112")]),
]

NEAR_MISSES = [
    "my account is blocked",
    "account 12",
    "I have 2 accounts",
    "sort code please",
    "on 12-03-2024",
    "order number 12345678",
    "open an account in 2024",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
