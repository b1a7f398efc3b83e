import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.keys import load_or_create
from bot.store import Store
from tests.soak import Plan, Soak, Worker
from tests.soak_overload import Plan as Overload
from tests.soak_overload import measure as measure_overload
from tests.soak_readers import measure


async def test_a_short_soak_loses_doubles_and_halves_nothing(url: str, tmp_path: Path) -> None:
    report = await Soak(Plan(messages=50, kills=3), url, tmp_path).run()
    assert report.clean, report
    assert report.messages == report.acknowledged == 50
    assert report.kills == 3
    assert report.delivered_after_seconds < 60


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'firstline.db'}"
    store = Store(url)
    store.upgrade()
    store.close()
    return url


async def test_readers_that_stall_cost_little_and_hold_up_nobody(
    file_url: str, tmp_path: Path
) -> None:
    cost = await measure(file_url, tmp_path, readers=120, messages=24)
    # Few readers measure coarsely; what nobody reads would show all the same.
    assert cost.kilobytes_each < 75, cost
    assert cost.unread_kilobytes > 80, cost
    assert cost.busy_ms < 10 * cost.calm_ms, cost


async def test_five_times_the_load_is_answered_in_part_and_the_rest_is_told_when(
    file_url: str, tmp_path: Path
) -> None:
    load_or_create(tmp_path)
    worker = Worker(file_url, tmp_path, "http://127.0.0.1:9", thinking=0.4)
    await worker.start()
    try:
        plan = Overload(capacity=1.0, normal=1.5, overload=3.0, customers=60)
        report = await measure_overload(worker.address, worker.pid, plan)
    finally:
        await worker.kill()
    over, lines = report.overload, report.lines()
    assert report.normal.accepted, lines
    assert not report.normal.broken, lines
    assert len(over.accepted) > 10, lines
    assert over.refused, lines
    assert not over.not_told_when, lines
    assert not over.broken, lines
    # How quick is for ``make soak`` on a quiet machine; nobody stands in a line for long.
    assert over.quantile(0.5) < 2000, lines
    assert report.memory[1] < 1.2 * report.memory[0], lines


async def test_a_server_told_to_stop_answers_what_it_has_taken_and_ends_its_streams(
    file_url: str, tmp_path: Path
) -> None:
    load_or_create(tmp_path)
    worker = Worker(file_url, tmp_path, "http://127.0.0.1:9")
    await worker.start()
    try:
        async with httpx.AsyncClient(base_url=worker.address, timeout=30.0) as http:
            made = (await http.post("/v1/conversations")).json()
            headers = {"Authorization": f"Bearer {made['token']}"}
            path = f"/v1/conversations/{made['id']}"

            async def follow() -> str:
                return (await http.get(f"{path}/events", headers=headers)).text

            async def write(number: int) -> Any:
                body = {"text": "freeze", "client_id": f"m{number}"}
                return await http.post(f"{path}/messages", json=body, headers=headers)

            following = asyncio.create_task(follow())
            await write(0)
            writing = asyncio.create_task(write(1))
            await asyncio.sleep(0.01)
            began = time.monotonic()
            await worker.stop()
            assert time.monotonic() - began < 15
            assert "event: turn" in await following  # a cut stream would raise
            assert (await writing).status_code == 200
    finally:
        await worker.kill()
