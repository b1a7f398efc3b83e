"""The guards, mostly against a real HTTP server on loopback that behaves as badly as servers do."""

import asyncio
from datetime import date

import pytest

from bot.llm.breaker import Breaker
from bot.llm.chat_model import (
    MAX_CHARACTERS,
    BreakerOpenError,
    BudgetSpentError,
    ChatModel,
    ChatModelError,
    Completion,
    ModelBusyError,
    ModelFailedError,
    ModelRefusedError,
    ModelTimeoutError,
    Prompt,
    UnreadableReplyError,
)
from bot.llm.guarded import GuardedModel, Line
from bot.llm.langchain_model import LangChainModel
from bot.llm.purse import Purse
from bot.llm.scripted import ScriptedModel
from bot.llm.turn import model_turn
from bot.spend import Account, Cap, Caps, Cost, MemoryLedger, Prices, Scope
from tests.bot.llm.chat_model_suite import PROMPT, ChatModelSuite
from tests.bot.llm.loopback import Loopback, loopback

DAY = date(2026, 11, 23)


def guard(
    model: ChatModel,
    line: Line | None = None,
    ledger: MemoryLedger | None = None,
    caps: Caps | None = None,
    timeout: float = 5.0,
) -> GuardedModel:
    purse = Purse(ledger, caps, Prices(1.0, 2.0), most_tokens=400, today=lambda: DAY)
    return GuardedModel(model, line=line or Line(), purse=purse, timeout=timeout, pause=0.001)


def asking(server: Loopback, line: Line | None = None, **more: float) -> GuardedModel:
    model = LangChainModel.open("openai:m", base_url=server.base_url, timeout=30.0)
    return guard(model, line, **more)  # type: ignore[arg-type]  # a time-out


async def streamed(model: ChatModel) -> str:
    return "".join([piece.text async for piece in model.stream(PROMPT)])


class TestGuardedModel(ChatModelSuite):
    def replying(self, *replies: str) -> ChatModel:
        return guard(ScriptedModel(replies))

    def failing(self) -> ChatModel:
        return guard(ScriptedModel(lambda _: ModelFailedError("scripted failure")))

    def slow(self) -> ChatModel:
        return guard(ScriptedModel(["late"], delay=30, timeout=0.05))


async def test_a_server_that_works_replies_whole_and_in_pieces() -> None:
    async with loopback() as server:
        model = asking(server)
        completion = await model.complete(PROMPT)
        assert completion.text == await streamed(model) == "Open Cards and tap Freeze. [1]"
        assert (completion.input_tokens, completion.output_tokens) == (100, 10)


@pytest.mark.parametrize(
    ("mode", "error", "asked"),
    [
        ("429", ModelRefusedError, 2),
        ("500", ModelRefusedError, 2),
        ("401", ModelRefusedError, 1),
        ("hang", ModelTimeoutError, 1),
        ("half", ModelFailedError, 2),
        ("garbage", UnreadableReplyError, 1),
        ("endless", ModelFailedError, 2),
    ],
)
async def test_a_server_that_fails_is_one_error_within_the_time(
    mode: str, error: type[ChatModelError], asked: int
) -> None:
    async with loopback(mode) as server:
        timeout = 0.3 if mode == "hang" else 5.0
        with pytest.raises(error):
            await asking(server, timeout=timeout).complete(PROMPT)
        assert len(server.asked) <= asked  # fewer where a busy machine is late to ask
        assert server.sent < 20_000_000  # what was under way, of a gigabyte


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("500", ModelRefusedError),
        ("hang", ModelTimeoutError),
        ("half", ModelFailedError),
        ("endless-line", ModelFailedError),
    ],
)
async def test_a_stream_that_fails_is_one_error_within_the_time(
    mode: str, error: type[ChatModelError]
) -> None:
    async with loopback(mode) as server:
        with pytest.raises(error):
            await streamed(asking(server, timeout=0.3 if mode == "hang" else 5.0))
        assert server.sent < 20_000_000


async def test_a_stream_without_an_end_is_cut() -> None:
    async with loopback("endless") as server:
        assert len(await streamed(asking(server))) == MAX_CHARACTERS
        assert server.sent < 20_000_000


async def test_one_failure_is_tried_again() -> None:
    model = ScriptedModel([ModelRefusedError("busy", 503), "back"])
    assert (await guard(model).complete(PROMPT)).text == "back"


async def test_a_stream_that_began_is_not_begun_again() -> None:
    async with loopback("half") as server:
        with pytest.raises(ModelFailedError):
            await streamed(asking(server))
        assert len(server.asked) == 1


@pytest.mark.parametrize("mode", ["429", "500", "hang", "half", "endless"])
async def test_the_breaker_opens_within_five_failures_and_closes_by_a_probe(mode: str) -> None:
    now = 0.0
    breaker = Breaker(5, 30.0, lambda: now)
    async with loopback(mode) as server:
        line = Line(breaker)
        model = asking(server, line, timeout=0.1 if mode == "hang" else 5.0)
        for _ in range(5):
            with pytest.raises(ChatModelError):
                await model.complete(PROMPT)
        assert breaker.state.value == "open"
        asked = len(server.asked)
        assert asked <= 5
        with pytest.raises(BreakerOpenError):
            await model.complete(PROMPT)
        assert len(server.asked) == asked
        server.mode, now = "well", 31.0
        assert (await asking(server, line).complete(PROMPT)).text
        assert breaker.state.value == "closed"


@pytest.mark.parametrize("mode", ["garbage", "well"])
async def test_a_reply_that_cannot_be_read_is_no_failure_of_the_server(mode: str) -> None:
    async with loopback(mode, say=lambda _: " ") as server:
        line = Line()
        model = asking(server, line)
        for _ in range(6):
            with pytest.raises(ChatModelError):
                await model.complete(PROMPT)
        assert line.breaker.state.value == "closed"


async def test_so_many_calls_go_on_at_once_and_so_many_wait() -> None:
    async with loopback(pause=0.05) as server:
        model = asking(server, Line(at_once=2, waiting=3))
        done = await asyncio.gather(
            *(model.complete(PROMPT) for _ in range(9)), return_exceptions=True
        )
    assert server.most_at_once == 2
    assert sum(isinstance(each, ModelBusyError) for each in done) == 4
    assert sum(not isinstance(each, BaseException) for each in done) == 5


async def test_who_waits_too_long_is_sent_away() -> None:
    slow = ScriptedModel(lambda _: "late", delay=0.2)
    model = guard(slow, Line(at_once=1), timeout=0.3)
    done = await asyncio.gather(*(model.complete(PROMPT) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, ModelBusyError | ModelTimeoutError) for each in done) == 3


async def test_the_turn_bounds_all_its_calls_together() -> None:
    hung = guard(ScriptedModel(["late"], delay=30, timeout=60), timeout=60.0)
    began = asyncio.get_running_loop().time()
    with model_turn(0.2):
        for _ in range(3):
            with pytest.raises(ModelTimeoutError):
                await hung.complete(PROMPT)
    assert asyncio.get_running_loop().time() - began < 5.0


async def test_what_a_call_costs_is_charged_to_everybody_concerned() -> None:
    ledger = MemoryLedger()
    async with loopback() as server:
        model = LangChainModel.open("openai:m", base_url=server.base_url)
        with model_turn(5.0, Account("talk", "visitor", "site")):
            await guard(model, ledger=ledger).complete(PROMPT)
            await streamed(guard(model, ledger=ledger))
    twice = Cost(2, 200, 20, 2 * (100 + 20))
    assert ledger.spent(Scope.CONVERSATION, "talk", "") == twice
    for scope, key in ((Scope.VISITOR, "visitor"), (Scope.SITE, "site"), (Scope.DAY, "")):
        assert ledger.spent(scope, key, "2026-11-23") == twice


async def test_a_call_that_the_server_refused_costs_nothing() -> None:
    ledger = MemoryLedger()
    model = guard(ScriptedModel(lambda _: ModelRefusedError("no", 400)), ledger=ledger)
    with pytest.raises(ModelRefusedError):
        await model.complete(PROMPT)
    assert ledger.spent(Scope.DAY, "", "2026-11-23") == Cost(1)


async def test_tokens_that_nobody_counts_are_estimated() -> None:
    ledger = MemoryLedger()
    await guard(ScriptedModel(["x" * 40]), ledger=ledger).complete(Prompt("p@1", "s" * 200, "u"))
    assert ledger.spent(Scope.DAY, "", "2026-11-23") == Cost(1, 50, 10, 70)


async def test_spending_passes_a_cap_by_less_than_one_call_however_many_go_on_at_once() -> None:
    ledger = MemoryLedger()
    caps = Caps(day=Cap(tokens=1000))
    async with loopback() as server:
        model = guard(
            LangChainModel.open("openai:m", base_url=server.base_url),
            Line(at_once=16, waiting=64),
            ledger,
            caps,
        )
        done: list[object] = []
        for _ in range(4):
            calls = (model.complete(PROMPT) for _ in range(12))
            done += await asyncio.gather(*calls, return_exceptions=True)
        for _ in range(20):  # one by one, as far as it goes
            done += await asyncio.gather(model.complete(PROMPT), return_exceptions=True)
    assert all(
        isinstance(each, BudgetSpentError) or not isinstance(each, Exception) for each in done
    )
    assert 1000 <= ledger.spent(Scope.DAY, "", "2026-11-23").tokens < 1000 + 110


async def test_an_empty_budget_asks_nobody_and_is_no_failure() -> None:
    line = Line(Breaker(1))
    model = ScriptedModel(["never"])
    ledger = MemoryLedger()
    ledger.correct(Caps().entries(Account(), DAY), Cost(1, 10, 0, 0))
    with pytest.raises(BudgetSpentError):
        await guard(model, line, ledger, Caps(day=Cap(tokens=10))).complete(PROMPT)
    assert not model.prompts
    assert line.breaker.state.value == "closed"


async def test_a_cancelled_call_is_put_down_and_frees_its_place() -> None:
    ledger = MemoryLedger()
    line = Line(at_once=1)
    asked = asyncio.Event()

    class Hung(ScriptedModel):
        async def complete(self, prompt: Prompt) -> Completion:
            asked.set()
            return await super().complete(prompt)

    hung = guard(Hung(["late"], delay=30, timeout=60), line, ledger)
    call = asyncio.ensure_future(hung.complete(PROMPT))
    await asked.wait()
    reserved = ledger.spent(Scope.DAY, "", "2026-11-23").tokens
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert 0 < ledger.spent(Scope.DAY, "", "2026-11-23").tokens < reserved
    assert (await guard(ScriptedModel(["free"]), line).complete(PROMPT)).text == "free"
