import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.detector_rules import RuleDetector
from redaction.keep import LARGEST_FILE, KeepFileError, build_keep, read_keep, shipped_keep
from redaction.redactor import Redactor

KEY = b"test key of 16 b"
CARD = "4111 1111 1111 1111"
OWN = r"""
patterns:
  - name: parcel
    pattern: \bPK \d{5} \d{6}\b
    examples: [PK 07700 900123]
sites: [help.acme.example]
names: [Mona Lisa Account]
"""


def keeping(folder: Path, text: str = OWN) -> Redactor:
    path = folder / "keep.yaml"
    path.write_text(text, encoding="utf-8")
    settings = RedactionSettings(keep_file=path, named_entities=False)
    return build_redactor(settings, KEY)


@pytest.mark.parametrize(
    "text",
    [
        # orders, invoices, tickets, articles
        "order 12345678", "my order number is 4859302817", "orders 48291034 and 48291035",
        "Order no. 2024-00123-A", "invoice INV-2024-00123", "invoice no: 900012345",
        "ticket #48291", "ticket K-7F3Q", "case 00123456", "article KB-1042", "article 104233",
        "my reference is ZX81-99-22", "tracking number 1Z999AA10123456784", "PO 4500012345",
        "tracking RR123456785GB", "transaction 7781234567 failed", "TXN-20240312-9981",
        "refund RMA-88213 for SO-12345", "so-12345 and SO 482913", "po number 4500012345",
        "PO: 4500012345", "CASE 00123456", "my passport order 12345678", "order code AB-1234",
        "SKU 00012345", "ref: 07700 900123", "job 20240312",
        # amounts
        "I paid £1,200.50 and 50 euros", "1 200,50 € yesterday", "charged 12345678 pounds",
        # ordinary dates and times
        "on 2024-03-12 at 10:45:33", "on 12.03.2024 or 12 March 2024", "March 12th, 2024",
        "between 01/02/2024-05/02/2024", "3-5 working days", "$1.2k on 12/03/2024",
        # versions
        "version 10.2.3.4", "app v2.14.0 build 20240312", "iOS 17.4.1, Android 14",
        # sites
        "https://help.kestrel.example/articles/cards/card-delivery-times",
        "https://shop.example.com/order/12345678901?ref=998877",
    ],
)  # fmt: skip
def test_the_shipped_patterns_keep_what_an_answer_needs(text: str, rules: Redactor) -> None:
    assert rules.redact(text).text == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("order 07700 900123, call 07700 900456", "order 07700 900123, call [PHONE_1]"),
        (f"order {CARD}", "order [CARD_1]"),
        ("invoice 4111111111111111", "invoice [CARD_1]"),
        (f"£{CARD}", "£[CARD_1]"),
        ("ticket cvv 123", "ticket cvv [CVV_1]"),
        ("order my e-mail jane@example.com", "order my e-mail [EMAIL_1]"),
        ("my number is 07700 900123", "my number is [PHONE_1]"),
        ("order GB33BUKB20201555555555", "order [IBAN_1]"),
        ("case DE89370400440532013000", "case [IBAN_1]"),
        ("so 078-05-1120", "so [SSN_1]"),
        ("ref 078-05-1120", "ref [SSN_1]"),
        ("so 07700900123", "so [PHONE_1]"),
        ("so 07700900123 is my mobile", "so [PHONE_1] is my mobile"),
        ("SO 07700900123 IS MY MOBILE", "SO [PHONE_1] IS MY MOBILE"),
        ("order 07700900123 is my mobile", "order [PHONE_1] is my mobile"),
        ("po 07700900123", "po [PHONE_1]"),
        ("PO 07700900123", "PO [PHONE_1]"),
        ("nhs ref 9434765919", "nhs [HEALTH_ID_1]"),
        ("case AB123456C", "case [NATIONAL_ID_1]"),
        ("so 1986-07-04 is my birthday", "so [DOB_1] is my birthday"),
        ("transaction code is 482913", "transaction code is [CODE_1]"),
        ("item code 482913 from sms otp", "item code [CODE_1] from sms otp"),
    ],
)
def test_the_shipped_patterns_keep_no_more_than_that(text: str, kept: str, rules: Redactor) -> None:
    assert rules.redact(text).text == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("parcel: PK 07700 900123", "parcel: PK 07700 900123"),
        ("PX 07700 900123", "PX [PHONE_1]"),
        ("PK 41111 111111 11111", "PK [CARD_1]"),
        ("https://help.acme.example/u/192.0.2.44/x", "https://help.acme.example/u/192.0.2.44/x"),
        ("https://evil.example/u/192.0.2.44/x", "https://evil.example/u/[IP_1]/x"),
        ("https://nothelp.acme.example.evil.example/192.0.2.44", None),
        ("https://help.acme.example/?from=jane@mail.com", None),
        (f"https://help.acme.example/{CARD.replace(' ', '')}", None),
    ],
)
def test_a_deployers_file_keeps_ids_and_own_sites(
    text: str, kept: str | None, tmp_path: Path
) -> None:
    result = keeping(tmp_path).redact(text).text
    if kept is None:
        assert result != text
    else:
        assert result == kept


def test_a_file_adds_to_the_settings_and_to_what_ships(tmp_path: Path) -> None:
    path = tmp_path / "keep.yaml"
    path.write_text(OWN, encoding="utf-8")
    settings = RedactionSettings(keep=(r"Z-\d{4}",), keep_names=("Vera Plan",), keep_file=path)
    both = build_keep(settings)
    assert both.names == ("Vera Plan", "Mona Lisa Account")
    assert len(both.patterns) == 3 + len(shipped_keep().patterns)
    alone = build_keep(settings.model_copy(update={"keep_defaults": False}))
    assert len(alone.patterns) == 3


def test_an_empty_file_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keep.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert read_keep(path).patterns == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("patterns: [", ":1: not valid YAML: "),
        ("- a\n", ":1: the file must be a mapping with names, patterns, sites"),
        ("sites: []\npattern: []\n", ":2: unknown field 'pattern'; the file may have "),
        ("? [a]\n: b\n", "unknown field"),
        ("patterns: {}\n", ":1: patterns must be a list"),
        ("patterns:\n  - K-1\n", ":2: a pattern must be a mapping with "),
        ("patterns:\n  - pattern: K\n", ":2: a pattern needs a 'name'"),
        ("patterns:\n  - name: K\n", ":2: a pattern needs a 'pattern'"),
        ("patterns:\n  - name: ids\n    pattern: ''\n", ":3: pattern: a text is needed"),
        (
            "patterns:\n  - name: ids\n    pattern: 'K-(\\d'\n",
            ":3: pattern 'ids' (K-(\\d) is no regular expression: missing )",
        ),
        (
            "patterns:\n  - name: ids\n    pattern: '(\\d+)+K'\n",
            ":3: pattern 'ids' ((\\d+)+K) repeats '+' without an end at character 4: write",
        ),
        (
            "patterns:\n  - name: ids\n    pattern: 'K-\\d{4}'\n    examples:\n      - K-12345\n",
            ":5: pattern 'ids' does not match its example 'K-12345' whole",
        ),
        ("names:\n  - [a]\n", ":2: names: a text is needed"),
        ("sites:\n  - https://acme.example\n", ":2: site 'https://acme.example' is no host name"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_entry(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "keep.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KeepFileError, match=re.escape(f"{path}:" if "? [" in text else told)):
        read_keep(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeepFileError, match="No such file"):
        read_keep(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"names: [\xff]")
    with pytest.raises(KeepFileError, match="not UTF-8"):
        read_keep(tmp_path / "latin.yaml")
    (tmp_path / "large.yaml").write_text("#" * (LARGEST_FILE + 1), encoding="utf-8")
    with pytest.raises(KeepFileError, match="more than"):
        read_keep(tmp_path / "large.yaml")


def test_a_costly_pattern_among_the_settings_is_refused_too() -> None:
    with pytest.raises(ValidationError, match="without an end"):
        RedactionSettings(keep=(r"K-\d+",))


def test_the_log_filters_redactor_reads_the_file_too(tmp_path: Path) -> None:
    path = tmp_path / "keep.yaml"
    path.write_text(OWN, encoding="utf-8")
    redactor = Redactor([RuleDetector()], KEY, RedactionSettings(keep_file=path))
    assert redactor.redact("PK 07700 900123").text == "PK 07700 900123"
