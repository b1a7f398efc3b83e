from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.decision import Answer, Citation, Decision, Handoff, HandoffReason
from bot.dialogue import Judgement
from bot.evidence import Evidence
from bot.insights.costs import ContactCosts
from bot.insights.gap_states import GapStates
from bot.insights.gaps import GapFinder, GapReport
from bot.insights.grouping import Ask, Group, Grouper
from bot.insights.miss import Miss, MissReason
from bot.insights.outcome import Came, Judge
from bot.insights.regrouping import Bounds
from bot.insights.vector_cache import VectorCache
from bot.knowledge import Knowledge
from bot.store import Store
from bot.store_gaps import GapCase, GapState
from redaction.redactor import RedactedText
from retrieval.embedder_hashing import HashingEmbedder
from tests.bot.insights.conftest import START
from tests.bot.small_knowledge import holder, index_small, write_small

UMBRELLAS = [
    "do you lend umbrellas for my pin code",
    "lend umbrellas my pin code please",
    "umbrellas for my pin code do you lend",
    "can you lend umbrellas for a pin code 4444",
]
WEATHER = ["what is the weather on sunday", "the weather on sunday what is it"]


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    index_small(write_small(tmp_path / "kb"), tmp_path / "data")
    return holder(tmp_path / "data").current()


@pytest.fixture
def store(tmp_path: Path) -> Any:
    opened = Store.in_folder(tmp_path / "data")
    opened.upgrade()
    yield opened
    opened.close()


def no_article(texts: Sequence[RedactedText]) -> Sequence[Decision]:
    return [Handoff(HandoffReason.NO_ARTICLE, "", "") for _ in texts]


def judging(ask: Ask, rule: str = "") -> Judge:
    return lambda texts: [Judgement(each, Evidence("en", rule=rule)) for each in ask(texts)]


def answered(texts: Sequence[RedactedText]) -> Sequence[Decision]:
    return [Answer("Yes.", (Citation("lending", "lending#0", "", "", ""),), 0.9, False)] * len(
        texts
    )


@pytest.fixture
def find(knowledge: Knowledge, store: Store) -> Callable[..., GapReport]:
    def run(
        conversations: Sequence[Any], ask: Any = no_article, folder: Path | None = None
    ) -> GapReport:
        def redact(text: str) -> RedactedText:
            return RedactedText(text.replace("4444", "[CARD_1]"))

        vectors = VectorCache(folder, HashingEmbedder())
        grouper = Grouper(knowledge, vectors, redact, ask)
        finder = GapFinder(knowledge, grouper, judging(ask), store.gaps, ContactCosts())
        report = finder.find(conversations, "live", START)
        vectors.save()
        return report

    return run


def asked(said: Any) -> list[Any]:
    return [
        *(said(("c", text), ("a", "handoff", "no_article")) for text in UMBRELLAS),
        *(said(("c", text), ("a", "reply", "out_of_scope")) for text in WEATHER),
        said(("c", "how do i top up"), ("a", "answer", "top-up")),
    ]


def test_what_several_ask_in_vain_is_a_gap_and_chatter_is_not(find: Any, said: Any) -> None:
    report = find(asked(said))
    (gap,) = report.gaps
    assert (report.conversations, report.misses, report.alone) == (7, 6, 0)
    assert gap.contacts == 4
    assert gap.monthly == 4 * 30
    assert gap.cost_month == 480
    assert gap.reasons == {"no_article": 4}
    assert {"umbrellas", "lend"} <= set(gap.terms)
    assert gap.title in UMBRELLAS
    assert sorted(gap.conversation_ids) == ["c1", "c2", "c3", "c4"]
    assert [(c.title, c.contacts) for c in report.chatter] == [(WEATHER[0], 2)]


def test_examples_hold_no_personal_data(find: Any, said: Any) -> None:
    (gap,) = find(asked(said)).gaps
    assert "4444" not in repr(gap)
    assert any("[CARD_1]" in text for text in gap.examples)


def test_the_record_has_the_keys_that_other_tools_rely_on(find: Any, said: Any) -> None:
    (gap,) = find(asked(said)).gaps
    assert list(gap.record()) == [
        "id",
        "title",
        "terms",
        "contacts",
        "monthly",
        "cost_month",
        "trend",
        "reasons",
        "nearest",
        "owner",
        "state",
        "examples",
        "conversation_ids",
        "outcomes",
    ]
    assert list(gap.record()["outcomes"][0]) == [
        "text",
        "outcome",
        "confirmed",
        "wanted",
        "cited",
        "rule",
        "reason",
        "setting",
        "lines",
    ]


def test_a_gap_keeps_its_id_and_the_state_that_somebody_gave_it(
    find: Any, said: Any, store: Store
) -> None:
    (first,) = find(asked(said)).gaps
    store.gaps.move(first.id, GapState.DRAFTING, "", "ana", START)
    more = said(("c", "lend me umbrellas for my pin code"), ("a", "handoff", "no_article"))
    (second,) = find([*asked(said), more]).gaps
    assert (second.id, second.state, second.contacts) == (first.id, GapState.DRAFTING, 5)


def test_confirmed_messages_decide_when_a_gap_is_verified(
    find: Any, said: Any, store: Store
) -> None:
    (gap,) = find(asked(said)).gaps
    store.gaps.confirm(gap.id, [GapCase("Do you lend umbrellas?", "other")], "ana", START)
    assert find(asked(said), answered).gaps[0].state is GapState.OPEN
    store.gaps.confirm(gap.id, [GapCase("Do you lend umbrellas?", "lending")], "ana", START)
    assert find(asked(said), answered).gaps[0].state is GapState.VERIFIED
    assert find(asked(said)).gaps[0].state is GapState.OPEN


def test_a_gap_tells_what_came_of_each_of_its_tests(find: Any, said: Any, store: Store) -> None:
    (gap,) = find(asked(said)).gaps
    assert [each.text for each in gap.outcomes] == list(dict.fromkeys(gap.examples))
    assert {(each.came, each.confirmed) for each in gap.outcomes} == {(Came.HANDED_OVER, False)}
    tests = [GapCase("Do you lend umbrellas?", "other"), GapCase("Umbrellas?", "lending")]
    store.gaps.confirm(gap.id, tests, "ana", START)
    (told,) = find(asked(said), answered).gaps
    assert [(each.text, each.came, each.cited) for each in told.outcomes] == [
        ("Do you lend umbrellas?", Came.OTHER_ARTICLE, "lending"),
        ("Umbrellas?", Came.PASSES, "lending"),
    ]
    store.gaps.confirm(gap.id, tests[1:], "ana", START)
    assert find([], answered).gaps == ()
    (opened,) = find([]).gaps  # no message is left: only its test tells
    assert [(each.text, each.came) for each in opened.outcomes] == [
        ("Umbrellas?", Came.HANDED_OVER)
    ]


def test_conversations_without_decisions_are_decided_on_now(find: Any, said: Any) -> None:
    bare = [said(("c", text)) for text in UMBRELLAS]
    assert [gap.contacts for gap in find(bare).gaps] == [4]
    assert find(bare, answered).gaps == ()


def under_an_older_index(store: Store) -> None:
    store.gaps.keep([replace(gap, index_version="old") for gap in store.gaps.known("live")])


def test_a_gap_of_an_export_is_verified_when_its_messages_are_answered(
    find: Any, said: Any, store: Store, tmp_path: Path
) -> None:
    bare = [said(("c", text)) for text in (*UMBRELLAS, UMBRELLAS[0])]
    never_missed = said(("c", "how do i top up"))
    (gap,) = find(bare, folder=tmp_path).gaps
    assert find(bare, answered, folder=tmp_path).gaps == ()  # the same index answers by chance
    under_an_older_index(store)
    for _ in range(3):
        (closed,) = find([*bare, never_missed], answered, folder=tmp_path).gaps
        assert (closed.id, closed.state, closed.contacts) == (gap.id, GapState.VERIFIED, 5)
        assert sorted(closed.conversation_ids) == sorted(gap.conversation_ids)
    assert store.gaps.get(gap.id).state is GapState.VERIFIED
    (again,) = find(bare, folder=tmp_path).gaps
    assert (again.id, again.state) == (gap.id, GapState.OPEN)


def test_a_gap_of_an_export_is_verified_when_most_of_its_messages_are_answered(
    find: Any, said: Any, store: Store, tmp_path: Path
) -> None:
    def all_but(*unanswered: str) -> Any:
        def ask(texts: Sequence[RedactedText]) -> Sequence[Decision]:
            return [(no_article if t in unanswered else answered)([t])[0] for t in texts]

        return ask

    bare = [said(("c", text)) for text in [*UMBRELLAS[:3], "umbrellas pin code lend"]]
    (gap,) = find(bare, folder=tmp_path).gaps
    under_an_older_index(store)
    (still,) = find(bare, all_but(*UMBRELLAS[:2]), folder=tmp_path).gaps
    assert (still.id, still.state, still.contacts) == (gap.id, GapState.OPEN, 2)
    (closed,) = find(bare, all_but(UMBRELLAS[0]), folder=tmp_path).gaps
    assert (closed.id, closed.state, closed.contacts) == (gap.id, GapState.VERIFIED, 3)


def test_tests_of_a_gap_that_nobody_misses_any_more_are_played(
    find: Any, said: Any, store: Store
) -> None:
    (gap,) = find(asked(said)).gaps
    store.gaps.confirm(gap.id, [GapCase("Do you lend umbrellas?", "lending")], "ana", START)
    assert find([], answered).gaps == ()
    assert store.gaps.get(gap.id).state is GapState.VERIFIED
    (opened,) = find([]).gaps
    assert (opened.id, opened.state, opened.contacts) == (gap.id, GapState.OPEN, 0)
    assert (opened.title, opened.conversation_ids) == ("Do you lend umbrellas?", ())
    assert store.gaps.get(gap.id).reason == "Its tests fail."
    assert [each.state for each in find([]).gaps] == [GapState.OPEN]
    assert find([], answered).gaps == ()
    store.gaps.move(gap.id, GapState.DISMISSED, "not offered", "ana", START)
    assert find([]).gaps == ()
    assert store.gaps.get(gap.id).state is GapState.DISMISSED


def test_no_conversation_is_no_gap(find: Any) -> None:
    report = find([])
    assert (report.conversations, report.gaps, report.chatter) == (0, (), ())


def test_only_what_is_new_is_embedded_and_its_topic_is_a_gap(
    knowledge: Knowledge, store: Store, said: Any, tmp_path: Path
) -> None:
    class Counting(HashingEmbedder):
        def embed(self, texts: Any) -> Any:
            embedded.extend(texts)
            return super().embed(texts)

    embedded: list[str] = []

    def run(conversations: Sequence[Any], *, anew: bool = False) -> tuple[GapReport, bool]:
        embedded.clear()
        vectors = VectorCache(tmp_path / "insights", Counting())
        before, bounds = vectors.grouping, Bounds(fewest=0, newer=0.9)
        grouper = Grouper(knowledge, vectors, RedactedText, no_article, anew=anew, bounds=bounds)
        finder = GapFinder(knowledge, grouper, judging(no_article), store.gaps, ContactCosts())
        report = finder.find(conversations, "live", START)
        vectors.save()
        assert vectors.grouping is not None
        joined = before is not None and vectors.grouping.settled == before.settled
        return report, joined

    week = [*asked(said), said(("c", "lend me a bicycle pin code"), ("a", "handoff", "no_article"))]
    (first,) = run(week)[0].gaps
    new = ["change the lock of my pin code box", "box lock change for my pin code"]
    day = [*week, *(said(("c", text), ("a", "handoff", "no_article")) for text in new)]
    report, joined = run(day)
    assert joined
    assert embedded == new
    assert {gap.id: gap.contacts for gap in report.gaps} == {
        first.id: first.contacts,
        next(gap.id for gap in report.gaps if gap.id != first.id): 2,
    }
    full, joined = run(day, anew=True)
    assert not joined
    assert full.gaps == report.gaps


def test_who_writes_names_no_gap_and_a_call_costs_more(find: Any, said: Any) -> None:
    texts = [f"I am 4444. {text}" for text in UMBRELLAS[:3]]
    rows = [said(("c", text), ("a", "handoff", "no_article")) for text in texts]
    (gap,) = find([row.model_copy(update={"channel": "phone"}) for row in rows]).gaps
    assert gap.title in UMBRELLAS
    assert gap.examples[0].startswith("I am [CARD_1]. ")
    assert gap.cost_month == pytest.approx(gap.monthly * ContactCosts().call)


def test_a_gap_that_merges_into_a_neighbour_is_judged_by_its_own_messages(
    knowledge: Knowledge, store: Store
) -> None:
    def group(text: str, *centre: float) -> Group:
        misses = [Miss(f"{text}{n}", START, f"{text} {n}", MissReason.NO_ARTICLE) for n in (1, 2)]
        return Group(tuple(misses), np.array(centre, np.float32), ours=True)

    def run(ask: Any, version: str, groups: list[Group], earlier: list[Group]) -> dict[str, str]:
        newer = replace(knowledge, version=version)
        vectors = VectorCache(None, HashingEmbedder())
        grouper = Grouper(knowledge, vectors, RedactedText, ask)
        states = GapStates(newer, grouper, judging(ask), store.gaps)
        stood = states.brought_up(groups, [], "live", START, earlier)
        return {each.texts[0]: each.gap.state.value for each in stood}

    first, second = group("lend", 1.0, 0.0), group("borrow", 0.6, 0.8)
    assert run(no_article, "20261001T000000Z-a", [first, second], []) == {
        "lend 1": "open",
        "borrow 1": "open",
    }
    both = replace(group("lend", 0.95, 0.3), misses=(*first.misses, *second.misses))
    assert run(answered, "20261002T000000Z-b", [both], [first, second]) == {
        "lend 1": "verified",
        "borrow 1": "verified",
    }


@pytest.mark.parametrize(("protests", "ours"), [(1, 2), (6, 2), (0, None)])
def test_what_customers_protest_against_is_a_gap_and_no_chatter(
    find: Any, said: Any, protests: int, ours: int | None
) -> None:
    turns = [("c", WEATHER[0]), ("a", "reply", "out_of_scope")]
    quiet = [said(*turns) for _ in range(12 if protests == 6 else protests)]
    wrong = [said(*turns, unhelpful=1) for _ in range(protests and 2)]
    report = find([*quiet, *wrong] or [said(*turns), said(*turns)])
    assert bool(report.gaps) is (ours is not None)
    assert bool(report.chatter) is (protests != 1)
    if report.gaps:
        assert report.gaps[0].reasons["declined_in_vain"] == ours
        assert report.gaps[0].contacts == (3 if protests == 1 else 2)
