from typing import Any

import pytest

ORIGIN = {"Origin": "http://test"}


async def put(agent: Any, **body: object) -> Any:
    headers = {**ORIGIN, "X-CSRF-Token": agent.form_token}
    return await agent.http.post("/v1/notice", json=body, headers=headers)


async def test_a_notice_is_said_before_the_first_reply_and_not_again(
    visitor: Any, agent: Any
) -> None:
    told = await put(agent, text="Card payments\nfail at times.", kind="outage")
    assert told.json() == {
        "text": "Card payments fail at times.",
        "kind": "outage",
        "paused": False,
    }
    assert (await visitor.http.get("/v1/notice")).json() == told.json()
    first = (await visitor.say("freeze")).json()
    assert first["decision"] == "answer"
    assert first["text"].startswith("**Known problem:** Card payments fail at times.\n\nOpen")
    assert first["citations"]
    assert "Known problem" not in (await visitor.say("freeze")).json()["text"]


@pytest.mark.parametrize("message", ["which", "stolen", "thanks"])
async def test_every_kind_of_reply_can_carry_it(visitor: Any, agent: Any, message: str) -> None:
    await put(agent, text="Closed on Friday.")
    told = (await visitor.say(message)).json()["text"]
    assert told.startswith("**Please note:** Closed on Friday.\n\n")


async def test_while_paused_people_answer_everything(
    kit: Any, installation: Any, visitor: Any, agent: Any
) -> None:
    await put(agent, paused=True)
    told = (await visitor.say("freeze")).json()
    assert (told["decision"], told["reason"]) == ("handoff", "paused")
    assert installation.decider.seen == []
    assert (await visitor.say("freeze")).json()["reason"] == "waiting"
    await put(agent, paused=False)
    other = await kit.arrive(visitor.http)
    assert (await other.say("freeze")).json()["decision"] == "answer"
    deeds = [entry.action for entry in installation.store.audit.entries()]
    assert deeds.count("notice.set") == 2


async def test_a_notice_is_redacted_and_can_be_taken_away(visitor: Any, agent: Any) -> None:
    said = await put(agent, text="Ask jane@example.com")
    assert said.json()["text"] == "Ask [EMAIL_1]"
    await put(agent)
    assert (await visitor.http.get("/v1/notice")).json()["text"] == ""
    assert "note" not in (await visitor.say("freeze")).json()["text"]


async def test_only_agents_set_a_notice(visitor: Any) -> None:
    refused = await visitor.http.post("/v1/notice", json={"text": "x"}, headers=visitor.headers)
    assert refused.status_code == 401
