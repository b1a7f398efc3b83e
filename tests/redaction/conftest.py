from collections.abc import Callable

import pytest

from redaction.config import RedactionSettings
from redaction.detector_rules import RuleDetector
from redaction.redactor import Redactor

Found = Callable[[str], list[tuple[str, str]]]


@pytest.fixture(scope="session")
def rules() -> Redactor:
    return Redactor([RuleDetector()], b"test key of 16 b", RedactionSettings())


@pytest.fixture(scope="session")
def found(rules: Redactor) -> Found:
    """Kind and text of everything found, in order."""

    def find(text: str) -> list[tuple[str, str]]:
        return [(each.kind, text[each.start : each.end]) for each in rules.find(text)]

    return find
