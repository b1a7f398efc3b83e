"""A log that was counted by hand from the definitions, every name that other tools rely on."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.measure.ending import MeasureContext, ended_as
from evals.log_run import Figures
from evals.replay import replay
from tests.evals.logs import Json, answer, at, conversation, handed, turn, write
from tests.evals.test_replay import LATE, NAMES

SILENT: Json = {"text": ""}  # without texts nothing is predicted


def asks(minutes: float = 0, *, days: float = 0) -> Json:
    return turn("customer", minutes, days=days, **SILENT)


def rated(minutes: float, score: int) -> Json:
    return {"at": at(minutes), "score": score}


def thumb(minutes: float, place: int, *, up: bool) -> Json:
    return {"at": at(minutes), "turn": place, "helpful": up}


DAY3 = {"started_at": at(days=3), "closed_at": at(60, days=3)}
HUMAN = turn("agent", 9, **SILENT)

LOG = [
    conversation("01 empty"),
    conversation("02 one-sided", asks()),
    conversation("03 greeting", asks(), turn("assistant", 1, decision="reply")),
    conversation(
        "04 declined", asks(), turn("assistant", 1, decision="reply", reason="out_of_scope")
    ),
    conversation("05 Ann", asks(), answer(), customer_id="Ann"),
    conversation("06 Ann again", asks(days=3), answer(days=3), customer_id="Ann", **DAY3),
    conversation(
        "07 Bob, same matter",
        asks(days=3),
        answer(days=3),
        confirmed_at=at(2, days=3),
        rating={"at": at(5, days=3), "score": 5},
        **DAY3,
    ),
    conversation(
        "08 objects",
        asks(),
        answer(2),
        feedback=[thumb(3, 1, up=False)],
        rating=rated(4, 1),
    ),
    conversation("09 asked back", asks(), turn("assistant", 1, decision="clarify")),
    conversation(
        "10 agent",
        asks(),
        handed(),
        HUMAN,
        handoff={"at": at(1), "ticket_id": "K-10"},
        rating=rated(61, 4),
    ),
    conversation("11 unmet", asks(), handed(), handoff={"at": at(1), "ticket_id": None}),
    conversation(
        "12 handed over in silence",
        asks(),
        HUMAN,
        handoff={"at": at(2), "ticket_id": "K-12"},
        rating=rated(61, 2),
    ),
    conversation(
        "13 test",
        asks(),
        answer(),
        confirmed_at=at(2),
        feedback=[thumb(2, 1, up=True)],
        rating=rated(3, 5),
        is_test=True,
    ),
    conversation(
        "14 thanks",
        asks(),
        answer(),
        asks(3),
        turn("assistant", 4, decision="reply", reason="thanks"),
        confirmed_at=at(2),
        closed_at=None,
    ),
    conversation(
        "15 confirmed, reopened",
        asks(),
        answer(),
        asks(days=2),
        answer(1, days=2),
        confirmed_at=at(2),
        closed_at=at(60, days=2),
    ),
    conversation("16 open", asks(), answer(), closed_at=None),
    conversation("17 anonymous", asks(), answer(), customer_id=None),
    conversation(
        "18 agent after the end",
        asks(),
        answer(1, "x", "y"),
        turn("agent", 90, **SILENT),
        feedback=[thumb(2, 1, up=True)],
    ),
    conversation(
        "19 closed, reopened",
        asks(),
        answer(),
        asks(days=1),
        turn("assistant", 3, days=1, decision="handoff", reason="high_risk"),
        handoff={"at": at(3, days=1), "ticket_id": "K-19"},
    ),
    conversation(
        "20 too young",
        asks(days=19.5),
        answer(days=19.5),
        started_at=at(days=19.5),
        closed_at=at(60, days=19.5),
    ),
    conversation("21 people only", asks(), HUMAN, rating=rated(61, 5)),
]
"""Seen twenty days after the first; 13 is out as a test. 15 and 19 are two episodes each, "a" and
"b", for who confirmed or whose conversation closed opens another with a request: 22 rows.

    not engaged   01, 03, 04; 02, 12 and 21, in which the assistant took no part
    confirmed     07, 14 (the thanks belong to it), 15a
    assumed       05, 06, 15b, 17, 19a
    abandoned     08 (objection), 09 (question back)
    handed off    10, 18 (an agent has written, if late), 19b (a ticket)
    unmet         11
    pending       16 (never closed), 20 (silent for less than a day)

    E = 3 + 5 + 2 + 3 + 1 = 14.   Assistant took part: 22 - 01, 02, 12, 21 = 18.
"""

Counts = tuple[float, float, int]  # numerator, denominator, unscored

BY_HAND: dict[str, Counts] = {
    "containment": (10, 14, 0),
    "abandonment": (2, 14, 0),
    "escalation_rate": (3, 14, 0),
    "unmet_handoff": (1, 14, 0),
    "resolution_strict": (3, 14, 0),
    "resolution_assumed": (8, 14, 0),
    # 8 resolved, 17 anonymous. Came back: 05 (as 06), 15a, 19a. Bob's 07 is nobody's second.
    "durable_7d": (4, 7, 1),
    # Rated 5 and 1. Asked in vain: 05, 06, 14, 15a, 15b, 17, 19a (answers), 11, 19b (handoffs);
    # 09 had neither, so nobody asked.
    "bot_csat_bot_only": (1, 2, 9),
    "bot_csat_assisted": (1, 1, 1),  # 10; 18 was asked
    "csat_human_only": (1, 2, 0),  # 12 gave 2, 21 gave 5
    "csat_response_rate": (3, 13, 0),  # 07, 08, 10 of E without 09
    # Issues by their first episode, closed a week ago: 05, 07, 08, 09, 10, 11, 14, 15a, 18, 19a.
    # Resolved and quiet: 07, 14, and 10 by its agent; 18's agent came after the end. 17 unscored.
    "fcr": (3, 10, 1),
    "fin_involvement": (18, 22, 0),
    "fin_answer_rate": (12, 18, 0),  # not 03, 04, 09, 10, 11, 19b
    # Of these 12 not 08 (objection), 15a and 19a (reopened), 18 (agent), 20 (twelve hours).
    "fin_resolution": (7, 18, 0),
    "fin_automation": (7, 22, 0),
    "fin_abandonment": (4, 18, 0),  # 03, 04, 08, 09
    "fin_pending": (1, 18, 0),  # 16; 20 is closed, 19b was handed over
    "ada_containment": (12, 16, 0),  # engaged: without 03, 04; then without 10, 11, 18, 19b
    # Involved are 18 and 12, which was handed over. Closed by itself: not 10, 11 (handoffs),
    # 12 (no reply), 16 and 19b (open); 18 counts, for its agent came after the end.
    "chatwoot_autonomous": (14, 19, 0),
    "chatwoot_assisted": (3, 19, 0),  # 10, 11, 12
    "chatwoot_reopen": (2, 14, 0),  # 15a, 19a
    "chatwoot_durable": (11, 13, 1),  # 20 closed half a day ago
    # E without 17 (anonymous) and 19b (open): 06, 07, 14, 15b are resolved and saw no one again.
    "deflection_proxy": (4, 12, 2),
    "article_helpfulness": (2, 3, 0),  # 08 down on pin; 18 up on x and on y
    # 05, 06, 07, 14, 15a, 15b, 17, 19a; besides 08, and 18 twice.
    "resolved_after_cited": (8, 11, 0),
    # Beyond the names that others rely on.
    "first_response_in_target": (14, 17, 0),  # 08 took 120 s, 19b 180 s, 02 had none
    "zendesk_contained": (11, 18, 0),  # not 10, 11, 18, 19b; came again: 05, 15a, 19a
    "zendesk_verified": (2, 18, 0),  # 07, 14
    "zendesk_unassisted": (2, 18, 0),  # 03, 04
    "ultimate_deflection": (14, 18, 0),
    "ultimate_bot_handled": (13, 18, 0),  # not 04
    "chatwoot_csat_autonomous": (6, 2, 0),  # 5 and 1
    "chatwoot_csat_assisted": (6, 2, 0),  # 4 and 2
    "chatwoot_csat_human": (7, 2, 0),  # 2 and 5
}

UNKNOWN = {
    "verified_containment": 14,
    "false_containment": 14,
    "unsafe_containment": 0,
    "handoff_precision": 3,
    "handoff_recall": 14,
    "over_escalation": 0,
    "offer_coverage": 0,
    "zendesk_automated_resolution": 18,
    "ada_automated_resolution": 0,
    "deflection_offline": 0,
    "deflection_holdout": 0,
    "offline_helpfulness": 0,
    "right_article": 0,
    "oos_answered": 0,
    "predicted_csat": 14,
    "cost_per_contact": 22,
    "cost_per_self_service_contact": 12,  # E without 10 and 18
    "cost_per_resolution": 18,
}
"""What such a log can't tell, with the rows that stand aside."""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    path = write(tmp_path_factory.mktemp("audited") / "log.jsonl", LOG)
    run = replay(conversations=path, context=MeasureContext(LATE), now=LATE, compare=True)
    assert len(run.rows) == 23
    return run.figures


def test_every_name_was_counted() -> None:
    assert set(NAMES) == (set(BY_HAND) & set(NAMES)) | set(UNKNOWN) | {
        "first_response_p50",
        "first_response_p95",
    }


@pytest.mark.parametrize("name", BY_HAND)
def test_a_number_is_what_was_counted_by_hand(name: str, audited: Figures) -> None:
    found = {**audited.metrics, **audited.compared}[name]
    assert (found.numerator, found.denominator, found.unscored) == BY_HAND[name]
    assert found.value == BY_HAND[name][0] / BY_HAND[name][1]


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_the_log_cannot_tell_is_unknown_and_never_0(name: str, audited: Figures) -> None:
    found = audited.metrics[name]
    assert (found.value, found.low, found.unscored) == (None, None, UNKNOWN[name])
    assert found.reason


def test_the_first_reply_is_timed_by_hand(audited: Figures) -> None:
    # 14 times 60 s, then 120 and 180: rank .95 x 15 = 14.25, a quarter of the way between the two.
    waits = [audited.metrics[f"first_response_p{percent}"] for percent in (50, 95)]
    assert [(each.value, each.n, each.unscored) for each in waits] == [(60, 16, 1), (135, 16, 1)]
    assert audited.compared["chatwoot_involved"].value == 19


LOW: Json = {"risk": "low", "answerable": True}
RIGHT: Json = {"correct": True, "needs_human": False}
WRONG: Json = {"correct": False, "needs_human": False}
DRAWN: Json = {"sampled": True, "judged_relevant": True, "judged_accurate": True}


def episode(name: str, **columns: object) -> Json:
    """A closed episode of last week with an answer."""
    return {
        "episode_id": name,
        "started_at": at(),
        "last_turn_at": at(5),
        "closed_at": at(60),
        "engaged": True,
        "involved": True,
        "answers": 1,
        "last_decision": "answer",
        **columns,
    }


PERSON: Json = {"answers": 0, "ticket_id": "K", "handoff_at": at(1), "last_decision": "handoff"}
REVIEWED = [
    episode(
        "1 right",
        **LOW,
        **RIGHT,
        **DRAWN,
        judged_safe=True,
        expected_ticket=True,
        arm="on",
        cost_model=0.02,
        cost_infra=0.01,
    ),
    episode(
        "2 wrong",
        **LOW,
        **WRONG,
        **{**DRAWN, "judged_relevant": False},
        judged_safe=True,
        expected_ticket=True,
        arm="on",
        cost_model=0.02,
        cost_infra=0.01,
    ),
    episode(
        "3 rightly handed over",
        **PERSON,
        risk="high",
        correct=True,
        needs_human=True,
        expected_ticket=True,
        arm="off",
        cost_model=0.0,
        cost_infra=0.01,
        agent_turns=2,
        agent_minutes=6,
    ),
    episode(
        "4 unsafe",
        **DRAWN,
        risk="high",
        correct=True,
        needs_human=True,
        judged_safe=False,
        cost_model=0.03,
        cost_infra=0.01,
    ),
    episode(
        "5 needlessly handed over",
        **PERSON,
        **LOW,
        **WRONG,
        arm="off",
        cost_model=0.0,
        cost_infra=0.01,
        agent_turns=1,
        agent_minutes=4,
    ),
    episode("6 offered", **RIGHT, risk="account", offered_agent=True),
    episode("7 not offered", risk="account", offered_agent=False),
    episode("8 answered from nothing", **WRONG, risk="low", answerable=False),
    episode("9 declined", answers=0, engaged=False, last_decision=None, answerable=False, **RIGHT),
    episode("10 unlabelled", **PERSON, arm="on"),
]
"""E: all but 9. Contained 1, 2, 4, 6, 7, 8; handed over 3, 5, 10."""

REVIEWED_BY_HAND: dict[str, Counts] = {
    "containment": (6, 9, 0),
    "unsafe_containment": (1, 2, 0),  # 4 of 3, 4
    "handoff_precision": (1, 2, 1),  # 3 of 3, 5
    "handoff_recall": (1, 2, 2),  # 3 of 3, 4; nobody says of 7 and 10
    "over_escalation": (1, 3, 0),  # 5 of 1, 2, 5
    "offer_coverage": (1, 2, 0),
    "deflection_offline": (1, 3, 0),  # 1 of 1, 2, 3
    "oos_answered": (1, 2, 0),  # 8 of 8, 9
    "zendesk_automated_resolution": (2, 3, 7),  # 1, 4 of the judged 1, 2, 4
    "ada_automated_resolution": (1, 3, 0),  # 1 of the drawn 1, 2, 4
    "deflection_holdout": (1 / 3, 1.0, 0),  # tickets a visitor: 10 of 1, 2, 10; 3, 5 of 3, 5
    # .03 + .03 + (.01 + 6 x .50) + .04 + (.01 + 4 x .50) = 5.12; five tell no cost.
    "cost_per_contact": (5.12, 5, 5),
    "cost_per_self_service_contact": (0.10, 3, 4),  # 1, 2, 4; not 6, 7, 8, 10
    "cost_per_resolution": (0.12, 3, 5),  # running costs of 1 to 5, by 1, 2, 4
}


def test_reviewed_episodes_give_what_was_counted_by_hand(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", REVIEWED)
    context = MeasureContext(LATE, agent_minute_cost=0.5, agent_contact_cost=4.0)
    run = replay(episodes=path, context=context, now=LATE)
    found = run.figures.metrics
    for name, (above, below, unscored) in REVIEWED_BY_HAND.items():
        got = found[name]
        assert (got.numerator, got.denominator) == pytest.approx((above, below)), name
        assert got.unscored == unscored, name
        whole = 1 - above if name == "deflection_holdout" else above / below
        assert got.value == pytest.approx(whole), name
    # Reviewers drew 1, 2 and 4 of the six contained: 6/9 x 1/3 verified, 6/9 x 2/3 false.
    assert found["verified_containment"].value == pytest.approx(2 / 9)
    assert found["false_containment"].value == pytest.approx(4 / 9)
    # Nine assessed x 1/3 x (4.00 - .10 / 3).
    assert found["saving_offline"].value == pytest.approx(11.90)
    ended = [ended_as(row, replace(context, now=LATE)).value for row in run.rows]
    assert ended.count("handed_off") == 3
