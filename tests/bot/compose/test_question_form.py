import pytest

from bot.compose.question_form import QuestionForm, form_of


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("How do I change my PIN?", QuestionForm.STEPS),
        ("change my address", QuestionForm.STEPS),
        ("Hi, can I order a card", QuestionForm.STEPS),
        ("I moved house. Where can I update that?", QuestionForm.STEPS),
        ("how long does it take", QuestionForm.FIGURE),
        ("How much can I take out", QuestionForm.FIGURE),
        ("what documents do I need", QuestionForm.FIGURE),
        ("Up to what amount can I pay in", QuestionForm.FIGURE),
        ("contactless limit", QuestionForm.FIGURE),
        ("is it free", QuestionForm.FIGURE),
        ("my transfer is pending", QuestionForm.OPEN),
        ("why was it declined", QuestionForm.OPEN),
        ("Wie ändere ich meine PIN?", QuestionForm.OPEN),
        ("", QuestionForm.OPEN),
    ],
)
def test_the_form_says_what_kind_of_block_answers(question: str, form: QuestionForm) -> None:
    assert form_of(question) is form
