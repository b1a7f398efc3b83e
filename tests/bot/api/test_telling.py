import json
from typing import Any

import pytest

from tests.bot.api.conftest import ANSWER, Installation

FIRST, SECOND = "Open **Cards**.", "Tap Freeze!"


async def events(visitor: Any, text: str = "freeze", **more: Any) -> list[tuple[str, Any]]:
    body = {"text": text, **more}
    answered = await visitor.post("/messages", body, Accept="text/event-stream")
    assert answered.status_code == 200
    return [
        (block.split("\n")[0].removeprefix("event: "), json.loads(block.split("\ndata: ")[1]))
        for block in answered.text.strip().split("\n\n")
    ]


def said(told: list[tuple[str, Any]]) -> str:
    """What a reader has before the whole comes."""
    shown = ""
    for name, data in told:
        shown = "" if name == "restart" else shown + data.get("text", "") * (name == "sentence")
    return shown


async def test_sure_sentences_come_before_the_message_is_kept(
    installation: Installation, visitor: Any
) -> None:
    installation.decider.tells = [FIRST, SECOND]
    told = await events(visitor)
    names = [name for name, _ in told]
    assert names[:3] == ["sentence", "sentence", "ack"]
    assert names[-1] == "done"
    assert "restart" not in names
    assert said(told) == told[-1][1]["text"] == ANSWER.text


@pytest.mark.parametrize("tells", [[FIRST, None], ["Something else."], [FIRST, "Tap nothing."]])
async def test_what_did_not_stand_is_taken_back(
    installation: Installation, visitor: Any, tells: list[str | None]
) -> None:
    installation.decider.tells = tells
    told = await events(visitor)
    assert "restart" in [name for name, _ in told]
    assert said(told) == told[-1][1]["text"] == ANSWER.text


async def test_a_retry_gets_the_same_reply_and_nothing_is_said_anew(
    installation: Installation, visitor: Any
) -> None:
    installation.decider.tells = [FIRST, SECOND]
    first = await events(visitor, client_id="m1")
    again = await events(visitor, client_id="m1")
    assert again[-1] == first[-1]
    assert again[0][0] == "ack"
    assert len((await visitor.read()).json()["turns"]) == 2


async def test_a_reader_who_wants_no_events_is_told_nothing_early(
    installation: Installation, visitor: Any
) -> None:
    installation.decider.tells = [FIRST, None, SECOND]
    assert (await visitor.say("freeze")).json()["text"] == ANSWER.text


async def test_a_refusal_before_anything_was_said_has_its_own_status(visitor: Any) -> None:
    await visitor.post("/messages", {"text": "freeze", "client_id": "m1"})
    refused = await visitor.http.post(
        "/v1/conversations/unknown/messages",
        json={"text": "freeze"},
        headers={**visitor.headers, "Accept": "text/event-stream"},
    )
    assert refused.status_code == 404
