"""Names of people, by the phrase that announces them."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.given_names import DOUBTFUL, FAMILY, GIVEN, plain
from redaction.recognisers.places_and_brands import BRANDS, PLACES

# What an earlier round masked stands in the text as one character.
_MASK = mask_of("NAME")
_PART = r"[^\W\d_][^\W\d_'’.\-]*(?:['’\-.][^\W\d_]+)*"
_REST = rf"(?:\s{{1,2}}(?!(?:and|but|i|my|from|with|the|is|it|on|in|at|to|for|of)\b){_PART}){{0,3}}"
_SURE = re.compile(
    r"\b(?:my (?:(?:full|first|last|legal|maiden|middle|sur)\s?)?name(?:'s| is| was|:)|name(?:'s| is)|surname(?: is|:)|i am called|i'm called|they call me"
    r"|mein name ist|ich hei(?:ß|ss)e|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome [eè]|(?:o )?meu nome [eé]|me chamo|ik heet|mijn naam is|nazywam si[eę]|mam na imi[eę])"
    rf"\s{{1,3}}[\"'“]?({_PART}{_REST})",
    re.IGNORECASE,
)
_SURE_CAPITAL = re.compile(
    r"\b(?:name:|call me|named|card ?holder(?: name)?(?: is|:)|account holder(?: name)?(?: is|:)|(?:recipient|payee|beneficiary)(?:'s name)?(?: name)?(?: is|:)|in the name of|made out to|signed by|on behalf of)"
    rf"\s{{1,3}}[\"'“]?((?-i:(?=[^\W\d_a-z])){_PART}{_REST})",
    re.IGNORECASE,
)
_TITLED = re.compile(
    rf"\b((?:mr|mrs|ms|miss|mx|dr|prof|sir|herrn?|frau|monsieur|madame|mme|se[nñ]or|se[nñ]ora|sra?|signor|signora|dhr|mevr|pan[ia]?|officer|nurse|captain|judge|detective|sergeant|rev|reverend|professor|doctor)\b\.?\s{{1,2}})((?:[A-ZÀ-Ý]\.?\s)?{_PART}(?:\s(?-i:[A-ZÀ-ÝŁŚŻ]){_PART}){{0,2}})(?!\w)",
    re.IGNORECASE,
)
_CAPITAL = r"[A-ZÀ-ÖØ-ÝĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠȘŢŤȚŪŮŰŲŴŶŸŹŻŽ]"
_PROPER = rf"{_CAPITAL}[^\W\d_]+(?:['’\-]{_CAPITAL}?[^\W\d_]+)*"
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
_LIKELY = re.compile(
    rf"(?:\b(?i:i am|i'm|im|this is|speaking (?:with|to)|spoke (?:to|with)|talked to|dear|hi|hello|hey|thanks|thank you"
    rf"|(?:my|our|his|her|their) (?:late |ex-?|step-?|grand-?|older |younger |little |new )?{_RELATION}(?:'s name is| is| called| named)?,?"
    r"|ich bin|soy|sono|je suis|bonjour|salut|hola|estimad[oa]|ciao|buongiorno|gentile|hallo|liebe[rs]?|hoi|beste|ol[aá]|car[oa]|cze[sś][cć]"
    rf"|(?:meine?|mon|ma|mi|mia|mio|meu|minha|mijn|m[oó]j|moja|mojego) {_FOREIGN_RELATION})[ \t]{{1,3}}"
    r"|\b(?i:kind regards|best regards|warm regards|regards|best wishes|sincerely|yours truly|yours faithfully|cheers"
    r"|many thanks|gr[uü](?:ß|ss)e|cordialement|saludos|saluti)[\s,\-–.]{1,6})"
    rf"({_PROPER}(?:[ \t](?:(?:de|van|von|der|la|da|di|del|al|el|bin)[ \t])?{_PROPER}){{0,2}})(?![\w@])"
)
_LABELLED = re.compile(
    rf"\b(?i:names?)(?:\s?[:?]\s{{0,10}}|\s{{1,3}}(?:(?i:is|was)\s{{1,3}})?)({_PROPER}(?:[ \t](?:{_CAPITAL}\.?[ \t])?{_PROPER}){{0,3}})(?![\w@])"
)
_TRANSFER = re.compile(
    rf"\b(?i:(?:transfer(?:red)?|sent|send|paid|pay|payment|money|add)(?: it| money| funds)?(?: to| from)?)\s({_PROPER}[ \t]{_PROPER})(?![\w@])"
)
_KNOWN_GIVEN = re.compile(
    rf"(?<![\w@./\-])({_PROPER})((?:[ \t](?:(?:de|van|von|der|la|da|di|del|al|el|bin)[ \t])?(?:{_CAPITAL}\.?[ \t])?{_PROPER}){{0,2}})(?![\w@])"
)
_LOWER_PAIR = re.compile(
    r"(?<![\w@.])([^\W\d_]{2,20})[ \t]([^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?)(?![\w@])"
)
_HERE = re.compile(
    rf"(?:^|[.!?,][ \t])({_PART}(?:[ \t]{_PART})?)[ \t](?:here|speaking)\b", re.IGNORECASE
)
_NAME_LINE = re.compile(
    r"(?:^|:)[ \t>*?]{0,8}([^\W\d_]{2,20}(?:[ \t][^\W\d_]\.?)?[ \t][^\W\d_]{2,20}(?:[ \t-][^\W\d_]{2,20})?)[ \t]*$",
    re.MULTILINE,
)
_CASE_FREE = frozenset(
    """not a an the very so really too just still also here there unable able trying having getting
    looking waiting on in at it that this what why how when where who which if because since as ok okay
    incorrect wrong misspelled misspelt different changed spelled spelt printed missing blank being
    correct right shown my your his her their our mine on the back is was has had can cannot can't
    changing change updating update field and or but out for from with by to do does did
    sure sir madam team support everyone all guys folks please me you us them someone anyone nobody
    """.split()
)
# Capitalised words that follow such phrases and are no person.
NO_NAMES = (
    PLACES
    | BRANDS
    | frozenset(
        """i there team support all everyone sir madam customer customers express pay iban atm pin cvv otp app card
        bank euro euros pound pounds dollar dollars gbp usd eur monday tuesday wednesday thursday friday saturday
        sunday january february march april may june july august september october november december christmas
        easter uk us usa eu hello hi hey thanks thank dear regards ok yes no please ios mac face touch id top up
        transfer direct debit crypto chargeback cashback either overview passcode refund madame monsieur mademoiselle
        herr frau senor senora signore signora senhor senhora mevrouw meneer pan pani damen herren mr mrs ms miss mx dr prof
        sir today yesterday yesterdays tomorrow last next one two first second urgent urgently accordingly just
        recently still also however it's there's aud chf cad jpy pln nzd eurs gb nhs vat what why how when where who
        which is are do does did can could would will the a my your this that it
        """.split()
    )
    - frozenset({"ing", "target", "ideal", "pix"})
)


def find(text: str) -> Iterator[Finding]:
    """Names after "my name is", a title, a greeting or a closing line, and well-known given names."""
    for pattern in (_SURE, _SURE_CAPITAL):
        for match in pattern.finditer(text):
            end = _sure_end(match.group(1), match.start(1))
            if end > match.start(1):
                yield Finding(match.start(1), end, "NAME", 0.85)
    for match in _TITLED.finditer(text):
        if _follows_title(match.group(1), match.group(2)):
            yield Finding(*match.span(), "NAME", 0.8)
    for pattern, score in ((_LIKELY, 0.7), (_LABELLED, 0.75), (_TRANSFER, 0.6)):
        for match in pattern.finditer(text):
            if _is_person(match.group(1)):
                yield Finding(*match.span(1), "NAME", score)
    yield from _known(text)
    yield from _beside(text)


_NOT_FAMILY = NO_NAMES - FAMILY
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
# Family names that are everyday words: beside a given name in lower case they say nothing.
_FAMILY_WORDS = frozenset(
    """best black blue bond booth bridges brown bush cannon case cash church cook cross day english fields fox
    french frost gates german gold golden good gray green grey hill holder hood horn key king kraft lane little
    long love march marine may mercer moon moss noble north page park parks power powers price rice rich rose
    rush savage sharp short small snow stark stone strong summers sweet waters wells west white winter winters
    wise wood woods young""".split()
)
_BESIDE_NAME = re.compile(
    rf"{_MASK}(?:,[ \t]|[ \t](?:and|or|&|und|et|y|e|en|i)[ \t])({_PROPER})(?![\w@])"
    rf"|(?<![\w@])({_PROPER})(?:,[ \t]|[ \t](?:and|or|&|und|et|y|e|en|i)[ \t]){_MASK}"
)
_PARTICLES = frozenset(
    {"de", "van", "von", "der", "den", "la", "da", "di", "del", "al", "el", "bin", "ter", "zu"}
)


def _follows_title(title: str, name: str) -> bool:
    """Whether a name comes after "Mr": some titles are words too, so these want a capital."""
    word = title.strip(" .\t\n")
    first = name.split(maxsplit=1)[0]
    if first.lower() in _CASE_FREE or (word.lower() in _TITLE_WORDS and not first[0].isupper()):
        return False
    return word.lower() not in _TITLE_WORDS or (
        word[0].isupper() and plain(first.strip(".'’")) not in NO_NAMES
    )


def _is_person(value: str) -> bool:
    """Whether no word of a capitalised phrase is known to be something else."""
    words = [plain(word.strip("'’")) for word in value.split()]
    if words[0] in NO_NAMES or any(
        word in _NOT_FAMILY or word in _CASE_FREE for word in words[1:] or words
    ):
        return False
    return words[0] in GIVEN or not value.isupper()


def _known(text: str) -> Iterator[Finding]:
    """Capitalised given names with the family name that follows; lower case only as a pair."""
    for match in _KNOWN_GIVEN.finditer(text):
        first = plain(match.group(1)).removesuffix("'s").removesuffix("’s")
        rest = [plain(w) for w in re.split(r"[\s\-]+", match.group(2)) if len(w.strip(".")) > 1]
        sure = first in GIVEN and first not in DOUBTFUL
        if sure or (first in DOUBTFUL and rest and rest[-1] in FAMILY - _FAMILY_WORDS):
            end = match.end(1)
            if rest and not any(word in _NOT_FAMILY or word in _CASE_FREE for word in rest):
                end = match.end()
            yield Finding(match.start(), end, "NAME", 0.65)
    position = 0
    while pair := _LOWER_PAIR.search(text, position):
        position = pair.end(1)
        first, second = plain(pair.group(1)), plain(pair.group(2))
        if first in GIVEN and first not in DOUBTFUL and second in FAMILY - _FAMILY_WORDS:
            yield Finding(*pair.span(), "NAME", 0.6)


def _beside(text: str) -> Iterator[Finding]:
    """Names beside another one, before "here", or alone on a line."""
    for match in _BESIDE_NAME.finditer(text):
        word = plain(match.group(1) or match.group(2))
        if word in GIVEN or word in FAMILY:
            yield Finding(*match.span(1 if match.group(1) else 2), "NAME", 0.65)
    for match in _HERE.finditer(text):
        if plain(match.group(1).split(maxsplit=1)[0]) in GIVEN - DOUBTFUL:
            yield Finding(*match.span(1), "NAME", 0.7)
    for match in _NAME_LINE.finditer(text):
        words = [plain(word) for word in match.group(1).split()]
        if words[0] in GIVEN - DOUBTFUL and not any(
            word in _NOT_FAMILY or word in _CASE_FREE for word in words
        ):
            yield Finding(*match.span(1), "NAME", 0.65)


def _sure_end(value: str, start: int) -> int:
    """Where the name ends: a word that is none stops it; lower case needs the first word to be no state."""
    end = start
    capital = value[:1].isupper() and not value.isupper()
    for place, match in enumerate(re.finditer(r"\S+", value)):
        word = match.group().lower().strip(".'’")
        if word in _CASE_FREE or (place == 0 and word.endswith(("ing", "ed"))):
            break
        if capital and match.group()[0].islower() and word not in _PARTICLES:
            break
        end = start + match.end()
        if match.group().endswith(".") and len(word) > 2:
            return end - 1
    return end
