import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.measure.catalogue import CASE_METRICS, METRICS
from bot.measure.courtesy import is_courtesy
from bot.measure.ending import MeasureContext, ended_as
from bot.measure.json_lines import ReplayFileError
from bot.measure.log_rows import episodes_of
from bot.measure.replayed import conversation_from
from bot.measure.row_json import row_json
from evals.cli import CANNOT_START, app
from evals.log_run import log_record
from evals.replay import replay
from tests.bot.measure.worked_example import NOW, worked_example
from tests.evals.logs import START, Json, answer, answered, at, conversation, handed, turn, write

NAMES = (
    "containment abandonment escalation_rate unmet_handoff resolution_strict resolution_assumed "
    "durable_7d verified_containment false_containment unsafe_containment handoff_precision "
    "handoff_recall over_escalation offer_coverage bot_csat_bot_only bot_csat_assisted "
    "csat_human_only csat_response_rate fcr fin_involvement fin_answer_rate fin_resolution "
    "fin_automation fin_abandonment fin_pending zendesk_automated_resolution ada_containment "
    "ada_automated_resolution chatwoot_autonomous chatwoot_assisted chatwoot_reopen "
    "chatwoot_durable deflection_offline deflection_proxy deflection_holdout article_helpfulness "
    "offline_helpfulness resolved_after_cited right_article oos_answered predicted_csat "
    "cost_per_contact cost_per_self_service_contact cost_per_resolution first_response_p50 "
    "first_response_p95"
).split()
"""What other tools rely on."""
LATE = START + timedelta(days=20)

Counts = dict[str, tuple[float | None, float | None]]


def measured(folder: Path, lines: Sequence[Json], now: datetime | None = LATE) -> Json:
    path = write(folder / "log.jsonl", lines)
    run = replay(conversations=path, context=MeasureContext(LATE), now=now, compare=True)
    found: Json = log_record(run)
    return found


def shares(record: Json, names: Sequence[str]) -> Counts:
    found = record["metrics"]
    return {name: (found[name]["numerator"], found[name]["denominator"]) for name in names}


def test_every_name_stands_in_the_record_with_its_fields(tmp_path: Path) -> None:
    record = measured(tmp_path, [answered("a")])
    assert set(NAMES) <= set(METRICS)
    assert set(record["metrics"]) == set(METRICS)
    for name, found in record["metrics"].items():
        fields = {"value", "low", "high", "numerator", "denominator", "n", "unscored"}
        assert fields <= set(found), name
        assert found["value"] is not None or found["reason"], name
    assert not set(METRICS) & set(CASE_METRICS)


ENDINGS = {
    "not_engaged": [
        conversation("empty"),
        conversation("greeting", turn("customer"), turn("assistant", 1, decision="reply")),
        conversation(
            "outside",
            turn("customer"),
            turn("assistant", 1, decision="reply", reason="out_of_scope"),
        ),
        conversation("unanswered", turn("customer")),
        conversation("human only", turn("customer"), turn("agent", 1)),
        conversation("assistant only", turn("assistant", decision="reply")),
    ],
    "handed_off": [
        conversation(
            "ticket", turn("customer"), handed(), handoff={"at": at(1), "ticket_id": "K-1"}
        ),
        conversation("agent", turn("customer"), handed(), turn("agent", 5)),
        conversation(
            "still open",
            turn("customer"),
            handed(),
            handoff={"at": at(1), "ticket_id": "K-2"},
            closed_at=None,
        ),
    ],
    "abstained_no_human": [
        conversation("nobody came", turn("customer"), handed()),
        conversation(
            "no ticket", turn("customer"), handed(), handoff={"at": at(1), "ticket_id": None}
        ),
    ],
    "confirmed": [answered("said so", confirmed_at=at(2))],
    "pending": [
        answered("open", closed_at=None),
        conversation(
            "just now", turn("customer"), answer(1, days=19.5), closed_at=at(2, days=19.5)
        ),
    ],
    "abandoned": [
        conversation("asked", turn("customer"), turn("assistant", 1, decision="clarify")),
        conversation(
            "asked at last",
            turn("customer"),
            answer(),
            turn("customer", 2),
            turn("assistant", 3, decision="clarify"),
            turn("assistant", 4, decision="reply", reason="thanks"),
        ),
        answered("objected", feedback=[{"at": at(2), "turn": 1, "helpful": False}]),
        conversation("uncited", turn("customer"), turn("assistant", 1, decision="answer")),
    ],
    "assumed": [
        answered("silent"),
        answered(
            "thought better of it",
            feedback=[
                {"at": at(2), "turn": 1, "helpful": False},
                {"at": at(3), "turn": 1, "helpful": True},
            ],
        ),
        conversation(
            "answered after the objection",
            turn("customer"),
            answer(),
            turn("customer", 3),
            answer(4),
            feedback=[{"at": at(2), "turn": 1, "helpful": False}],
        ),
    ],
}


@pytest.mark.parametrize(
    ("ending", "logged"), [(ending, each) for ending, logs in ENDINGS.items() for each in logs]
)
def test_each_conversation_ends_as_the_rules_say(ending: str, logged: Json) -> None:
    (row,) = episodes_of(conversation_from(logged).logged())
    assert ended_as(row, MeasureContext(LATE)) == ending


def test_a_planted_log_gives_exact_counts(tmp_path: Path) -> None:
    lines = [each for logs in ENDINGS.values() for each in logs]
    lines += [{**lines[-1], "conversation_id": "t", "is_test": True}]
    record = measured(tmp_path, lines)
    assert record["counts"]["test"] == 1
    assert record["counts"]["assessed"] == 13
    assert shares(record, NAMES[:6]) == {
        "containment": (8, 13),
        "abandonment": (4, 13),
        "escalation_rate": (3, 13),
        "unmet_handoff": (2, 13),
        "resolution_strict": (1, 13),
        "resolution_assumed": (4, 13),
    }
    vendors = [name for name in NAMES if name.startswith(("fin", "ada", "chatwoot", "zendesk"))]
    assert shares(record, vendors) == {
        "fin_involvement": (18, 21),
        "fin_answer_rate": (8, 18),
        "fin_resolution": (6, 18),
        "fin_automation": (6, 21),
        "fin_abandonment": (6, 18),
        "fin_pending": (1, 18),
        "zendesk_automated_resolution": (None, None),
        "ada_containment": (10, 15),
        "ada_automated_resolution": (None, None),
        "chatwoot_autonomous": (12, 18),
        "chatwoot_assisted": (4, 18),
        "chatwoot_reopen": (0, 12),
        "chatwoot_durable": (11, 11),
    }


def test_an_empty_log_knows_nothing_and_says_so(tmp_path: Path) -> None:
    record = measured(tmp_path, [], now=None)
    assert record["counts"]["episodes"] == 0
    assert all(f["value"] is None and f["reason"] for f in record["metrics"].values())


def test_a_log_without_ratings_knows_who_was_asked_and_no_rating(tmp_path: Path) -> None:
    record = measured(tmp_path, [answered("a"), answered("b")])
    assert shares(record, ["csat_response_rate"]) == {"csat_response_rate": (0, 2)}
    found = record["metrics"]["bot_csat_bot_only"]
    assert (found["value"], found["unscored"]) == (None, 2)
    rated = [answered("a", rating={"at": at(70), "score": 4}), answered("b")]
    record = measured(tmp_path, rated)
    assert shares(record, ["bot_csat_bot_only", "csat_response_rate"]) == {
        "bot_csat_bot_only": (1, 1),
        "csat_response_rate": (1, 2),
    }


def test_who_writes_again_after_the_end_opens_another_episode(tmp_path: Path) -> None:
    again = conversation(
        "a",
        turn("customer"),
        answer(),
        turn("customer", days=2),
        answer(1, days=2),
        rating={"at": at(30, days=2), "score": 2},
        feedback=[{"at": at(2), "turn": 1, "helpful": True}],
    )
    first, second = episodes_of(conversation_from(again).logged())
    assert (first.closed_at, first.reopened_at) == (START + timedelta(hours=1), second.started_at)
    assert (first.last_feedback, second.last_feedback) == ("positive", None)
    assert (first.rating, second.rating) == (None, 2)
    assert (second.seq, second.closed_at, second.answers) == (2, None, 1)
    record = measured(tmp_path, [again, answered("b")])
    assert record["counts"]["pending"] == 1
    names = ["resolution_assumed", "durable_7d", "fin_resolution", "chatwoot_reopen", "fcr"]
    assert shares(record, names) == {
        "resolution_assumed": (2, 2),
        "durable_7d": (1, 2),
        "fin_resolution": (2, 3),
        "chatwoot_reopen": (1, 2),
        "fcr": (1, 2),
    }


def test_a_confirmation_ends_an_episode_but_thanks_open_none() -> None:
    turns = [turn("customer"), answer(), turn("customer", 3)]
    thanks = turn("assistant", 4, decision="reply", reason="thanks")
    polite = conversation("a", *turns, thanks, confirmed_at=at(2))
    assert len(episodes_of(conversation_from(polite).logged())) == 1
    goes_on = conversation("a", *turns, answer(4), confirmed_at=at(2))
    first, second = episodes_of(conversation_from(goes_on).logged())
    assert (first.confirmed_at, second.confirmed_at) == (START + timedelta(minutes=2), None)
    assert second.closed_at == START + timedelta(hours=1)


THANKS = [turn("customer", 3, text="ok great, thanks!")]
BYE = [turn("customer", 3), turn("assistant", 4, decision="reply", reason="thanks")]
MORE = [turn("customer", 3, text="and my other card?"), answer(4)]
OFF_TOPIC = [
    turn("customer", 3, text="I am still charged twice!"),
    turn("assistant", 4, decision="reply", reason="out_of_scope"),
]
STILL_BROKEN = [
    turn("customer", 3, text="hello, it is still broken"),
    turn("assistant", 4, decision="reply", reason="small_talk"),
]


@pytest.mark.parametrize(
    ("ended", "follows", "episodes", "reopened"),
    [
        ({"confirmed_at": at(2), "closed_at": None}, THANKS, 1, False),
        ({"confirmed_at": at(2), "closed_at": None}, BYE, 1, False),
        (
            {"confirmed_at": at(2), "closed_at": None},
            [*BYE, turn("customer", 5), answer(6)],
            2,
            True,
        ),
        ({"confirmed_at": at(2), "closed_at": None}, MORE, 2, True),
        (
            {"confirmed_at": at(2), "closed_at": None},
            [turn("customer", 3), turn("agent", 4)],
            2,
            True,
        ),
        ({"closed_at": at(2)}, THANKS, 2, False),
        ({"closed_at": at(2)}, BYE, 2, False),
        ({"closed_at": at(2)}, [turn("customer", 3, text="still nothing")], 2, True),
        ({"closed_at": at(2)}, MORE, 2, True),
        ({"closed_at": at(2)}, OFF_TOPIC, 2, True),
        ({"closed_at": at(2)}, STILL_BROKEN, 2, True),
        ({"closed_at": at(2)}, [*THANKS, *MORE], 2, True),
    ],
)
def test_who_only_says_thanks_reopens_nothing(
    tmp_path: Path, ended: Json, follows: list[Json], episodes: int, reopened: bool
) -> None:
    logged = conversation("a", turn("customer"), answer(), *follows, **ended)
    record = measured(tmp_path, [logged])
    assert record["counts"]["episodes"] == episodes
    assert shares(record, ["durable_7d", "fcr", "chatwoot_reopen"]) == {
        "durable_7d": (not reopened, 1),
        "fcr": (not reopened, 1),
        "chatwoot_reopen": (reopened, 1),
    }


@pytest.mark.parametrize("told", ["Thanks a lot!", "ok great", "Bye", "Perfect, that's it. Cheers"])
def test_words_of_thanks_and_farewell_are_known(told: str) -> None:
    assert is_courtesy(told)


@pytest.mark.parametrize(
    "told", [None, "", "thanks, but the card?", "great, it failed", "you", "Ok?"]
)
def test_whoever_wants_something_is_not_merely_polite(told: str | None) -> None:
    assert not is_courtesy(told)


def test_a_system_turn_can_end_an_episode() -> None:
    closed = turn("system", 5, reason="closed")
    logged = conversation("a", turn("customer"), answer(), closed, turn("customer", 9), answer(10))
    first, second = episodes_of(conversation_from(logged).logged())
    assert first.closed_at == START + timedelta(minutes=5)
    assert second.closed_at == START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("later", "durable"),
    [
        ({"started_at": at(days=3)}, 0),
        ({"started_at": at(days=3), "channel": "mail"}, 0),
        ({"started_at": at(days=8)}, 1),
        ({"started_at": at(days=3), "intent": "card"}, 1),
        ({"started_at": at(days=3), "customer_id": "somebody else"}, 1),
        ({"started_at": at(days=3), "is_test": True}, 1),
    ],
)
def test_a_contact_again_on_the_same_matter_is_no_lasting_resolution(
    tmp_path: Path, later: Json, durable: int
) -> None:
    second = {**answered("b"), "customer_id": "c", "closed_at": None, **later}
    record = measured(tmp_path, [answered("a", customer_id="c"), second])
    assert shares(record, ["durable_7d", "fcr"]) == {
        "durable_7d": (durable, 1),
        "fcr": (durable, 1),
    }


@pytest.mark.parametrize(
    ("first", "second", "days", "durable", "unscored"),
    [
        (None, "pin", 3, (1, 1), 1),
        ("pin", None, 3, (1, 1), 1),
        ("pin", "card", 3, (2, 2), 0),
        (None, None, 8, (2, 2), 0),
    ],
)
def test_who_comes_again_on_a_matter_that_nobody_names_is_unscored(
    tmp_path: Path,
    first: str | None,
    second: str | None,
    days: int,
    durable: tuple[int, int],
    unscored: int,
) -> None:
    turns = [turn("customer", days=days), answer(days=days)]
    times = {"started_at": at(days=days), "closed_at": at(60, days=days)}
    later = conversation("b", *turns, customer_id="c", intent=second, **times)
    record = measured(tmp_path, [answered("a", customer_id="c", intent=first), later])
    assert shares(record, ["durable_7d"]) == {"durable_7d": durable}
    assert record["metrics"]["durable_7d"]["unscored"] == unscored


def test_anonymous_customers_are_not_assessable(tmp_path: Path) -> None:
    record = measured(tmp_path, [answered("a", customer_id=None), answered("b")])
    assert shares(record, ["durable_7d"]) == {"durable_7d": (1, 1)}
    assert record["metrics"]["durable_7d"]["unscored"] == 1
    assert record["counts"]["anonymous"] == 1


def test_an_agent_who_resolved_it_made_it_a_first_contact_resolution(tmp_path: Path) -> None:
    logged = conversation(
        "a", turn("customer"), handed(), turn("agent", 9), handoff={"at": at(1), "ticket_id": "K"}
    )
    record = measured(tmp_path, [logged])
    assert shares(record, ["fcr", "bot_fcr"]) == {"fcr": (1, 1), "bot_fcr": (0, 1)}
    assert record["metrics"]["agent_first_response_p50"]["value"] == 8 * 60
    assert record["slices"]["handoff_reason"]["no_article"]["escalation_rate"]["value"] == 1


def test_now_is_the_last_event_of_the_file_unless_it_is_given(tmp_path: Path) -> None:
    lines = [answered("a"), answered("b", started_at=at(days=1), closed_at=at(days=1))]
    assert measured(tmp_path, lines, now=None)["context"]["now"] == at(days=1)
    assert measured(tmp_path, lines)["context"]["now"] == LATE.isoformat()


def test_votes_on_answers_are_votes_on_their_articles(tmp_path: Path) -> None:
    logged = conversation(
        "a",
        turn("customer"),
        answer(1, "x", "y"),
        feedback=[
            {"at": at(2), "turn": 1, "helpful": False},
            {"at": at(3), "turn": 1, "helpful": True},
        ],
    )
    record = measured(tmp_path, [logged])
    assert shares(record, ["article_helpfulness", "resolved_after_cited"]) == {
        "article_helpfulness": (2, 2),
        "resolved_after_cited": (2, 2),
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "log.jsonl:2: not JSON"),
        ("[]", "log.jsonl:2: not a JSON object"),
        ('{"conversation_id": "a", "conversation_id": "b"}', "stands there twice"),
        (json.dumps(answered("first")), "is taken by log.jsonl:1"),
        (json.dumps(answered("a", colour="red")), "log.jsonl:2: colour"),
        (json.dumps(answered("a", started_at="soon")), "log.jsonl:2: started_at"),
        (json.dumps(answered("a", rating={"at": at(), "score": 6})), "rating.score"),
        (json.dumps(answered("a", rating={"at": at(), "score": "5"})), "rating.score"),
        (json.dumps(answered("a", is_test="false")), "is_test"),
        (json.dumps(answered("a", started_at=1700000000)), "started_at"),
        (
            json.dumps(answered("a", feedback=[{"at": at(), "turn": 2, "helpful": True}])),
            "feedback on turn 2, but there are 2 turns from 0",
        ),
        (json.dumps(conversation("a", turn("robot"))), "turns.0.speaker"),
        (json.dumps(conversation("a", turn("assistant", decision="guess"))), "turns.0.decision"),
    ],
)
def test_a_wrong_conversation_is_named_by_its_line(tmp_path: Path, line: str, says: str) -> None:
    path = write(tmp_path / "log.jsonl", [answered("first")])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(ReplayFileError, match=says):
        replay(conversations=path, context=MeasureContext(LATE))


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"colour": "red"}, "log.jsonl:2: unknown column 'colour'; known: episode_id"),
        ({"ended_as": "assumed"}, "unknown column 'ended_as'"),
        ({"rating": 0}, "rating 0 is not from 1 to 5"),
        ({"answers": "two"}, "log.jsonl:2: answers"),
        ({"risk": "some"}, "log.jsonl:2: risk"),
        ({"engaged": 1}, "log.jsonl:2: engaged"),
        ({"episode_id": "first"}, "is taken by log.jsonl:1"),
        ({"cost_model": float("nan")}, "log.jsonl:2: not JSON: NaN is no number"),
        ({"cost_infra": float("inf")}, "Infinity is no number"),
        ({"cost_model": -5.0}, "cost_model -5.0 is less than 0"),
        ({"agent_turns": -1}, "agent_turns -1 is less than 0"),
        ({"cost_model": 1e12}, "cost_model 1000000000000.0 is more than"),
        ({"started_at": at(), "closed_at": at(-1)}, "closed_at 2026-03-02T08:59:00"),
        ({"predicted_csat": 7.0}, "predicted_csat 7.0 is not from 0 to 1"),
        (
            {"first_customer_at": at(5), "first_reply_at": at(4)},
            "first_reply_at is before first_customer_at",
        ),
    ],
)
def test_a_wrong_episode_is_named_by_its_line(tmp_path: Path, columns: Json, says: str) -> None:
    path = write(tmp_path / "log.jsonl", [{"episode_id": "first"}, {"seq": 1, **columns}])
    with pytest.raises(ReplayFileError, match=says):
        replay(episodes=path, context=MeasureContext(LATE))


def test_absent_and_null_columns_are_the_same(tmp_path: Path) -> None:
    bare: Json = {"started_at": at(), "engaged": True, "involved": True, "answers": 1}
    full = {**bare, "ticket_id": None, "agent_turns": None, "correct": None, "citations": None}
    for columns in (bare, full):
        path = write(tmp_path / "log.jsonl", [{**columns, "closed_at": "2026-03-02T10:00:00"}])
        run = replay(episodes=path, context=MeasureContext(LATE), now=LATE)
        assert run.figures.metrics["containment"].value == 1
        assert run.rows[0].episode_id == "log.jsonl:1"


def test_rows_survive_the_way_through_a_file(tmp_path: Path) -> None:
    lines = [each for logs in ENDINGS.values() for each in logs]
    first = replay(
        conversations=write(tmp_path / "log.jsonl", lines), context=MeasureContext(LATE), now=LATE
    )
    path = write(tmp_path / "rows.jsonl", [row_json(row) for row in first.rows])
    again = replay(episodes=path, context=MeasureContext(LATE), now=LATE)
    assert list(again.rows) == list(first.rows)
    assert again.figures.metrics == first.figures.metrics


class Page(HTMLParser):
    """Collects what a check of the page needs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_worked_example_comes_out_of_the_command(tmp_path: Path) -> None:
    log = write(tmp_path / "rows.jsonl", [row_json(row) for row in worked_example()])
    out = tmp_path / "run"
    options = ["--episodes", str(log), "--out", str(out), "--definitions", "--now", NOW.isoformat()]
    done = CliRunner().invoke(app, ["replay", *options])
    assert done.exit_code == 0, done.output
    assert "Zendesk" in done.output
    record = json.loads((out / "run.json").read_text())
    shown = {
        name: round(100 * record["metrics"][name]["value"], 1)
        for name in (
            "resolution_strict",
            "fin_automation",
            "zendesk_automated_resolution",
            "fin_resolution",
            "resolution_assumed",
            "containment",
            "chatwoot_autonomous",
        )
    }
    assert list(shown.values()) == [13.2, 28.8, 30.6, 36.0, 44.1, 58.8, 62.5]
    assert record["vendor_definitions"]["ultimate_deflection"]["vendor"] == "Ultimate"
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (out / "cases.jsonl").read_text().splitlines()
    ]
    assert (len(rows), rows[-1]["ended_as"], rows[-1]["counted"]) == (1000, "pending", True)
    page = Page()
    page.feed((out / "report.html").read_text())
    assert (page.links, "script" in page.tags, page.tags.count("h1")) == ([], False, 1)
    assert page.tags.count("svg") == 2
    drilled = CliRunner().invoke(app, ["drill", str(out), "unmet_handoff"])
    counted = [line for line in drilled.output.splitlines() if line.startswith("+")]
    assert counted == [f"+ unmet-{place}" for place in range(10)]
    assert drilled.output.splitlines().count("- resolved-299") == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "give either --conversations or --episodes"),
        (["--episodes", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
        (["--episodes", "x", "--now", "soon"], "--now: 'soon' is no time"),
        (["--episodes", "x", "--since", "30d"], "--since 30d of a log needs --now"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, options: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["replay", "--out", str(tmp_path / "run"), *options])
    assert done.exit_code == CANNOT_START
    assert says in done.stderr


def test_only_a_measured_log_can_be_drilled(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["drill", str(tmp_path), "containment"])
    assert (done.exit_code, "holds no measured log" in done.stderr) == (CANNOT_START, True)
