"""Names of people, by the phrase that announces them."""

import re
from collections.abc import Iterator

from redaction.findings import Finding

_PART = r"[^\W\d_][^\W\d_'’.\-]*(?:['’\-.][^\W\d_]+)*"
_SURE = re.compile(
    r"\b(?:my (?:(?:full|first|last|legal|maiden|middle|sur)\s?)?name(?:'s| is| was|:)|name(?:'s| is|:)|surname(?: is|:)|i am called|i'm called|they call me|call me|named"
    r"|card ?holder(?: name)?(?: is|:)|account holder(?: name)?(?: is|:)|(?:recipient|payee|beneficiary)(?:'s name)?(?: name)?(?: is|:)|in the name of|made out to|signed by|on behalf of"
    r"|mein name ist|ich hei(?:ß|ss)e|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome [eè]|(?:o )?meu nome [eé]|me chamo|ik heet|mijn naam is|nazywam si[eę]|mam na imi[eę])"
    rf"\s{{1,3}}[\"'“]?({_PART}(?:\s{{1,2}}(?!(?:and|but|i|my|from|with|the|is|it|on|in|at|to|for|of)\b){_PART}){{0,3}})",
    re.IGNORECASE,
)
_TITLED = re.compile(
    rf"\b(?:mr|mrs|ms|miss|mx|dr|prof|sir|herr|frau|monsieur|madame|mme|se[nñ]or|se[nñ]ora|sra?|signor|signora|dhr|mevr)\b\.?\s{{1,2}}((?:[A-ZÀ-Ý]\.?\s)?{_PART}(?:\s(?-i:[A-ZÀ-ÝŁŚŻ]){_PART}){{0,2}})",
    re.IGNORECASE,
)
_CAPITAL = r"[A-ZÀ-ÖØ-ÝĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠȘŢŤȚŪŮŰŲŴŶŸŹŻŽ]"
_PROPER = rf"{_CAPITAL}[^\W\d_]+(?:['’\-]{_CAPITAL}?[^\W\d_]+)*"
_LIKELY = re.compile(
    rf"(?:\b(?i:i am|i'm|im|this is|it's|speaking with|speaking to|spoke (?:to|with)|talked to|(?:kind|best|warm)? ?regards|sincerely|cheers|yours truly|yours faithfully|dear|hi|hello|hey|thanks|thank you|my (?:wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|friend|partner|boss|colleague|flatmate|landlord)(?:'s name is| is)?,?|transfer to|sent (?:it |money )?to|paid|pay|from|ich bin|soy|sono|je suis)\b)[\s,\-–:]{{1,4}}({_PROPER}(?:\s(?:(?:de|van|von|der|la|da|di|del|al|el|bin|O'|Mc)\s)?{_PROPER}){{0,2}})"
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
_KNOWN = frozenset(
    """i there team support all everyone sir madam customer customers kestrel revolut visa mastercard maestro amex apple
    google samsung paypal amazon ebay netflix spotify uber monzo starling wise barclays hsbc lloyds natwest santander
    american express pay swift sepa iban atm pin cvv otp app card bank euro euros pound pounds dollar dollars gbp usd eur
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december christmas easter england scotland wales ireland britain uk us usa eu europe france germany spain
    italy portugal poland netherlands belgium switzerland austria sweden norway denmark finland greece turkey russia china
    japan india australia canada mexico brazil america africa asia london paris berlin madrid rome warsaw amsterdam
    brussels vienna dublin york german french english spanish italian portuguese polish dutch russian chinese japanese
    american british european firstline hello hi hey thanks thank dear regards ok yes no please android iphone ios windows
    mac chrome safari firefox facebook whatsapp instagram twitter chatgpt face touch id top up transfer direct debit
    what why how when where who which is are do does can could would will the a my your this that it
    """.split()
)


def find(text: str) -> Iterator[Finding]:
    """Names after "my name is", a title, a greeting or a closing line."""
    for match in _SURE.finditer(text):
        end = _sure_end(match.group(1), match.start(1))
        if end > match.start(1):
            yield Finding(match.start(1), end, "NAME", 0.85)
    for match in _TITLED.finditer(text):
        if match.group(1).split()[0].lower() not in _CASE_FREE:
            yield Finding(*match.span(1), "NAME", 0.8)
    for match in _LIKELY.finditer(text):
        words = match.group(1).lower().split()
        if not any(word.strip("'’") in _KNOWN or word in _CASE_FREE for word in words):
            yield Finding(*match.span(1), "NAME", 0.55 if len(words) == 1 else 0.7)


def _sure_end(value: str, start: int) -> int:
    """Where the name ends: a word that is none stops it; lower case needs the first word to be no state."""
    end = start
    for place, match in enumerate(re.finditer(r"\S+", value)):
        word = match.group().lower().strip(".'’")
        if word in _CASE_FREE or (place == 0 and word.endswith(("ing", "ed"))):
            break
        end = start + match.end()
        if match.group().endswith(".") and len(word) > 2:
            return end - 1
    return end
