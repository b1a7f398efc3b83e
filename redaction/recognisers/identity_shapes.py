"""Ids whose form tells them: the country that gives them out, a pattern, and its checksum.

Rules of check digits: the issuing authorities' publications; Verhoeff and MOD 11,10 in ``checksum``.
"""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Callable
from dataclasses import dataclass

from redaction.recognisers.checksum import luhn, mod11_10, verhoeff, weighted


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of id.

    Attributes:
        country: ISO 3166-1 alpha-2 code of who gives it out.
        kind: Of the findings.
        pattern: Its form.
        fits: Whether its check digits fit; None without any.
        score: Of the findings.
        cue: What must stand in the text for a form that is weak by itself.
        run: Digits in a row that its form has at least.
    """

    country: str
    kind: str
    pattern: re.Pattern[str]
    fits: Callable[[str], bool] | None
    score: float
    cue: re.Pattern[str] | None = None
    run: int = 2


def _plain(value: str) -> str:
    return "".join(filter(str.isalnum, value)).upper()


def _digits(value: str) -> str:
    return "".join(filter(str.isdigit, value))


def _dni(value: str) -> bool:
    plain = _plain(value)
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return len(number) == 8 and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


def _cpf(value: str) -> bool:
    digits = _digits(value)
    first = weighted(digits, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = weighted(digits, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def _nir(value: str) -> bool:
    plain = _plain(value).replace("2A", "19").replace("2B", "18")
    return 97 - int(plain[:13]) % 97 == int(plain[13:])


def nhs(value: str) -> bool:
    """Whether ten digits are a British health number (NHS data dictionary, MOD 11)."""
    digits = _digits(value)
    check = 11 - weighted(digits, tuple(range(10, 1, -1))) % 11
    return check % 11 == int(digits[9]) and check != 10


_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip


def _fiscal(value: str) -> bool:
    letters = value.upper()
    even = sum(int(each) if each.isdigit() else ord(each) - 65 for each in letters[1:15:2])
    return chr((sum(_ODD[each] for each in letters[:15:2]) + even) % 26 + 65) == letters[15]


def _pesel(value: str) -> bool:
    return (10 - weighted(value, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(value[10])


def _ahv(value: str) -> bool:
    digits = _digits(value)
    return (10 - weighted(digits, (1, 3) * 6) % 10) % 10 == int(digits[12])


def _rijksregister(value: str) -> bool:
    digits = _digits(value)
    rest = int(digits[9:])
    return rest in {97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97}


def _hetu(value: str) -> bool:
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(value[:6] + value[7:10]) % 31] == value[10].upper()


def _birth_number(value: str) -> bool:
    digits = _digits(value)
    first = (11 - weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11) % 11
    second = (11 - weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return digits[9:] == f"{first}{second}"


def _nric(value: str) -> bool:
    total = weighted(value[1:8], (2, 7, 6, 5, 4, 3, 2)) + (4 if value[0] in "TG" else 0)
    letters = "JZIHGFEDCBA" if value[0] in "ST" else "XWUTRQPNMLK"
    return value[0] == "M" or letters[total % 11] == value[8]


_HEALTH = re.compile(r"\b(?:nhs|health|patient|medical|hospital|doctor|gp)\b", re.IGNORECASE)
_PERSONAL = re.compile(
    r"\b(?:pesel|steuer|tax|id|identity|national|personal|f[oø]dselsnummer|personnummer|cpr|oib)\b",
    re.IGNORECASE,
)
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


SHAPES: tuple[Shape, ...] = (
    Shape("US", "SSN", _of(r"(?<![\w\-.])(?!000|666)\d{3}([\- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w\-]|\.\d)"), None, 0.9, run=4),
    Shape("US", "HEALTH_ID", _of(r"(?<!\w)(?-i:[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2})(?!\w)"), None, 0.8),
    Shape("US", "HEALTH_ID", _of(r"(?<!\w)MRN[-:# ]{0,2}\d{5,10}(?!\w)"), None, 0.9, run=5),
    Shape("GB", "NATIONAL_ID", _of(r"(?<![\w])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ \-]?\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?[A-D](?!\w)"), None, 0.85),
    Shape("GB", "NATIONAL_ID", _of(r"(?<!\w)QQ[ \-]?\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?[A-D](?!\w)"), None, 0.85),
    Shape("GB", "LICENCE", _of(r"(?<!\w)(?=\w{0,4}[A-Z])[A-Z9]{5}\d[0156]\d[0-3]\d\d[A-Z9]{2}\d[A-Z]{2}(?!\w)"), None, 0.85, run=6),
    Shape("GB", "HEALTH_ID", _of(r"(?<![\d\-])\d{3}([ \-])\d{3}\1\d{4}(?![\d\-])"), nhs, 0.6, _HEALTH, run=4),
    Shape("ES", "NATIONAL_ID", _of(r"(?<![\w])(?:[XYZ]\d{7}|\d{8})[ \-]?[A-Z](?!\w)"), _dni, 0.85, run=7),
    Shape("IT", "NATIONAL_ID", _of(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z](?!\w)"), _fiscal, 0.95, run=3),
    Shape("FR", "NATIONAL_ID", _of(rf"(?<!\d)[12]\s?\d{{2}}\s?{_MONTH}\s?(?:\d{{2}}|2[AB])\s?\d{{3}}\s?\d{{3}}\s?\d{{2}}(?!\d)"), _nir, 0.85, run=3),
    Shape("DE", "NATIONAL_ID", _of(r"(?<!\d)[1-9]\d(?: ?\d{3}){3}(?!\d)"), lambda value: mod11_10(_digits(value)), 0.7, _PERSONAL, run=3),
    Shape("PL", "NATIONAL_ID", _of(rf"(?<!\d)\d\d(?:[02468][1-9]|[13579][0-2]){_DAY}\d{{5}}(?!\d)"), _pesel, 0.7, _PERSONAL, run=11),
    Shape("BE", "NATIONAL_ID", _of(rf"(?<![\d.])\d\d\.{_MONTH}\.{_DAY}-\d{{3}}\.\d\d(?!\d)"), _rijksregister, 0.95, run=3),
    Shape("CH", "NATIONAL_ID", _of(r"(?<![\d.])756\.?\d{4}\.?\d{4}\.?\d\d(?!\d)"), _ahv, 0.95, run=4),
    Shape("SE", "NATIONAL_ID", _of(r"(?<![\d\-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-6]\d|7[01]|8\d|9[01])[-+]\d{4}(?![\d\-])"), lambda value: luhn(_digits(value)[-10:]), 0.85, run=6),
    Shape("FI", "NATIONAL_ID", _of(rf"(?<!\w){_DAY}{_MONTH}\d\d[-+ABCDEFUVWXY]\d{{3}}[0-9A-FHJ-NPR-Y](?!\w)"), _hetu, 0.9, run=6),
    Shape("NO", "NATIONAL_ID", _of(rf"(?<!\d){_DAY}{_MONTH}\d\d ?\d{{5}}(?!\d)"), _birth_number, 0.75, run=6),
    Shape("BR", "NATIONAL_ID", _of(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)"), _cpf, 0.95, run=3),
    Shape("IN", "NATIONAL_ID", _of(r"(?<![\d\-])(?<!\d )[2-9]\d{3}([ \-])\d{4}\1\d{4}(?![\d\-]| \d)"), lambda value: verhoeff(_digits(value)), 0.8, run=4),
    Shape("IN", "NATIONAL_ID", _of(r"(?<!\w)(?-i:[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z])(?!\w)"), None, 0.8, run=4),
    Shape("SG", "NATIONAL_ID", _of(r"(?<!\w)(?-i:[STFGM]\d{7}[A-Z])(?!\w)"), _nric, 0.85, run=7),
    Shape("MX", "NATIONAL_ID", _of(r"(?<!\w)[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d(?!\w)"), None, 0.9, run=6),
)  # fmt: skip

COUNTRIES = tuple(sorted({shape.country for shape in SHAPES}))
"""Countries that have a shape here; ids of any country are found by the words before them."""
