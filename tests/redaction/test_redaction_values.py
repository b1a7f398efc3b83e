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
