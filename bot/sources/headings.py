"""What the columns of questions and answers are called, in the languages of Europe.

A heading that is said in one language only tells that of the rows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

_CALLED: Mapping[str, Mapping[str, str]] = {
    "question": {
        "en": "question title q", "de": "frage titel", "fr": "question titre", "nl": "vraag titel",
        "es": "pregunta título titulo", "it": "domanda titolo", "pt": "pergunta título titulo",
        "pl": "pytanie tytuł", "sv": "fråga titel rubrik", "da": "spørgsmål titel",
        "no": "spørsmål tittel", "fi": "kysymys otsikko", "cs": "otázka otazka", "sk": "otázka",
        "hu": "kérdés kerdes", "ro": "întrebare intrebare", "el": "ερώτηση", "bg": "въпрос",
        "uk": "питання", "ru": "вопрос", "hr": "pitanje", "sl": "vprašanje", "tr": "soru",
    },
    "answer": {
        "en": "answer body content text a", "de": "antwort inhalt", "fr": "réponse reponse contenu",
        "nl": "antwoord inhoud", "es": "respuesta contenido", "it": "risposta contenuto",
        "pt": "resposta conteúdo", "pl": "odpowiedź odpowiedz treść", "sv": "svar innehåll",
        "da": "svar indhold", "no": "svar innhold", "fi": "vastaus sisältö",
        "cs": "odpověď odpoved",
        "sk": "odpoveď", "hu": "válasz valasz", "ro": "răspuns raspuns", "el": "απάντηση",
        "bg": "отговор", "uk": "відповідь", "ru": "ответ", "hr": "odgovor", "sl": "odgovor",
        "tr": "cevap yanıt",
    },
    "id": {
        "en": "id key number", "de": "nummer nr nr. kennung", "fr": "numéro numero clé",
        "es": "número numero", "it": "numero", "nl": "nummer", "pt": "número", "pl": "numer",
    },
    "section": {
        "en": "category section topic domain", "de": "kategorie thema rubrik bereich",
        "fr": "catégorie categorie rubrique thème", "es": "categoría categoria tema",
        "it": "categoria argomento", "nl": "categorie onderwerp", "pt": "categoria tema",
        "pl": "kategoria temat", "sv": "kategori ämne", "da": "kategori emne",
        "no": "kategori emne",
        "fi": "luokka aihe", "cs": "kategorie", "hu": "kategória", "ro": "categorie",
    },
    "locale": {
        "en": "locale language lang", "de": "sprache", "fr": "langue", "es": "idioma",
        "it": "lingua",
        "nl": "taal", "pt": "idioma", "pl": "język jezyk", "sv": "språk", "da": "sprog",
        "no": "språk",
        "fi": "kieli", "cs": "jazyk", "hu": "nyelv",
    },
    "owner": {
        "en": "owner", "de": "verantwortlich zuständig", "fr": "responsable", "es": "responsable",
        "it": "responsabile", "nl": "verantwoordelijke", "pt": "responsável", "pl": "właściciel",
    },
    "tags": {
        "en": "tags labels", "de": "schlagworte schlagwörter", "fr": "étiquettes mots-clés",
        "es": "etiquetas", "it": "etichette", "nl": "trefwoorden", "pt": "etiquetas", "pl": "tagi",
    },
    "url": {"en": "url link", "fr": "lien", "es": "enlace", "de": "adresse verweis"},
}  # fmt: skip
_FROM_WORDS = frozenset({"question", "answer"})
"""Columns whose names tell the language; "nummer" is said of ids anywhere."""


def places_of(header: Iterable[str]) -> dict[str, int]:
    """Where each known column stands, by what it is; the first of two alike, English words first.

    >>> places_of(["Frage", "Antwort", "Sprache"])
    {'question': 0, 'answer': 1, 'locale': 2}
    """
    cells = [cell.strip().lower() for cell in header]
    found = {}
    for column, called in _CALLED.items():
        words = [word for names in called.values() for word in names.split()]
        known = next((word for word in words if word in cells), None)
        if known is not None:
            found[column] = cells.index(known)
    return found


def language_of_head(header: Iterable[str]) -> str:
    """The language of the columns' names; empty where they are English, or of several languages.

    >>> language_of_head(["frage", "antwort"]), language_of_head(["question", "answer"])
    ('de', '')
    """
    cells = [cell.strip().lower() for cell in header]
    votes: Counter[str] = Counter()
    for column in _FROM_WORDS:
        for language, names in _CALLED[column].items():
            votes[language] += any(name in cells for name in names.split())
    best = votes.most_common(2)
    if best[0][1] < len(_FROM_WORDS) or best[0][1] == best[1][1] or best[0][0] == "en":
        return ""
    return best[0][0]
