"""Numbers that states give to people: social security, national id, passport, licence, health."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Callable, Iterator

from redaction.findings import Finding
from redaction.recognisers.checksum import luhn, verhoeff, weighted
from redaction.recognisers.phrases import LINK

_SSN = re.compile(r"(?<![\w\-.])(?!000|666)\d{3}([\- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w\-]|\.\d)")
_SSN_CUED = re.compile(
    rf"\b(?:(?:ssn|itin)(?![^\W\d_])|(?:social security(?: number| no| #)?|social sec|social insurance|social|tin|tax(?:payer)? id(?:entification)?(?: number)?)\b){LINK}(\d{{3}}[\- .]?\d{{2}}[\- .]?\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_SSN_LAST = re.compile(
    rf"\b(?:last (?:4|four)(?: digits)? of (?:my |the )?(?:ssn|social(?: security(?: number)?)?))\b{LINK}(\d{{4}})(?!\d)",
    re.IGNORECASE,
)

_NINO = re.compile(
    r"(?<![\w])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ \-]?\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?[A-D](?!\w)",
    re.IGNORECASE,
)
_DNI = re.compile(r"(?<![\w])[XYZxyz]?\d{7,8}[ \-]?[A-Za-z](?!\w)")
_FISCAL = re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z](?!\w)", re.IGNORECASE)
_CPF = re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)")
_AADHAAR = re.compile(r"(?<![\d\-])(?<!\d )[2-9]\d{3}([ \-])\d{4}\1\d{4}(?![\d\-]| \d)")
_PAN_INDIA = re.compile(r"(?<!\w)[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z](?!\w)")
_PERSONNUMMER = re.compile(
    r"(?<![\d\-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-6]\d|7[01]|8\d|9[01])[-+]\d{4}(?![\d\-])"
)
_NRIC = re.compile(r"(?<!\w)[STFGM]\d{7}[A-Z](?!\w)")
_CURP = re.compile(r"(?<!\w)[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d(?!\w)")
_NIR = re.compile(
    r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2])\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}\s?\d{2}(?!\d)"
)

_VALUE = r"((?=[A-Z\-./ ]{0,6}\d)[A-Z0-9](?:[A-Z0-9]|[\-./ ](?=[A-Z]{0,3}\d|(?-i:[A-Z])(?!\w))){4,19})(?!\w)"
_CUED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{cue})(?!\w){LINK}{_VALUE}", re.IGNORECASE))
    for kind, cue in (
        ("PASSPORT", r"passports?(?: (?:number|no|nr|num|id|#))?|reisepass(?:nummer)?|pasaporte|passeport|passaporto|paspoort(?:nummer)?|paszport"),
        ("LICENCE", r"(?:driv(?:ing|er'?s?)[ -]?)?licen[cs]e (?:number|no|nr|num|id|#)|driv(?:ing|er'?s?)[ -]?licen[cs]e|dl (?:number|no|#)|f[uü]hrerschein(?:nummer)?|permis de conduire|carnet de conducir|patente di guida|rijbewijs"),
        ("HEALTH_ID", r"nhs(?: (?:number|no|nr|id))?|medicare(?: (?:number|no|id|beneficiary identifier))?|mbi|medicaid(?: (?:number|no|id))?|health (?:card|insurance|id)(?: (?:number|no|id))?|patient (?:id|number|no)|medical record(?: (?:number|no))?|mrn|member id|ehic(?: (?:number|no))?|krankenversicherten(?:nummer|nr)|carte vitale"),
        ("NATIONAL_ID", r"national (?:id|insurance|identity)(?: (?:card|number|no|nr))*|nino|ni (?:number|no)|identity (?:card|number)(?: (?:number|no))?|id card(?: (?:number|no))?|personal (?:id|identification)(?: number)?|citizen (?:id|number)|pesel|bsn|burgerservicenummer|steuer-?id|steueridentifikationsnummer|personalausweis(?:nummer)?|ausweisnummer|dni|nie|nif|codice fiscale|numero de securite sociale|cpf|cnpj|curp|rfc|aadhaar|aadhar|tfn|tax file number|medicare card|sin|emirates id|nric|personnummer|cpr|fodselsnummer|hetu|egn|cnp|oib|amka|ppsn?|utr|unique taxpayer reference"),
    )
)  # fmt: skip
_MRN = re.compile(r"(?<!\w)MRN[-:# ]{0,2}\d{5,10}(?!\w)", re.IGNORECASE)
_MBI = re.compile(
    r"(?<!\w)[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?!\w)"
)
_HEALTH = re.compile(r"\b(?:nhs|health|patient|medical|hospital|doctor|gp)\b", re.IGNORECASE)
_NHS = re.compile(r"(?<![\d\-])\d{3}([ \-])\d{3}\1\d{4}(?![\d\-])")


def _digits(value: str) -> str:
    return "".join(filter(str.isdigit, value))


def _dni(value: str) -> bool:
    plain = value.upper().replace(" ", "").replace("-", "")
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return len(number) == 8 and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


def _cpf(value: str) -> bool:
    digits = _digits(value)
    first = weighted(digits, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = weighted(digits, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def _nir(value: str) -> bool:
    plain = value.replace(" ", "").upper().replace("2A", "19").replace("2B", "18")
    return 97 - int(plain[:13]) % 97 == int(plain[13:])


def _nhs(value: str) -> bool:
    digits = _digits(value)
    check = 11 - weighted(digits, tuple(range(10, 1, -1))) % 11
    return check % 11 == int(digits[9]) and check != 10


_SHAPED: tuple[tuple[re.Pattern[str], str, Callable[[str], bool], float], ...] = (
    (_NINO, "NATIONAL_ID", lambda value: True, 0.85),
    (_DNI, "NATIONAL_ID", _dni, 0.85),
    (_FISCAL, "NATIONAL_ID", lambda value: True, 0.9),
    (_CPF, "NATIONAL_ID", _cpf, 0.95),
    (_AADHAAR, "NATIONAL_ID", lambda value: verhoeff(_digits(value)), 0.8),
    (_PAN_INDIA, "NATIONAL_ID", lambda value: True, 0.8),
    (_PERSONNUMMER, "NATIONAL_ID", lambda value: luhn(_digits(value)[-10:]), 0.85),
    (_NRIC, "NATIONAL_ID", lambda value: True, 0.7),
    (_CURP, "NATIONAL_ID", lambda value: True, 0.9),
    (_NIR, "NATIONAL_ID", _nir, 0.85),
    (_MRN, "HEALTH_ID", lambda value: True, 0.9),
    (_MBI, "HEALTH_ID", lambda value: True, 0.8),
    (_NHS, "HEALTH_ID", _nhs, 0.6),
)


def find(text: str) -> Iterator[Finding]:
    """Ids by shape and checksum where the shape is telling, else by the words before them."""
    for match in _SSN.finditer(text):
        yield Finding(*match.span(), "SSN", 0.9)
    for pattern in (_SSN_CUED, _SSN_LAST):
        for match in pattern.finditer(text):
            yield Finding(*match.span(1), "SSN", 0.95)
    for pattern, kind, fits, score in _SHAPED:
        for match in pattern.finditer(text):
            if fits(match.group()) and (pattern is not _NHS or _HEALTH.search(text)):
                yield Finding(*match.span(), kind, score)
    for kind, pattern in _CUED:
        for match in pattern.finditer(text):
            value = match.group(1)
            if sum(map(str.isdigit, value)) >= 4 or (
                len(value) >= 6 and sum(map(str.isdigit, value)) >= 3
            ):
                yield Finding(*match.span(1), kind, 0.85)
