from datetime import date

from bot.decision import Risk
from bot.estimate import share
from bot.insights.intent_figures import IntentFigures
from bot.insights.intents_table import intent_lines, intent_record, intents_csv


def figures(name: str, **changes: object) -> IntentFigures:
    none = share(0, 0, empty="none")
    values: dict[str, object] = {
        "name": name,
        "risk": Risk.LOW,
        "episodes": 4,
        "weeks": {date(2026, 11, 16): 4},
        "week": 4,
        "week_before": 0,
        "change": none,
        "contained": share(3, 4, empty="none"),
        "handed_over": share(1, 4, empty="none"),
        "wrong": share(0, 3, empty="none"),
        "satisfied": none,
        "conversation_ids": ("c1", "c2"),
    }
    return IntentFigures(**{**values, **changes})  # type: ignore[arg-type]


def test_an_intent_is_told_as_json_as_a_table_and_in_words() -> None:
    pin = figures("pin")
    record = intent_record(pin)
    assert (record["intent"], record["episodes"], record["new"]) == ("pin", 4, True)
    assert record["weeks"] == {"2026-11-16": 4}
    assert record["conversation_ids"] == ["c1", "c2"]
    assert intents_csv([pin]).splitlines()[1] == "pin,low,4,4,0,yes,0.75,0.25,0.0,"
    assert "new this week" in list(intent_lines([pin]))[1]
    assert list(intent_lines([])) == ["no intent was asked for in these days"]


def test_no_cell_can_be_taken_for_a_formula() -> None:
    assert intents_csv([figures("=1+1")]).splitlines()[1].startswith("'=1+1,")
