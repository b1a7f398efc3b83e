"""Names of people, by the phrase that announces them."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued, by_first
from redaction.recognisers.given_names import FAMILY, GIVEN, plain
from redaction.recognisers.not_names import (
    BARE,
    CAPITAL,
    CASE_FREE,
    NO_NAMES,
    NOT_FAMILY,
    PART,
    PROPER,
)

_REST = rf"(?:\s{{1,2}}(?!(?:and|but|i|my|from|with|the|is|it|on|in|at|to|for|of)\b){PART}){{0,3}}"
_SURE = Cued(
    "name|surname|called|call me|heiß|heiss|appelle|nom|llamo|nombre|chiamo|nome|chamo|heet|naam|nazywam|imi",
    r"\b(?:my (?:(?:full|first|last|legal|maiden|middle|sur)\s?)?name(?:'s| is| was|:)|(?<!code )(?<!user )(?<!file )(?<!brand )(?<!product )(?<!plan )(?<!shop )(?<!store )(?<!company )(?<!business )(?<!pet )(?<!domain )name(?:'s| is)|surname(?: is|:)|i am called|i'm called|they call me"
    r"|mein name ist|ich hei(?:ß|ss)e|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome [eè]|(?:o )?meu nome [eé]|me chamo|ik heet|mijn naam is|nazywam si[eę]|mam na imi[eę])"
    rf"\s{{1,3}}[\"'“]?({PART}{_REST})",
)
_SURE_CAPITAL = Cued(
    "name|call me|holder|recip|payee|benef|made out|signed|behalf",
    r"\b(?:name:|call me|named|card ?holder(?: name)?(?: is|:)|account holder(?: name)?(?: is|:)|(?:recipient|payee|beneficiary)(?:'s name)?(?: name)?(?: is|:)|in the name of|made out to|signed by|on behalf of)"
    rf"\s{{1,3}}[\"'“]?((?-i:(?=[^\W\d_a-z])){PART}{_REST})",
)
_TITLES = by_first(
    r"mr|mrs|ms|miss|mx|dr|prof|sir|herrn?|frau|monsieur|madame|mme|se[nñ]or|se[nñ]ora|sra?|signor|signora|dhr|mevr|pan[ia]?|officer|nurse|captain|judge|detective|sergeant|rev|reverend|professor|doctor"
)
_TITLED = re.compile(
    rf"\b((?:{_TITLES})\b\.?\s{{1,2}})((?:[A-ZÀ-Ý]\.?\s)?{PART}(?:\s(?-i:[A-ZÀ-ÝŁŚŻ]){PART}){{0,2}})(?!\w)",
    re.IGNORECASE,
)
_RELATION = (
    r"(?:wife|husband|spouse|fianc[eé]e?|girlfriend|boyfriend|partner|son|daughter|kid|child|baby|mother|father|mum|mom|dad|parent"
    r"|brother|sister|sibling|cousin|aunt|uncle|nephew|niece|grand(?:mother|father|ma|pa|son|daughter)|in-law|friend|mate|boss|manager"
    r"|colleague|co-?worker|assistant|employee|client|doctor|dentist|lawyer|solicitor|accountant|carer|teacher|neighbou?r|flatmate"
    r"|room-?mate|housemate|landlord|landlady|tenant|lodger|nanny|cleaner)"
)
_FOREIGN_RELATION = (
    r"(?:frau|mann|sohn|tochter|mutter|vater|bruder|schwester|freund(?:in)?|chef(?:in)?|kolleg(?:e|in)|femme|mari|fils|fille|m[eè]re|p[eè]re"
    r"|fr[eè]re|s[oœ]e?ur|ami[eg]?[oa]?|coll[eè]gue|espos[oa]|marido|hij[oa]|madre|padre|herman[oa]|novi[oa]|jef[ea]|moglie|marito|figli[oa]"
    r"|fratello|sorella|amic[oa]|mulher|filh[oa]|m[aã]e|pai|irm[aãoõ]{1,2}|namorad[oa]|vrouw|zoon|dochter|moeder|vader|broer|zus|vriend(?:in)?"
    r"|[zż]ona|m[aą][zż]|syn|c[oó]rka|matka|ojciec|brat|siostra|kolega)"
)
_RELATED = rf" (?:late |ex-?|step-?|grand-?|older |younger |little |new )?{_RELATION}(?:'s name is| is| called| named)?,?"
_BEFORE_PERSON = by_first(
    r"i am|i'm|im|this is|speaking (?:with|to)|spoke (?:to|with)|talked to|dear|hi|hello|hey|thanks|thank you"
    rf"|my{_RELATED}|our{_RELATED}|h(?:is|er){_RELATED}|their{_RELATED}"
    r"|ich bin|soy|sono|je suis|bonjour|salut|hola|estimad[oa]|ciao|buongiorno|gentile|hallo|liebe[rs]?|hoi|beste|ol[aá]|car[oa]|cze[sś][cć]"
    rf"|m(?:eine?|on|a|i|ia|io|eu|inha|ijn|[oó]j|oja|ojego) {_FOREIGN_RELATION}"
)
_LIKELY = re.compile(
    rf"(?:\b(?i:{_BEFORE_PERSON})[ \t]{{1,3}}"
    r"|\b(?i:kind regards|best regards|warm regards|regards|best wishes|sincerely|yours truly|yours faithfully|cheers"
    r"|many thanks|gr[uü](?:ß|ss)e|cordialement|saludos|saluti)[\s,\-–.]{1,6})"
    rf"((?:{CAPITAL}\.[ \t]?){{0,2}}{PROPER}(?:[ \t](?:(?:de|van|von|der|la|da|di|del|al|el|bin)[ \t])?{PROPER}){{0,2}})(?![\w@])"
)
_LABELLED = re.compile(
    rf"\b(?i:names?)(?:\s?[:?]\s{{0,10}}|\s{{1,3}}(?:(?i:is|was)\s{{1,3}})?)({PROPER}(?:[ \t](?:{CAPITAL}\.?[ \t])?{PROPER}){{0,3}})(?![\w@])"
)
_TRANSFER = re.compile(
    rf"\b(?i:(?:transfer(?:red)?|sent|send|paid|pay|payment|money|add)(?: it| money| funds)?(?: to| from)?)\s({PROPER}[ \t]{PROPER})(?![\w@])"
)
_ADDRESSED = re.compile(
    r"\b(?i:(?:billing|shipping|delivery|mailing|postal|home|invoice) address|attn\.?|attention|c/o|contact(?: person)?|customer"
    r"|passenger|guest|tenant|patient|sender|recipient|signature|directed by|written by)\s?:\s{0,10}"
    rf"({PROPER}(?:[ \t](?:{CAPITAL}\.?[ \t])?{PROPER}){{1,3}})(?=[ \t]*(?:\n|,|\Z))"
)
_RENAMED = Cued(
    "name|account",
    rf"\b(?:name|account)\b[^\n]{{0,80}}?\b(?:chang(?:e|ed) (?:it )?to|should (?:be|read|say)|corrected? (?:it )?to|spelled|spelt)[\s:\"']{{1,3}}((?-i:{PROPER}(?:[ \t](?:{CAPITAL}\.?[ \t])?{PROPER}){{1,2}}))(?![\w@])",
)
_LAST_NAME = Cued(
    "name",
    rf"\b(?:last|first|family|middle|maiden|full) ?names?(?: is| was|'s|:)?[ \t]{{1,2}}({BARE})(?![\w@])",
)


def find(text: str) -> Iterator[Finding]:
    """Names after "my name is" and the like, a title, a greeting or a closing line."""
    yield from _announced(text)
    for match in _TITLED.finditer(text):
        if _follows_title(match.group(1), match.group(2)):
            yield Finding(*match.span(), "NAME", 0.8)
    for pattern, score in (
        (_LIKELY, 0.7),
        (_LABELLED, 0.75),
        (_ADDRESSED, 0.7),
        (_RENAMED, 0.7),
        (_TRANSFER, 0.6),
    ):
        for match in pattern.finditer(text):
            if _is_person(match.group(1)):
                yield Finding(*match.span(1), "NAME", score)


def _announced(text: str) -> Iterator[Finding]:
    for pattern in (_SURE, _SURE_CAPITAL):
        for match in pattern.finditer(text):
            end = _sure_end(match.group(1), match.start(1))
            if end > match.start(1):
                yield Finding(match.start(1), end, "NAME", 0.85)
    for match in _LAST_NAME.finditer(text):
        word = plain(match.group(1))
        if word not in NO_NAMES and word not in CASE_FREE:
            yield Finding(*match.span(1), "NAME", 0.7)


_TITLE_WORDS = frozenset(
    {
        "miss",
        "sir",
        "madame",
        "pan",
        "pani",
        "pana",
        "sr",
        "sra",
        "frau",
        "officer",
        "nurse",
        "captain",
        "judge",
        "detective",
        "sergeant",
        "professor",
        "doctor",
        "rev",
    }
)
# "un monsieur au téléphone"
_AFTER_NO_TITLE = frozenset(
    "au aux du des le la les qui que en et y e che con al del am im an der die das und mit sur".split()
)
_PARTICLES = frozenset(
    {"de", "van", "von", "der", "den", "la", "da", "di", "del", "al", "el", "bin", "ter", "zu"}
)


def _follows_title(title: str, name: str) -> bool:
    """Whether a name comes after "Mr": some titles are words too, so these want a capital."""
    word = title.strip(" .\t\n")
    first = name.split(maxsplit=1)[0]
    if (
        first in _AFTER_NO_TITLE
        or first.lower() in CASE_FREE
        or (word.lower() in _TITLE_WORDS and not first[0].isupper())
    ):
        return False
    return word.lower() not in _TITLE_WORDS or (
        word[0].isupper() and plain(first.strip(".'’")) not in NO_NAMES
    )


def _is_person(value: str) -> bool:
    """Whether no word of a capitalised phrase is known to be something else."""
    words = [plain(word.strip("'’")) for word in value.split()]
    if words[0] in NO_NAMES:
        return False
    if words[0] in FAMILY and len(words) > 1 and value.istitle():  # Nguyen Van An
        return True
    if any(word in NOT_FAMILY or word in CASE_FREE for word in words[1:] or words):
        return False
    return words[0] in GIVEN or not value.isupper()


def _sure_end(value: str, start: int) -> int:
    """Where the name ends: a word that is none stops it; lower case needs the first word to be no state."""
    end = start
    capital = value[:1].isupper() and not value.isupper()
    for place, match in enumerate(re.finditer(r"\S+", value)):
        word = match.group().lower().strip(".'’")
        if word in CASE_FREE or (place == 0 and word.endswith(("ing", "ed"))):
            break
        if capital and match.group()[0].islower() and word not in _PARTICLES:
            break
        end = start + match.end()
        if match.group().endswith(".") and len(word) > 2:
            return end - 1
    return end
