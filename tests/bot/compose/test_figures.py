import pytest

from bot.compose.composer import Draft
from bot.compose.figures import leaves_figure_out
from bot.decision import Citation

TABLE = "| What | Limit |\n|---|---|\n| One tap | up to £100 |\n| Taps a day | 10 |"
QUOTED = Draft(TABLE, (Citation("limits", "limits#2", "Limits", "limits", TABLE),))


@pytest.mark.parametrize(
    ("question", "told", "left_out"),
    [
        ("What is the limit for one tap?", {"limits#2": "One tap pays up to £100."}, False),
        ("What is the limit for one tap?", {"limits#2": "A tap has a limit."}, True),
        ("What is the limit for one tap?", {"limits#0": "One tap pays up to £100."}, True),
        ("How many taps can I make?", {}, True),
        ("How do I pay by tapping?", {"limits#0": "Hold the card to the reader."}, False),
        ("My tap was refused.", {}, False),
    ],
)
def test_an_answer_must_tell_the_figure_that_is_asked_for(
    question: str, told: dict[str, str], left_out: bool
) -> None:
    assert leaves_figure_out(question, QUOTED, told) is left_out


def test_where_the_article_has_no_figure_none_is_left_out() -> None:
    said = "The limit is that of your country."
    quoted = Draft(said, (Citation("limits", "limits#0", "Limits", "", said),))
    assert not leaves_figure_out("What is the limit?", quoted, {})
    assert not leaves_figure_out("What is the limit?", Draft("", ()), {})
