import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.queues import parse_queues


async def waiting(visitor: Any) -> str:
    return str((await visitor.say("my card was stolen")).json()["handoff"]["ticket_id"])


async def test_the_whole_story_of_a_handoff(visitor: Any, agent: Any) -> None:
    ticket = await waiting(visitor)
    queue = (await agent.http.get("/v1/handoffs")).json()["handoffs"]
    assert [(each["ticket_id"], each["risk"], each["intent"]) for each in queue] == [
        (ticket, "high", "lost")
    ]
    assert queue[0]["summary"].startswith("Problem: my card was stolen\n")

    claimed = (await agent.post(f"/{ticket}/claim")).json()
    assert (claimed["state"], claimed["claimed_by"], claimed["position"]) == (
        "claimed",
        "Ana",
        None,
    )

    silent = (await visitor.say("are you there?")).json()
    assert (silent["decision"], silent["text"]) == (None, None)
    assert silent["handoff"]["state"] == "claimed"

    said = await agent.post(f"/{ticket}/reply", {"text": "Hello, Ana here.", "client_id": "a1"})
    again = await agent.post(f"/{ticket}/reply", {"text": "Hello, Ana here.", "client_id": "a1"})
    assert said.json() == again.json()

    shown = (await visitor.read()).json()
    assert shown["state"] == "claimed"
    speakers = [turn["speaker"] for turn in shown["turns"]]
    assert speakers == ["customer", "assistant", "customer", "agent"]
    assert "client_id" not in shown["turns"][-1]
    assert [turn.get("author") for turn in shown["turns"]] == [None, None, None, "Ana"]
    assert shown["handoff"] == silent["handoff"]

    ended = (await agent.post(f"/{ticket}/resolve", {"disposition": "refunded"})).json()
    assert (ended["state"], ended["disposition"]) == ("resolved", "refunded")
    resolved = (await visitor.read()).json()
    assert (resolved["state"], resolved["handoff"]) == ("resolved", None)

    reopened = (await visitor.say("freeze")).json()
    assert (reopened["decision"], reopened["handoff"]) == ("answer", None)
    assert (await visitor.read()).json()["state"] == "open"


async def test_a_customer_is_told_the_place_in_the_queue(kit: Any, visitor: Any) -> None:
    first = (await visitor.post("/handoff", {})).json()["handoff"]
    other = await kit.arrive(visitor.http)
    second = (await other.post("/handoff", {})).json()["handoff"]
    assert (first["position"], second["position"]) == (1, 2)
    assert first["message"].startswith("You are next in the queue.")
    assert second["message"].startswith("You are 2nd in the queue.")


async def test_an_agents_words_pass_the_gate(visitor: Any, agent: Any) -> None:
    ticket = await waiting(visitor)
    await agent.post(f"/{ticket}/claim")
    said = await agent.post(f"/{ticket}/reply", {"text": "Is it 4539 1488 0343 6467?"})
    assert said.json()["text"] == "Is it [CARD_1]?"


async def test_the_first_agent_wins_and_the_second_is_told(
    kit: Any, visitor: Any, agent: Any
) -> None:
    ticket = await waiting(visitor)
    async with kit.browser() as http:
        other = await kit.sign_in(http, "Bo")
        first, second = await asyncio.gather(
            agent.post(f"/{ticket}/claim"), other.post(f"/{ticket}/claim")
        )
        assert sorted([first.status_code, second.status_code]) == [200, 409]
        loser = agent if first.status_code == 409 else other
        for step, body in (("reply", {"text": "hi"}), ("resolve", {}), ("return", None)):
            refused = await loser.post(f"/{ticket}/{step}", body)
            assert refused.status_code == 409
            assert refused.json()["type"] == "urn:firstline:problem:ticket-taken"


async def test_a_reply_that_a_claim_overtook_is_dropped_and_recorded(
    installation: Any, visitor: Any, agent: Any
) -> None:
    ticket = await waiting(visitor)
    installation.decider.let.clear()
    late = asyncio.create_task(visitor.say("freeze", "m2"))
    async with asyncio.timeout(30):
        while len(installation.decider.seen) < 2:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.01)
    await agent.post(f"/{ticket}/claim")
    installation.decider.let.set()
    body = (await late).json()
    assert (body["decision"], body["text"], body["handoff"]["state"]) == (None, None, "claimed")
    turns = (await visitor.read()).json()["turns"]
    assert [turn["speaker"] for turn in turns] == ["customer", "assistant", "customer"]
    kinds = [event.kind for event in installation.store.events.of(visitor.id)]
    assert kinds.count("reply_dropped") == 1
    assert (await visitor.say("freeze", "m2")).json() == body


async def test_a_returned_conversation_is_the_assistants_again(visitor: Any, agent: Any) -> None:
    ticket = await waiting(visitor)
    await agent.post(f"/{ticket}/claim")
    assert (await agent.post(f"/{ticket}/return")).json()["disposition"] == "returned"
    assert (await visitor.say("freeze")).json()["decision"] == "answer"


async def test_an_agent_reads_the_conversation_of_a_ticket(visitor: Any, agent: Any) -> None:
    ticket = await waiting(visitor)
    body = (await agent.http.get(f"/v1/handoffs/{ticket}/conversation")).json()
    assert body == (await visitor.read()).json()


async def test_the_queue_is_filtered_by_state(visitor: Any, agent: Any) -> None:
    ticket = await waiting(visitor)
    for state, count in (("waiting", 1), ("claimed", 0), ("resolved", 0)):
        listed = await agent.http.get("/v1/handoffs", params={"state": state})
        assert len(listed.json()["handoffs"]) == count
    assert (await agent.http.get("/v1/handoffs", params={"state": "x"})).status_code == 422
    assert (await agent.http.get("/v1/handoffs/K-0000")).status_code == 404
    assert (await agent.http.get(f"/v1/handoffs/{ticket}")).json()["ticket_id"] == ticket


async def test_a_customers_client_id_cannot_pose_as_an_agents(visitor: Any, agent: Any) -> None:
    ticket = await waiting(visitor)
    await agent.post(f"/{ticket}/claim")
    await agent.post(f"/{ticket}/reply", {"text": "Hi", "client_id": "a1"})
    refused = await visitor.say("hello", "a1")
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:firstline:problem:client-id-taken"


async def test_a_later_fraud_report_raises_the_waiting_ticket(
    kit: Any, installation: Any, visitor: Any, agent: Any
) -> None:
    first = await kit.arrive(visitor.http)
    await first.say("agent please")
    ticket = (await visitor.say("agent please")).json()["handoff"]["ticket_id"]
    before = (await agent.http.get(f"/v1/handoffs/{ticket}")).json()
    assert (before["position"], before["reason"]) == (2, "customer_asked")
    assert (before["risk"], before["urgency"]) == (None, "normal")

    raised = (await visitor.say("my card was stolen")).json()
    assert (raised["decision"], raised["reason"]) == ("reply", "waiting")
    assert raised["text"].startswith("A person is coming. ")
    assert raised["handoff"]["ticket_id"] == ticket
    queue = (await agent.http.get("/v1/handoffs")).json()["handoffs"]
    assert queue[0]["ticket_id"] == ticket
    after = queue[0]
    assert (after["position"], after["reason"], after["urgency"]) == (1, "high_risk", "urgent")
    assert (after["risk"], after["intent"]) == ("high", "lost")
    assert after["summary"].startswith("Problem: my card was stolen\nBefore: agent please\n")

    for harmless in ("thanks", "agent please", "freeze"):
        await visitor.say(harmless)
    last = (await agent.http.get(f"/v1/handoffs/{ticket}")).json()
    for kept in ("reason", "risk", "intent", "urgency", "position"):
        assert last[kept] == after[kept]
    assert "Since then: thanks / agent please / freeze" in last["summary"]
    assert "Articles shown: Freeze a card" in last["summary"]
    kinds = [event.kind for event in installation.store.events.of(visitor.id)]
    assert (kinds.count("handoff"), kinds.count("raised")) == (1, 1)


async def test_while_a_person_is_awaited_every_message_gets_an_answer_or_one_line(
    visitor: Any,
) -> None:
    ticket = await waiting(visitor)
    answered = (await visitor.say("freeze")).json()
    assert (answered["decision"], answered["handoff"]["ticket_id"]) == ("answer", ticket)
    for message in ("thanks", "which", "stolen", "explode", "agent please"):
        told = (await visitor.say(message)).json()
        assert (told["decision"], told["reason"]) == ("reply", "waiting")
        assert "You are next in the queue." in told["text"]
        assert ticket in told["text"]
        assert told["handoff"]["ticket_id"] == ticket
    assert (await visitor.read()).json()["state"] == "waiting"


async def test_out_of_hours_a_customer_is_told_when_and_what_to_do_meanwhile(
    kit: Any, agent: Any
) -> None:
    there = datetime.now(UTC) + timedelta(days=3)
    queues = parse_queues(
        f"time_zone: UTC\nhours: {{{there:%a}: 8-20}}\nreply_minutes: 5\n"
        "queues: [{name: fraud, title: the fraud team, risks: [high]}]"
    )
    async with kit.worker(queues) as http:
        visitor = await kit.arrive(http)
        told = (await visitor.say("my card was stolen")).json()["handoff"]
        due = there.replace(hour=8, minute=5, second=0, microsecond=0)
        assert told["message"].startswith(
            f"You are next in the queue. The fraud team is back on {there:%A} at 8:00 (UTC). "
            f"Your reference is {told['ticket_id']}. Do this until then: Freeze the card. "
            "Leave an e-mail address or a phone number"
        )
        assert told["asks_contact"]
        assert datetime.fromisoformat(told["reply_due"]) == due
        again = (await visitor.say("thanks")).json()
        assert f"back on {there:%A} at 8:00" in again["text"]
        assert (await visitor.read()).json()["handoff"] == again["handoff"] == told
    seen = (await agent.http.get("/v1/handoffs")).json()["handoffs"][0]
    assert (seen["queue"], seen["language"], seen["sentiment"]) == ("fraud", "en", "neutral")
    assert not seen["overdue"]
    assert f"Next update due: {due:%Y-%m-%d} 08:05 UTC" in seen["summary"]


async def test_a_late_first_reply_is_shown_as_a_breach(
    kit: Any, installation: Any, agent: Any
) -> None:
    queues = parse_queues("time_zone: UTC\nhours: always\nreply_minutes: 5")
    async with kit.worker(queues) as http:
        visitor = await kit.arrive(http)
        ticket = await waiting(visitor)
    installation.clock.ahead = timedelta(minutes=6)
    late = (await agent.http.get(f"/v1/handoffs/{ticket}")).json()
    assert (late["overdue"], late["first_reply_at"]) == (True, None)
    await agent.post(f"/{ticket}/claim")
    await agent.post(f"/{ticket}/reply", {"text": "Sorry for the wait."})
    replied = (await agent.http.get(f"/v1/handoffs/{ticket}")).json()
    assert replied["overdue"]
    assert replied["first_reply_at"] is not None


async def test_a_raised_ticket_is_told_of_the_queue_that_takes_it(kit: Any) -> None:
    there = datetime.now(UTC) + timedelta(days=3)
    queues = parse_queues(
        "time_zone: UTC\nhours: always\nreply_minutes: 5\n"
        "queues: [{name: fraud, title: the fraud team, risks: [high], "
        f"hours: {{{there:%a}: 8-20}}}}]"
    )
    async with kit.worker(queues) as http:
        visitor = await kit.arrive(http)
        first = (await visitor.say("agent please")).json()["handoff"]["message"]
        assert first.startswith("You are next in the queue. A colleague answers ")
        raised = (await visitor.say("my card was stolen")).json()
        assert raised["text"].startswith(
            f"A person is coming. The fraud team is back on {there:%A} at 8:00 (UTC). "
        )
        assert "Do this until then: Freeze the card." in raised["text"]
        again = (await visitor.say("my card was stolen")).json()
        assert again["text"].startswith("A person is coming. You are next in the queue. The fraud")
