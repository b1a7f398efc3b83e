import pytest
from pydantic import ValidationError

from bot.decision import Risk
from bot.intents import Intent, IntentCatalogue
from evals.case import CaseTurn, EvalCase, Expect

CATALOGUE = IntentCatalogue(
    {
        "pin": Intent("pin", Risk.LOW, ("change-pin", "pins"), ()),
        "arrival": Intent("arrival", Risk.ACCOUNT, ("arrival",), ()),
        "fraud": Intent("fraud", Risk.HIGH, ("fraud",), ()),
    }
)


def test_a_low_intent_is_answered_from_one_of_its_articles() -> None:
    case = EvalCase(id="x", says="how", intent="pin").resolve(CATALOGUE)
    assert case.goal.decisions == {"answer"}
    assert case.goal.articles == {"change-pin", "pins"}
    assert case.goal.offers_agent is None
    assert (case.risk, case.answerable, case.needs_human) == (Risk.LOW, True, False)


def test_an_account_intent_also_offers_a_person() -> None:
    case = EvalCase(id="x", says="how", intent="arrival").resolve(CATALOGUE)
    assert case.goal.decisions == {"answer"}
    assert case.goal.offers_agent is True


def test_a_high_intent_is_handed_over() -> None:
    case = EvalCase(id="x", says="how", intent="fraud").resolve(CATALOGUE)
    assert case.goal.decisions == {"handoff"}
    assert case.needs_human is True


def test_a_message_out_of_scope_gets_a_reply() -> None:
    case = EvalCase(id="x", says="how", tier="out_of_scope").resolve(CATALOGUE)
    assert case.goal.decisions == {"reply"}
    assert case.risk is None
    assert (case.answerable, case.needs_human) == (False, False)


def test_what_is_written_wins_over_the_catalogue() -> None:
    expect = Expect(decision=["clarify"], articles=["pins"], offers_agent=True)
    case = EvalCase(id="x", says="how", intent="pin", tier="account", expect=expect)
    golden = case.resolve(CATALOGUE)
    assert golden.risk is Risk.ACCOUNT
    assert golden.goal.decisions == {"clarify"}
    assert golden.goal.articles == {"pins"}


def test_an_unknown_label_leaves_everything_open() -> None:
    case = EvalCase(id="x", says="how", intent="unheard-of").resolve(CATALOGUE)
    assert (case.risk, case.answerable, case.needs_human) == (None, None, None)
    assert case.goal.decisions == frozenset()


def test_only_the_last_turn_is_filled_in() -> None:
    turns = [CaseTurn(says="hello"), CaseTurn(chooses="pins")]
    case = EvalCase(id="x", turns=turns, intent="pin").resolve(CATALOGUE)
    assert case.steps[0].expected.decisions == frozenset()
    assert case.steps[1].chooses == "pins"
    assert case.goal.decisions == {"answer"}


def test_needs_human_can_be_written() -> None:
    case = EvalCase(id="x", says="a", needs_human=True).resolve(CATALOGUE)
    assert case.needs_human is True


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "x"}, "one of says, turns and persona"),
        ({"id": "x", "says": "a", "turns": [{"says": "b"}]}, "one of says, turns and persona"),
        ({"id": "x", "turns": [{}]}, "a turn needs says or chooses"),
        ({"id": "x", "turns": [{"says": "b"}], "expect": {"facts": "1"}}, "belongs to a turn"),
        ({"id": "", "says": "a"}, "at least 1 character"),
        ({"id": "x", "says": "a", "expekt": {}}, "Extra inputs"),
        ({"id": "x", "says": "a", "expect": {"decision": "shrug"}}, "'answer', 'clarify'"),
        ({"id": "x", "says": "a", "expect": {"reason": "mood"}}, "unknown reason 'mood'"),
        ({"id": "x", "says": "a", "tier": "medium"}, "'low', 'account'"),
        ({"id": 7, "says": "a"}, "valid string"),
    ],
)
def test_a_wrong_case_says_what_is_wrong(row: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        EvalCase.model_validate(row)


def test_one_word_may_stand_for_a_list_of_one() -> None:
    assert Expect.model_validate({"decision": "answer", "facts": "£6"}) == Expect(
        decision=["answer"], facts=["£6"]
    )
