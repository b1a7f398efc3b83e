"""What the form of a question asks for: steps or a figure. It tells which passage to quote.

Only English questions show their form here; any other has none, which changes nothing.
"""

import re
from enum import Enum

_STEPS = re.compile(
    r"\bhow (?:do|can|could|should|would|to|does one)\b(?! (?:it|that|this|they) take)"
    r"|\b(?:where|what) (?:do|can|should|must) (?:i|we)\b"
    r"|\b(?:can|may|could) i\b|\bi(?:'d| would)? (?:want|need|like) (?:to|an?|my|another)\b"
    r"|(?:^|[.!?;,]\s*)(?:please )?(?:activate|add|apply|cancel|change|close|create|delete|get|"
    r"link|make|open|order|pay|remove|reset|send|set|stop|switch|top|turn|update|upgrade)\b",
    re.IGNORECASE,
)
_CLEAR_FIGURE = re.compile(
    r"\bhow (?:much|many|long|old|high|fast|often|soon|late|far)\b|\b(?:what|which) "
    r"(?:time|day|date|age|amounts?|sums?|country|countries|currency|currencies|cards?|documents?|ids?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\b(?:limits?|max|maximum|min|minimum|fees?|costs?|prices?|charges?|charged|free|rates?|when|"
    r"accept|accepted)\b",
    re.IGNORECASE,
)


class QuestionForm(Enum):
    """What kind of block answers."""

    STEPS = "steps"
    FIGURE = "figure"
    OPEN = "open"


def form_of(question: str) -> QuestionForm:
    """The form of a question; a figure that is asked for by ``how much`` outweighs the rest."""
    if _CLEAR_FIGURE.search(question):
        return QuestionForm.FIGURE
    if _STEPS.search(question):
        return QuestionForm.STEPS
    return QuestionForm.FIGURE if _FIGURE.search(question) else QuestionForm.OPEN
