from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.decision import Risk
from bot.estimate import Estimate
from bot.hours import Hours, parse_week
from bot.measure.catalogue import ALL, DEFINITIONS, METRICS, measure, members, slices
from bot.measure.cohort import cohort_of
from bot.measure.ending import Ending, MeasureContext, ended_as
from bot.measure.episode_row import CitedArticle, EpisodeRow, Vote
from bot.measure.facts import ArticleFacts, ContentChange
from bot.measure.metric import bounds
from tests.bot.measure.worked_example import CONTEXT, NOW, START, episode, worked_example

WORKED = worked_example()


def counts(found: Estimate) -> tuple[float | None, float | None, int]:
    return found.numerator, found.denominator, found.unscored


@pytest.mark.parametrize(
    ("name", "count", "of", "low", "high"),
    [
        ("resolution_strict", 90, 680, 0.109, 0.160),
        ("fin_automation", 288, 1000, 0.261, 0.317),
        ("zendesk_automated_resolution", 245, 800, 0.275, 0.339),
        ("fin_resolution", 288, 800, 0.327, 0.394),
        ("resolution_assumed", 300, 680, 0.404, 0.479),
        ("containment", 400, 680, 0.551, 0.625),
        ("abandonment", 100, 680, 0.122, 0.176),
        ("chatwoot_autonomous", 500, 800, 0.591, 0.658),
    ],
)
def test_the_worked_example_gives_its_numbers(
    name: str, count: int, of: int, low: float, high: float
) -> None:
    found = ALL[name].measure(cohort_of(WORKED, CONTEXT))
    assert counts(found) == (count, of, 0)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0006)


def test_the_worked_example_ends_as_it_says() -> None:
    assert cohort_of(WORKED, CONTEXT).counts() == {
        "episodes": 1000,
        "test": 0,
        "involved": 800,
        "anonymous": 0,
        "assessed": 680,
        "not_engaged": 300,
        "blocked": 0,
        "handed_off": 270,
        "abstained_no_human": 10,
        "confirmed": 90,
        "pending": 20,
        "abandoned": 100,
        "assumed": 210,
    }


def test_other_definitions_move_the_same_log() -> None:
    found = measure(WORKED, CONTEXT, DEFINITIONS)
    expected = {
        "fin_abandonment": (200, 800),
        "fin_pending": (20, 800),
        "ada_containment": (420, 700),
        "chatwoot_reopen": (12, 500),
        "chatwoot_durable": (488, 500),
        "zendesk_contained": (508, 800),
        "zendesk_verified": (90, 800),
        "zendesk_unassisted": (100, 800),
        "ultimate_deflection": (520, 800),
        "ultimate_bot_handled": (520, 800),
    }
    assert {n: (found[n].numerator, found[n].denominator) for n in expected} == expected
    assert found["chatwoot_involved"].value == 800


def test_every_number_knows_that_nothing_is_unknown() -> None:
    for name, found in measure([], CONTEXT, ALL).items():
        assert found.value is None, name
        assert found.reason, name


@pytest.mark.parametrize(
    ("ending", "row"),
    [
        (Ending.NOT_ENGAGED, episode("a", engaged=False, ticket_id="K")),
        (Ending.NOT_ENGAGED, episode("a", involved=False, agent_turns=3)),
        (Ending.BLOCKED, episode("a", blocked_by="outage", answers=0, ticket_id="K")),
        (Ending.ASSUMED, episode("a", blocked_by="usage_limit", answers=1)),
        (Ending.HANDED_OFF, episode("a", agent_turns=1, confirmed_at=NOW)),
        (Ending.HANDED_OFF, episode("a", ticket_id="K", closed_at=None)),
        (Ending.ABSTAINED_NO_HUMAN, episode("a", handoff_reason="no_article")),
        (Ending.ABSTAINED_NO_HUMAN, episode("a", handoff_at=START, confirmed_at=NOW)),
        (Ending.CONFIRMED, episode("a", confirmed_at=NOW, closed_at=None)),
        (Ending.CONFIRMED, episode("a", confirmed_at=NOW, last_feedback="negative")),
        (Ending.ABANDONED, episode("a", confirmed_at=NOW, answers=0)),
        (Ending.PENDING, episode("a", closed_at=None)),
        (Ending.PENDING, episode("a", last_turn_at=NOW - timedelta(hours=23))),
        (Ending.ASSUMED, episode("a", last_turn_at=NOW - timedelta(hours=24))),
        (Ending.ASSUMED, episode("a", reopened_at=START + timedelta(hours=1))),
        (Ending.ABANDONED, episode("a", last_feedback="negative")),
        (Ending.ABANDONED, episode("a", last_decision="clarify")),
        (Ending.ASSUMED, episode("a", last_feedback="positive")),
        (Ending.NOT_ENGAGED, EpisodeRow("nothing known")),
    ],
)
def test_the_first_rule_that_fits_decides(ending: Ending, row: EpisodeRow) -> None:
    assert ended_as(row, CONTEXT) is ending


def one(name: str, *rows: EpisodeRow, context: MeasureContext = CONTEXT) -> Estimate:
    return ALL[name].measure(cohort_of(rows, context))


LATER = START + timedelta(days=3)
MUCH_LATER = START + timedelta(days=9)
HANDED = episode("h", ticket_id="K", handoff_at=START, answers=0, handoff_reason="no_article")
DUE = replace(HANDED, ticket_due_at=START)
RATED = replace(HANDED, rating=2, rating_asked_at=START)
HUMAN = episode("p", involved=False, answers=0, assistant_turns=0, agent_turns=1)


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        # Contact again within seven days of the end; unknown for who is anonymous or too young.
        ("durable_7d", [episode("a")], (1, 1, 0)),
        ("durable_7d", [episode("a", recontact_at=LATER)], (0, 1, 0)),
        ("durable_7d", [episode("a", reopened_at=LATER)], (0, 1, 0)),
        ("durable_7d", [episode("a", recontact_at=MUCH_LATER)], (1, 1, 0)),
        ("durable_7d", [episode("a", customer_key=None)], (None, None, 1)),
        ("durable_7d", [episode("a", closed_at=NOW - timedelta(days=6))], (None, None, 1)),
        ("durable_7d", [HANDED], (None, None, 0)),
        ("deflection_proxy", [episode("a"), HANDED], (1, 2, 0)),
        ("deflection_proxy", [episode("a", ticket_after_at=LATER)], (0, 1, 0)),
        ("deflection_proxy", [episode("a", reopened_at=LATER)], (1, 1, 0)),
        # The first contact of an issue, whoever resolves it.
        ("fcr", [episode("a", issue_id="i")], (1, 1, 0)),
        ("fcr", [replace(HANDED, issue_id="i", agent_resolved_at=LATER)], (1, 1, 0)),
        ("bot_fcr", [replace(HANDED, issue_id="i", agent_resolved_at=LATER)], (0, 1, 0)),
        ("fcr", [replace(HANDED, issue_id="i")], (0, 1, 0)),
        ("fcr", [episode("a")], (None, None, 1)),
        (
            "fcr",
            [episode("b", issue_id="i", started_at=LATER), episode("a", issue_id="i")],
            (0, 1, 0),
        ),
        (
            "fcr",
            [episode("a", issue_id="i"), replace(HUMAN, issue_id="i", started_at=MUCH_LATER)],
            (1, 1, 0),
        ),
        # Verified and false containment: who is not scored is in neither.
        ("verified_containment", [episode("a", correct=True, needs_human=False)], (1, 1, 0)),
        ("verified_containment", [episode("a", correct=True, needs_human=True)], (0, 1, 0)),
        ("false_containment", [episode("a", correct=True, needs_human=True)], (1, 1, 0)),
        ("false_containment", [replace(HANDED, correct=False, needs_human=False)], (0, 1, 0)),
        ("false_containment", [episode("a", correct=True)], (None, None, 1)),
        ("unsafe_containment", [episode("a", risk=Risk.HIGH), HANDED], (1, 1, 0)),
        ("deflection_offline", [episode("a", correct=True, needs_human=False)], (None, None, 0)),
        (
            "deflection_offline",
            [
                episode("a", correct=True, needs_human=False, expected_ticket=True),
                episode("b", expected_ticket=True),
            ],
            (1, 1, 1),
        ),
        # Handoffs.
        ("handoff_precision", [HANDED, replace(HANDED, needs_human=True)], (1, 1, 1)),
        ("handoff_recall", [episode("a", needs_human=True), HANDED], (0, 1, 1)),
        ("over_escalation", [replace(HANDED, risk=Risk.LOW, answerable=True)], (1, 1, 0)),
        ("over_escalation", [replace(HANDED, risk=Risk.LOW)], (None, None, 1)),
        ("offer_coverage", [episode("a", risk=Risk.ACCOUNT, offered_agent=False)], (0, 1, 0)),
        ("offer_coverage", [episode("a", risk=Risk.ACCOUNT)], (None, None, 1)),
        ("promise_kept", [replace(HANDED, ticket_due_at=START)], (0, 1, 0)),
        ("promise_kept", [replace(HANDED, ticket_due_at=NOW + timedelta(1))], (None, None, 1)),
        ("promise_kept_in_hours", [DUE, replace(DUE, in_hours=True)], (0, 1, 1)),
        ("promise_kept_after_hours", [DUE, replace(DUE, in_hours=False)], (0, 1, 1)),
        ("qa_score", [HANDED], (None, None, 0)),
        # Ratings: three figures, never mixed.
        ("unhappy_contacted", [replace(RATED, ticket_updated_at=START)], (1, 1, 0)),
        ("unhappy_contacted", [RATED, episode("a", rating=3)], (0, 1, 0)),
        ("unhappy_contacted", [replace(RATED, rating_asked_at=NOW)], (None, None, 1)),
        ("unhappy_contacted", [replace(RATED, rating_asked_at=None)], (None, None, 1)),
        ("bot_csat_bot_only", [episode("a", rating=4), episode("b", rating=3)], (1, 2, 0)),
        ("bot_csat_bot_only", [episode("a", rating_asked_at=START)], (None, None, 1)),
        ("bot_csat_assisted", [replace(HANDED, agent_turns=1, rating=5)], (1, 1, 0)),
        ("bot_csat_bot_only", [replace(HANDED, agent_turns=1, rating=5)], (None, None, 0)),
        ("csat_human_only", [replace(HUMAN, rating=2)], (0, 1, 0)),
        ("csat_response_rate", [episode("a", rating=2)], (None, None, 0)),
        ("csat_response_rate", [episode("a", rating_asked_at=START)], (0, 1, 0)),
        # Vendors.
        ("fin_resolution", [episode("a", last_feedback="negative")], (0, 1, 0)),
        ("fin_resolution", [episode("a", handoff_at=START)], (0, 1, 0)),
        ("zendesk_automated_resolution", [episode("a", judged_relevant=None)], (None, None, 1)),
        ("zendesk_automated_resolution", [replace(HANDED, judged_relevant=None)], (None, None, 1)),
        ("zendesk_automated_resolution", [HANDED, episode("a", judged_relevant=True)], (1, 2, 0)),
        ("ada_automated_resolution", [episode("a", sampled=True)], (None, None, 1)),
        (
            "ada_automated_resolution",
            [
                episode(
                    "a",
                    sampled=True,
                    judged_relevant=True,
                    judged_safe=True,
                    judged_accurate=True,
                )
            ],
            (1, 1, 0),
        ),
        ("chatwoot_autonomous", [episode("a", agent_turns=1, first_agent_at=LATER)], (1, 1, 0)),
        ("chatwoot_autonomous", [episode("a", agent_turns=1, first_agent_at=START)], (0, 1, 0)),
        ("chatwoot_autonomous", [HUMAN], (None, None, 0)),
        ("ultimate_bot_handled", [episode("a", default_replies=1), HANDED], (0, 2, 0)),
        # Money: a part that is unknown makes the whole unknown.
        ("cost_per_contact", [episode("a", cost_model=0.25, cost_infra=0.25)], (0.5, 1, 0)),
        ("cost_per_contact", [episode("a", cost_model=0.25)], (None, None, 1)),
        (
            "cost_per_contact",
            [replace(HANDED, cost_model=0.0, cost_infra=0.0, agent_minutes=5)],
            (None, None, 1),
        ),
        (
            "cost_per_resolution",
            [episode("a", cost_model=1, cost_infra=0), replace(HANDED, cost_model=2, cost_infra=1)],
            (4, 1, 0),
        ),
        (
            "cost_per_self_service_contact",
            [episode("a", cost_model=1, cost_infra=0), replace(HUMAN, cost_model=2, cost_infra=1)],
            (1, 1, 0),
        ),
    ],
)
def test_planted_rows_give_exact_counts(
    name: str, rows: list[EpisodeRow], expected: tuple[float | None, float | None, int]
) -> None:
    assert counts(one(name, *rows)) == expected


def test_test_traffic_is_out_unless_it_is_asked_for() -> None:
    tested = episode("a", is_test=True)
    assert one("containment", tested, HANDED).denominator == 1
    with_tests = replace(CONTEXT, with_tests=True)
    assert one("containment", tested, HANDED, context=with_tests).denominator == 2


def test_a_row_belongs_to_the_window_it_started_in() -> None:
    window = replace(CONTEXT, since=START, until=START + timedelta(hours=1))
    rows = [episode("a"), episode("b", started_at=window.until), episode("c", started_at=None)]
    assert members("containment", rows, window).denominator == ("a",)


def test_a_minute_of_an_agent_costs_what_the_context_says() -> None:
    row = replace(HANDED, cost_model=0.0, cost_infra=0.5, agent_minutes=5)
    context = replace(CONTEXT, agent_minute_cost=0.5)
    assert one("cost_per_contact", row, context=context).value == 3.0


PRICED = replace(CONTEXT, agent_contact_cost=4.5, self_service_cost=0.5)


def test_a_saving_is_named_by_its_deflection_and_carries_its_interval() -> None:
    rows = [episode(f"a{i}") for i in range(30)] + [
        replace(HANDED, episode_id=f"h{i}", customer_key=f"h{i}") for i in range(10)
    ]
    found = one("saving_proxy", *rows, context=PRICED)
    share = one("deflection_proxy", *rows)
    assert (share.value, share.n) == (0.75, 40)
    assert share.low is not None
    assert share.high is not None
    # 40 assessed episodes x .75 deflected x (4.50 - 0.50) = 120, and so the ends of the interval.
    assert (found.value, found.n) == (120.0, 40)
    assert (found.low, found.high) == (share.low * 160, share.high * 160)
    assert found.method == "deflection_proxy: wilson 95 %"
    told = [replace(row, cost_model=0.25, cost_infra=0.25) for row in rows]
    assert one("saving_proxy", *told, context=replace(PRICED, self_service_cost=9)).value == 120
    dear = one("saving_proxy", *rows, context=replace(PRICED, self_service_cost=8.5))
    assert (dear.value, dear.low) == (-120.0, -160 * share.high)


@pytest.mark.parametrize(
    ("name", "context", "why"),
    [
        ("saving_holdout", PRICED, "deflection_holdout: no episode belongs to a hold-out trial"),
        ("saving_offline", PRICED, "deflection_offline: no scored episode"),
        ("saving_proxy", CONTEXT, "nobody said what a contact with an agent costs"),
        (
            "saving_proxy",
            replace(PRICED, self_service_cost=None),
            "cost of self-service: no episode says",
        ),
    ],
)
def test_a_saving_is_unknown_where_a_part_of_it_is(
    name: str, context: MeasureContext, why: str
) -> None:
    found = one(name, episode("a"), context=context)
    assert (found.value, found.reason[: len(why)]) == (None, why)


def test_a_bill_is_shared_out_over_the_rows_of_the_window() -> None:
    rows = [episode(f"a{i}", cost_model=0.5, intent="pin") for i in range(3)]
    rows += [episode("b", cost_model=1.0, cost_infra=3.0), episode("c", started_at=None)]
    window = replace(CONTEXT, since=START, until=LATER, infra_cost=2.0)
    # Three rows of .50 + 2.00 / 4, one of 4.00 that tells its own; the fifth is in no window.
    assert counts(one("cost_per_contact", *rows, context=window)) == (7.0, 4, 0)


def test_the_last_vote_of_a_customer_on_a_revision_counts() -> None:
    rows = [
        episode(
            "a",
            votes=(
                Vote("x", up=True, at=START),
                Vote("x", up=False, at=LATER),
                Vote("x", up=True, at=LATER, revision="2"),
                Vote("y", up=True, at=START, is_test=True),
            ),
        ),
        episode("b", votes=(Vote("x", up=True, at=START),)),
    ]
    assert counts(one("article_helpfulness", *rows)) == (2, 3, 0)
    apart = replace(CONTEXT, votes=(Vote("z", up=False, at=START, customer_key="v"),))
    assert counts(one("article_helpfulness", *rows, context=apart)) == (2, 4, 0)


def test_a_row_counts_for_each_article_it_cites() -> None:
    cited = (CitedArticle(1, "x"), CitedArticle(3, "y"), CitedArticle(5, "x"))
    rows = [episode("a", citations=cited), episode("b", citations=cited[:1], answers=0)]
    assert counts(one("resolved_after_cited", *rows)) == (2, 3, 0)
    assert counts(one("resolved_after_last_cited", *rows)) == (1, 2, 0)


def test_a_slice_of_an_article_is_about_that_article_alone() -> None:
    def voted(name: str, *, up: bool) -> EpisodeRow:
        cited = (CitedArticle(1, "x"), CitedArticle(3, "y"))
        return episode(name, citations=cited, votes=(Vote("x", up=up, at=START),))

    rows = [voted(f"a{i}", up=i > 0) for i in range(10)]
    aside = (Vote("y", up=True, at=START, customer_key="v"),)
    found = slices(rows, replace(CONTEXT, votes=aside))
    x, y = found["article"]["x"], found["article"]["y"]
    assert counts(x["article_helpfulness"]) == (9, 10, 0)
    assert (y["article_helpfulness"].value, x["resolved_after_cited"].denominator) == (None, 10)
    assert y["article_helpfulness"].reason == "too few votes: 1, at least 10 needed"
    assert counts(one("article_helpfulness", *rows, context=replace(CONTEXT, votes=aside)))[1] == 11
    assert counts(one("vote_rate", *rows)) == (10, 20, 0)


def test_the_first_contact_of_a_slice_is_the_first_of_all() -> None:
    mail = episode("m", issue_id="i", channel="mail", started_at=START - timedelta(days=1))
    web = episode("w", issue_id="i", channel="web")
    found = slices([mail, web], CONTEXT)["channel"]
    assert counts(found["mail"]["fcr"]) == (0, 1, 0)
    assert found["web"]["fcr"].value is None


def test_articles_are_held_to_their_reviews_and_to_changes() -> None:
    today = NOW.date()
    day = timedelta(days=1)
    facts = {
        "fresh": ArticleFacts("fresh", "cards", today - 183 * day),
        "old": ArticleFacts("old", "cards", today - 184 * day),
        "never": ArticleFacts("never", "cards"),
        "new": ArticleFacts("new", "cards", today),
    }
    change = ContentChange("fees", NOW - 3 * day, ("fresh", "new", "never", "unknown"))
    soon = ContentChange("soon", NOW - day, ("fresh", "new"))
    context = replace(CONTEXT, articles=facts, changes=(change, soon))
    assert counts(one("review_sla", context=context)) == (2, 4, 0)
    # fees: fresh and never were not touched, new was reviewed, but maybe late; soon: new was.
    assert counts(one("update_sla", context=context)) == (1, 3, 0)
    rows = [episode(name, citations=(CitedArticle(1, name),)) for name in (*facts, "unknown")]
    assert counts(one("stale_answer_rate", *rows, context=context)) == (1, 3, 2)


def test_self_service_is_a_share_of_the_whole_volume() -> None:
    rows = [
        *(episode(f"a{i}") for i in range(20)),
        *(replace(HANDED, episode_id=f"h{i}", customer_key=f"h{i}") for i in range(20)),
        *(replace(HUMAN, episode_id=f"p{i}", customer_key=f"p{i}") for i in range(40)),
    ]
    found = one("self_service_resolution", *rows)
    assert found.value == 0.5 * 0.5
    assert found.low is not None


def test_agents_are_waited_for_in_open_hours_alone() -> None:
    hours = Hours(ZoneInfo("UTC"), parse_week({"mon-fri": "8-20"}))
    friday = START + timedelta(days=4, hours=10)  # at 19:00
    row = replace(HANDED, handoff_at=friday, first_agent_at=friday + timedelta(days=2, hours=14))
    found = one("agent_first_response_open_p50", row, context=replace(CONTEXT, hours=hours))
    assert (found.value, found.n) == (2 * 3600.0, 1)  # an hour on Friday, one on Monday from 8
    assert one("agent_first_response_p50", row).value == 62 * 3600.0
    assert one("agent_first_response_open_p50", row).reason == "nobody said when agents are there"


def test_a_trial_is_counted_by_visitor() -> None:
    rows = [
        *(episode(f"on-{i}", arm="on", ticket_id="K" if i < 5 else None) for i in range(40)),
        *(episode(f"off-{i}", arm="off", ticket_id="K" if i < 20 else None) for i in range(40)),
    ]
    found = one("deflection_holdout", *rows)
    assert (found.value, found.numerator, found.denominator) == (0.75, 0.125, 0.5)
    assert found.low is not None
    assert 0.4 < found.low < 0.75
    twice = [replace(row, customer_key="same") for row in rows[:40]]
    assert one("deflection_holdout", *twice, *rows[40:]).numerator == 1
    assert one("deflection_holdout", *rows[:40]).value is None


def test_waits_are_percentiles_in_seconds_and_silence_is_unscored() -> None:
    def waited(name: str, seconds: float | None) -> EpisodeRow:
        at = None if seconds is None else START + timedelta(seconds=seconds)
        return episode(name, first_reply_at=at)

    rows = [waited(str(i), i) for i in range(101)]
    found = one("first_response_p95", *rows, waited("none", None))
    assert (found.value, found.n, found.unscored) == (95.0, 101, 1)
    assert found.low is not None
    assert found.high is not None
    assert 80 < found.low < 95 < found.high <= 100
    assert one("first_response_p50", *rows[:2]).value == 0.5
    assert counts(one("first_response_in_target", *rows, waited("none", None))) == (61, 102, 0)


def test_a_scored_sample_of_the_contained_speaks_for_all_of_them() -> None:
    rows = [
        *(
            episode(f"s{i}", sampled=True, correct=i >= 10, needs_human=False, risk=Risk.LOW)
            for i in range(40)
        ),
        *(episode(f"c{i}") for i in range(40)),
        *(replace(HANDED, episode_id=f"h{i}", customer_key=f"h{i}") for i in range(20)),
    ]
    found = one("verified_containment", *rows)
    assert found.value == pytest.approx(0.8 * 0.75)
    assert (found.numerator, found.denominator) == (30, 40)
    assert found.low is not None
    false = one("false_containment", *rows).value
    assert false == pytest.approx(0.8 * 0.25)


def test_a_labelled_handoff_makes_no_sample_of_all_episodes() -> None:
    rows = [
        episode(
            f"s{i}",
            answers=1,
            sampled=i < 20,
            **({"correct": i < 15, "needs_human": False} if i < 20 else {}),
        )
        for i in range(60)
    ]
    rows += [episode(f"h{i}", ticket_id="K") for i in range(40)]
    before = ALL["verified_containment"].measure(cohort_of(rows, CONTEXT)).value
    rows[-1] = replace(rows[-1], correct=True, needs_human=True)
    after = cohort_of(rows, CONTEXT)
    assert ALL["verified_containment"].measure(after).value == before == pytest.approx(0.45)
    assert ALL["false_containment"].measure(after).value == pytest.approx(0.15)


def test_zendesks_resolution_is_unknown_where_nobody_judged() -> None:
    rows = [
        episode("a", judged_relevant=None),
        episode("b", judged_relevant=None, answers=0),
    ]
    found = ALL["zendesk_automated_resolution"].measure(cohort_of(rows, CONTEXT))
    assert (found.value, found.unscored) == (None, 2)
    assert "judged" in found.reason


def test_customers_with_several_episodes_are_resampled_as_a_whole() -> None:
    rows = [episode(str(i), customer_key=str(i % 40)) for i in range(80)]
    found = one("containment", *rows)
    assert found.n == 80
    assert "40 clusters" in found.method
    few = one("containment", *rows[:1], *rows[:1])
    assert (few.value, few.low) == (1.0, None)
    assert "too few" in few.reason


def test_unrated_episodes_give_bounds() -> None:
    rows = [
        *(episode(str(i), rating=5, rating_asked_at=START) for i in range(3)),
        *(episode(f"n{i}", rating_asked_at=START) for i in range(7)),
    ]
    assert bounds(one("bot_csat_bot_only", *rows)) == (0.3, 1.0)


def test_slices_split_by_what_matters() -> None:
    rows = [
        episode("a", intent="pin", risk=Risk.LOW, citations=(CitedArticle(1, "x"),), locale="en"),
        replace(HANDED, intent="fraud", channel="web"),
    ]
    found = slices(rows, replace(CONTEXT, articles={"x": ArticleFacts("x", "cards")}))
    assert found["domain"]["cards"]["containment"].value == 1.0
    assert found["article"]["x"]["containment"].denominator == 1
    assert found["handoff_reason"]["no_article"]["escalation_rate"].value == 1.0
    assert sorted(found["intent"]) == ["fraud", "pin"]
    assert list(found["locale"]) == ["en"]


COLUMNS = some.fixed_dictionaries(
    {},
    optional={
        "engaged": some.booleans(),
        "involved": some.booleans(),
        "answers": some.integers(0, 2),
        "agent_turns": some.integers(0, 1),
        "ticket_id": some.sampled_from([None, "K"]),
        "handoff_at": some.sampled_from([None, START]),
        "closed_at": some.sampled_from([None, START, LATER, MUCH_LATER]),
        "confirmed_at": some.sampled_from([None, LATER]),
        "last_feedback": some.sampled_from([None, "positive", "negative"]),
        "last_decision": some.sampled_from(["answer", "clarify", "handoff"]),
        "blocked_by": some.sampled_from([None, "outage"]),
        "customer_key": some.sampled_from([None, "c1", "c2"]),
        "correct": some.booleans(),
        "needs_human": some.booleans(),
        "reopened_at": some.sampled_from([None, LATER]),
        "risk": some.sampled_from([None, *Risk]),
        "rating": some.sampled_from([None, 1, 5]),
    },
)


@settings(max_examples=40, deadline=None)
@given(some.lists(COLUMNS, max_size=25))
def test_identities_hold_for_any_log(columns: list[dict[str, object]]) -> None:
    scored = {"correct": True, "needs_human": False}
    rows = [episode(str(i), **{**scored, **each}) for i, each in enumerate(columns)]
    found = measure(rows, CONTEXT)

    def count(name: str) -> float:
        return found[name].numerator or 0

    whole = found["containment"].denominator or 0
    assert count("containment") + count("escalation_rate") + count("unmet_handoff") == whole
    assert count("containment") == count("resolution_assumed") + count("abandonment")
    assert count("verified_containment") + count("false_containment") == count("containment")
    assert count("fin_automation") == count("fin_resolution")
    assert count("resolution_strict") <= count("resolution_assumed")
    for name, metric in METRICS.items():
        estimate, behind = found[name], metric.members(cohort_of(rows, CONTEXT))
        assert estimate.value is not None or estimate.reason, name
        assert estimate.value is None or behind.denominator, name
        if not name.startswith("saving"):
            assert estimate.value is not None or not behind.denominator, name
        if metric.unit == "share" and estimate.value is not None:
            assert 0 <= estimate.value <= 1, name
            assert len(behind.numerator) <= len(behind.denominator), name
