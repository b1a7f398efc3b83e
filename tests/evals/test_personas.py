import pytest

from bot.conversation import Conversation
from bot.decision import Handoff, HandoffReason
from bot.dialogue import Judgement
from bot.golden import GoldenCase, Persona
from bot.llm.scripted import ScriptedModel
from evals.case import CasePersona, EvalCase, Expect
from evals.personas import PASTED, played_by
from evals.run import Player, run_cases
from evals.scorers import CaseResult, measures_of
from redaction.redactor import RedactedText
from tests.evals.scripted import (
    ASK,
    CARD,
    CATALOGUE,
    HAND_OVER,
    LINES,
    Scripted,
    answer,
    scripted_player,
)

ASKED = Handoff(HandoffReason.CUSTOMER_ASKED, "A colleague takes over.", "rule")
TALK = {
    **LINES,
    "the number on it": answer("change-pin"),
    "wrong one": answer("arrival"),
    "vague": ASK,
    "more of it": answer("arrival"),
}


class Talkative(Scripted):
    """Takes any wording of a wish for what the wish itself gets."""

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        for words in ("real person", "someone from your team", "talk to an agent"):
            if words in text:
                self.lines = {**self.lines, text: ASKED}
        if text not in self.lines and "[CARD_1]" not in text:
            known = next((line for line in self.lines if line and line in text), "hello")
            self.lines = {**self.lines, text: self.lines[known]}
        return await super().decide(conversation, text, withheld=withheld)


def case(persona: CasePersona, **more: object) -> EvalCase:
    values = {"id": "x", "intent": "pin", "persona": persona, **more}
    return EvalCase.model_validate(values)


async def play(one: EvalCase, player: Player | None = None) -> CaseResult:
    player = player or scripted_player(Talkative(TALK))
    (result,) = await run_cases(player, [one.resolve(CATALOGUE)])
    return result


def said(result: CaseResult) -> list[str]:
    return [one.customer.text for one in result.played]


async def test_a_customer_who_is_served_leaves() -> None:
    result = await play(case(CasePersona(wants="how to change a pin")))
    assert said(result) == ["how to change a pin"]
    assert result.passed is True


async def test_the_option_that_fits_is_picked() -> None:
    result = await play(case(CasePersona(greets="hello", wants="pin or so"), most_turns=3))
    assert said(result) == ["hello", "pin or so", "Change it"]
    assert result.passed is True
    assert measures_of(result).turns_to_goal == 3


async def test_where_no_option_fits_the_customer_tells_what_else_they_know() -> None:
    one = case(CasePersona(wants="vague", knows=["more of it"]), intent="arrival")
    result = await play(one)
    assert said(result) == ["vague", "more of it"]
    assert result.played[-1].decision == answer("arrival")


async def test_a_wrong_answer_is_rejected_and_then_a_person_asked_for() -> None:
    persona = CasePersona(wants="wrong one", insists=2, then="ask_person")
    result = await play(case(persona, expect=Expect(decision=["handoff"])))
    assert said(result)[0] == "wrong one"
    assert all("wrong one" in text for text in said(result)[1:3])
    assert result.played[-1].decision == ASKED
    assert (len(result.played), result.passed) == (4, True)


async def test_a_customer_gives_up() -> None:
    result = await play(case(CasePersona(wants="wrong one", insists=1)))
    assert len(result.played) == 2
    assert result.passed is False
    result = await play(case(CasePersona(wants="wrong one", insists=9, patience=3)))
    assert len(result.played) == 3


async def test_an_unconvinced_customer_takes_no_answer() -> None:
    persona = CasePersona(wants="how to change a pin", unconvinced=True, then="ask_person")
    result = await play(case(persona, expect=Expect(decision=["handoff"]), most_turns=2))
    assert result.played[-1].decision == ASKED
    assert [s.check for s in result.failures] == ["turns"]


async def test_thanks_come_after_the_answer_and_change_nothing() -> None:
    result = await play(case(CasePersona(wants="how to change a pin", thanks=True)))
    assert len(result.played) == 2
    assert result.passed is True
    assert result.outcome is not None
    assert result.outcome.last == "answer"


async def test_a_pasted_card_is_looked_for_everywhere() -> None:
    result = await play(case(CasePersona(wants="pin or so", pastes=CARD, pastes_with=1)))
    assert result.case.must_not_appear == (CARD,)
    assert "[CARD_1]" in said(result)[0]
    assert any(said(result)[0] == f"pin or so {p.format(data='[CARD_1]')}" for p in PASTED)
    assert [s.value for s in result.scores if s.check == "leak"] == [True]


async def test_the_same_seed_says_the_same_and_another_may_not() -> None:
    async def talk(seed: int) -> list[str]:
        return said(await play(case(CasePersona(wants="wrong one", insists=3, seed=seed))))

    assert await talk(1) == await talk(1)
    assert len({tuple(await talk(seed)) for seed in range(6)}) > 1


async def test_a_handoff_ends_it() -> None:
    result = await play(case(CasePersona(wants="robbed", then="ask_person"), intent="fraud"))
    assert [one.decision for one in result.played] == [HAND_OVER]
    assert result.passed is True


async def test_a_model_can_play_the_customer() -> None:
    model = ScriptedModel(["pin or so", "Change it", "[END]"])
    scripted = scripted_player(Talkative(TALK))
    player = Player(scripted.gate, scripted.decider, played_by(model))
    result = await play(case(CasePersona(wants="hello", knows=["a secret wish"])), player)
    assert said(result) == ["hello", "pin or so", "Change it"]
    assert "a secret wish" in model.prompts[0].user
    assert "Assistant: Hello!" in model.prompts[0].user
    assert result.passed is True


@pytest.mark.parametrize("patience", [1, 2])
async def test_a_model_does_not_talk_for_ever(patience: int) -> None:
    model = ScriptedModel(lambda prompt: "how to change a pin")
    scripted = scripted_player(Talkative(TALK))
    player = Player(scripted.gate, scripted.decider, played_by(model))
    persona = CasePersona(wants="hello", patience=patience)
    assert len((await play(case(persona), player)).played) == patience


def test_a_persona_is_one_way_to_write_a_case() -> None:
    golden = case(CasePersona(wants="a", knows=["b"])).resolve(CATALOGUE)
    assert isinstance(golden, GoldenCase)
    assert golden.persona == Persona("a", ("b",))
    with pytest.raises(ValueError, match="one of says, turns and persona"):
        case(CasePersona(wants="a"), says="b")
