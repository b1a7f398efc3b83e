"""Dates of birth, by the words beside them: any other date stays."""

# ruff: noqa: E501 - a pattern reads best in one piece

from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued
from redaction.recognisers.phrases import DATE, LINK

_CUE = (
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?dates?|birthdays?|born(?: on| in)?|geburtsdatum|geboren(?: am)?|geb\.?"
    r"|n[eé]e? le|date de naissance|fecha de nacimiento|nacid[oa] el|data di nascita|nat[oa] il"
    r"|data de nascimento|geboortedatum|data urodzenia)"
)
_DOB = Cued(
    "d.o.b|dob|d.ob|do.b|birth|born|gebur|gebor|geb|née|urodz|nee|nés|nes|né|ne|naiss|nacimi|nacid|nasc|nat|geboor",
    rf"{_CUE}(?!\w){LINK}(?:on )?({DATE}|(?:19|20)\d\d)(?![\d])",
)
_DOB_AFTER = Cued(
    "dob|birth",
    rf"(?<!\d)({DATE})\s{{0,2}}(?:is|was)\s(?:my|his|her)\s(?:dob|date of birth|birth|birthday)",
)


def find(text: str) -> Iterator[Finding]:
    """Dates after "born", "date of birth" and the like."""
    for pattern in (_DOB, _DOB_AFTER):
        for match in pattern.finditer(text):
            yield Finding(*match.span(1), "DOB", 0.9)
