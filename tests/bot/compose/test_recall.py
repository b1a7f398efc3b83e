from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.compose.composer import Draft
from bot.compose.recall import Recall
from bot.decision import Citation
from bot.kept_answer import KeptAnswer
from bot.llm.turn import model_turn
from bot.spend import Account
from bot.store import Store
from bot.store_errors import StoreUnavailable
from tests.bot.compose.composer_suite import FREEZE, SINGLE
from tests.bot.small_store import started

DRAFT = Draft("It is free.", (Citation("f", "f#0", "Freeze", "", "It is free."),), worded=True)
VECTOR = np.array([1.0, 0.0], np.float32)
NEAR = np.array([0.99, 0.1], np.float32)
FAR = np.array([0.9, 0.4], np.float32)


@pytest.fixture
def kept(tmp_path: Path, sqlite_blank: Path) -> Iterator[Store]:
    (tmp_path / "firstline.db").write_bytes(sqlite_blank.read_bytes())
    store = Store.in_folder(tmp_path)
    yield store
    store.close()


def recalling(store: Store, settings: str = "s", days: int = 0) -> Recall:
    recall = Recall(settings, clock=lambda: datetime.now(UTC) + timedelta(days=days))
    recall.keep_in(store.answers)
    return recall


def key_of(recall: Recall, question: str = "is it free", rules: str = "1 1") -> str:
    key = recall.key(question, [FREEZE], rules)
    assert key is not None
    return key


async def keep(store: Store) -> str:
    """An answer kept in a conversation, whose id is given."""
    talk, recall = started(store), recalling(store)
    with model_turn(5.0, Account(talk.id)):
        await recall.keep(key_of(recall), VECTOR, DRAFT)
    return talk.id


async def test_nearly_the_same_question_gets_the_same_answer(kept: Store) -> None:
    await keep(kept)
    recall = recalling(kept)
    found = await recall.find(key_of(recall, "so is it free?"), NEAR)
    assert found is not None
    assert (found.text, found.citations) == (DRAFT.text, DRAFT.citations)
    assert await recall.find(key_of(recall), FAR) is None


async def test_another_index_policy_setting_article_number_or_negation_is_another(
    kept: Store,
) -> None:
    await keep(kept)
    recall = recalling(kept)
    others = [
        (recall, key_of(recall, rules="2 1")),
        (recall, key_of(recall, "is it not free")),
        (recall, key_of(recall, "is it free for 3")),
        (recall, recall.key("is it free", [SINGLE], "1 1")),
        (recalling(kept, "other model"), key_of(recalling(kept, "other model"))),
        (recalling(kept, days=2), key_of(recall)),
    ]
    for asking, key in others:
        assert key is not None
        assert await asking.find(key, VECTOR) is None


def test_a_question_that_held_personal_data_is_not_kept(kept: Store) -> None:
    assert recalling(kept).key("is it free for [NAME_1]", [FREEZE], "1 1") is None
    assert Recall("no store yet").key("is it free", [FREEZE], "1 1") is None


async def test_without_a_conversation_nothing_is_kept(kept: Store) -> None:
    recall = recalling(kept)
    await recall.keep(key_of(recall), VECTOR, DRAFT)
    assert await recall.find(key_of(recall), VECTOR) is None


async def test_an_erased_conversation_takes_its_answers_along(kept: Store) -> None:
    talk = await keep(kept)
    recall = recalling(kept)
    assert kept.erasure.erase(talk, datetime.now(UTC), "operator")["cached_answer"] == 1
    assert await recall.find(key_of(recall), VECTOR) is None


async def test_old_answers_are_cleared(kept: Store) -> None:
    await keep(kept)
    late = datetime.now(UTC) + timedelta(days=31)
    assert kept.retention.clear(late, late)["answers to give again"] == 1


class Down:
    """A store that cannot be reached."""

    def of(self, key: str, now: datetime) -> Sequence[KeptAnswer]:
        raise StoreUnavailable(key + str(now))

    def keep(self, key: str, conversation_id: str, kept: KeptAnswer, now: datetime) -> None:
        raise StoreUnavailable(key + conversation_id + kept.text + str(now))


async def test_a_store_that_is_down_recalls_nothing_and_fails_nobody() -> None:
    recall = Recall("s")
    recall.keep_in(Down())
    with model_turn(5.0, Account("talk")):
        await recall.keep(key_of(recall), VECTOR, DRAFT)
    assert await recall.find(key_of(recall), VECTOR) is None


async def test_vectors_of_another_model_are_never_near(kept: Store) -> None:
    await keep(kept)
    recall = recalling(kept)
    assert await recall.find(key_of(recall), np.ones(3, np.float32)) is None
