"""What language models do beside wording answers."""

from dataclasses import dataclass

from bot.compose.asking import Asker
from bot.compose.recall import Recall
from bot.compose.rewriting import Rewriter


@dataclass(frozen=True, slots=True)
class Wordsmiths:
    """Who words what; nobody by default.

    Attributes:
        rewriter: Words a follow-up as a question of its own.
        asker: Words clarifying questions.
        recall: Gives checked answers again.
        near: Further articles that an answer may draw on.
        seconds: How long all models together may take over a turn.
    """

    rewriter: Rewriter | None = None
    asker: Asker | None = None
    recall: Recall | None = None
    near: int = 0
    seconds: float = 6.0
