import pytest

from redaction.redactor import Redactor

TEXT = (
    "I am called Jane Miller, jane@example.com, 07700 900123, again jane@example.com, "
    "card 4111 1111 1111 1111 cvv 739 exp 12/29, my pin is 4821, password: Hunter2!x"
)


def test_only_values_that_an_agent_may_need_are_handed_to_a_vault(rules: Redactor) -> None:
    done = rules.redact(TEXT)
    assert dict(done.values) == {
        "[NAME_1]": "Jane Miller",
        "[EMAIL_1]": "jane@example.com",
        "[PHONE_1]": "07700 900123",
    }
    assert "jane" not in repr(done)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        # card digits that pass as a phone number, in pieces or with the rest beside them
        ("the number is 4539 (sorry) 5787 6362 1486", []),
        ("call me on 5787 6362 1486, starts 4539", []),
        ("my number is 5787 6362 1486", []),
        ("my number is 4539578763", []),
        ("phone 5787 6362", []),
        # passwords that look like something else
        ("my password is Anna Miller", []),
        ("my password is 12 High Street", []),
        ("my password is Fluffy99@example.com", []),
        ("Passwort: Anna Miller", []),
        ("change the password to Anna Miller", []),
        ("postgres://anna:Fluffy99@db.example.com/x", []),
        ("https://anna:Fluffy99@example.com", []),
        # what an agent needs
        ("call 2025550143", ["2025550143"]),
        ("my number is +44 7700 900123", ["+44 7700 900123"]),
        ("phone (202) 555-0143 x12", ["(202) 555-0143 x12"]),
        ("I forgot my password, I am Anna Miller", ["Anna Miller"]),
        ("the password is in the e-mail to anna@example.com", ["anna@example.com"]),
        (
            "I live at 12 High Street, Springfield 90210-1234",
            ["12 High Street, Springfield 90210-1234"],
        ),
    ],
)
def test_neither_card_digits_nor_passwords_are_handed_to_a_vault(
    text: str, kept: list[str], rules: Redactor
) -> None:
    assert [value for _, value in rules.redact(text).values] == kept


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgres://anna:Fluffy99@db.example.com/x", "postgres://[API_KEY_1]/x"),
        ("redis://:secret@localhost:6379/0", "redis://[API_KEY_1]:6379/0"),
        ("https://anna:p@ss:w0rd@example.com", "https://[API_KEY_1]"),
        ("https://host.example.com:8080/@anna", "https://host.example.com:8080/@anna"),
        ("my password: anna@example.com / Winter!24", "my password: [PASSWORD_1] / [PASSWORD_2]"),
        ("password reset for Anna Miller", "password reset for [NAME_1]"),
    ],
)
def test_links_with_credentials_are_masked_whole(text: str, masked: str, rules: Redactor) -> None:
    assert rules.redact(text).text == masked
