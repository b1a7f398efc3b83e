"""What the assistant does with each test of a gap, by which rule, and what helps."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.config import load_settings
from bot.decision import (
    Answer,
    Citation,
    Clarify,
    Decision,
    Handoff,
    HandoffReason,
    Reply,
    ReplyReason,
    Risk,
)
from bot.dialogue import Judgement
from bot.evidence import Evidence, IntentScore
from bot.gap_finding import gap_lines, judging
from bot.insights.costs import ContactCosts
from bot.insights.gap import Gap
from bot.insights.gaps import GapReport
from bot.insights.outcome import Came, Outcome, case_key, outcome_of
from bot.insights.outcome_words import came_words, outcome_lines, way_out, ways_out, why_words
from bot.insights.played_words import played_names, turns_of, with_words
from bot.insights.snapshot import Snapshot
from bot.store_gaps import GapCase, GapState
from bot.wiring import Offline, build_offline
from redaction.redactor import RedactedText
from retrieval.embedder_hashing import HashingEmbedder
from tests.bot.small_knowledge import INTENTS, index_small, write_small

AT = datetime(2026, 11, 23, tzinfo=UTC)
OWN = """\
agent_topics: ["umbrella loan", "mortgages for"]
high_risk_phrases: [account was hacked]
"""
TOPIC = Outcome(
    "umbrella loan?",
    Came.HANDED_OVER,
    confirmed=True,
    rule="topic_for_people",
    reason="no_article",
    setting="agent_topics",
    lines=("umbrella loan",),
)
PASSED = Outcome("top up", Came.PASSES, confirmed=True, wanted="top-up", cited="top-up")


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    """The whole assistant over a small knowledge base with such lines."""
    folder = tmp_path_factory.mktemp("outcome")
    kb = write_small(folder / "kb")
    (kb / "intents.yaml").write_text(INTENTS + OWN, encoding="utf-8")
    index_small(kb, folder / "data")
    wanted = {"data": folder / "data", "redaction": {"named_entities": False}}
    return build_offline(load_settings(wanted), HashingEmbedder())


@pytest.fixture
def played(offline: Offline) -> Callable[..., Outcome]:
    """Plays a test through it."""
    judge = judging(offline)

    def play(text: str, article: str = "") -> Outcome:
        (judged,) = judge([RedactedText(text)])
        knowledge = offline.knowledge.current()
        return outcome_of(GapCase(text, article), judged, knowledge, confirmed=True)

    return play


def test_a_line_of_the_owners_that_hands_a_test_to_people_is_named(
    played: Callable[..., Outcome],
) -> None:
    found = played("Can I get an umbrella loan?", "top-up")
    assert (found.came, found.setting, found.lines) == (
        Came.HANDED_OVER,
        "agent_topics",
        ("umbrella loan",),
    )
    assert why_words(found) == (
        "A line in intents.yaml hands it to people: agent_topics: “umbrella loan”."
    )
    assert "No article can close this gap while “umbrella loan” stands" in way_out(found)
    assert "dismiss the gap" in way_out(found)
    risky = played("My account was hacked")
    assert (risky.setting, risky.lines) == ("high_risk_phrases", ("account was hacked",))
    assert "take the line out of high_risk_phrases" in way_out(risky)


def test_an_intent_of_high_risk_is_named_and_stays_with_people(
    played: Callable[..., Outcome],
) -> None:
    found = played("somebody took my wallet and card")
    assert (found.came, found.setting, found.lines) == (Came.HANDED_OVER, "tier", ("stolen",))
    assert "the intent stolen has “tier: high”" in why_words(found)
    assert way_out(found).startswith("High risk stays with people: dismiss the gap.")


def test_what_no_line_of_the_owners_decides_names_none(played: Callable[..., Outcome]) -> None:
    found = played("I want to talk to a human")
    assert (found.came, found.setting, found.lines) == (Came.HANDED_OVER, "", ())
    assert why_words(found) == "The customer asked for a person."
    assert "goes to people, whatever is published" in way_out(found)


def test_the_article_that_answers_is_told_beside_the_one_that_must(
    played: Callable[..., Outcome],
) -> None:
    question = "how do i top up my account"
    assert played(question, "top-up").passes
    other = played(question, "cash")
    assert (other.came, other.cited, other.not_indexed) == (Came.OTHER_ARTICLE, "top-up", False)
    assert why_words(other) == "Answered from top-up instead of cash."
    assert why_words(other, {"cash": "“Cash”"}).endswith("instead of “Cash”.")
    assert "Say it in cash in customers’ words" in way_out(other)
    assert way_out(played(question, "lending")).startswith(
        "The index in use holds no article lending"
    )


def judged(knowledge_intents: tuple[IntentScore, ...], rule: str) -> Judgement:
    handoff = Handoff(HandoffReason.HIGH_RISK, "", "")
    return Judgement(handoff, Evidence("en", knowledge_intents, rule=rule))


def test_a_policy_that_hands_a_harmless_intent_over_blames_no_other(
    offline: Offline,
) -> None:
    scores = (IntentScore("pin", 0.9, Risk.LOW), IntentScore("stolen", 0.01, Risk.HIGH))
    knowledge = offline.knowledge.current()
    for rule, blamed in (("best_intent_hands_over", ()), ("summed_high_risk", ("stolen",))):
        found = outcome_of(GapCase("pin"), judged(scores, rule), knowledge, confirmed=True)
        assert found.lines == blamed
    none = outcome_of(GapCase("x"), judged((), "summed_high_risk"), knowledge, confirmed=True)
    assert (none.setting, none.lines) == ("", ())


@pytest.mark.parametrize(
    ("decision", "came"),
    [
        (Clarify("Which one?", (), 0.5), Came.ASKED_BACK),
        (Reply(ReplyReason.OUT_OF_SCOPE, ""), Came.DECLINED),
    ],
)
def test_a_question_back_and_a_fixed_line_answer_nothing(
    offline: Offline, decision: Decision, came: Came
) -> None:
    knowledge = offline.knowledge.current()
    judgement = Judgement(decision, Evidence("en"))
    found = outcome_of(GapCase("pin", "pin"), judgement, knowledge, confirmed=True)
    assert (found.came, found.reason, found.setting, found.passes) == (came, "", "", False)


def test_an_article_that_had_failed_these_customers_is_no_answer(
    offline: Offline,
) -> None:
    answer = Answer("Yes.", (Citation("pin", "pin#0", "", "", ""),), 0.9, False)
    found = outcome_of(
        GapCase("pin?"),
        Judgement(answer, Evidence("en")),
        offline.knowledge.current(),
        confirmed=False,
        in_vain={"pin"},
    )
    assert why_words(found) == "Answered from pin, which had not helped these customers."
    assert way_out(found) == "Write into pin what it lacks for these customers."


@pytest.mark.parametrize(
    ("found", "word", "why", "helps"),
    [
        (PASSED, "Passes", "Answered from top-up.", ""),
        (
            Outcome("x", Came.ASKED_BACK, rule="several_articles_close"),
            "Asks back",
            "Several articles are about as likely.",
            "Say it in an article",
        ),
        (
            Outcome("x", Came.DECLINED, wanted="pin", rule="far_from_every_example"),
            "Declines",
            "Far from everything the help articles are about.",
            "Say it in pin in customers’ words, and give such messages to its intent",
        ),
        (
            Outcome("x", Came.HANDED_OVER, rule="supported", reason="not_grounded"),
            "Hands over",
            "No article backed the answer.",
            "Say it in an article",
        ),
        (
            Outcome("x", Came.HANDED_OVER, rule="failure", reason="failure"),
            "Hands over",
            "Something failed just then.",
            "The next run plays it again",
        ),
        (
            Outcome("x", Came.HANDED_OVER, rule="language_without", reason="other_language"),
            "Hands over",
            "Language without.",
            "Write an article in that language",
        ),
        (Outcome("x", Came.UNPLAYED), "Not played yet", "Confirmed after the last run", ""),
    ],
)
def test_every_outcome_has_a_word_a_reason_and_a_way_out(
    found: Outcome, word: str, why: str, helps: str
) -> None:
    assert came_words(found) == word
    assert why_words(found).startswith(why)
    assert way_out(found).startswith(helps)
    assert bool(way_out(found)) is bool(helps)


def gap(*outcomes: Outcome, state: GapState = GapState.OPEN) -> Gap:
    return Gap(
        "gap-1", "An umbrella", (), 6, 180.0, 720.0, 0.0, {}, (), "", state, (), (), 1,
        outcomes=outcomes,
    )  # fmt: skip


def test_a_terminal_lists_the_tests_that_fail_and_each_way_out_once() -> None:
    report = GapReport(AT, 30.0, 9, 6, 0, (gap(PASSED, TOPIC, TOPIC),), ())
    lines = list(gap_lines(report, "$"))
    start = lines.index("  2 of 3 tests fail:")
    failing = f"    “umbrella loan?”: hands over. {why_words(TOPIC)}"
    assert lines[start + 1 :] == [failing, failing, f"    what helps: {way_out(TOPIC)}"]
    assert list(outcome_lines(gap(PASSED))) == []
    assert list(outcome_lines(gap(TOPIC, state=GapState.DISMISSED))) == []


def test_typical_messages_are_counted_by_what_becomes_of_them() -> None:
    def message(**changed: str) -> Outcome:
        return Outcome("u", Came.HANDED_OVER, reason="no_article", **changed)  # type: ignore[arg-type]  # texts alone

    near = message(rule="no_article_near")
    topic = Outcome(
        "u", Came.HANDED_OVER, rule="topic_for_people", setting="agent_topics", lines=("a",)
    )
    assert list(outcome_lines(gap(near, near, topic))) == [
        "  3 of 3 typical messages aren’t answered:",
        "    2 × hands over: No article is near.",
        f"    1 × hands over: {why_words(topic)}",
        f"    what helps: {way_out(topic)}",
    ]
    assert ways_out([near, near]) == [way_out(near)]


def snapshot(found: Gap, names: tuple[str, ...]) -> Snapshot:
    report = GapReport(AT, 30.0, 9, 3, 0, (found,), ())
    return Snapshot(
        AT, 1.0, 90, "v", ContactCosts(), "$", 9, report, said={"gap-1": ("t1",)},
        played={"gap-1": names},
    )  # fmt: skip


def test_words_come_back_from_tests_and_records_as_far_as_these_have_them() -> None:
    message = Outcome("lend?", Came.ASKED_BACK)
    lost = Outcome("gone?", Came.DECLINED)
    names = played_names(gap(message, lost), {"lend?": "t2"})
    assert names == ("t2", "")
    made = snapshot(gap(message, lost), names)
    assert turns_of(made, "gap-1") == ("t1", "t2")
    told = with_words(gap(Outcome("", Came.ASKED_BACK), lost), made, (), {"t2": "lend?"})
    assert [each.text for each in told.outcomes] == ["lend?", ""]

    cases = [GapCase("umbrella loan?"), GapCase("top up", "top-up")]
    names = played_names(gap(TOPIC, PASSED), {})
    assert names == tuple(map(case_key, cases))
    made = snapshot(gap(TOPIC, PASSED), names)
    new = GapCase("Lend me one", "lending")
    told = with_words(gap(TOPIC, PASSED), made, [cases[1], new], {})
    assert told.outcomes == (
        PASSED,
        Outcome("Lend me one", Came.UNPLAYED, confirmed=True, wanted="lending"),
    )
    assert with_words(gap(TOPIC), made, (), {}).outcomes == ()
