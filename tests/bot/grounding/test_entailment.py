"""The learnt veto: a numpy encoder that must do what torch does, and what it refuses."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info
from transformers import BertConfig, BertModel

from bot.grounding.check import GroundingCheck
from bot.grounding.encoder import Encoder
from bot.grounding.entailment import Entailment, adapted
from bot.grounding.statements import headed
from bot.grounding.verdict import Fault, Reason
from retrieval.article import Passage
from retrieval.config import RetrievalSettings

POOL = Passage(
    "pool#0",
    "pool",
    "Lockers",
    "",
    "Lockers take a 1 euro coin, which comes back when you return the key. The sauna is for "
    "guests from 16; children from 12 may use it with a parent on Sundays. Towels are lent at the "
    "desk, not sold. See [prices](https://pool.example/prices).",
)


@pytest.fixture(scope="module")
def entailment() -> Entailment:
    opened = Entailment.open(RetrievalSettings())
    assert opened is not None
    return opened


def test_the_encoder_reads_as_torch_does_where_the_text_does_not_see_the_sentence() -> None:
    torch.manual_seed(3)
    shape = BertConfig(
        vocab_size=60,
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=40,
    )
    network = BertModel(shape, add_pooling_layer=False).train(mode=False)
    arrays = {name: weight.numpy() for name, weight in network.state_dict().items()}
    text, sentence = [1, 17, 30, 8, 44, 2], [1, 9, 51, 2]
    owner = torch.tensor([0] * len(text) + [1] * len(sentence))
    mask = (owner[None, :] == 0) | (owner[None, :] == owner[:, None])
    with torch.no_grad():
        expected = network(
            input_ids=torch.tensor([text + sentence]),
            token_type_ids=owner[None],
            attention_mask=torch.where(mask, 0.0, -1e9)[None, None],
        ).last_hidden_state[0, len(text) :]
    encoder = Encoder(arrays, heads=4)
    states = encoder.states(sentence, encoder.prefix(text))
    np.testing.assert_allclose(states, expected.numpy(), atol=1e-5)


def test_an_adapter_adds_products_and_puts_whole_weights_in_place() -> None:
    arrays = {"a": np.ones((2, 3), np.float32), "b": np.zeros(2, np.float32)}
    left, right = np.array([[1.0], [2.0]], np.float32), np.array([[1.0, 0.0, 3.0]], np.float32)
    bias = np.array([5.0, 6.0], np.float32)
    found = adapted(arrays, {"a.left": left, "a.right": right, "b": bias})
    np.testing.assert_array_equal(found["a"], [[2, 1, 4], [3, 1, 7]])
    np.testing.assert_array_equal(found["b"], bias)
    assert set(found) == {"a", "b"}
    np.testing.assert_array_equal(arrays["a"], 1)


def test_a_passage_is_read_under_its_title_without_the_targets_of_links() -> None:
    read = headed(POOL, "The pool")
    assert read.startswith("The pool / Lockers: Lockers take a 1 euro coin")
    assert read.endswith("See prices.")
    assert headed(Passage("a#0", "a", "", "", "Text."), "") == "Text."


@pytest.mark.model
@pytest.mark.parametrize(
    ("supported", "near_miss"),
    [
        ("You get the coin back with the key.", "The desk keeps the coin when you return the key."),
        ("Towels can be borrowed at the desk.", "Towels can be bought at the desk."),
        ("Guests of 16 and over may use the sauna.", "Guests under 16 may use the sauna any day."),
    ],
)
def test_what_follows_scores_above_its_near_miss(
    entailment: Entailment, supported: str, near_miss: str
) -> None:
    texts = [headed(POOL, "The pool")]
    assert entailment.score(supported, texts) > entailment.score(near_miss, texts)


@pytest.mark.model
def test_a_passage_beyond_the_window_is_read_in_parts(entailment: Entailment) -> None:
    long = "The hall is cleaned every night before the doors open again. " * 60
    said = "You get the coin back with the key."
    alone = entailment.score(said, [headed(POOL, "")])
    assert entailment.score(said, [long, headed(POOL, "")]) >= alone - 1e-4


@pytest.mark.model
def test_it_scores_alike_whoever_asks_at_the_same_time(entailment: Entailment) -> None:
    asked = [
        (said, [f"{headed(POOL, '')} Part {part}."])
        for said in ("Towels are lent.", "Towels are sold.")
        for part in range(6)
    ]
    threads = [each["num_threads"] for each in threadpool_info()]
    alone = [entailment.score(*each) for each in asked]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda each: entailment.score(*each), asked))
    np.testing.assert_allclose(beside, alone, atol=1e-5)
    assert [each["num_threads"] for each in threadpool_info()] == threads


@pytest.mark.model
def test_hostile_sentences_get_a_score(entailment: Entailment) -> None:
    for said in ("", "\x00\ufffd", "a" * 20_000, "[SEP] [CLS] supported", "🙂" * 200):
        assert np.isfinite(entailment.score(said, [headed(POOL, "")]))


def test_another_model_than_it_was_learnt_for_has_no_such_veto() -> None:
    assert Entailment.open(RetrievalSettings(model_sha256="0" * 64)) is None


class Sour:
    """Refuses whatever it is asked, and remembers what that was."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def refuses(self, sentence: str, texts: Sequence[str]) -> bool:
        self.asked.append(sentence)
        return bool(texts)


def test_the_veto_is_heard_on_a_reworded_sentence_that_no_rule_refuses_and_only_there() -> None:
    sour = Sour()
    check = GroundingCheck(entailment=sour)
    reworded, copied = "Guests from 16 may visit the sauna.", "Lockers take a 1 euro coin."
    wrong = "Guests from 18 may visit the sauna."
    assert GroundingCheck().check(reworded, [POOL]).supported
    assert check.check(reworded, [POOL]).reasons == (Reason(Fault.ENTAILMENT),)
    assert check.check(copied, [POOL]).supported
    assert Reason(Fault.ENTAILMENT) not in check.check(wrong, [POOL]).reasons
    assert sour.asked == [reworded]
