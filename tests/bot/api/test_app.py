import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.api.options import ApiOptions, Rates
from bot.api.services import IndexState
from bot.errors import ConfigurationError

GOLDEN = Path(__file__).with_name("openapi.json")
PROBLEM = "application/problem+json"


async def test_openapi_is_as_reviewed(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    assert described == json.loads(GOLDEN.read_text(encoding="utf-8")), (
        "the API changed: run python tests/bot/api/write_openapi.py and review the difference"
    )


async def test_interactive_pages_only_when_debugging(kit: Any) -> None:
    for debug, status in ((False, 404), (True, 200)):
        async with kit.browser(debug=debug) as http:
            assert (await http.get("/docs")).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": None},
        {"text": ""},
        {"text": "   \n\t\u200b\u00a0"},
        {"text": "\x00"},
        {"text": "x" * 4001},
        {"text": 5},
        {"text": ["a"]},
        {"text": "\ud800"},
        {"text": "a", "client_id": ""},
        {"text": "a", "client_id": "x" * 65},
        {"text": "a", "client_id": "a b"},
        {"text": "a", "role": "agent"},
        {"text": "a", "\ud800\x1b[31m": 1},
        [],
        "text",
        None,
    ],
)
async def test_an_unfit_message_is_refused_and_not_kept(visitor: Any, body: object) -> None:
    answered = await visitor.http.post(
        f"/v1/conversations/{visitor.id}/messages",
        content=json.dumps(body),
        headers={**visitor.headers, "Content-Type": "application/json"},
    )
    assert answered.status_code == 422
    assert answered.headers["content-type"] == PROBLEM
    problem = answered.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["errors"]
    assert (await visitor.read()).json()["turns"] == []


@pytest.mark.parametrize("size", [1, 3999, 4000])
async def test_a_message_up_to_the_limit_is_taken(visitor: Any, size: int) -> None:
    assert (await visitor.say("x" * size)).status_code == 200


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b'{"text":', b"[" * 32, b'{"text": nul}'])
async def test_a_body_that_is_no_json_is_refused(visitor: Any, raw: bytes) -> None:
    answered = await visitor.http.post(
        f"/v1/conversations/{visitor.id}/messages",
        content=raw,
        headers={**visitor.headers, "Content-Type": "application/json"},
    )
    assert answered.status_code == 400
    assert answered.json()["type"] == "urn:firstline:problem:malformed"


HOSTILE = {
    "deep lists": (b"[" * 20_000 + b"]" * 20_000, 422),
    "deep lists left open": (b"[" * 60_000, 422),
    "deep objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 422),
    "deep after a string": (b'{"text": "a\\"]]]", "b": ' + b"[" * 100 + b"]" * 100 + b"}", 422),
    "many keys": (json.dumps({f"k{n}": 1 for n in range(5_000)}).encode(), 422),
    "100,000 keys": (json.dumps({f"k{n}": 1 for n in range(100_000)}).encode(), 413),
    "a long number": (b'{"text": ' + b"9" * 60_000 + b"}", 400),
    "a long list": (b"[" + b"1," * 30_000 + b"1]", 422),
    "a megabyte": (b"x" * 1_000_000, 413),
    "one key often": (b"{" + b'"text":"a",' * 5_000 + b'"text":"a","x":1}', 422),
    "brackets in a string": (json.dumps({"text": "[" * 3_000}).encode(), 200),
}


@pytest.mark.parametrize(("raw", "status"), HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_body_is_refused_at_once(visitor: Any, raw: bytes, status: int) -> None:
    began = time.process_time()
    answered = await visitor.http.post(
        f"/v1/conversations/{visitor.id}/messages",
        content=raw,
        headers={**visitor.headers, "Content-Type": "application/json"},
    )
    spent = time.process_time() - began
    assert answered.status_code == status
    assert len(answered.content) < 4096
    if status != 200:
        assert answered.headers["content-type"] == PROBLEM
        assert spent < 0.1


async def drip(pieces: int, pause: float = 0.0) -> AsyncIterator[bytes]:
    for _ in range(pieces):
        await asyncio.sleep(pause)
        yield b"x" * 1024


async def test_a_body_over_the_limit_is_refused_announced_or_not(visitor: Any) -> None:
    url = f"/v1/conversations/{visitor.id}/messages"
    announced = await visitor.http.post(url, content=b"x" * 65_537, headers=visitor.headers)
    hidden = await visitor.http.post(url, content=drip(65), headers=visitor.headers)
    for answered in (announced, hidden):
        assert answered.status_code == 413
        assert answered.headers["content-type"] == PROBLEM
        assert answered.headers["x-content-type-options"] == "nosniff"


async def test_a_body_that_drips_is_cut_off(kit: Any) -> None:
    async with kit.browser(body_seconds=0.05) as http:
        answered = await http.post("/v1/conversations", content=drip(50, 0.01))
    assert answered.status_code == 408


async def test_every_answer_has_the_safe_headers(visitor: Any) -> None:
    for path in ("/healthz", "/nowhere", f"/v1/conversations/{visitor.id}", "/openapi.json"):
        headers = (await visitor.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (await visitor.read()).headers["cache-control"] == "no-store"


async def test_an_unknown_address_or_method_is_a_problem(http: httpx.AsyncClient) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("DELETE", "/healthz", 405)):
        answered = await http.request(method, path)
        assert (answered.status_code, answered.headers["content-type"]) == (status, PROBLEM)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://www.example.com", True),
        ("https://www.example.com.evil.example", False),
        ("https://evil.example/https://www.example.com", False),
        ("http://www.example.com", False),
        ("https://example.com", False),
        ("null", False),
    ],
)
async def test_only_exact_origins_may_call(kit: Any, origin: str, *, allowed: bool) -> None:
    async with kit.browser(origins=("https://www.example.com",)) as http:
        simple = await http.post("/v1/conversations", headers={"Origin": origin})
        asked = await http.options(
            "/v1/conversations",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )
    for answered in (simple, asked):
        expected = origin if allowed else None
        assert answered.headers.get("access-control-allow-origin") == expected
        assert "access-control-allow-credentials" not in answered.headers


@pytest.mark.parametrize(
    "origin", ["*", "https://*.example.com", "example.com", "https://a.example/", "null", ""]
)
def test_an_inexact_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ConfigurationError, match="not one exact origin"):
        ApiOptions(origins=(origin,))


async def test_rates_hold_for_new_messages_and_not_for_repeated_ones(kit: Any) -> None:
    async with kit.browser(rates=Rates(messages=3)) as http:
        visitor = await kit.arrive(http)
        for number in range(3):
            for _ in range(3):
                assert (await visitor.say("freeze", f"m{number}")).status_code == 200
        refused = await visitor.say("freeze", "m3")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert refused.json()["type"] == "urn:firstline:problem:too-many-requests"
        assert (await visitor.say("freeze", "m0")).status_code == 200
        assert (await visitor.post("/handoff", {})).status_code == 200
        other = await kit.arrive(http)
        assert (await other.say("freeze")).status_code == 200


async def test_the_rest_of_a_crowd_is_sent_away_at_once(kit: Any) -> None:
    kit.installation.decider.let.clear()
    async with kit.browser(messages_at_once=2, patience_seconds=0.1) as http:
        visitors = [await kit.arrive(http) for _ in range(8)]
        asked = [asyncio.create_task(visitor.say("freeze", "m1")) for visitor in visitors]
        async with asyncio.timeout(30):
            while sum(task.done() for task in asked) < 6:  # noqa: ASYNC110  none tells
                await asyncio.sleep(0.01)
        kit.installation.decider.let.set()
        answers = await asyncio.gather(*asked)
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [200] * 2 + [503] * 6
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.headers["retry-after"] == "2"
        assert refused.json()["type"] == "urn:firstline:problem:crowded"
        assert (await http.get("/healthz")).status_code == 200
        assert (await visitors[0].post("/handoff", {})).status_code == 200
        for visitor in visitors[1:]:
            assert (await visitor.say("freeze", "m1")).status_code == 200
            assert len((await visitor.read()).json()["turns"]) == 2


async def test_one_conversation_does_not_take_the_places_of_others(kit: Any) -> None:
    kit.installation.decider.delay = 0.05
    async with kit.browser(messages_at_once=2, patience_seconds=0.3) as http:
        eager, other = [await kit.arrive(http) for _ in range(2)]
        storm = [asyncio.create_task(eager.say("freeze", f"m{n}")) for n in range(20)]
        await asyncio.sleep(0.02)
        assert (await other.say("freeze", "m1")).status_code == 200
        assert not all(task.done() for task in storm)
        assert {answer.status_code for answer in await asyncio.gather(*storm)} == {200}


async def test_a_message_that_takes_too_long_can_be_sent_again(kit: Any) -> None:
    kit.installation.decider.let.clear()
    async with kit.browser(turn_seconds=1.0) as http:
        visitor = await kit.arrive(http)
        refused = await visitor.say("freeze", "m1")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        kit.installation.decider.let.set()
        assert (await visitor.say("freeze", "m1")).status_code == 200
        assert len((await visitor.read()).json()["turns"]) == 2


async def test_a_script_cannot_fill_the_queue_from_one_address(kit: Any) -> None:
    async with kit.browser(rates=Rates(address_handoffs=5)) as http:
        codes = []
        for _ in range(8):
            visitor = await kit.arrive(http)
            codes.append((await visitor.post("/handoff", {})).status_code)
    assert codes == [200] * 5 + [429] * 3


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
async def test_a_household_of_ipv6_is_one_address(
    kit: Any, first: str, second: str, *, same: bool
) -> None:
    app = kit.installation.app(ApiOptions(rates=Rates(starts=1)))
    codes = []
    for address in (first, second):
        transport = httpx.ASGITransport(app=app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            codes.append((await http.post("/v1/conversations")).status_code)
    assert codes == [201, 429 if same else 201]


async def test_one_address_does_not_use_up_anothers_rate(kit: Any) -> None:
    app = kit.installation.app(ApiOptions(rates=Rates(starts=2)))
    for address in ("192.0.2.7", "192.0.2.8"):
        transport = httpx.ASGITransport(app=app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            codes = [(await http.post("/v1/conversations")).status_code for _ in range(3)]
        assert codes == [201, 201, 429]


async def test_a_search_shows_customer_articles_with_a_matching_sentence(
    http: httpx.AsyncClient,
) -> None:
    body = (await http.get("/v1/search", params={"q": "tap freeze"})).json()
    assert body == {
        "hits": [
            {
                "article_id": id_,
                "title": id_.title(),
                "domain": "cards",
                "anchor": "how to",
                "url": f"/articles/{id_}#how%20to",
                "excerpt": "Tap Freeze now.",
            }
            for id_ in ("cards/freeze", "cards/lost")
        ]
    }


async def test_a_query_passes_the_gate(installation: Any, http: httpx.AsyncClient) -> None:
    await http.get("/v1/search", params={"q": "4539148803436467 declined"})
    assert installation.library.queries == ["[CARD_1] declined"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 422),
        ({"q": "x" * 501}, 422),
        ({"q": "a", "limit": 0}, 422),
        ({"q": "a", "limit": 51}, 422),
        ({"q": " \x00"}, 200),
        ({"q": "a", "limit": 1}, 200),
    ],
)
async def test_a_search_has_bounds(
    http: httpx.AsyncClient, params: dict[str, str], status: int
) -> None:
    assert (await http.get("/v1/search", params=params)).status_code == status


async def test_an_article_has_one_vote_of_each_visitor(
    installation: Any, kit: Any, visitor: Any
) -> None:
    url = "/v1/articles/cards/freeze/feedback"
    for helpful in (True, False):
        body = {"helpful": helpful, "comment": "card 4539148803436467"}
        assert (await visitor.http.post(url, json=body)).status_code == 204
    async with kit.browser("192.0.2.9") as http:
        assert (await http.post(url, json={"helpful": True})).status_code == 204
    vote = {"helpful": True}
    assert (await visitor.http.post(url, json=vote, headers=visitor.headers)).status_code == 204
    votes = installation.store.feedback.article_votes("cards/freeze", "0123456789ab")
    assert (votes.helpful, votes.unhelpful) == (2, 1)
    kept = b" ".join(file.read_bytes() for file in installation.data.rglob("*") if file.is_file())
    assert b"card [CARD_1]" in kept
    assert b"4539148803436467" not in kept
    assert b"192.0.2." not in kept


@pytest.mark.parametrize("article", ["internal/fraud", "no/such", "../keys"])
async def test_only_an_article_for_customers_takes_votes(
    http: httpx.AsyncClient, article: str
) -> None:
    answered = await http.post(f"/v1/articles/{article}/feedback", json={"helpful": True})
    assert answered.status_code == 404


@pytest.mark.parametrize(
    ("state", "status", "word"),
    [
        (IndexState.READY, 200, "ready"),
        (IndexState.LEXICAL_ONLY, 200, "degraded"),
        (IndexState.MISSING, 503, "not ready"),
    ],
)
async def test_readiness_tells_the_state_of_the_index(
    installation: Any, http: httpx.AsyncClient, state: IndexState, status: int, word: str
) -> None:
    installation.library.broken = state
    answered = await http.get("/readyz")
    body = answered.json()
    assert (answered.status_code, body["status"], body["index"]) == (status, word, state.value)
    assert (await http.get("/healthz")).json() == {"status": "ok"}


async def test_a_message_waits_for_a_locked_store_and_is_then_taken(
    installation: Any, visitor: Any
) -> None:
    other = sqlite3.connect(installation.data / "firstline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    task = asyncio.create_task(visitor.say("freeze", "m1"))
    await asyncio.sleep(0.2)
    assert not task.done()
    other.execute("ROLLBACK")
    other.close()
    assert (await task).status_code == 200
    assert len((await visitor.read()).json()["turns"]) == 2


async def test_a_store_out_of_reach_is_503_and_not_ready(installation: Any, visitor: Any) -> None:
    database = installation.data / "firstline.db"
    installation.store._database._engine.dispose()
    moved = database.rename(database.with_suffix(".away"))
    database.mkdir()
    refused = await visitor.say("freeze", "m1")
    ready = await visitor.http.get("/readyz")
    database.rmdir()
    moved.rename(database)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "5"
    assert "Nothing was kept" in refused.json()["detail"]
    assert (ready.status_code, ready.json()["store"]) == (503, "unavailable")
    assert (await visitor.http.get("/readyz")).status_code == 200
    assert (await visitor.say("freeze", "m1")).status_code == 200
    assert len((await visitor.read()).json()["turns"]) == 2


async def test_our_own_fault_shows_no_trace(
    kit: Any, visitor: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_text: str, _limit: int) -> None:
        raise RuntimeError("secret words of a customer")

    kit.installation.library.search = broken
    answered = await visitor.http.get("/v1/search", params={"q": "secret"})
    assert (answered.status_code, answered.headers["content-type"]) == (500, PROBLEM)
    assert "secret" not in answered.text
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text


async def test_the_access_log_has_templates_and_no_words(
    visitor: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    await visitor.say("freeze my unusual words")
    await visitor.http.get("/v1/search", params={"q": "unusual"})
    await visitor.http.get("/unusual/path")
    assert "route=/v1/conversations/{conversation_id}/messages status=200" in caplog.text
    assert "route=/v1/search status=200" in caplog.text
    ours = [record for record in caplog.records if record.name.startswith("bot")]
    text = " ".join(record.getMessage() for record in ours)
    assert "unusual" not in text
    assert visitor.id not in text
    assert visitor.token not in text
