from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("passphrase: wobbly-teapot-lid", [("PASSWORD", "wobbly-teapot-lid")]),
    ("the answer to my security question is Fluffy", [("PASSWORD", "Fluffy")]),
    ("my log in details are kim_w / Pudding_3", [("PASSWORD", "Pudding_3")]),
    ("API-Schlüssel: k7Jd82hsLq0ZxP4m9TnW", [("API_KEY", "k7Jd82hsLq0ZxP4m9TnW")]),
    (
        "login anna@example.com / W!nter2024.",
        [("EMAIL", "anna@example.com"), ("PASSWORD", "W!nter2024")],
    ),
    ("77 21 90 is the verification code", [("CODE", "77 21 90")]),
    ("my password is Hunter2!", [("PASSWORD", "Hunter2!")]),
    ("password: correct-horse-9", [("PASSWORD", "correct-horse-9")]),
    ("pwd=Tr0ub4dor&3", [("PASSWORD", "Tr0ub4dor&3")]),
    ("the password is sunshine", [("PASSWORD", "sunshine")]),
    ('my password is "blue-42-sky"', [("PASSWORD", "blue-42-sky")]),
    ("the code is 482913", [("CODE", "482913")]),
    ("OTP 4821", [("CODE", "4821")]),
    ("verification code: G-123456", [("CODE", "G-123456")]),
    ("483 921 is my verification code", [("CODE", "483 921")]),
    ("code 1234", [("CODE", "1234")]),
    ("the code I got by text is 482913", [("CODE", "482913")]),
    ("the code that came in an e-mail: 4821", [("CODE", "4821")]),
    ("my TAN is 123456", [("CODE", "123456")]),
    ("key sk-abcdefghijklmnop1234567890", [("API_KEY", "sk-abcdefghijklmnop1234567890")]),
    ("AKIAIOSFODNN7EXAMPLE", [("API_KEY", "AKIAIOSFODNN7EXAMPLE")]),
    ('api_key = "9f8e7d6c5b4a39281706"', [("API_KEY", "9f8e7d6c5b4a39281706")]),
    (
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        [("API_KEY", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")],
    ),
    ("the one-time passcode they read out was 882 114", [("CODE", "882 114")]),
    ("my login is bob and password letmein", [("PASSWORD", "letmein")]),
    ("I typed Summer2023! as my password", [("PASSWORD", "Summer2023!")]),
    ("new password should be Kestrel#44", [("PASSWORD", "Kestrel#44")]),
    ("G-582913 is my google code", [("CODE", "G-582913")]),
    ("the sms said 482-913", [("CODE", "482-913")]),
    ("otp_code=482913", [("CODE", "482913")]),
    ("code from text: 4 8 2 9 1 3", [("CODE", "4 8 2 9 1 3")]),
    ("my pasword is Fluffy99", [("PASSWORD", "Fluffy99")]),
    ("pass word is Fluffy99", [("PASSWORD", "Fluffy99")]),
    ("login anna / Winter2024!", [("PASSWORD", "Winter2024!")]),
    ("curl -u anna:Fluffy99 https://x.example", [("PASSWORD", "Fluffy99")]),
    ("mot de passe chaton", [("PASSWORD", "chaton")]),
    (
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        [("API_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")],
    ),
    (
        "Authorization: Basic YW5uYTpzZWNyZXQxMjM=",
        [("API_KEY", "YW5uYTpzZWNyZXQxMjM=")],
    ),
]

NEAR_MISSES = [
    "the answer to my security question is rejected",
    "my memorable word is wrong",
    "my password is not working",
    "the password is wrong",
    "password reset please",
    "I forgot my password",
    "password is rejected",
    "error code 4031",
    "promo code 20245",
    "the error code I got in the app is 4030",
    "sort of a code",
    "country code 0044",
    "use code SAVE20",
    "the access token expired",
    "postcode please",
    "what is the swift code",
    "the password was changed yesterday",
    "pass the message on please",
    "how do I get my verification code?",
    "error 5023 with code E-1002",
    "my login fails and password reset",
    "discount code from text: 48291",
    "the text said 20 percent off",
    "order_code=482913",
    "item G-582913 is missing",
    "mot de passe incorrect",
    "mot de passe oublié",
    "pass word forgotten",
    "login page / dashboard",
    "a basic subscription and basic questions",
    "sort_key: ascending order",
    "use -u for upgrade",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
