import asyncio

import pytest

from bot.api.crowd import BRIEF_SECONDS, Crowd
from bot.api.problems import Problem


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_burst_may_wait_long_and_an_overrun_only_briefly() -> None:
    clock = Clock()
    crowd = Crowd(1, line=50, patience=10.0, clock=clock)

    async def come(every: float, times: int) -> None:
        waiting = []
        for _ in range(times):
            clock.now += every
            waiting.append(asyncio.create_task(_enter(crowd)))
            await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async with crowd.place():
        await come(every=0.0, times=20)
        assert crowd.patience == 10.0
        await come(every=0.1, times=20)
        assert crowd.patience == BRIEF_SECONDS
    clock.now += 1.0
    await _enter(crowd)
    assert crowd.patience == 10.0


async def test_a_full_line_sends_away_at_once() -> None:
    crowd = Crowd(1, line=0, patience=10.0)
    async with crowd.place():
        with pytest.raises(Problem):
            await _enter(crowd)
    await _enter(crowd)


async def _enter(crowd: Crowd) -> None:
    async with crowd.place():
        pass
