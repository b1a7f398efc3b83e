import re
import time

import pytest

from redaction.keep_pattern import KeepPatternError, compile_keep


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bACME-\d{6,10}(?:-[A-Z]{1,3})?\b", "ACME-123456-AB"),
        (r"(?i)k-\d{4}", "K-1234"),
        (r"(?<=order )\d{4,8}", None),
        (r"(?P<a>K)\d{3}(?P=a)", "K123K"),
        (r"[]a]{2}", "]a"),
        (r"a{2", "a{2"),
        (r"x{,3}y", "xxy"),
        (r"A|B|C\d{2}", "C12"),
        (r"\(\d{2}\)", "(12)"),
        (r"K\d{4}+", "K1234"),
        (r"(?#our ids)K\d{4}", "K1234"),
        (r"\bPK-?\d{6,11}\b", "PK-07700900123"),
        (r"\bitem \d{6}\b", "item 482913"),
    ],
)
def test_a_bounded_pattern_is_used_case_ignored(pattern: str, text: str | None) -> None:
    compiled = compile_keep(pattern)
    assert compiled.flags & re.IGNORECASE
    assert text is None or compiled.fullmatch(text)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(", "no regular expression"),
        ("K-[", "no regular expression"),
        (r"K-\d+", "'+' without an end at character 5: write a range"),
        (r"K-\d*", "'*' without an end at character 5"),
        (r"K-\d{4,}", "'{4,}' without an end"),
        (r"(?:\d+)+K", "without an end"),
        (r"(a{1,10}){1,10}", "ways from one place, at most 2000"),
        (r"(?:a|a){30}b", "ways from one place"),
        (r"a{0,60}a{0,60}b", "ways from one place"),
        (r"K\d{500}", "repeats 500 times"),
        (r"K(?:\d{100}){5}", "can match 501 characters"),
        (r"\d{0,3}", "matches the empty text"),
        (r".{1,100}", "would keep personal data such as 'Jane Miller'"),
        (r"\S{1,40}", "would keep personal data such as 'Miller'"),
        (r"[\d+]{8,15}", "would keep personal data such as '+447700900123'"),
        (r"\d{11}", "would keep personal data such as '07700900123'"),
        (r"\b\d{10}\b", "would keep personal data such as '2025550143'"),
        (r"\d{6}", "would keep personal data such as '482913'"),
        (r"\d{3}-\d{2}-\d{4}", "would keep personal data such as '078-05-1120'"),
        (r"[A-Z]{2}\d{6}[A-Z]", "would keep personal data such as 'AB123456C'"),
        (r"[A-Z0-9]{10,21}", "would keep personal data such as "),
        (r"[A-Z]{2}\d{13}", "would keep personal data such as 'NO9386011117947'"),
        (r"[A-Z0-9]{27}", "would keep personal data such as 'FR14"),
        (r"\S{3,12}", "would keep personal data such as 'Miller'"),
        (r"[\w@.]{9,11}", "would keep personal data such as 'jo@mail.com'"),
        (r"\d\d/\d\d", "would keep personal data such as '12/27'"),
    ],
)
def test_a_costly_or_broad_pattern_is_refused(pattern: str, told: str) -> None:
    with pytest.raises(KeepPatternError, match=re.escape(told)):
        compile_keep(pattern)


@pytest.mark.parametrize("pattern", [r"a{0,40}a{0,40}b", r"(?:a|aa|aaa){1,6}b", r"(?:a{1,3}){5}b"])
def test_the_worst_pattern_that_passes_stays_quick_on_a_hostile_text(pattern: str) -> None:
    compiled = compile_keep(pattern)
    began = time.perf_counter()
    assert compiled.search("a" * 4000) is None
    assert time.perf_counter() - began < 1.0
