import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from bot.identity import CustomerIdentity

CARD = "4539 1488 0343 6467"


async def test_a_conversation_starts_with_a_token(http: httpx.AsyncClient) -> None:
    answered = await http.post("/v1/conversations")
    assert answered.status_code == 201
    assert set(answered.json()) == {"id", "token", "expires_at"}


async def test_an_answer_has_its_citation_and_nothing_internal(visitor: Any) -> None:
    answered = await visitor.say("freeze my card", "m1")
    assert answered.status_code == 200
    body = answered.json()
    assert {**body, "turn_id": "t"} == {
        "turn_id": "t",
        "decision": "answer",
        "reason": None,
        "text": "Open **Cards**. Tap Freeze!\n\n- One\n- Two",
        "options": [],
        "citations": [
            {
                "article_id": "cards/freeze",
                "passage_id": "cards/freeze#1",
                "title": "Freeze a card",
                "anchor": "how to",
                "quote": "Tap Freeze!",
                "url": "/articles/cards/freeze#how%20to",
            }
        ],
        "offers_agent": True,
        "notice": None,
        "handoff": None,
    }


async def test_a_question_back_has_its_options(visitor: Any) -> None:
    body = (await visitor.say("which card")).json()
    assert (body["decision"], body["text"]) == ("clarify", "Which one is it?")
    assert body["options"] == [
        {"label": "Lost", "article_id": "cards/lost", "intent": "lost"},
        {"label": "Stolen", "article_id": "cards/stolen", "intent": None},
    ]


async def test_a_fixed_line_has_its_reason(visitor: Any) -> None:
    body = (await visitor.say("thanks")).json()
    assert (body["decision"], body["reason"], body["citations"]) == ("reply", "thanks", [])


async def test_a_handoff_tells_reference_and_position(visitor: Any) -> None:
    body = (await visitor.say("my card was stolen")).json()
    assert (body["decision"], body["reason"]) == ("handoff", "high_risk")
    ticket = body["handoff"]
    assert (ticket["state"], ticket["position"]) == ("waiting", 1)
    assert ticket["ticket_id"] in ticket["message"]
    assert "secret" not in json.dumps(body)


async def test_a_conversation_reads_back_as_it_was_said(visitor: Any) -> None:
    sent = [(await visitor.say(text, f"m{n}")).json() for n, text in enumerate(["freeze", "which"])]
    body = (await visitor.read()).json()
    assert (body["id"], body["state"]) == (visitor.id, "open")
    assert [turn["speaker"] for turn in body["turns"]] == ["customer", "assistant"] * 2
    assert [turn.get("client_id") for turn in body["turns"]] == ["m0", None, "m1", None]
    assert body["turns"][1]["turn_id"] == sent[0]["turn_id"]
    assert body["turns"][1]["citations"] == sent[0]["citations"]
    assert body["turns"][3]["options"] == sent[1]["options"]
    assert set(body["turns"][0]) == {"turn_id", "at", "speaker", "text", "client_id"}
    for word in ("secret", "0.875", "0.93", "confidence", "evidence"):
        assert word not in json.dumps(body)


async def test_fifty_parallel_duplicates_make_one_turn_and_one_reply(
    installation: Any, visitor: Any
) -> None:
    installation.decider.delay = 0.01
    answers = await asyncio.gather(*(visitor.say("freeze it", "m1") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len((await visitor.read()).json()["turns"]) == 2


async def test_duplicates_at_two_workers_make_one_turn_and_one_reply(
    kit: Any, visitor: Any
) -> None:
    kit.installation.decider.delay = 0.01
    async with kit.worker() as http:
        twin = type(visitor)(http, visitor.id, visitor.token)
        answers = await asyncio.gather(
            *(each.say("freeze it", "m1") for each in (visitor, twin) * 10)
        )
    assert len({answer.text for answer in answers}) == 1
    assert len((await visitor.read()).json()["turns"]) == 2


async def test_different_messages_at_two_workers_stand_in_one_order(kit: Any, visitor: Any) -> None:
    async with kit.worker() as http:
        twin = type(visitor)(http, visitor.id, visitor.token)
        answers = await asyncio.gather(
            *(each.say("freeze", f"m{n}") for n, each in enumerate((visitor, twin) * 6))
        )
    assert {answer.status_code for answer in answers} == {200}
    turns = (await visitor.read()).json()["turns"]
    assert [turn["speaker"] for turn in turns] == ["customer", "assistant"] * 12


async def test_parallel_messages_stand_in_one_order(visitor: Any) -> None:
    answers = await asyncio.gather(*(visitor.say("freeze", f"m{n}") for n in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    turns = (await visitor.read()).json()["turns"]
    assert [turn["speaker"] for turn in turns] == ["customer", "assistant"] * 20
    assert {turn["client_id"] for turn in turns[::2]} == {f"m{n}" for n in range(20)}


async def test_a_retry_gets_the_same_reply_with_its_notice(visitor: Any) -> None:
    first = await visitor.say(f"freeze {CARD}", "m1")
    assert "card" in first.json()["notice"]
    again = await visitor.say(f"freeze {CARD}", "m1")
    assert again.json() == first.json()


async def test_a_card_number_is_in_no_file_no_event_and_no_reply(
    installation: Any, visitor: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    said = [
        await visitor.say(f"freeze {CARD} please", "m1"),
        await visitor.post("/handoff", {"note": f"it is {CARD}"}),
        await visitor.say(f"stolen {CARD.replace(' ', '')}"),
        await visitor.read(),
    ]
    await visitor.post(
        "/feedback",
        {"turn_id": said[0].json()["turn_id"], "helpful": False, "comment": CARD},
    )
    shown = " ".join(answer.text for answer in said)
    assert "[CARD_1]" in said[-1].text
    kept = b" ".join(file.read_bytes() for file in installation.data.rglob("*") if file.is_file())
    assert b"freeze [CARD_1] please" in kept
    for form in (CARD, CARD.replace(" ", ""), CARD.replace(" ", "-")):
        assert form not in shown
        assert form.encode() not in kept
        assert form not in caplog.text
        assert all(form not in text for text in installation.decider.seen)


async def test_a_stream_acknowledges_what_was_kept_then_speaks_then_ends(visitor: Any) -> None:
    answered = await visitor.post(
        "/messages", {"text": f"freeze {CARD}", "client_id": "m1"}, Accept="text/event-stream"
    )
    assert answered.headers["content-type"].startswith("text/event-stream")
    events = [
        (block.split("\n")[0].removeprefix("event: "), json.loads(block.split("\ndata: ")[1]))
        for block in answered.text.strip().split("\n\n")
    ]
    names = [name for name, _ in events]
    assert names == ["ack", *["sentence"] * (len(names) - 2), "done"]
    assert len(names) > 3
    turns = (await visitor.read()).json()["turns"]
    assert events[0][1] == {"turn_id": turns[0]["turn_id"], "text": "freeze [CARD_1]"}
    done = events[-1][1]
    assert "".join(piece["text"] for _, piece in events[1:-1]) == done["text"]
    assert done == (await visitor.say("freeze", "m1")).json()


async def test_the_button_hands_over_once(visitor: Any) -> None:
    first = (await visitor.post("/handoff", {"note": "I lost my phone"})).json()
    assert (first["decision"], first["reason"]) == ("handoff", "customer_asked")
    again = (await visitor.post("/handoff", {})).json()
    assert again == first
    turns = (await visitor.read()).json()["turns"]
    assert turns[0]["text"] == "I lost my phone"
    assert len(turns) == 2


async def test_the_button_needs_no_body(visitor: Any) -> None:
    answered = await visitor.http.post(
        f"/v1/conversations/{visitor.id}/handoff", headers=visitor.headers
    )
    assert answered.json()["handoff"]["state"] == "waiting"


async def test_a_note_while_waiting_is_kept_and_opens_no_second_ticket(
    installation: Any, visitor: Any
) -> None:
    first = (await visitor.post("/handoff", {})).json()
    second = (await visitor.post("/handoff", {"note": "please hurry"})).json()
    assert second["handoff"]["ticket_id"] == first["handoff"]["ticket_id"]
    assert "please hurry" in (await visitor.read()).text
    assert len(installation.store.handoffs.list()) == 1


async def test_messages_while_waiting_are_answered_without_a_second_ticket(
    installation: Any, visitor: Any
) -> None:
    first = (await visitor.say("stolen")).json()
    second = (await visitor.say("freeze")).json()
    third = (await visitor.say("stolen")).json()
    assert second["decision"] == "answer"
    references = {each["handoff"]["ticket_id"] for each in (first, second, third)}
    assert len(references) == 1
    assert len(installation.store.handoffs.list()) == 1


async def test_a_failing_assistant_hands_over_and_says_nothing_in_the_log(
    visitor: Any, caplog: pytest.LogCaptureFixture
) -> None:
    body = (await visitor.say("explode with a secret", "m1")).json()
    assert (body["decision"], body["reason"]) == ("handoff", "failure")
    assert (await visitor.read()).json()["turns"][0]["text"] == "explode with a secret"
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_vote_on_a_reply_is_kept(installation: Any, visitor: Any) -> None:
    turn_id = (await visitor.say("freeze")).json()["turn_id"]
    for helpful in (True, False):
        answered = await visitor.post("/feedback", {"turn_id": turn_id, "helpful": helpful})
        assert (answered.status_code, answered.content) == (204, b"")
    with installation.store._database.read() as connection:
        rows = connection.exec_driver_sql("SELECT turn_id, helpful FROM turn_feedback").all()
    assert rows == [(turn_id, 0)]


async def test_a_vote_on_ones_own_words_or_nothing_is_refused(visitor: Any) -> None:
    await visitor.say("freeze")
    own = (await visitor.read()).json()["turns"][0]["turn_id"]
    for turn_id in (own, "nothing"):
        answered = await visitor.post("/feedback", {"turn_id": turn_id, "helpful": True})
        assert answered.status_code == 404


async def test_only_a_digest_of_the_customers_reference_is_kept(
    installation: Any, http: httpx.AsyncClient
) -> None:
    body = {"customer_ref": "jane@example.com", "channel": "app", "locale": "de"}
    made = await http.post("/v1/conversations", json=body)
    assert made.status_code == 201
    kept = b" ".join(file.read_bytes() for file in installation.data.rglob("*") if file.is_file())
    assert b"jane@example.com" not in kept
    assert installation.service.digest("customer", "jane@example.com").encode() in kept


async def test_a_customer_is_who_the_backend_signed(installation: Any, kit: Any) -> None:
    secret = "the-backends-secret-0123456789-abcdefgh"  # noqa: S105  made up
    now = installation.clock()
    claims = {"sub": "c-17", "aud": "firstline", "iat": now, "exp": now + timedelta(minutes=5)}
    signed = jwt.encode(claims, secret, algorithm="HS256")
    async with kit.browser(identity=CustomerIdentity([secret])) as http:
        for reference, status in ((signed, 201), ("c-17", 401), (signed[:-4] + "AAAA", 401)):
            body = {"customer_ref": reference}
            assert (await http.post("/v1/conversations", json=body)).status_code == status
        assert (await http.post("/v1/conversations", json={})).status_code == 201
    async with kit.browser() as http:
        plain = await http.post("/v1/conversations", json={"customer_ref": "c-17"})
    with installation.store._database.read() as connection:
        kept = connection.exec_driver_sql(
            "SELECT customer_ref FROM conversation ORDER BY created_at"
        ).scalars()
        assert [*kept] == [installation.service.digest("customer", "c-17"), None,
                           installation.service.digest("customer", "c-17")]  # fmt: skip
    assert plain.status_code == 201
