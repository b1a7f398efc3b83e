from bot.insights.outline import told_steps
from redaction.redactor import RedactedText
from retrieval.embedder_hashing import HashingEmbedder


def told(*replies: str) -> list[tuple[str, int]]:
    steps = told_steps([[RedactedText(reply)] for reply in replies], HashingEmbedder())
    return [(step.text, step.customers) for step in steps]


def test_what_agents_told_is_an_outline_in_their_order() -> None:
    assert told(
        "Hello [NAME_1], open Cards in the app. Then tap Order a spare card. It costs nothing.",
        "Hi! Open Cards in the app. Then tap Order a spare card. Anything else I can do for you?",
        "Open Cards in the app.\n2. Then tap Order a spare card. Kind regards from the team here",
        "Then tap Order a spare card. Your cousin's one came back to us by mistake.",
    ) == [("Open Cards in the app.", 3), ("Then tap Order a spare card.", 4)]


def test_who_somebody_is_and_what_only_passes_is_no_step() -> None:
    assert told("Mail me at [EMAIL_1] or [PHONE_1].", "Let me check that for you.") == []
    assert told("We wrote to [ADDRESS_1] about your lost umbrella.") == []
    assert told("Bring your card along, or call me on [PHONE_1].") == [("Bring your card along", 1)]
    assert told() == []
