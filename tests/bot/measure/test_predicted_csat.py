from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot.measure.log import LoggedConversation, LoggedHandoff, LoggedTurn
from bot.measure.log_rows import episodes_of
from bot.measure.predicted_csat import HAND_SET, CsatModel, Embedding, PredictedCsat, predict
from bot.measure.predicted_csat_features import (
    CLOSING_FEATURES,
    NAMES,
    TURN_FEATURES,
    Closing,
    Line,
    closing_row,
    turn_rows,
    weights,
)

ANSWER = "A spare card costs £6. Would you like to order one?"
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


def talk(*texts: str) -> list[Line]:
    return [Line(("customer", "assistant")[i % 2], text) for i, text in enumerate(texts)]


def predicted(lines: list[Line], closing: Closing | None = None) -> PredictedCsat:
    found = predict(lines, closing)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("No, that's wrong.", "Yes, that's right."),
        ("This is useless, I asked about something else.", "What about a second one?"),
        ("I hate this, it doesn't work", "I tried this, it works"),
        ("Ok, thanks.", "Great, thank you so much!"),
        ("Nope.", "Sure."),
    ],
)
def test_what_is_worse_is_predicted_worse(worse: str, better: str) -> None:
    bad = predicted(talk("a spare card?", ANSWER, worse))
    good = predicted(talk("a spare card?", ANSWER, better))
    assert bad.stars < good.stars
    assert bad.probability < good.probability


def test_a_no_to_an_offer_of_more_help_is_no_refusal() -> None:
    offered = turn_rows(talk("hi", "Is there anything else?", "No."))[-1]
    asked = turn_rows(talk("hi", "Would you like a card?", "No."))[-1]
    assert (offered["refuses"], asked["refuses"]) == (0, 1)


def test_a_message_knows_only_what_came_before() -> None:
    lines = talk("where is it", "Sorry, nothing was found.", "where is it then?", ANSWER, "thanks!")
    whole = turn_rows(lines)
    assert turn_rows(lines[:3]) == whole[:2]
    assert whole[1]["repeats"] > 0.5
    assert (whole[0]["reply_failed"], whole[1]["reply_failed"]) == (0, 1)
    assert whole[1]["reply_failed_again"] == 1
    assert set(whole[0]) == set(TURN_FEATURES)


def test_two_replies_in_a_row_are_one_and_notices_are_passed_over() -> None:
    lines = [
        Line("customer", "a card"),
        Line("assistant", "Unfortunately not."),
        Line("assistant", "Anything else?"),
        Line("system", "Sorry, an agent left."),
        Line("customer", "no"),
    ]
    row = turn_rows(lines)[-1]
    assert (row["reply_failed"], row["refuses"]) == (1, 0)


def test_how_it_ended_counts() -> None:
    lines = talk("where is my card", ANSWER)
    plain = predicted(lines).stars
    better = [Closing(confirmed=True), Closing(last_feedback="positive")]
    worse = [Closing(last_feedback="negative"), Closing(unmet=True), Closing(unanswered=True)]
    assert all(predicted(lines, closing).stars > plain for closing in better)
    assert all(predicted(lines, closing).stars < plain for closing in worse)
    soon, late = Closing(handed_off=True, wait_minutes=1), Closing(handed_off=True, wait_minutes=90)
    assert predicted(lines, late).stars < predicted(lines, soon).stars
    assert set(closing_row(Closing())) == set(CLOSING_FEATURES)


def test_nothing_is_predicted_of_silence_or_of_another_language() -> None:
    assert predict([Line("assistant", "Hello!")]) is None
    assert predict(talk("Wo ist meine Karte?"), locale="de") is None


def test_stars_stay_within_one_and_five_and_the_end_weighs_more() -> None:
    model = CsatModel("loud", 3.0, {"pleased": 50.0, "dislikes": -50.0})
    assert model.stars({"pleased": 1.0}) == 5.0
    assert model.stars({"dislikes": 1.0}) == 1.0
    assert HAND_SET.probability(HAND_SET.middle) == 0.5
    assert weights(3) == sorted(weights(3))
    assert sum(weights(60)) == pytest.approx(1)


def test_only_known_features_have_coefficients_and_each_has_its_place() -> None:
    assert set(HAND_SET.coefficients) <= set(NAMES)


def test_a_model_over_vectors_asks_for_them() -> None:
    vectors = Embedding("tiny", "0" * 64, (1.0, 0.0), (0.0, -1.0))
    model = CsatModel("vectors", 3.0, {}, embedding=vectors)
    lines = talk("a", "b", "c")
    with pytest.raises(ValueError, match="wants vectors of tiny"):
        predict(lines, model=model)
    found = predict(lines, model=model, embed=lambda texts: np.ones((len(texts), 2), np.float32))
    assert found is not None
    assert found.turns == (3.0, 3.0)


def logged(*turns: LoggedTurn, locale: str = "en", handoff: bool = False) -> LoggedConversation:
    handoffs = (LoggedHandoff(AT + timedelta(minutes=1)),) if handoff else ()
    return LoggedConversation("c", AT, turns, locale=locale, handoffs=handoffs)


def turn(minute: int, speaker: str, text: str | None) -> LoggedTurn:
    decision = "answer" if speaker == "assistant" else None
    articles = ("a",) if speaker == "assistant" else ()
    at = AT + timedelta(minutes=minute)
    return LoggedTurn(at, speaker, decision, None, articles, text=text)  # type: ignore[arg-type]


def test_an_episode_of_a_log_gets_its_prediction() -> None:
    talked = (turn(0, "customer", "how much?"), turn(1, "assistant", "£6"))
    (row,) = episodes_of(logged(*talked, turn(2, "customer", "great, thanks!")))
    (unmet,) = episodes_of(logged(*talked, turn(2, "customer", "great, thanks!"), handoff=True))
    assert row.predicted_csat is not None
    assert unmet.predicted_csat is not None
    assert 0 < unmet.predicted_csat < row.predicted_csat < 1


@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_log_without_text_or_in_another_language_has_none(locale: str) -> None:
    text = None if locale == "en" else "was kostet das?"
    (row,) = episodes_of(logged(turn(0, "customer", text), locale=locale))
    assert row.predicted_csat is None
