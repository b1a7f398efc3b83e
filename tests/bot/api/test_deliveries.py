from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store_outbox import DeliveryState


async def retry(agent: Any, number: object) -> int:
    headers = {"Origin": "http://test", "X-CSRF-Token": agent.form_token}
    tried = await agent.http.post(f"/v1/deliveries/{number}/retry", headers=headers)
    return int(tried.status_code)


async def test_agents_see_what_was_put_aside_and_have_it_tried_again(
    installation: Any, visitor: Any, agent: Any
) -> None:
    await visitor.say("my card was stolen")
    outbox = installation.store.outbox
    (delivery,) = outbox.take(datetime.now(UTC) + timedelta(hours=1), timedelta(seconds=30))
    outbox.bury(delivery, "desk.example.com answered 422")
    (shown,) = (await agent.http.get("/v1/deliveries")).json()["deliveries"]
    assert shown["ticket_id"] == delivery.ticket_id
    assert shown["error"] == "desk.example.com answered 422"
    assert "stolen" not in str(shown)
    assert await retry(agent, shown["delivery_id"]) == 204
    assert (await agent.http.get("/v1/deliveries")).json() == {"deliveries": []}
    assert outbox.count(DeliveryState.WAITING) == 1


@pytest.mark.parametrize("number", ["7", "0", "-1", "x", str(2**60)])
async def test_what_is_not_there_cannot_be_tried_again(agent: Any, number: str) -> None:
    assert await retry(agent, number) in {404, 422}
