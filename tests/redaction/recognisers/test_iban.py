from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("GB82WEST12345698765432", [("IBAN", "GB82WEST12345698765432")]),
    ("my iban is DE89 3704 0044 0532 0130 00 thanks", [("IBAN", "DE89 3704 0044 0532 0130 00")]),
    ("gb82 west 1234 5698 7654 32", [("IBAN", "gb82 west 1234 5698 7654 32")]),
    ("FR14-2004-1010-0505-0001-3M02-606", [("IBAN", "FR14-2004-1010-0505-0001-3M02-606")]),
    ("IBANNO9386011117947please", [("IBAN", "NO9386011117947")]),
    ("NL91 ABNA 0417 1643 00", [("IBAN", "NL91 ABNA 0417 1643 00")]),
]

NEAR_MISSES = [
    "GB82WEST12345698765433",
    "DE89 3704 0044 0532 0130",
    "ZZ82WEST12345698765432",
    "is 35 the limit?",
    "what is an IBAN",
    "GB12 is a road",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
