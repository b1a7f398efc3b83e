"""Street addresses, flats, post-office boxes and postcodes."""

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.phrases import LINK

_W = r"[^\W\d_][\w'’.\-]{0,24}"
_TYPE = (
    r"(?:street|str|road|rd|avenue|ave?|lane|ln|drive|dr|boulevard|blvd|way|court|ct|close|crescent|cres|place|pl|square|sq"
    r"|terrace|ter|gardens|gdns|grove|row|mews|hill|parade|highway|hwy|parkway|pkwy|circle|cir|trail|trl|turnpike|walk"
    r"|alley|path|quay|green|park|loop|pike|plaza|point|ridge|run|view|vista|heights)"
)
_UNIT = r"(?:(?:apt|apartment|suite|ste|unit|flat|floor|room|rm|building|bldg|no)\.?\s?#?\s?\w{1,6}|\#\s?\d{1,5}[A-Z]?)"
_STATE = r"(?:A[AEKLPRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEHINOPST]|N[CDEHJMVY]|O[HKR]|P[ARW]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])"
_UK_POSTCODE = r"(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?\d[ABD-HJLNP-UW-Z]{2})"
_CA_POSTCODE = r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d"
_TAIL = (
    rf"(?:[\s,]{{1,4}}{_UNIT})?"
    rf"(?:[\s,]{{1,4}}(?:{_W}\s){{0,2}}{_W})?"
    rf"[\s,]{{1,4}}(?:(?-i:{_STATE})[\s,]{{1,3}}\d{{5}}(?:-\d{{4}})?|(?-i:{_UK_POSTCODE})|(?-i:{_CA_POSTCODE})|\d{{4,5}}\b)"
)
_STREET = re.compile(
    rf"(?<![\w.,£$€#\-/])(?:{_UNIT}[\s,]{{1,3}})?\d{{1,5}}[A-Za-z]?(?:[\-/]\d{{1,4}})?,?\s(?:(?:north|south|east|west|[nsew]\.?|ne|nw|se|sw)\s)?(?:{_W}\s|\d{{1,3}}(?:st|nd|rd|th)\s){{1,3}}?{_TYPE}\b\.?(?:\s(?:north|south|east|west|[nsew]|ne|nw|se|sw)\b)?"
    rf"(?:{_TAIL}|[\s,]{{1,3}}{_UNIT})?",
    re.IGNORECASE,
)
_NOT_STREET = re.compile(
    r"\b(?:\d+\s+(?:days?|hours?|weeks?|months?|years?|minutes?|times?|euros?|pounds?|dollars?|cards?|people|transfers?|payments?|different|more|of|in|on|to|from|and|or|a|the|way|working|business))\b",
    re.IGNORECASE,
)
_GERMANIC = re.compile(
    rf"\b(?:{_W}[ \-]){{0,2}}[^\W\d_][\w\-]{{1,30}}(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|ufer|damm|ring|straat|laan|plein|gracht|kade|singel|gatan|v[aä]gen|vej|gade|gata|veien|vegen|katu|tie)\s\d{{1,4}}\s?[a-z]?\b(?:,?\s\d{{4,5}}(?:\s?[A-Z]{{2}})?\s{_W})?",
    re.IGNORECASE,
)
_ROMANCE = re.compile(
    rf"(?:\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s)?\b(?:rue|avenue|boulevard|chemin|impasse|all[eé]e|quai|calle|avenida|avda\.?|paseo|plaza|via|viale|corso|piazza|vicolo|rua|travessa|largo|ul\.|ulica|aleja|al\.)\s(?:(?:de|la|le|les|des|du|del|della|delle|dei|di|da|do|dos|das|el|los|las|l'|d')\s?){{0,3}}(?:{_W}[ ]?){{1,3}},?\s?(?:n[º°o]?\.?\s?)?\d{{1,4}}\b(?:,?\s\d{{4,5}}\s{_W})?",
    re.IGNORECASE,
)
_FRENCH = re.compile(
    rf"\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|chemin|impasse|all[eé]e|quai|place)\s(?:(?:de|la|le|les|des|du|l'|d')\s?){{0,3}}{_W}(?:\s(?-i:[A-ZÀ-Ý])[\w'\-]{{1,20}}){{0,2}}(?:,?\s\d{{5}}\s{_W})?",
    re.IGNORECASE,
)
_PO_BOX = re.compile(
    r"\b(?:p\.?\s?o\.?\s?box|post office box|postfach|bo[iî]te postale|apartado(?: de correos)?)\s?#?:?\s?\d{1,8}\b|\bPSC \d{1,5}, Box \d{1,6}\b",
    re.IGNORECASE,
)
_UNIT_ALONE = re.compile(r"\b(?:apt|apartment|suite|ste)\.?\s?#?\s?\d{1,5}[a-z]?\b", re.IGNORECASE)

_UK = re.compile(rf"(?<![\w\-]){_UK_POSTCODE}(?![\w\-])")
_UK_CUE = re.compile(
    rf"\b(?:post ?code|postal code|live (?:in|at)|address|deliver)\b[^.\n]{{0,40}}?\b({_UK_POSTCODE})(?!\w)",
    re.IGNORECASE,
)
_CA = re.compile(rf"(?<!\w){_CA_POSTCODE}(?!\w)")
_US = re.compile(rf"(?<=[ ,\n]){_STATE}[\s,]{{1,3}}(\d{{5}}(?:-\d{{4}})?)(?![\w\-])")
_CUED = re.compile(
    rf"\b(?:zip(?: ?code)?|post ?code|postal code|plz|postleitzahl|code postal|c[oó]digo postal|cap|cep|kod pocztowy|pin ?code|postnummer)\b{LINK}(\d{{2}}-\d{{3}}(?!\d)|\d{{3}} \d{{2}}(?!\d)|\d{{5}}(?:-\d{{3,4}})?|\d{{3,6}}(?:\s?[A-Z]{{2}}\b)?)(?!\d)",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Finding]:
    """Addresses by their form; postcodes by form where it is unmistakable, else by cue."""
    if not any(map(str.isdigit, text)):
        return
    for match in _STREET.finditer(text):
        if not _NOT_STREET.match(match.group()):
            yield Finding(*match.span(), "ADDRESS", 0.75)
    for pattern, score in (
        (_GERMANIC, 0.8),
        (_ROMANCE, 0.75),
        (_FRENCH, 0.8),
        (_PO_BOX, 0.9),
        (_UNIT_ALONE, 0.6),
    ):
        for match in pattern.finditer(text):
            yield Finding(*match.span(), "ADDRESS", score)
    for pattern in (_UK, _CA):
        for match in pattern.finditer(text):
            yield Finding(*match.span(), "POSTCODE", 0.7)
    for pattern in (_UK_CUE, _US, _CUED):
        for match in pattern.finditer(text):
            yield Finding(*match.span(1), "POSTCODE", 0.8)
