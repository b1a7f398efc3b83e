import pytest

from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.detector_presidio import _NamesOnlyEngine
from redaction.name_model import MODEL
from redaction.redactor import Redactor


@pytest.fixture(scope="module")
def full() -> Redactor:
    return build_redactor(RedactionSettings(keep_names=("Mona Lisa Account",)), b"k" * 16)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Yesterday Vsevolod Krylov sent me the wrong amount",
         "Yesterday [NAME_1] sent me the wrong amount"),
        ("Yesterday I met Ivo, Dragana B Kovarik and Nesrin",
         "Yesterday I met [NAME_1], [NAME_2] and [NAME_3]"),
        ("my name is Ann Lee, I paid Torvik Haldane", "my name is [NAME_1], I paid [NAME_2]"),
        ("Meine Zahlung an Hans Müller ist weg", "Meine Zahlung an [NAME_1] ist weg"),
        ("I gave my card to Steffen Bergqvist last week", "I gave my card to [NAME_1] last week"),
        ("my driver was Brezovic, ask him", "my driver was [NAME_1], ask him"),
        ("speak to Tarvonen, Ruiz and Brandt", "speak to [NAME_1], [NAME_2] and [NAME_3]"),
        ("Zelda Quimby ordered it for me", "[NAME_1] ordered it for me"),
        ("zuzana hrbkova has the other card", "[NAME_1] has the other card"),
        ("The name is wrong, please change it to Tilda Vexley",
         "The name is wrong, please change it to [NAME_1]"),
    ],
)  # fmt: skip
def test_finds_names_that_no_phrase_announces(text: str, redacted: str, full: Redactor) -> None:
    result = full.redact(text)
    assert result.text == redacted
    assert full.redact(result.text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "What is the max top-up?",
        "Chrome, Safari and Edge all fail",
        "Vilnius and Riga are fine",
        "the Blue Dolphin Hotel said no",
        "Do you accept Mastercard?",
        "Cancel Transaction",
        "I need to get some Euros for my holiday",
        "How can it be that my Card is not functioning?",
        "Does Kestrel work with Apple Pay in Portugal?",
        "my card got stuck in the machine in Lisbon",
        "Please Help",
        "WHERE IS MY MONEY",
        "I flew to Bora Bora and stayed in Notting Hill",
        "Wie kann ich meine Karte sperren?",
        "Warum wurde die Zahlung abgelehnt? Die Überweisung ging an Edeka.",
        "Comment puis-je bloquer ma carte ? Quand arrive-t-elle ?",
        "Hola, quiero cerrar mi cuenta",
        "Buenos días, necesito ayuda con mi Tarjeta",
        "Quando arriva la mia carta? Vorrei saperlo",
        "Bom dia, quero falar com alguém sobre o meu Cartão",
        "Hoe kan ik mijn pas blokkeren? Goedendag",
        "Czy mogę zamknąć konto? Dziękuję",
        "Gdzie jest moja karta? Zamówiłem ją w Poniedziałek",
    ],
)
def test_reads_no_name_into_ordinary_questions(text: str, full: Redactor) -> None:
    assert full.redact(text).text == text


def test_keeps_the_deployers_names(full: Redactor) -> None:
    assert full.redact("Is the Mona Lisa Account free?").findings == ()


def test_the_model_runs_only_what_finds_names() -> None:
    engine = _NamesOnlyEngine(models=[{"lang_code": "en", "model_name": MODEL}])
    engine.load()
    assert engine.get_nlp("en").pipe_names == ["ner"]
