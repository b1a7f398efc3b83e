import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store_episodes import EndedBy


def all_bytes(folder: Path) -> bytes:
    return b" ".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def helped(visitor: Any, agent: Any) -> str:
    """A conversation that an agent resolved."""
    ticket = str((await visitor.say("my card was stolen")).json()["handoff"]["ticket_id"])
    await agent.post(f"/{ticket}/claim")
    await agent.post(f"/{ticket}/reply", {"text": "It is blocked."})
    await agent.post(f"/{ticket}/resolve", {"disposition": "solved"})
    return ticket


async def test_a_solved_question_ends_the_episode_and_asks_for_a_rating(
    installation: Any, visitor: Any
) -> None:
    await visitor.say("freeze")
    said = (await visitor.post("/resolution", {"solved": True})).json()
    assert said == {"state": "resolved", "asks_rating": True, "offers_agent": False}
    shown = (await visitor.read()).json()
    assert (shown["state"], shown["asks_rating"]) == ("resolved", True)
    assert shown["turns"][-1]["speaker"] == "system"

    rated = {"score": 5, "comment": "Fast, write to jane@example.com"}
    assert (await visitor.post("/rating", rated)).status_code == 204
    assert (await visitor.post("/rating", rated)).status_code == 204
    second = await visitor.post("/rating", {"score": 1})
    assert (second.status_code, second.json()["type"]) == (
        409,
        "urn:firstline:problem:already-rated",
    )
    assert "asks_rating" not in (await visitor.read()).json()
    end = installation.store.episodes.last(visitor.id)
    assert (end.ended_by, end.agent_helped, end.solved) == (EndedBy.CUSTOMER, False, True)
    assert (end.score, end.comment) == (5, "Fast, write to [EMAIL_1]")


async def test_a_no_keeps_the_conversation_open_and_offers_a_person(visitor: Any) -> None:
    await visitor.say("freeze")
    said = (await visitor.post("/resolution", {"solved": False})).json()
    assert said == {"state": "open", "asks_rating": False, "offers_agent": True}


async def test_a_rating_after_an_agents_help_counts_apart_and_the_unrated_count_too(
    kit: Any, installation: Any, visitor: Any, agent: Any
) -> None:
    await helped(visitor, agent)
    assert (await visitor.post("/rating", {"score": 4})).status_code == 204
    assert (await visitor.post("/resolution", {"solved": False})).json()["offers_agent"]
    other = await kit.arrive(visitor.http)
    await helped(other, agent)
    third = await kit.arrive(visitor.http)
    await third.say("freeze")
    assert (await third.post("/rating", {"score": 2})).status_code == 204
    alone, by_agents = installation.store.episodes.ratings()
    assert (alone.ended, alone.rated, alone.total) == (1, 1, 2)
    assert (by_agents.ended, by_agents.rated, by_agents.total) == (2, 1, 4)
    assert installation.store.episodes.last(visitor.id).solved is False


@pytest.mark.parametrize("path", ["/rating", "/resolution", "/contact"])
async def test_what_makes_no_sense_is_refused(visitor: Any, path: str) -> None:
    for body in (
        {},
        {"score": 0},
        {"score": 6},
        {"solved": "perhaps"},
        {"email": "no address"},
        {"phone": "call me"},
        {"name": "Jane"},
    ):
        assert (await visitor.post(path, body)).status_code == 422


async def test_nothing_is_rated_before_anything_was_said_or_while_a_person_is_awaited(
    visitor: Any,
) -> None:
    assert (await visitor.post("/rating", {"score": 5})).status_code == 409
    await visitor.say("my card was stolen")
    refused = await visitor.post("/rating", {"score": 5})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:firstline:problem:not-ended")
    assert (await visitor.post("/resolution", {"solved": True})).json()["state"] == "waiting"


async def test_a_new_episode_is_rated_anew(installation: Any, visitor: Any) -> None:
    await visitor.say("freeze")
    await visitor.post("/rating", {"score": 3})
    await visitor.say("freeze")
    assert (await visitor.read()).json()["state"] == "open"
    assert (await visitor.post("/rating", {"score": 5})).status_code == 204
    ends = installation.store.episodes.all_of(visitor.id)
    assert [(end.number, end.score) for end in ends] == [(1, 3), (2, 5)]


async def test_silence_ends_an_episode_and_the_next_message_starts_afresh(
    kit: Any, installation: Any, visitor: Any
) -> None:
    await visitor.say("freeze")
    waiting = await kit.arrive(visitor.http)
    await waiting.say("my card was stolen")
    closing = installation.service.closing
    installation.clock.ahead = timedelta(hours=23)
    assert await closing.end_silent() == 0
    installation.clock.ahead = timedelta(hours=25)
    assert await closing.end_silent() == 1
    assert installation.store.episodes.last(visitor.id).ended_by is EndedBy.SILENCE
    assert installation.store.episodes.last(waiting.id) is None

    posted = await installation.service.post(visitor.id, "freeze")
    assert posted.reply is not None
    installation.clock.ahead = timedelta(hours=50)
    await installation.service.post(visitor.id, "freeze")
    turns = installation.store.load(visitor.id).turns
    speakers = [turn.speaker.value[0] for turn in turns]
    assert "".join(speakers) == "cascasca"


async def test_a_returned_or_resolved_conversation_starts_with_no_old_reasons(
    installation: Any, visitor: Any, agent: Any
) -> None:
    ticket = await helped(visitor, agent)
    assert (await visitor.say("freeze")).json()["decision"] == "answer"
    again = (await visitor.post("/handoff", {})).json()["handoff"]["ticket_id"]
    assert again != ticket
    second = installation.store.handoffs.get(again)
    assert (second.risk, second.reason.value) == (None, "customer_asked")
    assert "stolen" not in second.summary


async def test_contact_details_are_sealed_and_read_by_the_agent_who_holds_the_ticket(
    kit: Any, installation: Any, visitor: Any, agent: Any
) -> None:
    ticket = (await visitor.say("my card was stolen")).json()["handoff"]["ticket_id"]
    left = {"email": "jane@example.com", "phone": "+44 20 7946 0142", "name": "Jane Doe"}
    assert (await visitor.post("/contact", left)).status_code == 204
    for plain in (b"jane@example.com", b"7946", b"Jane Doe"):
        assert plain not in all_bytes(installation.data)
    assert "jane" not in (await visitor.read()).text

    assert (await agent.http.get(f"/v1/handoffs/{ticket}/contact")).status_code == 403
    await agent.post(f"/{ticket}/claim")
    assert (await agent.http.get(f"/v1/handoffs/{ticket}/contact")).json() == left
    async with kit.browser() as http:
        other = await kit.sign_in(http, "Bo")
        assert (await other.http.get(f"/v1/handoffs/{ticket}/contact")).status_code == 403
    deeds = [(e.actor, e.action) for e in installation.store.audit.entries()]
    assert deeds.count(("Ana", "contact.read")) == 1
    assert ("Bo", "contact.read") not in deeds

    gone = await visitor.http.delete(
        f"/v1/conversations/{visitor.id}/contact", headers=visitor.headers
    )
    assert gone.status_code == 204
    assert (await agent.http.get(f"/v1/handoffs/{ticket}/contact")).status_code == 404
    assert installation.store.audit.verify().broken_at is None


async def test_details_sealed_for_one_conversation_do_not_open_in_another(
    kit: Any, installation: Any, visitor: Any, agent: Any
) -> None:
    other = await kit.arrive(visitor.http)
    ticket = (await visitor.say("my card was stolen")).json()["handoff"]["ticket_id"]
    await other.post("/contact", {"email": "jane@example.com"})
    box = installation.store.contacts.get(other.id)
    installation.store.contacts.put(visitor.id, box, installation.clock())
    await agent.post(f"/{ticket}/claim")
    refused = await agent.http.get(f"/v1/handoffs/{ticket}/contact")
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:firstline:problem:contact-damaged",
    )


async def test_an_internal_note_is_redacted_and_never_shown_to_the_customer(
    visitor: Any, agent: Any
) -> None:
    ticket = (await visitor.say("my card was stolen")).json()["handoff"]["ticket_id"]
    said = await agent.post(f"/{ticket}/notes", {"text": "Called jane@example.com back"})
    assert said.status_code == 201
    listed = (await agent.http.get(f"/v1/handoffs/{ticket}/notes")).json()["notes"]
    assert [(note["author"], note["text"]) for note in listed] == [("Ana", "Called [EMAIL_1] back")]
    assert "Called" not in (await visitor.read()).text
    assert (await agent.post("/K-0000/notes", {"text": "x"})).status_code == 404
    assert (await agent.http.get("/v1/handoffs/K-0000/notes")).status_code == 404


async def test_what_is_silent_is_ended_while_the_server_runs(
    installation: Any, visitor: Any
) -> None:
    await visitor.say("freeze")
    installation.clock.ahead = timedelta(hours=25)
    stop = asyncio.Event()
    running = asyncio.create_task(installation.service.closing.run(stop))
    async with asyncio.timeout(30):
        while installation.store.episodes.last(visitor.id) is None:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.02)
        stop.set()
        await running
    assert installation.store.episodes.last(visitor.id).ended_by is EndedBy.SILENCE
