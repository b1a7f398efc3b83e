"""Which words may be part of a name: by lists, by their capital, by the language around."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from redaction.recognisers.given_names import DOUBTFUL, FAMILY, GIVEN, SURE, ends_as_family, plain
from redaction.recognisers.not_names import NO_NAMES

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ENDINGS = ("'s", "’s", "s", "es", "ing", "ed", "d")
_SHORTEST_CAPITALS = 4
# A capital within a word is a product's, but for MacLeod, O'Brien, DeLuca and double names.
_CAMEL = re.compile(
    r"(?<=[a-zß-ÿ])(?<!^Mc)(?<!^Mac)(?<!^De)(?<!^Di)(?<!^La)(?<!^Le)(?<!^Van)(?<!^Fitz)[A-Z]"
)
# Openings that stop-word lists leave out, in the languages that the rules read.
_OPENINGS = frozenset(
    """
    hola buenas buenos bonjour bonsoir salut guten hallo moin servus ciao buongiorno buonasera
    salve ola bom boa dobry dzien witam czesc hoi goedendag goedemorgen quiero necesito puedo
    quero preciso posso voglio vorrei potrei mochte brauche konnte danke merci gracias grazie
    obrigado obrigada dziekuje bedankt dank prosze bitte por favor graag alstublieft karte konto
    geld carte compte argent tarjeta cuenta dinero carta conto soldi cartao conta dinheiro kaart
    rekening karta pieniadze kennzeichen telefon telefonnummer adresse anschrift strasse
    postleitzahl passwort kennwort geheimzahl geburtsdatum ausweis personalausweis reisepass
    fuhrerschein kunde kundin kundennummer rechnung uberweisung sparkonto kredit telephone
    anniversaire adres telefoon wachtwoord geboortedatum rijbewijs contrasena direccion telefono
    fecha pasaporte matricula indirizzo patente targa codice morada telefone senha codigo haslo
    numer dowod paszport postcode website login username email app signup topup helpdesk chatbot
    voicemail smartphone wifi blockchain fintech config admin backend
    frontend plugin dropdown popup inbox timeout json yaml html http https url api sdk faq pdf
    csv gdpr kyc aml psd2 bic pos nfc sim esim imei usb vpn bluetooth
    """.split()
)


class NameWords:
    """What the words of a text say about being a name.

    Args:
        english: English words in lower case, inflected forms not needed.
        common: The commonest words of each language by its code, ``en`` among them.
        keep: Names of products and places that stay.
    """

    def __init__(
        self, english: Iterable[str], common: Mapping[str, Iterable[str]], keep: Sequence[str]
    ) -> None:
        self._common = {code: frozenset(words) for code, words in common.items()}
        function_words = frozenset().union(*self._common.values())
        self._words = frozenset(english) - SURE
        self._none = (
            NO_NAMES
            | _OPENINGS
            | (function_words - SURE)
            | {plain(word) for name in keep for word in name.split()}
        )

    def is_english(self, text: str) -> bool:
        """Whether the text has no more of another language's commonest words than of English."""
        words = [match.group().lower() for match in WORD.finditer(text)]
        counts = {
            code: sum(map(common.__contains__, words)) for code, common in self._common.items()
        }
        return counts["en"] >= max(counts.values())

    def is_sign(self, word: str) -> bool:
        """Whether a word may be part of a name: a known one, or a capital on an unknown word."""
        known = plain(word)
        if len(word) < 2 or known in self._none or word.lower() in self._none:
            return False
        if self.is_known(word):
            return True
        if not word[0].isupper() or (word.isupper() and len(word) <= _SHORTEST_CAPITALS):
            return False
        if _CAMEL.search(word) and not word.isupper():
            return False
        return not self.is_word(known) or known in FAMILY or known in DOUBTFUL

    def is_known(self, word: str) -> bool:
        """Whether a word is a given name and hardly anything else."""
        known = plain(word)
        return known in SURE

    def is_listed(self, word: str) -> bool:
        """Whether a word is a given or family name, whatever else it may be."""
        known = plain(word)
        return (
            known in GIVEN
            or known in FAMILY
            or (ends_as_family(known) and not self.is_word(known) and not self.is_none(word))
        )

    def is_none(self, word: str) -> bool:
        """Whether a word is no part of a name, whatever a model says."""
        return plain(word) in self._none or word.lower() in self._none

    def is_word(self, lower: str) -> bool:
        """Whether a word stands in an English dictionary, or a form of it does."""
        return lower in self._words or any(
            lower.removesuffix(ending) in self._words for ending in _ENDINGS
        )


# Last words of the names of places.
_PLACE_ENDINGS = frozenset(
    """
    hill hills park street road avenue lane square airport station beach island islands bay
    valley centre center bridge mall market river lake city town village university college
    school hospital hotel terminal stadium
    """.split()
)
# Words beside a person's name rather than beside a product's or a place's.
_TOLD_BEFORE = re.compile(
    r"(?:\b(?:by|says?|said|including|named|called|signed|attn|c/o|under|contact|dear|mr|mrs|ms|dr)\b|address|\A|\n)"
    r"[\s:,.>*?\-]{0,6}\Z",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"[ \t](?:says?|said|told|asked|called|wrote|writes|lives|lived|works|worked|listed|signed|shouted|spent"
    r"|bought|paid|ordered|wants|wanted|had|has|began|died|married|answered|replied|came|picked|promised)\b|[ \t]*(?:\n|\Z)"
)
_PROPER = r"[^\W\d_a-zà-öø-ÿ][^\W\d_]+(?:['’\-][^\W\d_]+)*"
_GAP = r"[ \t](?:(?:de|van|von|der|den|la|da|di|del|dos|al|el|bin|ter|zu)[ \t]){0,2}"
_INITIAL = r"(?:[^\W\d_a-z]\.?[ \t])?"
_RUN = re.compile(rf"(?<![\w@./\-]){_PROPER}(?:{_GAP}{_INITIAL}{_PROPER}){{1,3}}(?![\w@])")


def full_names(
    text: str, words: NameWords, *, taken: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Two to four capitalised words in a row that look like a person's full name.

    Args:
        text: English text.
        words: What is known of words.
        taken: Stretches that a model holds for something else than a person.
    """
    for match in _RUN.finditer(text):
        parts = [part for part in WORD.finditer(text, *match.span()) if len(part.group()) > 1]
        while parts and not words.is_sign(parts[0].group()):
            parts.pop(0)  # the first word of a sentence
        while parts and not words.is_sign(parts[-1].group()):
            parts.pop()
        capital = [part.group() for part in parts if part.group()[0].isupper()]
        if len(set(capital)) < 2 or capital[-1].lower() in _PLACE_ENDINGS:
            continue
        if not all(map(words.is_sign, capital)):
            continue
        start, end = parts[0].start(), parts[-1].end()
        listed = any(map(words.is_listed, capital))
        foreign = any(a < end and start < b for a, b in taken)
        told = _TOLD_BEFORE.search(text, max(0, start - 30), start) or _DOES.match(text, end)
        if listed or told or (not foreign and not any(word.isupper() for word in capital)):
            yield start, end


_ROW = re.compile(
    rf"(?<![\w@./\-])({_PROPER}(?:,[ \t]{_PROPER}){{0,8}}),?[ \t](?:and|or|&)[ \t]({_PROPER})(?![\w@])"
)
_SURE_ENDING = re.compile(
    r"[a-z]{3,}(?:kova|nova|rova|lova|sova|tova|ovic|evic|ovich|evich|dottir|wicz|czyk|shvili|opoulos|enko|sson|idason)"
)


def rows_of_names(text: str, words: NameWords) -> Iterator[tuple[int, int]]:
    """Capitalised words told in one go, "Kovac, Ito and Brandt", where one is a known name."""
    for match in _ROW.finditer(text):
        parts = [*WORD.finditer(text, *match.span(1)), *WORD.finditer(text, *match.span(2))]
        if all(words.is_sign(part.group()) for part in parts) and any(
            words.is_listed(part.group()) for part in parts
        ):
            yield from (part.span() for part in parts)


def sure_endings(text: str, words: NameWords) -> Iterator[tuple[int, int]]:
    """Single words with a capital that end as hardly anything but a family name does."""
    for match in WORD.finditer(text):
        word = match.group()
        if word[0].isupper() and _SURE_ENDING.fullmatch(plain(word)) and words.is_sign(word):
            yield match.span()
