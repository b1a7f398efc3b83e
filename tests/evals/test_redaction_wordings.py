from evals.redaction_fit import cases, fit
from evals.redaction_wordings import Wordings
from redaction.recognisers.weighed import KINDS, weigh

_DRAWN = list(Wordings().draw(seed=7, each=1))


def test_secrets_stand_where_they_are_said_to() -> None:
    for each in _DRAWN:
        assert bool(each.secrets) == (each.kind in {*KINDS, "SEVERAL"}), each.text
        for start, end, kind in each.secrets:
            assert kind in KINDS
            assert 0 <= start < end <= len(each.text)
            assert each.text[start:end].strip() == each.text[start:end] != ""


def test_the_same_seed_draws_the_same() -> None:
    assert list(Wordings().draw(seed=7, each=1)) == _DRAWN


def test_the_weights_that_ship_fit_wordings_drawn_afresh() -> None:
    right = total = 0
    for each in _DRAWN:
        for signs, kind in cases(each.text, each.secrets):
            found, sureness = weigh(iter(signs))
            right += sureness < 0.5 if kind == len(KINDS) else found == KINDS[kind]
            total += 1
    assert total > 1000
    assert right / total > 0.97


def test_what_is_common_gets_a_weight_and_what_is_rare_none() -> None:
    spoken = [(frozenset({"PIN<1"}), 1), (frozenset({"MONEY<1"}), len(KINDS))] * 14
    weights = fit([*spoken, *((frozenset({"PIN<1"}), kind) for kind in (0, 2, 3))], [])
    assert set(weights) == {"PIN<1", "MONEY<1"}
    assert weights["PIN<1"][1] > 0 > weights["PIN<1"][-1]


def test_a_candidate_within_another_kind_is_left_out() -> None:
    text = "my pin card 4111 is here, pin 4821"
    assert [kind for _, kind in cases(text, [(12, 16, "CARD"), (30, 34, "PIN")])] == [1]
