import pytest

from redaction.findings import Finding
from redaction.precedence import outranks_keep

REGIONS = ("GB", "US")


@pytest.mark.parametrize(
    ("value", "kind", "score", "wins"),
    [
        ("482913", "CODE", 0.6, True),
        ("12/27", "EXPIRY", 0.8, True),
        ("GB33BUKB20201555555555", "IBAN", 1.0, True),
        ("1986-07-04", "DOB", 0.9, True),
        ("AB123456C", "NATIONAL_ID", 0.85, True),
        ("9434765919", "HEALTH_ID", 0.85, True),
        ("9434765918", "HEALTH_ID", 0.85, False),  # check digit
        ("order 12345678", "PASSPORT", 0.85, False),
        ("07911123456", "PHONE", 0.85, True),
        ("07911123456", "PHONE", 0.75, False),  # nothing calls it a phone number
        ("4859302817", "PHONE", 0.85, False),  # no numbering plan has it
        ("0044 7911 123456", "PHONE", 0.9, True),
        ("High Street 12", "ADDRESS", 0.9, False),
    ],
)
def test_only_what_is_surely_personal_wins_over_a_keep_pattern(
    value: str, kind: str, score: float, wins: bool
) -> None:
    finding = Finding(3, 3 + len(value), kind, score)
    assert outranks_keep(f"at {value}", finding, REGIONS) is wins
