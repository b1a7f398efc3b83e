from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries import DeliveryState
from bot.outbox import OutboxWorker
from tests.bot.helpdesk.kinds import KINDS
from tests.bot.helpdesk.receivers import Mail, http_receiver, mail_receiver


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


@pytest.mark.parametrize("kind", KINDS)
async def test_only_redacted_text_leaves(installation: Any, visitor: Any, kind: str) -> None:
    make, receiver = KINDS[kind]
    with ExitStack() as stack:
        got: Any = receiver()
        serve: Any = mail_receiver if receiver is Mail else http_receiver
        stack.enter_context(serve(got))
        await visitor.say("My card 4111 1111 1111 1111 was stolen, cvv 917")
        await visitor.say("write to zilla.quux@canary.example or call 07911 123456")
        await visitor.post("/contact", {"email": "zilla.quux@canary.example"})
        later = datetime.now(UTC) + timedelta(minutes=1)
        worker = OutboxWorker(installation.store, make(got), clock=lambda: later)
        while await worker.deliver_due():
            pass
    assert len(got.tickets) == 1
    assert len(got.messages) == 1
    said = b"".join(got.raw)
    if kind == "mail":
        said = b"".join(mail.get_content().encode() for mail in got.mails)
    assert b"[CARD_1]" in said
    assert b"[EMAIL_1]" in said
    for trace in (b"4111 1111", b"1111 1111", b"cvv 917", b"zilla", b"canary.example", b"07911 1"):
        assert trace not in said
