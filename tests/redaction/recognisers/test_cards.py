from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("MTgwMDgzMTIyNTYyNTcw", [("CARD", "MTgwMDgzMTIyNTYyNTcw")]),
    ("4111111111111111", [("CARD", "4111111111111111")]),
    ("my card 4111 1111 1111 1111 is lost", [("CARD", "4111 1111 1111 1111")]),
    ("card4111111111111111please", [("CARD", "4111111111111111")]),
    ("5555-5555-5555-4444", [("CARD", "5555-5555-5555-4444")]),
    ("2223.0031.2200.3222", [("CARD", "2223.0031.2200.3222")]),
    ("amex 3782 822463 10005", [("CARD", "3782 822463 10005")]),
    ("diners 30569309025904", [("CARD", "30569309025904")]),
    ("6011/1111/1111/1117", [("CARD", "6011/1111/1111/1117")]),
    ("jcb 3530_1113_3330_0000", [("CARD", "3530_1113_3330_0000")]),
    ("the 19 digits are 6304000000000000000", [("CARD", "6304000000000000000")]),
    ("4222222222222", [("CARD", "4222222222222")]),
    ("maestro card 501800000009", [("CARD", "501800000009")]),
    (
        "４１１１\u3000１１１１\u3000１１１１\u3000１１１１",
        [("CARD", "４１１１\u3000１１１１\u3000１１１１\u3000１１１１")],
    ),
    ("٤١١١ ١١١١ ١١١١ ١١١١", [("CARD", "٤١١١ ١١١١ ١١١١ ١١١١")]),
    ("4111\u200b1111\u200b1111\u200b1111", [("CARD", "4111\u200b1111\u200b1111\u200b1111")]),
    ("4111–1111–1111–1111", [("CARD", "4111–1111–1111–1111")]),
    ("4111\n1111\n1111\n1111", [("CARD", "4111\n1111\n1111\n1111")]),
    ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", [("CARD", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]),
    ("4l11 1111 llll 1111", [("CARD", "4l11 1111 llll 1111")]),
    (
        "it is four one one one, one one one one, one one one one, one one one one",
        [("CARD", "four one one one, one one one one, one one one one, one one one one")],
    ),
    (
        "four triple one double one double one double one double one double one double one",
        [
            (
                "CARD",
                "four triple one double one double one double one double one double one double one",
            )
        ],
    ),
    ("NDExMTExMTExMTExMTExMQ==", [("CARD", "NDExMTExMTExMTExMTExMQ==")]),
    (
        "my card starts 4111 1111 and then it goes on 1111 1111",
        [("CARD", "4111 1111"), ("CARD", "1111 1111")],
    ),
    ("number=4111%201111%201111%201111", [("CARD", "4111%201111%201111%201111")]),
    ("order 4111111111111111", [("CARD", "4111111111111111")]),
]

NEAR_MISSES = [
    "4111 1111 1111 1112",
    "order 1234567890123",
    "411111111111",
    "501800000009",
    "card ending 1111",
    "**** **** **** 1111",
    "0000 0000 0000 0000",
    "tracking 41111111111111112222333",
    "I paid 1200 euros in 2023 and 1500 in 2024",
    "2024-01-15 10:30:45 1234",
    "on 12/03/2024 and 14/03/2024 and 18/03/2024",
    "NDExMTExMTExMTExMTExMg==",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
