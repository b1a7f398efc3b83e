"""International bank account numbers: country, its length, and the MOD 97 checksum."""

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.checksum import mod97

# Length by country: the SWIFT IBAN registry (release of 2024), then countries that use the form
# without being registered.
LENGTHS: dict[str, int] = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
    "AO": 25, "BF": 28, "BJ": 28, "CF": 27, "CG": 27, "CI": 28, "CM": 27, "CV": 25, "DZ": 26,
    "GA": 27, "GQ": 27, "GW": 25, "IR": 26, "KM": 27, "MA": 28, "MG": 27, "ML": 28, "MZ": 25,
    "NE": 28, "SN": 28, "TD": 27, "TG": 28,
    "AX": 18, "BL": 27, "GF": 27, "GP": 27, "MF": 27, "MQ": 27, "NC": 27, "PF": 27, "PM": 27,
    "RE": 27, "TF": 27, "WF": 27, "YT": 27, "GG": 22, "IM": 22, "JE": 22,
}  # fmt: skip

# Countries whose accounts kept an older length in circulation.
_OLD_LENGTHS = {"BF": 27, "BI": 16, "DZ": 24, "EG": 27, "NI": 32}

# Countries whose bank and account parts hold digits only.
_ALL_DIGITS = frozenset(
    """AE AT BA BE CZ DE DK EE EG ES FI FO GL HR HU IL IS LT ME MN NO PL PT RS SE SI SK SO TL TN
    XK""".split()
)

# "is 35…" is a word and a number: parted from its digits, a country is in capitals.
_HEAD = re.compile(r"(?=([A-Za-z]{2})\d[ \-.]?\d|([A-Z]{2})[ \-.]\d[ \-.]?\d)")
_NEXT = re.compile(r"[ \-./:\n\t_]{0,3}([A-Za-z0-9])")


def find(text: str) -> Iterator[Finding]:
    """IBANs with a right checksum, in any grouping and case, glued to words or not."""
    done = 0
    for match in _HEAD.finditer(text):
        country = (match.group(1) or match.group(2)).upper()
        if country not in LENGTHS or match.start() < done:
            continue
        for length in {LENGTHS[country], _OLD_LENGTHS.get(country, LENGTHS[country])}:
            end = _take(text, match.start(), length)
            if end is not None:
                yield Finding(match.start(), end, "IBAN", 1.0)
                done = end
                break


def _take(text: str, start: int, length: int) -> int | None:
    """The end of a valid IBAN of this length at ``start``."""
    letters: list[str] = []
    position = start
    while len(letters) < length:
        following = _NEXT.match(text, position)
        if following is None:
            return None
        letters.append(following.group(1))
        position = following.end()
    value = "".join(letters)
    if sum(map(str.isdigit, value)) < length // 3 or not value[2:4].isdigit():
        return None
    if value[:2].upper() in _ALL_DIGITS and not value[2:].isdigit():
        return None
    return position if mod97(value) else None
