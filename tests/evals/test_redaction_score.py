import pytest

from evals.redaction_score import Scores, score
from evals.redaction_set import LabelledSpan, LabelledText
from redaction.findings import Finding

TEXT = "call Ann on 0123 456 about order 77"
NAME = LabelledSpan(5, 8, "PERSON", frozenset({"NAME"}))
PHONE = LabelledSpan(12, 20, "PHONE", frozenset({"PHONE"}))
TOWN = LabelledSpan(0, 4, "GPE", frozenset())


def scored(*found: Finding, spans: tuple[LabelledSpan, ...] = (NAME, PHONE)) -> Scores:
    return score([(LabelledText(TEXT, "en", spans, ((33, 35),)), found)])


def finding(start: int, end: int, kind: str) -> Finding:
    return Finding(start, end, kind, 1.0)


def test_counts_what_is_covered_right_and_named() -> None:
    scores = scored(finding(5, 8, "NAME"), finding(12, 20, "ACCOUNT"))
    by_kind = {each.name: each for each in scores.kinds}
    assert by_kind["NAME"].recall.value == by_kind["NAME"].precision.value == 1.0
    assert (by_kind["PHONE"].recall.value, by_kind["PHONE"].named.value) == (1.0, 0.0)
    assert by_kind["PHONE"].precision.value is None
    assert scores.mapped.recall.value == 1.0
    assert scores.keep_lost.value == 0.0


def test_nine_tenths_of_a_span_are_enough_but_not_of_a_card() -> None:
    text = "1234567890"
    for kind, covered in (("PHONE", 1.0), ("CARD", 0.0)):
        span = LabelledSpan(0, 10, kind, frozenset({kind}))
        scores = score([(LabelledText(text, "en", (span,), ()), [finding(0, 9, kind)])])
        assert scores.mapped.recall.value == covered


def test_labels_without_a_kind_count_among_all_labels_only() -> None:
    scores = scored(finding(5, 8, "NAME"), spans=(NAME, TOWN))
    assert scores.mapped.recall.value == 1.0
    assert scores.any_label.recall.value == 0.5
    assert [(e.name, e.recall.value) for e in scores.labels] == [("GPE", 0.0), ("PERSON", 1.0)]


def test_a_touched_id_is_lost_and_masked_letters_outside_count() -> None:
    scores = scored(finding(27, 35, "CODE"))
    assert scores.keep_lost.value == 1.0
    assert scores.masked.value == pytest.approx(7 / 18)
    assert scores.mapped.precision.value == 0.0


def test_f2_weighs_recall_twice() -> None:
    scores = scored(finding(5, 8, "NAME"), finding(27, 32, "NAME"))
    assert scores.mapped.f2.value == pytest.approx(0.5)
    name = next(each for each in scores.kinds if each.name == "NAME")
    assert name.f2.value == pytest.approx(5 * 0.5 / (4 * 0.5 + 1))


def test_words_are_counted_like_tokens() -> None:
    by_word = scored(finding(5, 8, "NAME"), finding(12, 16, "PHONE")).by_word
    assert by_word.recall.value == pytest.approx(2 / 3)
    assert by_word.precision.value == 1.0
    assert by_word.named.value is None


def test_clean_texts_that_are_touched_are_counted() -> None:
    assert scored(finding(0, 4, "NAME"), spans=()).clean_touched.value == 1.0
    assert scored(spans=()).clean_touched.value == 0.0
