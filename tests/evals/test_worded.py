from bot.grounding.verdict import Fault, Verdict, refused
from evals.worded import Label, Worded, read_worded

YES, NO, UNSURE = (Label(word, ("a#0",), *both) for word, both in (
    ("Yes.", (True, True)), ("No.", (False, False)), ("Maybe.", (True, False)),
))  # fmt: skip


def key(label: Label) -> tuple[str, tuple[str, ...]]:
    return label.sentence, label.passages


def test_what_not_both_labellers_support_counts_against_the_answers() -> None:
    shown = (key(YES), key(NO), key(UNSURE), ("Nobody saw this.", ("a#0",)))
    found = Worded(10, 40, 9, shown, (YES, NO, UNSURE), frozenset({key(YES), key(UNSURE)}))
    assert found.shown_unsupported.numerator == 3
    assert found.shown_unsupported.n == 10
    assert found.unlabelled == 1
    assert found.agreed.numerator == 2
    assert found.rate(supported=True).value == found.rate(supported=False).value == 1.0


def test_the_recorded_answers_show_hardly_anything_unsupported() -> None:
    found = read_worded()
    assert found.answers >= 500
    assert found.sentences > 4 * found.answers
    assert len(found.labels) >= 200
    assert found.unlabelled == 0
    assert found.shown_unsupported.value is not None
    assert found.shown_unsupported.value <= 0.01
    assert found.kappa.value is not None
    assert found.kappa.value >= 0.8


def test_a_check_that_refuses_everything_shows_nothing() -> None:
    class Nothing:
        def check(self, *_: object, **__: object) -> Verdict:
            return refused(Fault.WORDS)

    found = read_worded(Nothing())
    assert found.shown == ()
    assert found.rate(supported=True).value == 0
