"""Street addresses, flats, post-office boxes and postcodes."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.cued import Cued
from redaction.recognisers.given_names import plain
from redaction.recognisers.phrases import LINK
from redaction.recognisers.places_and_brands import BRANDS, PLACES

_W = r"[^\W\d_][\w'’.\-]{0,24}"
_TYPE = (
    r"(?:street|str|st|road|rd|avenue|ave?|lane|ln|drive|dr|boulevard|blvd|way|court|ct|close|crescent|cres|place|pl|square|sq"
    r"|terrace|ter|gardens|gdns|grove|row|mews|hill|parade|highway|hwy|parkway|pkwy|circle|cir|trail|trl|turnpike|walk"
    r"|alley|path|quay|green|park|loop|pike|plaza|point|ridge|run|view|vista|heights|approach|wharf|croft|broadway|embankment)"
)
_UNIT = r"(?:(?:apt|apartment|suite|ste|unit|flat|floor|room|rm|building|bldg|no)\b\.?\s?#?\s?(?:\d{1,5}[A-Z]?|[A-Z]\d{0,4})\b|\#\s?\d{1,5}[A-Z]?)"
_STATE = r"(?:A[AEKLPRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEHINOPST]|N[CDEHJMVY]|O[HKR]|P[ARW]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])"
_UK_POSTCODE = r"(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?\d[ABD-HJLNP-UW-Z]{2})"
_CA_POSTCODE = r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d"
_STREET = re.compile(
    rf"(?<![\w.,£$€#\-/])(?:{_UNIT}[\s,]{{1,3}})?\d{{1,5}}[A-Za-z]?(?:[\-/]\d{{1,4}})?,?\s(?:(?:north|south|east|west|[nsew]\.?|ne|nw|se|sw)\s)?(?:{_W}\s|\d{{1,3}}(?:st|nd|rd|th)\s){{1,3}}?{_TYPE}\b\.?(?:\s(?:north|south|east|west|[nsew]|ne|nw|se|sw)\b)?",
    re.IGNORECASE,
)
_NOT_STREET = re.compile(
    r"\b(?:\d+,?\s+(?:is|are|was|there|it|i|you|we|what|how|why|can|could|do|does|any|no|days?|hours?|weeks?|months?|years?|minutes?|times?|euros?|pounds?|dollars?|cards?|people|transfers?|payments?|different|more|of|in|on|at|by|with|is|are|for|to|from|and|or|a|(?-i:the)|way|working|business))\b",
    re.IGNORECASE,
)
# "in a way", "the right place": a word for a street that is none.
_NO_TYPE = re.compile(
    r"\b(?:an?|the|any|no|some|this|that|other|another|right|same|first|long|every|which)\s(?:way|place|point|view|run|court|drive|path|square|close|row|hill|walk|park|circle|green)\b",
    re.IGNORECASE,
)
# Words for a street that are joined to its name, or stand after it.
_JOINED = tuple(
    """straße strasse str. weg gasse platz allee ufer damm brucke brücke bruecke promenade straat laan plein gracht
    kade singel lei dreef steenweg dijk gatan gata vagen vägen vej veien vegen vn. gade strade stræde vanget vænget
    stien braut katu kuja polku utca u.""".split()
)
_APART = (
    r"(?:stra(?:ß|ss)e|str\.|gasse|platz|allee|gate|gata|gatan|vei|v[aä]g|utca|[uú]t(?:ja)?|t[eé]r|k[oö]r[uú]t|rkp\.?|trg|cesta|ulica|n[aá]m[eě]st[ií]"
    r"|n[aá]b[rř]e[zž][ií]|katu|baan|wei|laan|weg)"
)
# Its end comes first, as a search for its beginning would try every split of "A1-A1-A1-".
_JOINED_END = re.compile(r"(?<=[^\W\d_]|\.)\s\d{1,4}\s?[a-z]?\b", re.IGNORECASE)
_LONGEST_JOINED = max(map(len, _JOINED))
_WORD_BACK = re.compile(r"\b[^\W\d_][\w\-]{1,40}\Z|[\w\-]{41}\Z")
_WORDS_BACK = re.compile(r"(?:(?<![\w'’.])[^\W\d_][\w'’.]{0,24}+[ \-]){1,2}\Z")
_GERMANIC = re.compile(
    rf"\b(?-i:[A-ZÀ-ÖØ-ÝĀ-Ž])[\w'’.\-]{{1,24}}[ ](?:{_W}[ ])?{_APART}\s\d{{1,4}}\s?[a-z]?\b\.?"
    r"|\b[^\W\d_][\w\-]{5,30}tie\s\d{1,4}\b",
    re.IGNORECASE,
)
_ROMANCE = Cued(
    "rue|avenue|boulevard|chemin|impasse|all|quai|calle|avenida|avda|paseo|plaza|via|corso|piazza|vicolo|rua|travessa|largo|ul.|ulica|aleja|al.",
    rf"(?:\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s)?\b(?:rue|avenue|boulevard|chemin|impasse|all[eé]e|quai|calle|avenida|avda\.?|paseo|plaza|via(?=\s(?-i:[A-Z])(?!WIFT|EPA|TM\b|ayPal))|viale|corso|piazza|vicolo|rua|travessa|largo|ul\.|ulica|aleja|al\.)\s(?:(?:de|la|le|les|des|du|del|della|delle|dei|di|da|do|dos|das|el|los|las|l'|d')\s?){{0,3}}(?:{_W}[ ]?){{1,3}},?\s?(?:n[º°o]?\.?\s?)?\d{{1,4}}(?:\s?[/-]\s?\d{{1,4}})?(?:[a-z](?![\w])|\b)",
)
_FRENCH = Cued(
    "rue|avenue|boulevard|chemin|impasse|all|quai|place",
    rf"\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|chemin|impasse|all[eé]e|quai|place)\s(?:(?:de|la|le|les|des|du|l'|d')\s?){{0,3}}{_W}(?:\s(?-i:[A-ZÀ-Ý])[\w'\-]{{1,20}}){{0,2}}",
)
_PO_BOX = Cued(
    "box|postfach|postale|apartado",
    r"\b(?:p\.?\s?o\.?\s?box|post office box|postfach|bo[iî]te postale|apartado(?: de correos)?)\s?#?:?\s?\d{1,8}\b|\bPSC \d{1,5}, Box \d{1,6}\b",
)
_MILITARY = Cued(
    "psc|unit|cmr|us",
    r"\b(?:(?:PSC|Unit|CMR) \d{1,5},? Box \d{1,5}|USN?[SV] [^\W\d_]{2,20})[\s,]{1,4}[ADF]PO A[AEP] \d{5}\b",
)
_PROPER = r"(?-i:[^\W\d_a-zß-öø-ÿ])(?:[^\W\d_]|['’.\-]){1,24}"
# Something with a number before a flat ("Lindenhof 12, Apt. 5"), whatever the language calls a street.
_BEFORE_UNIT = Cued(
    "apt|apartment|suite|ste|flat|unit",
    rf"(?<![\w.])(?:\d{{1,6}}[ ,]{{1,2}})?(?:{_PROPER}[ ]){{1,4}}\d{{1,4}}[a-z]?\.?[\s,]{{1,6}}(?:apt|apartment|suite|ste|flat|unit)\.?\s?#?\s?\d{{1,5}}[a-z]?\b",
)
# A number, capitalised words and another number: a street in a language that we have no word for.
_BETWEEN_NUMBERS = re.compile(
    rf"(?<![\w.,£$€#\-/+])\d{{3,6}}[ ](?:\d{{1,5}}[ ])?((?:{_PROPER}[ ]){{1,4}})\d{{1,4}}[a-z]?(?![\w%€£$]|[.,:/]\d)",
    re.IGNORECASE,
)
_CORNER = Cued(
    "corner|intersection|junction",
    rf"\b(?:the )?(?:corner|intersection|junction) of (?:\d{{1,6}}[ ])?(?:[\w.'’\-]{{1,24}}[ ]){{1,5}}(?:and|&)[ ](?:\d{{1,6}}[ ])?{_PROPER}(?:[ ]{_PROPER}){{0,2}}",
)
_CUE_ADDRESS = Cued(
    "address|live|living|reside|mov|located|deliver|ship|sen|meet|arrived|return|taxi|drop|office|adresse|wohne|direcci|indirizzo",
    rf"\b(?:address(?: is| was|:|es:)?|live (?:at|in)|living (?:at|in)|lives (?:at|in)|reside (?:at|in)|mov(?:ed|ing) to|located (?:at|as|in)|deliver(?:ed)? (?:it )?to"
    rf"|ship(?:ped)? (?:it )?to|sen[dt] (?:it )?to|meet (?:me|you|us) at|(?:arrived|delivered) at|return(?:ed)? (?:it )?to|taxi to|(?:lives?|lived|living) on|drops? (?:me|you|us) off at|offices? (?:is|are)(?: located)? (?:at|on)|adresse(?: ist|:)?|wohne (?:in|an)|direcci[oó]n(?: es|:)?|indirizzo(?: [eè]|:)?)(?:\s+(?:at|is|now|my|new|to|the)\b){{0,3}}[\s:\-]{{1,8}}"
    rf"(?!(?:zone|level|step|plan|phase|version|line|gate|terminal|section|page|room|tier|stage|week|day|option|flight|row|seat)\b)(\d{{1,6}}[a-z]?[ ,]{{1,2}}(?:\d{{1,5}}[ ])?(?:{_PROPER}[ ]?){{1,5}}(?:\d{{1,4}}[a-z]?\b)?|(?:{_PROPER}[ ]){{1,4}}\d{{1,5}}[a-z]?\b)",
)
_MORE = re.compile(
    rf"[\s,>?]{{0,8}}[\s,](?:{_UNIT}\b|(?-i:{_UK_POSTCODE})|(?-i:{_CA_POSTCODE})|(?-i:[A-Z]{{2}})-?[ ]?\d{{4,6}}\b|\d{{2}}-\d{{3}}(?!\d)|\d{{3,6}}(?:[ \-]\d{{2,4}})?(?![\w/,.]\d|\w)|(?P<place>(?:{_PROPER}|(?-i:[A-Z]{{2,3}})\b)(?:[ ](?:(?:de|of|la|upon|am|an|der|den|do|da)[ ])?{_PROPER}){{0,2}})(?!\w))",
    re.IGNORECASE,
)
# What may follow an address in its sentence, and is none of it.
_NOT_TAIL = re.compile(
    r"\b(?:i|my|is|was|to|for|it|we|you|he|she|and|or|but|by|on|at|pin|cvv|otp|tel|fax|card|iban|order|ref|my|me|tel|phone|mobile|call|code|can|how)\b",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"(?:I|I'm|My|Please|The|This|That|Can|Could|Would|And|But|Or|If|It|Is|Are|We|You|They|He|She|Mobile|Desk|Fax|Phone|Tel|Email|E-mail|Call|Thanks|Thank|Hi|How|What|When|Where|Why|For|In|On|At|To|From|Also|Name|Date)\b"
)
_TOWN_AFTER = re.compile(
    rf"{mask_of('ADDRESS')}((?:[\s,]{{1,3}}[^\W\d_]{{2,20}}){{1,3}}[\s,]{{1,3}}{_STATE}[\s,]{{1,3}}\d{{5}}(?:-\d{{4}})?)(?!\w)",
    re.IGNORECASE,
)
_UNIT_ALONE = Cued(
    "apt|apartment|suite|ste", r"\b(?:apt|apartment|suite|ste)\.?\s?#?\s?\d{1,5}[a-z]?\b"
)

_UK = re.compile(rf"(?<![\w\-]){_UK_POSTCODE}(?![\w\-])")
_UK_CUE = Cued(
    "post|live|address|deliver",
    rf"\b(?:post ?code|postal code|live (?:in|at)|address|deliver)\b[^.\n]{{0,40}}?\b({_UK_POSTCODE})(?!\w)",
)
_CA = re.compile(rf"(?<!\w){_CA_POSTCODE}(?!\w)")
_US = re.compile(rf"(?<=[ ,\n]){_STATE}[\s,]{{1,3}}(\d{{5}}(?:-\d{{4}})?)(?![\w\-])")
_EIRCODE = Cued(
    "eircode|ireland|dublin",
    r"\b(?:eircode|ireland|dublin)\b[\s:,]{0,4}(?:(?:is|\d{1,2}[, ])\s{0,2})?([AC-FHKNPRTV-Y]\d[\dW] ?[\dAC-FHKNPRTV-Y]{4})(?!\w)",
)
_CUED = Cued(
    "zip|post|plz|cap|cep|pin|poczt",
    rf"\b(?:zip(?: ?code)?|post ?code|postal code|plz|postleitzahl|code postal|c[oó]digo postal|cap|cep|kod pocztowy|pin ?code|postnummer)\b{LINK}(\d{{2}}-\d{{3}}(?!\d)|\d{{3}} \d{{2}}(?!\d)|\d{{5}}(?:-\d{{3,4}})?|\d{{3,6}}(?:\s?[A-Z]{{2}}\b)?)(?!\d)",
)


def find(text: str) -> Iterator[Finding]:
    """Addresses by their form; postcodes by form where it is unmistakable, else by cue."""
    for match in _CORNER.finditer(text):
        yield Finding(*match.span(), "ADDRESS", 0.7)
    if not any(map(str.isdigit, text)):
        return
    for start, end in _joined(text):
        yield Finding(_back(text, start), _on(text, end), "ADDRESS", 0.8)
    for core, score in _CORES:
        for match in core.finditer(text):
            start, end = match.span(1 if match.re.groups else 0)
            if not _NOT_STREET.match(text, start) and not _NO_TYPE.search(match.group()):
                yield Finding(_back(text, start), _on(text, end), "ADDRESS", score)
    for match in _BETWEEN_NUMBERS.finditer(text):
        if not any(plain(word) in _NO_STREET for word in match.group(1).split()):
            yield Finding(match.start(), _on(text, match.end()), "ADDRESS", 0.6)
    for match in _TOWN_AFTER.finditer(text):
        yield Finding(*match.span(1), "ADDRESS", 0.7)
    yield from _postcodes(text)


def _joined(text: str) -> Iterator[tuple[int, int]]:
    """Streets whose name ends in the word for one, with up to two words before: "Am Alten Weg 5"."""
    done = 0
    for match in _JOINED_END.finditer(text):
        before = text[max(0, match.start() - _LONGEST_JOINED) : match.start()].lower()
        if not before.endswith(_JOINED):
            continue
        joined = match.start() - max(len(each) for each in _JOINED if before.endswith(each))
        word = _WORD_BACK.search(text, max(done, joined - 41), joined)
        if word is None:
            continue
        start = word.start()
        words = _WORDS_BACK.search(text, max(done, start - 54), start)
        done = match.end()
        yield (start if words is None else words.start()), done


def _postcodes(text: str) -> Iterator[Finding]:
    for pattern in (_UK, _CA):
        for match in pattern.finditer(text):
            yield Finding(*match.span(), "POSTCODE", 0.7)
    for cued in (_UK_CUE, _US, _CUED, _EIRCODE):
        for match in cued.finditer(text):
            yield Finding(*match.span(1), "POSTCODE", 0.8)


_CORES: tuple[tuple[re.Pattern[str] | Cued, float], ...] = (
    (_STREET, 0.75),
    (_GERMANIC, 0.8),
    (_ROMANCE, 0.75),
    (_FRENCH, 0.8),
    (_PO_BOX, 0.9),
    (_MILITARY, 0.9),
    (_BEFORE_UNIT, 0.7),
    (_CUE_ADDRESS, 0.7),
    (_UNIT_ALONE, 0.6),
)


# Between two numbers these make a date, an amount or a product.
_NO_STREET = (
    PLACES
    | BRANDS
    | frozenset(
        """january february march april may june july august september october november december jan feb
        mar apr jun jul aug sep sept oct nov dec januar februar marz mai juni juli oktober dezember janvier
        fevrier mars avril juin juillet aout septembre octobre novembre decembre enero febrero marzo abril
        mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno
        luglio settembre ottobre dicembre janeiro fevereiro maio junho julho setembro outubro novembro
        dezembro januari februari maart mei augustus styczen luty marzec kwiecien maj czerwiec lipiec
        sierpien wrzesien pazdziernik listopad grudzien monday tuesday wednesday thursday friday saturday
        sunday euro euros eur gbp usd chf pln sek nok dkk pounds dollars points order invoice ticket case
        item items plus premium pro max mini ultra galaxy pixel model version series size xl euro the and
        for from to in on at is was order reference euro""".split()
    )
)


def _back(text: str, start: int) -> int:
    """Take in a bare number before the street."""
    match = re.search(r"(?<![\w.,£$€#])\d{1,6}[ ,]{1,2}\Z", text[max(0, start - 10) : start])
    return start - len(match.group()) if match else start


# Lines of an address up to its postcode: capitalised or tiny words, a number at the end.
_TAIL_WORD = rf"(?>{_PROPER}|\({_PROPER}\)|\w{{1,3}})(?![\w'’])"
_TAIL = re.compile(
    rf"(?:[\s,>?.]{{1,8}}+{_UNIT}){{0,3}}+(?:[\s,>?.]{{1,8}}+{_TAIL_WORD}){{1,9}}?[\s,>?]{{1,8}}+(?:\d{{4,6}}|\d{{3}}[ ]\d{{2}}|\d{{2}}-\d{{3}})(?![\w\-]|[.,]\d)",
    re.IGNORECASE,
)


def _on(text: str, end: int) -> int:
    """Take in what follows the street: flat, town, region, postcode, country."""
    tail = _TAIL.match(text, end)
    if tail is not None and not _NOT_TAIL.search(tail.group()):
        return tail.end()
    after_code = False
    for _ in range(6):
        match = _MORE.match(text, end)
        if match is None:
            return end
        place = match.group("place")
        if place is not None and not _is_place(text, match, after_code):
            return end
        after_code = place is None and match.group()[-1].isdigit()
        end = match.end()
    return end


def _is_place(text: str, match: re.Match[str], after_code: bool) -> bool:
    """A capitalised word belongs after a comma, a line break or a postcode, or before one."""
    if _NO_PLACE.match(match.group("place")):
        return False
    if after_code or re.search(r"[,\n]", match.group()):
        return True
    following = _MORE.match(text, match.end())
    return following is not None and following.group("place") is None
