import pytest

from bot.language import identify

FOREIGN = {
    "de": [
        "Meine Karte ist noch nicht angekommen, was soll ich tun?",
        "Wie kann ich Geld auf mein Konto überweisen?",
        "Warum wurde mir eine Gebühr berechnet?",
    ],
    "fr": [
        "Ma carte n'est pas encore arrivée, que dois-je faire ?",
        "Comment puis-je recharger mon compte ?",
        "Pourquoi ai-je payé des frais de retrait ?",
    ],
    "es": [
        "Mi tarjeta todavía no ha llegado, ¿qué hago?",
        "¿Cómo puedo recargar mi cuenta con una transferencia?",
        "¿Por qué me han cobrado una comisión?",
    ],
    "pt": [
        "O meu cartão ainda não chegou, o que devo fazer?",
        "Como posso carregar a minha conta?",
        "Porque me cobraram uma taxa pelo levantamento?",
    ],
    "it": [
        "La mia carta non è ancora arrivata, cosa devo fare?",
        "Come posso ricaricare il mio conto?",
        "Perché mi è stata addebitata una commissione?",
    ],
    "nl": [
        "Mijn kaart is nog niet aangekomen, wat moet ik doen?",
        "Hoe kan ik geld op mijn rekening zetten?",
        "Waarom zijn er kosten in rekening gebracht?",
    ],
    "pl": [
        "Moja karta jeszcze nie dotarła, co mam zrobić?",
        "Jak mogę doładować swoje konto?",
        "Dlaczego pobrano ode mnie opłatę?",
    ],
    "sv": ["Mitt kort har inte kommit ännu, vad ska jag göra?"],
    "tr": ["Kartım hâlâ gelmedi, ne yapmalıyım?"],
    "cs": ["Moje karta ještě nepřišla, co mám dělat?"],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in FOREIGN.items() for text in texts]
)
def test_a_foreign_message_is_recognised(code: str, text: str) -> None:
    language = identify(text)
    assert (language.code, language.sure) == (code, True)


@pytest.mark.parametrize(
    "text",
    [
        "Do I get an actual card?",
        "card arrival",
        "Top up failed",
        "atm fee??",
        "SEPA transfer pending",
        "why was i charged",
        "pin blocked",
        "apple pay not working",
        "My card is from Deutsche Bank, can I top up with it?",
        "I paid at a café in São Paulo and was charged twice",
        "exchange rate EUR PLN",
        "hi",
        "visa or mastercard",
        "virtual card",
        "wheres my cash",
        "My name is [NAME_1] and my card is [CARD_1], where is my money?",
        "declined cash withdrawal",
        "refund not showing up",
        "ok",
        "Can you verify my ID",
        "disposable virtual cards limit",
    ],
)
def test_an_english_message_is_not_taken_for_another_language(text: str) -> None:
    language = identify(text)
    assert language.code == "en" or not language.sure


@pytest.mark.parametrize(
    "text",
    ["", "   ", "12345", "??!", "[CARD_1]", "[CARD_1] [NAME_2] 500", "🙂🙂", "sdfkjh sdfkjh"],
)
def test_nothing_is_told_from_no_words(text: str) -> None:
    language = identify(text)
    assert (language.code, language.sure) == ("und", False)


def test_placeholders_have_no_language() -> None:
    bare = "Meine Karte wurde gestohlen, bitte helfen Sie mir"
    masked = "Meine Karte [CARD_1] wurde gestohlen, bitte helfen Sie mir [NAME_1]"
    assert identify(bare) == identify(masked)
