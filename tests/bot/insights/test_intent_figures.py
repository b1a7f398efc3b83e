"""How each intent goes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.decision import Risk
from bot.insights.intent_figures import intent_figures
from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONTEXT = MeasureContext(now=NOW, since=NOW - timedelta(days=90))


def asked(number: int, days: float, intent: str | None = "pin", **columns: Any) -> EpisodeRow:
    at = NOW - timedelta(days=days)
    usual = {
        "started_at": at, "last_turn_at": at, "closed_at": at, "engaged": True, "involved": True,
        "answers": 1, "last_decision": "answer", "customer_turns": 1,
    }  # fmt: skip
    return EpisodeRow(f"e{number}", f"c{number}", intent=intent, **{**usual, **columns})


def test_an_intent_is_counted_by_week_and_by_how_it_ends() -> None:
    rows = [
        *(asked(n, 20) for n in range(4)),
        asked(4, 3, last_feedback="negative"),
        asked(5, 2, reopened_at=NOW - timedelta(days=1)),
        asked(6, 2, answers=0, last_decision="handoff", handoff_at=NOW, ticket_id="K-1"),
        asked(7, 1, rating=5),
        asked(8, 1, rating=2),
        asked(9, 1, is_test=True),
        asked(10, 200),
        asked(11, 1, engaged=False),
    ]
    (pin,) = intent_figures(rows, CONTEXT)
    assert (pin.episodes, pin.week, pin.week_before) == (9, 5, 0)
    assert pin.weeks == {date(2026, 11, 2): 4, date(2026, 11, 16): 5}
    assert (pin.handed_over.value, pin.contained.value) == (1 / 9, 8 / 9)
    assert (pin.wrong.value, pin.wrong.n) == (2 / 8, 8)
    assert (pin.satisfied.value, pin.satisfied.n) == (0.5, 2)
    assert pin.conversation_ids[-1] == "c3"
    assert len(pin.conversation_ids) == 9


def test_what_came_up_this_week_is_new_where_more_is_known() -> None:
    rows = [asked(1, 20), asked(2, 1), asked(3, 1, intent="umbrella"), asked(4, 9, intent=None)]
    found = {each.name: each for each in intent_figures(rows, CONTEXT)}
    assert {name for name, each in found.items() if each.is_new} == {"umbrella"}
    assert "unknown" in found
    (alone,) = intent_figures([asked(3, 1)], CONTEXT)
    assert not alone.is_new
    assert alone.week_before is None
    assert alone.change.value is None
    assert alone.satisfied.reason == "nobody rated it"


def test_an_intent_counts_where_it_was_half_sure_and_has_the_risk_of_those_in_use() -> None:
    rows = [asked(1, 2, risk=Risk.HIGH), asked(2, 1, unsure=True), asked(3, 1, intent="old")]
    found = {each.name: each for each in intent_figures(rows, CONTEXT, {"pin": Risk.LOW})}
    assert {name: each.episodes for name, each in found.items()} == {
        "pin": 1, "unknown": 1, "old": 1
    }  # fmt: skip
    assert (found["pin"].risk, found["unknown"].risk, found["old"].risk) == (Risk.LOW, None, None)
