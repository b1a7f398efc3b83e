from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("vin 1HGCM82633A004352", [("DEVICE", "1HGCM82633A004352")]),
    ("from 192.168.10.24", [("IP", "192.168.10.24")]),
    ("2001:db8::8a2e:370:7334", [("IP", "2001:db8::8a2e:370:7334")]),
    ("mac 00:1a:2b:3c:4d:5e", [("DEVICE", "00:1a:2b:3c:4d:5e")]),
    ("imei 490154203237518", [("DEVICE", "490154203237518")]),
    (
        "0x52908400098527886E0F7030069857D2E4169EE7",
        [("CRYPTO", "0x52908400098527886E0F7030069857D2E4169EE7")],
    ),
    (
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        [("CRYPTO", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")],
    ),
    (
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        [("CRYPTO", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")],
    ),
    ("number plate AB12 CDE", [("PLATE", "AB12 CDE")]),
]

NEAR_MISSES = [
    "version 10.2.3.4",
    "app 5.12.0",
    "at 10:30:45",
    "300.1.2.3",
    "v1.2.3.4",
    "number plate please",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
    "15dbf4b73a3caeeff265ee25cd75decd",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mda",
    "12:30",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
