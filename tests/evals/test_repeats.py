import pytest

from bot.golden import Score
from evals.repeats import Repeats, repeats_of
from evals.run import Player, run_cases
from evals.scorers import CaseResult
from tests.evals.scripted import CATALOGUE, SUITE, scripted_player


def test_pass_hat_is_that_of_the_definition() -> None:
    eight = Repeats(8, (6,) * 40, ())
    values = [eight.pass_hat(k).value for k in (1, 2, 4, 8)]
    assert values == [pytest.approx(v, abs=0.005) for v in (0.75, 0.54, 0.21, 0.0)]
    mixed = Repeats(2, (*[2] * 30, *[1] * 10, None), ())
    once, twice = mixed.pass_hat(1), mixed.pass_hat(2)
    assert (once.value, twice.value) == (0.875, 0.75)
    assert (twice.n, twice.unscored) == (40, 1)
    assert twice.low is not None
    assert twice.low < 0.75
    assert Repeats(2, (None,), ()).pass_hat(1).value is None


async def test_a_scripted_assistant_decides_the_same_each_time() -> None:
    cases = [case.resolve(CATALOGUE) for case in SUITE]
    player: Player = scripted_player()
    rounds = [await run_cases(player, cases) for _ in range(3)]
    found = repeats_of(rounds)
    assert found is not None
    assert (found.k, found.differing) == (3, ())
    assert found.passes[:3] == (3, 3, 0)
    assert found.passes[-1] is None
    assert repeats_of(rounds[:1]) is None


async def test_a_case_that_is_decided_otherwise_is_named() -> None:
    cases = [case.resolve(CATALOGUE) for case in SUITE[:2]]
    one = await run_cases(scripted_player(), cases)
    wrong = CaseResult(one[0].case, one[1].played, (Score("decision", 0, False),), one[0].outcome)
    found = repeats_of([one, [wrong, one[1]]])
    assert found is not None
    assert (found.passes, found.differing) == ((1, 2), ("low",))
