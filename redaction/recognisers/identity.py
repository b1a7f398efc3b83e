"""Numbers that states give to people: social security, national id, passport, licence, health.

By the words before them here, by their shape alone in ``identity_shapes``.
"""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.identity_shapes import COUNTRIES, SHAPES, nhs
from redaction.recognisers.phrases import LINK

_SSN_CUED = re.compile(
    rf"\b(?:(?:ssn|itin)(?![^\W\d_])|(?:social security(?: number| no| #)?|social sec|social insurance|social|tin|tax(?:payer)? id(?:entification)?(?: number)?)\b){LINK}(\d{{3}}[\- .]?\d{{2}}[\- .]?\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_SSN_LAST = re.compile(
    rf"\b(?:last (?:4|four)(?: digits)? of (?:my |the )?(?:ssn|social(?: security(?: number)?)?))\b{LINK}(\d{{4}})(?!\d)",
    re.IGNORECASE,
)

_VALUE = r"((?=[A-Z\-./ ]{0,6}\d)[A-Z0-9](?:[A-Z0-9]|[\-./ ](?=[A-Z]{0,3}\d|(?-i:[A-Z])(?!\w))|-(?=(?-i:[A-Z]{2,4})(?!\w))){4,19})(?!\w)"
_CUED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{cue})(?!\w){LINK}{_VALUE}", re.IGNORECASE))
    for kind, cue in (
        ("PASSPORT", r"passports?(?: (?:number|no|nr|num|id|#))?|reisepass(?:nummer)?|pasaporte|passeport|passaporto|paspoort(?:nummer)?|paszport"),
        ("LICENCE", r"(?:driv(?:ing|er'?s?)[ -]?)?licen[cs]e (?:number|no|nr|num|id|#)|driv(?:ing|er'?s?)[ -]?licen[cs]e|dl\s?(?:number|no|#)|f[uü]hrerschein(?:nummer)?|permis de conduire|carnet de conducir|patente di guida|rijbewijs"),
        ("HEALTH_ID", r"nhs(?: (?:number|no|nr|id))?|medicare(?: (?:number|no|id|beneficiary identifier))?|mbi|medicaid(?: (?:number|no|id))?|health (?:card|insurance|id)(?: (?:number|no|id))?|patient (?:id|number|no)|medical (?:record|file)(?: (?:number|no))?|mrn|member id|ehic(?: (?:number|no))?|krankenversicherten(?:nummer|nr)|carte vitale"),
        ("ACCOUNT", r"insurance (?:number|no|id|policy)|policy(?: (?:number|no|id))?"),
        ("NATIONAL_ID", r"national (?:id|insurance|identity)(?: (?:card|number|no|nr))*|nino|ni (?:number|no)|identity (?:card|number)(?: (?:number|no))?|id card(?: (?:number|no))?|personal (?:id|identification)(?: number)?|citizen (?:id|number)|pesel|bsn|burgerservicenummer|steuer-?id|steueridentifikationsnummer|personalausweis(?:nummer)?|ausweisnummer|dni|nie|nif|codice fiscale|numero de securite sociale|cpf|cnpj|curp|rfc|aadhaar|aadhar|tfn|tax file number|medicare card|sin|emirates id|nric|personnummer|cpr|fodselsnummer|hetu|egn|cnp|oib|amka|ppsn?|utr|ein|vat (?:number|no|id)|tax(?:payer)? (?:id|number|no)(?:entification)?(?: number)?|unique taxpayer reference"),
    )
)  # fmt: skip


_FEWEST_DIGITS = 4  # in the shape with the fewest, the Indian PAN


def find(text: str, countries: tuple[str, ...] = COUNTRIES) -> Iterator[Finding]:
    """Ids by the words before them, and by shape and checksum where the country is wanted.

    Args:
        text: Canonical text.
        countries: Whose ids are found by their shape alone.
    """
    for pattern in (_SSN_CUED, _SSN_LAST):
        for match in pattern.finditer(text):
            yield Finding(*match.span(1), "SSN", 0.95)
    enough = sum(map(str.isdigit, text)) >= _FEWEST_DIGITS
    for shape in SHAPES if enough else ():
        if shape.country in countries and (shape.cue is None or shape.cue.search(text)):
            for match in shape.pattern.finditer(text):
                if shape.fits is None or shape.fits(match.group()):
                    yield Finding(*match.span(), shape.kind, shape.score)
    for kind, pattern in _CUED:
        for match in pattern.finditer(text):
            if _enough_digits(match.group(1)):
                yield Finding(*match.span(1), kind, 0.85)


def is_shaped(value: str) -> bool:
    """Whether a value has the form of some country's id, check digits included."""
    fitting = (
        shape.fits is None or shape.fits(match.group())
        for shape in SHAPES
        for match in shape.pattern.finditer(value)
    )
    digits = "".join(filter(str.isdigit, value))
    return any(fitting) or (len(digits) == 10 and nhs(digits))


def _enough_digits(value: str) -> bool:
    digits = sum(map(str.isdigit, value))
    return digits >= 4 or (len(value) >= 6 and digits >= 3)
