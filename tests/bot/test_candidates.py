import numpy as np
import pytest

from bot.answerability import PRIOR
from bot.candidates import Coverage, by_retrieval, by_words, probability_by_name
from bot.decision import Risk
from bot.intents import Intent, IntentCatalogue
from bot.ruling import Candidate
from retrieval.article import Passage
from retrieval.hit import Hit

# "cards" is an overview that serves three intents; each has an article of its own, too.
CATALOGUE = IntentCatalogue(
    {
        "lost": Intent("lost", Risk.HIGH, ("lost-card", "cards"), ()),
        "new": Intent("new", Risk.ACCOUNT, ("new-card", "cards"), ()),
        "pin": Intent("pin", Risk.LOW, ("pin", "cards"), ()),
        "fee": Intent("fee", Risk.LOW, ("fees",), ()),
        "orphan": Intent("orphan", Risk.LOW, (), ()),
    }
)


def hit(article_id: str, dense: float = 0.5) -> Hit:
    return Hit(Passage(f"{article_id}#0", article_id, "", "", ""), dense, dense, 0.0, dense, dense)


def named(candidates: tuple[Candidate, ...]) -> list[tuple[str, str | None, float]]:
    return [(c.article_id, c.intent, round(c.support, 3)) for c in candidates]


def test_a_clear_intent_leads_with_its_own_article() -> None:
    found = Coverage.of(CATALOGUE).candidates({"pin": 0.95, "new": 0.03, "fee": 0.02}, ())
    assert found[0] == Candidate("pin", "pin", Risk.LOW, 0.95)
    assert [c.article_id for c in found[1:3]] == ["cards", "new-card"]


def test_where_two_intents_are_close_the_article_that_serves_both_is_safe() -> None:
    found = Coverage.of(CATALOGUE).candidates({"new": 0.45, "pin": 0.4, "fee": 0.15}, ())
    assert named(found)[0] == ("cards", "new", 0.85)
    assert found[0].risk is Risk.ACCOUNT


@pytest.mark.parametrize(("own", "leads"), [(0.8, "pin"), (0.79, "cards")])
def test_a_specific_article_with_nearly_the_same_support_leads(own: float, leads: str) -> None:
    found = Coverage.of(CATALOGUE).candidates({"pin": own, "new": 1.0 - own}, ())
    assert found[0].article_id == leads


def test_retrieval_settles_ties_of_one_intent() -> None:
    twins = IntentCatalogue({"pin": Intent("pin", Risk.LOW, ("a", "b"), ())})
    assert Coverage.of(twins).candidates({"pin": 1.0}, (hit("b"), hit("a")))[0].article_id == "b"
    assert Coverage.of(twins).candidates({"pin": 1.0}, (hit("a"), hit("b")))[0].article_id == "a"
    assert Coverage.of(twins).candidates({"pin": 1.0}, (hit("x"),))[0].article_id == "a"


def test_every_article_is_there_once() -> None:
    found = Coverage.of(CATALOGUE).candidates({"pin": 0.6, "new": 0.4}, ())
    assert sorted(c.article_id for c in found) == ["cards", "fees", "lost-card", "new-card", "pin"]


def test_support_is_at_most_one() -> None:
    assert (
        Coverage.of(CATALOGUE).candidates({"lost": 0.5, "new": 0.5, "pin": 0.5}, ())[0].support
        <= 1.0
    )


def test_an_intent_without_articles_has_no_candidate() -> None:
    assert (
        Coverage.of(IntentCatalogue({"orphan": CATALOGUE.intents["orphan"]})).candidates({}, ())
        == ()
    )


def test_options_are_about_different_things() -> None:
    probabilities = {"pin": 0.6, "fee": 0.3, "new": 0.03, "lost": 0.02}
    options = Coverage.of(CATALOGUE).options(probabilities, (), 3)
    assert named(options)[:2] == [("pin", "pin", 0.6), ("fees", "fee", 0.3)]
    # What the first options serve is not counted twice.
    assert named(options)[2] == ("cards", "new", 0.05)


def test_no_option_is_offered_for_nothing() -> None:
    options = Coverage.of(CATALOGUE).options({"pin": 1.0}, (), 3)
    assert [o.article_id for o in options] == ["pin"]
    assert Coverage.of(CATALOGUE).options({}, (), 3) == ()


def test_looking_for_options_leaves_the_probabilities_alone() -> None:
    probabilities = {"pin": 0.5, "fee": 0.5}
    Coverage.of(CATALOGUE).options(probabilities, (), 2)
    assert probabilities == {"pin": 0.5, "fee": 0.5}


def test_without_intents_support_comes_from_the_hits() -> None:
    hits = (hit("a", 0.9), hit("b", 0.3), hit("c", 0.2), hit("d", 0.1))
    candidates, options = by_retrieval(hits, PRIOR)
    assert [c.article_id for c in candidates] == ["a"]
    assert [o.article_id for o in options] == ["a", "b", "c"]
    assert [o.support for o in options] == [PRIOR.support(hits, n) for n in range(3)]
    assert {(o.intent, o.risk) for o in options} == {(None, Risk.LOW)}


def test_where_nothing_is_found_there_is_no_candidate() -> None:
    assert by_retrieval((), PRIOR) == ((), ())


def test_names_and_probabilities_go_together() -> None:
    assert probability_by_name(("a", "b"), np.array([0.25, 0.75])) == {"a": 0.25, "b": 0.75}
    with pytest.raises(ValueError, match="shorter"):
        probability_by_name(("a", "b"), np.array([1.0]))


def words(article_id: str, lexical: float) -> Hit:
    return Hit(Passage(f"{article_id}#0", article_id, "", "", ""), lexical, 0.0, lexical, 0.0, 0.0)


def test_without_a_model_a_clear_lead_in_words_may_answer() -> None:
    candidates, options = by_words((words("pin", 1.0), words("fees", 0.5)), CATALOGUE)
    assert named(candidates) == [("pin", "pin", 0.7)]
    assert [c.article_id for c in options] == ["pin", "fees"]


def test_without_a_model_a_narrow_lead_in_words_is_not_enough_to_answer() -> None:
    candidates, _ = by_words((words("pin", 1.0), words("fees", 0.9)), CATALOGUE)
    assert candidates[0].support < 0.5


def test_without_a_model_an_article_on_a_high_risk_intent_keeps_that_risk() -> None:
    candidates, _ = by_words((words("lost-card", 1.0), words("pin", 0.2)), CATALOGUE)
    assert candidates[0].risk is Risk.HIGH


def test_without_a_model_nothing_found_is_nothing_offered() -> None:
    assert by_words((), CATALOGUE) == ((), ())


def test_without_a_model_an_overview_has_the_highest_risk_that_it_serves() -> None:
    candidates, _ = by_words((words("cards", 1.0), words("pin", 0.2)), CATALOGUE)
    assert (candidates[0].intent, candidates[0].risk) == ("lost", Risk.HIGH)
