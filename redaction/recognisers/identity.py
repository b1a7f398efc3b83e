"""Numbers that states give to people: social security, national id, passport, licence, health.

By the words before them here, by their shape alone in ``identity_shapes``.
"""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued, by_first
from redaction.recognisers.identity_shapes import COUNTRIES, SHAPES, nhs
from redaction.recognisers.phrases import LINK

_SSN_CUED = Cued(
    "ssn|itin|social|tin|tax",
    rf"\b(?:(?:ssn|itin)(?![^\W\d_])|(?:social security(?: number| no| #)?|social sec|social insurance|social|tin|tax(?:payer)? id(?:entification)?(?: number)?)\b){LINK}(\d{{3}}[\- .]?\d{{2}}[\- .]?\d{{4}})(?!\d)",
)
_SSN_LAST = Cued(
    "last",
    rf"\b(?:last (?:4|four)(?: digits)? of (?:my |the )?(?:ssn|social(?: security(?: number)?)?))\b{LINK}(\d{{4}})(?!\d)",
)

_VALUE = r"((?=[A-Z\-./ ]{0,6}\d)[A-Z0-9](?:[A-Z0-9]|[\-./ ](?=[A-Z]{0,3}\d|(?-i:[A-Z])(?!\w))|-(?=(?-i:[A-Z]{2,4})(?!\w))){4,19})(?!\w)"
_CUED: tuple[tuple[str, Cued], ...] = tuple(
    (kind, Cued(signs, rf"\b(?:{cue})(?!\w){LINK}{_VALUE}"))
    for kind, signs, cue in (
        ("PASSPORT", "pass|pasaporte|paspoort|paszport", r"passports?(?: (?:number|no|nr|num|id|#))?|reisepass(?:nummer)?|pasaporte|passeport|passaporto|paspoort(?:nummer)?|paszport"),
        ("LICENCE", "licen|dl|führerschein|fuhrerschein|permis|carnet|patente|rijbewijs", r"(?:driv(?:ing|er'?s?)[ -]?)?licen[cs]e (?:number|no|nr|num|id|#)|driv(?:ing|er'?s?)[ -]?licen[cs]e|dl\s?(?:number|no|#)|f[uü]hrerschein(?:nummer)?|permis de conduire|carnet de conducir|patente di guida|rijbewijs"),
        ("HEALTH_ID", "nhs|medic|mbi|health|patient|mrn|member|ehic|krankenv|vitale", r"nhs(?: (?:number|no|nr|id))?|medicare(?: (?:number|no|id|beneficiary identifier))?|mbi|medicaid(?: (?:number|no|id))?|health (?:card|insurance|id)(?: (?:number|no|id))?|patient (?:id|number|no)|medical (?:record|file)(?: (?:number|no))?|mrn|member id|ehic(?: (?:number|no))?|krankenversicherten(?:nummer|nr)|carte vitale"),
        ("ACCOUNT", "insurance|policy", r"insurance (?:number|no|id|policy)|policy(?: (?:number|no|id))?"),
        ("NATIONAL_ID", "id|national|citizen|unique|ein|insurance|ni|card|pesel|bsn|burger|steuer|ausweis|nif|fiscale|numero|cpf|cnpj|curp|rfc|aadha|tfn|tax|sin|nric|person|cpr|fodsel|hetu|egn|cnp|oib|amka|pps|utr|vat", by_first(r"national (?:id|insurance|identity)(?: (?:card|number|no|nr))*|nino|ni (?:number|no)|identity (?:card|number)(?: (?:number|no))?|id card(?: (?:number|no))?|personal (?:id|identification)(?: number)?|citizen (?:id|number)|pesel|bsn|burgerservicenummer|steuer-?id|steueridentifikationsnummer|personalausweis(?:nummer)?|ausweisnummer|dni|nie|nif|codice fiscale|numero de securite sociale|cpf|cnpj|curp|rfc|aadhaar|aadhar|tfn|tax file number|medicare card|sin|emirates id|nric|personnummer|cpr|fodselsnummer|hetu|egn|cnp|oib|amka|ppsn?|utr|ein|vat (?:number|no|id)|tax(?:payer)? (?:id|number|no)(?:entification)?(?: number)?|unique taxpayer reference")),
    )
)  # fmt: skip


_RUN = re.compile(r"\d+")
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
    yield from _shaped(text, countries)
    for kind, pattern in _CUED:
        for match in pattern.finditer(text):
            if _enough_digits(match.group(1)):
                yield Finding(*match.span(1), kind, 0.85)


def _shaped(text: str, countries: tuple[str, ...]) -> Iterator[Finding]:
    runs = [len(run) for run in _RUN.findall(text)]
    longest = max(runs, default=0) if sum(runs) >= _FEWEST_DIGITS else 0
    for shape in SHAPES:
        if longest < shape.run or shape.country not in countries:
            continue
        if shape.cue is None or shape.cue.search(text):
            for match in shape.pattern.finditer(text):
                if shape.fits is None or shape.fits(match.group()):
                    yield Finding(*match.span(), shape.kind, shape.score)


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
