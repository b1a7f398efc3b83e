"""Predicted CSAT of an episode: what was said in it, and how its row says that it ended."""

from collections.abc import Sequence

from bot.measure.episode_row import EpisodeRow
from bot.measure.log import LoggedTurn
from bot.measure.predicted_csat import HAND_SET, CsatModel, predict
from bot.measure.predicted_csat_features import Closing, Line


def predicted_of(
    row: EpisodeRow, turns: Sequence[LoggedTurn], model: CsatModel = HAND_SET
) -> float | None:
    """Predicted probability of a rating of 4 or 5.

    Args:
        row: The episode.
        turns: Its turns.
        model: Predicts from features alone.

    Returns:
        ``None`` where the log holds no text, the customer wrote none, or not in English.
    """
    if any(turn.text is None for turn in turns):
        return None
    predicted = predict(lines_of(turns), closing_of(row), locale=row.locale or "en", model=model)
    return None if predicted is None else round(predicted.probability, 4)


def lines_of(turns: Sequence[LoggedTurn]) -> tuple[Line, ...]:
    """The turns as predicted CSAT reads them."""
    return tuple(Line(t.speaker, t.text or "", t.word, t.reason, t.at) for t in turns)


def closing_of(row: EpisodeRow) -> Closing:
    """How an episode ended, as predicted CSAT reads it."""
    wait = None
    if row.handoff_at is not None and row.first_agent_at is not None:
        wait = (row.first_agent_at - row.handoff_at).total_seconds() / 60
    passed_on = row.has_agent or row.ticket_id is not None
    return Closing(
        confirmed=row.confirmed_at is not None,
        last_feedback=row.last_feedback,
        handed_off=passed_on,
        unmet=row.handoff_decided and not passed_on,
        wait_minutes=wait,
        unanswered=not row.handoff_decided
        and not passed_on
        and (row.answers == 0 or row.last_decision == "clarify"),
    )
