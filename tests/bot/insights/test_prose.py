import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.insights.draft import Draft, draft_article
from bot.insights.prose import NoProseError, ProseWriter
from bot.insights.snapshot import SnapshotFile
from bot.knowledge import Knowledge
from bot.llm.breaker import Breaker
from bot.llm.chat_model import ModelFailedError
from bot.llm.guarded import GuardedModel, Line
from bot.llm.purse import Purse
from bot.llm.scripted import ScriptedModel
from bot.spend import Cap, Caps, Prices, Scope
from bot.store import Store
from bot.store_gaps import GapCase, GapState, KnownGap
from retrieval.source import read_folder
from tests.bot.small_knowledge import holder, index_small, write_small
from tests.web.installation import PatternRedactor

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CASES = [GapCase("How do I top up my account by cheque?"), GapCase("top up by cheque please")]
BODY = (
    "You top up by card or by bank transfer [1]. The top up arrives within 90 minutes [1].\n"
    "See https://evil.example <script>alert(1)</script>\n\n## By cheque\n\n"
    "To confirm: whether cheques are taken."
)


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    index_small(write_small(tmp_path / "kb"), tmp_path / "data")
    return holder(tmp_path / "data").current()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(f"sqlite:///{tmp_path / 'gaps.db'}")
    opened.upgrade()
    centre = np.zeros(4, np.float32)
    known = KnownGap("gap-1", "live", GapState.OPEN, "", centre, "m", "v", 0.0, 3, NOW, NOW)
    opened.gaps.keep([known])
    opened.gaps.confirm("gap-1", CASES, "Ann", NOW)
    return opened


@pytest.fixture
def outline(knowledge: Knowledge) -> Draft:
    return draft_article(knowledge, "gap-1", CASES, "Top up by cheque", ["Ask at the desk."])


def writer_of(
    model: ScriptedModel | GuardedModel,
    knowledge: Knowledge,
    store: Store,
    folder: Path,
    seconds: float = 5,
) -> ProseWriter:
    file = SnapshotFile(folder / "insights")
    return ProseWriter(model, lambda: knowledge, store, file, PatternRedactor(), seconds=seconds)


def replying(body: str = BODY) -> ScriptedModel:
    return ScriptedModel([json.dumps({"title": "Evil title", "body": body})])


async def test_prose_stands_in_the_draft_marked_and_with_its_sources(
    knowledge: Knowledge, store: Store, outline: Draft, tmp_path: Path
) -> None:
    model = replying()
    writer = writer_of(model, knowledge, store, tmp_path)
    worded = await writer.word("gap-1", outline, ["Ask at the desk."])
    assert writer.last(outline) is worded
    (tmp_path / "kb" / outline.path).write_text(worded.draft.text, encoding="utf-8")
    library = read_folder(tmp_path / "kb")
    assert library.problems == ()
    (made,) = [article for article in library.articles if article.id == "top-up-by-cheque"]
    assert (made.title, made.tags) == ("Top up by cheque", ("draft",))
    assert made.body.startswith("> Draft, worded by scripted (draft@2)")
    assert "\n\nYou top up by card or by bank transfer.\n\n## By cheque\n" in made.body
    assert "## Sources of this draft\n- [Top up your account](top-up.md)\n" in made.body + "\n"
    assert all(f"- {case.text}" in made.body for case in CASES)
    assert not [each for each in ("90", "evil", "Evil", "<script", "gap-1") if each in made.body]
    assert worded.prose.told() == "1 sentence that the sources support, 1 to check, 2 left out"
    (prompt,) = model.prompts
    assert all(each in prompt.user for each in (CASES[0].text, "Ask at the desk.", "5 minutes"))
    assert "Secret" not in prompt.user  # articles for staff stay here


async def test_whatever_the_model_does_there_is_one_reason_in_words(
    knowledge: Knowledge, store: Store, outline: Draft, tmp_path: Path
) -> None:
    for model, seconds, said in (
        (ScriptedModel([ModelFailedError("the server is down")]), 5.0, "the server is down"),
        (ScriptedModel(["{}"]), 5.0, "title"),
        (replying("It costs 90 euros [1]."), 5.0, "no source supports anything"),
        (ScriptedModel(["{}"], delay=9.0, timeout=0.05), 5.0, "did not reply within"),
        (ScriptedModel(lambda _: 1 / 0), 5.0, "ZeroDivisionError"),  # type: ignore[arg-type,return-value]
    ):
        writer = writer_of(model, knowledge, store, tmp_path, seconds)
        with pytest.raises(NoProseError, match=said):
            await writer.word("gap-1", outline, [])
        assert writer.last(outline) is None


async def test_a_model_that_hangs_is_given_up_in_time_and_only_one_draft_is_worded_at_once(
    knowledge: Knowledge, store: Store, outline: Draft, tmp_path: Path
) -> None:
    line = Line(Breaker(1))
    slow = GuardedModel(ScriptedModel(["{}"], delay=60.0, timeout=99), line=line, purse=_purse())
    writer = writer_of(slow, knowledge, store, tmp_path, seconds=0.3)
    first = asyncio.create_task(writer.word("gap-1", outline, []))
    await asyncio.sleep(0.02)
    with pytest.raises(NoProseError, match="another draft"):
        await writer.word("gap-1", outline, [])
    with pytest.raises(NoProseError, match="did not reply in time"):
        await first
    with pytest.raises(NoProseError, match="left alone"):  # the breaker is open
        await writer.word("gap-1", outline, [])


async def test_a_draft_is_paid_for_and_stops_at_the_days_budget(
    knowledge: Knowledge, store: Store, outline: Draft, tmp_path: Path
) -> None:
    purse = Purse(
        store.spend, Caps(day=Cap(tokens=10)), Prices(1.0, 2.0), most_tokens=100, today=NOW.date
    )
    guarded = GuardedModel(replying(), line=Line(), purse=purse)
    writer = writer_of(guarded, knowledge, store, tmp_path)
    await writer.word("gap-1", outline, [])
    spent = store.spend.spent(Scope.DAY, "", "2026-11-23")
    assert spent.calls == 1
    assert spent.tokens > 10
    assert spent.micros > 0
    with pytest.raises(NoProseError, match="budget for the day is spent"):
        await writer.word("gap-1", outline, [])


def _purse() -> Purse:
    return Purse(most_tokens=100)
