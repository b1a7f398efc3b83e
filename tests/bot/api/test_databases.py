"""The routes that a conversation lives by, on SQLite and on PostgreSQL."""

from typing import Any

from bot.conversation import Speaker


async def test_a_conversation_from_its_first_message_to_its_rating(kit: Any, url: str) -> None:
    async with kit.on(url) as (made, http, agent):
        visitor = await kit.arrive(http)
        first = (await visitor.say("freeze", "m1")).json()
        assert first["decision"] == "answer"
        assert (await visitor.say("freeze", "m1")).json() == first
        assert (
            await visitor.post("/feedback", {"turn_id": first["turn_id"], "helpful": True})
        ).status_code == 204
        handed = (await visitor.say("stolen", "m2")).json()
        assert handed["handoff"]["position"] == 1
        assert (await visitor.post("/handoff", {})).json()["handoff"] == handed["handoff"]
        assert (await visitor.post("/contact", {"email": "a@example.com"})).status_code == 204
        ticket = handed["handoff"]["ticket_id"]
        listed = await agent.http.get("/v1/handoffs", params={"state": "waiting"})
        assert [each["ticket_id"] for each in listed.json()["handoffs"]] == [ticket]
        assert (await agent.post(f"/{ticket}/claim")).json()["state"] == "claimed"
        said = {"text": "It is frozen.", "client_id": "a1"}
        turns = [(await agent.post(f"/{ticket}/reply", said)).json() for _ in range(2)]
        assert turns[0] == turns[1]
        silent = (await visitor.say("thanks", "m3")).json()
        assert (silent["decision"], silent["text"]) == (None, None)
        assert (await agent.http.get(f"/v1/handoffs/{ticket}/contact")).json()["email"]
        done = await agent.post(f"/{ticket}/resolve", {"disposition": "solved"})
        assert done.json()["state"] == "resolved"
        assert (await visitor.post("/rating", {"score": 5})).status_code == 204
        read = (await visitor.read()).json()
        assert read["state"] == "resolved"
        spoken = [Speaker.CUSTOMER, Speaker.ASSISTANT] * 2
        spoken += [Speaker.AGENT, Speaker.CUSTOMER, Speaker.SYSTEM]
        assert [turn["speaker"] for turn in read["turns"]] == [each.value for each in spoken]
        other = await kit.arrive(http)
        refused = await http.get(f"/v1/conversations/{visitor.id}", headers=other.headers)
        assert refused.status_code == 404
        assert made.store.audit.verify().broken_at is None
