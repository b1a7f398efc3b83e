"""National bank accounts: account number, sort code, routing number. By the words beside them."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued
from redaction.recognisers.phrases import LINK, NOT_A_COUNT

_ACCOUNT = Cued(
    "acc|acct|a/c|konto|compte|cuenta|corrente|rekening|clabe|beneficiary|payee",
    rf"\b(?:(?:bank |current |savings? |checking |my )?(?:account|acct|acc|a/c)\.?\s?(?:number|no|nr|num|#|numer)?\.?"
    rf"|konto(?:nummer)?|compte|cuenta|conto corrente|rekening(?:nummer)?|clabe|beneficiary|payee account)"
    rf"{LINK}(?:ending\s)?(\d(?:[ \-]?\d){{5,19}}){NOT_A_COUNT}",
)
_SORT_CODE = Cued(
    "sort|sc|s/c|blz|bankleit",
    rf"\b(?:sort(?:[ -]?codes?)?|s/?c|blz|bankleitzahl)\b{LINK}(\d{{2}}[ \-]?\d{{2}}[ \-]?\d{{2}}|\d{{8}}|\d{{3}} \d{{3}} \d{{2}})(?!\d)",
)
_SORT_AND_ACCOUNT = re.compile(
    r"(?<![\d/\-.])(\d{2}[ \-]\d{2}[ \-]\d{2})[\s,;:/]{1,4}(?:(?:account|acct|acc|a/c|and|number|no)\b[\s:.#]{0,3}){0,3}(\d{8}|\d{4} \d{4})(?![\d/\-])",
    re.IGNORECASE,
)
_ROUTING = Cued(
    "routing|aba|rtn|transit|bsb|ifsc|instit",
    rf"\b(?:routing|aba|rtn|transit|bsb|ifsc|institution)\b(?:\s(?:number|no|code))?{LINK}([A-Z]{{4}}0[A-Z0-9]{{6}}|\d{{3}}-\d{{3}}|\d{{5}}-\d{{3}}|\d{{9}}|\d{{6}})(?!\d)",
)
_CARD_NUMBER = Cued(
    "card",
    rf"\bcard\b(?:\s?(?:number|no|nr|#|num)\b)?\.?{LINK}(\d{{2,6}}(?:[ \-.]?\d{{2,6}}){{2,6}})(?![\d])",
)


def find(text: str) -> Iterator[Finding]:
    """Account and routing numbers; a mistyped card number counts as one, for it still tells most."""
    for match in _ACCOUNT.finditer(text):
        yield Finding(*match.span(1), "ACCOUNT", 0.85)
    for match in _SORT_CODE.finditer(text):
        yield Finding(*match.span(1), "ACCOUNT", 0.9)
    for match in _SORT_AND_ACCOUNT.finditer(text):
        yield Finding(*match.span(1), "ACCOUNT", 0.85)
        yield Finding(*match.span(2), "ACCOUNT", 0.85)
    for match in _ROUTING.finditer(text):
        yield Finding(*match.span(1), "ACCOUNT", 0.85)
    for match in _CARD_NUMBER.finditer(text):
        if 13 <= sum(map(str.isdigit, match.group(1))) <= 19:
            yield Finding(*match.span(1), "ACCOUNT", 0.6)
