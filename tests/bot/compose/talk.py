"""Short conversations for what works on them."""

from datetime import UTC, datetime

from bot.conversation import Speaker, Turn
from bot.decision import Answer, Citation
from redaction.redactor import RedactedText

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def said(text: str, number: int = 0) -> Turn:
    return Turn(f"c{number}", AT, Speaker.CUSTOMER, RedactedText(text))


def quoted(title: str, number: int = 0) -> Turn:
    citation = Citation("a", "a#0", title, "", title)
    answer = Answer("It is so.", (citation,), 0.9, offers_agent=False)
    return Turn(f"a{number}", AT, Speaker.ASSISTANT, RedactedText("It is so."), answer)
