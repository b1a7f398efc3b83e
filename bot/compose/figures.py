"""Whether a worded answer tells the figure that a message asks for.

Who asks how much, how long or how many wants the number, mostly one row of a table. A model that
words the passages around it answers with true sentences, and the question stays open.
"""

from collections.abc import Mapping

from bot.compose.composer import Draft
from bot.compose.question_form import QuestionForm, form_of
from bot.grounding.quantities import read_quantities
from bot.grounding.statement import without_links


def leaves_figure_out(question: str, quoted: Draft, told: Mapping[str, str]) -> bool:
    """Whether an answer lacks every figure of the passage that would be quoted first.

    Args:
        question: The customer's message.
        quoted: What would be quoted instead.
        told: What the answer says by id of the passage that it cites for it.
    """
    if form_of(question) is not QuestionForm.FIGURE or not quoted.citations:
        return False
    first = quoted.citations[0]
    figures = _figures(first.quote)
    return bool(figures) and figures.isdisjoint(_figures(told.get(first.passage_id, "")))


def _figures(text: str) -> frozenset[tuple[float, float, str]]:
    return frozenset(each.key for each in read_quantities(without_links(text)).quantities)
