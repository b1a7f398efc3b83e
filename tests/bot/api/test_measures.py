import httpx

from bot.accounts import KeyScope, StaffRole
from bot.api_keys import make_key
from tests.bot.api.conftest import Installation, Visitor


async def test_a_key_that_may_only_read_gets_the_figures_and_nobody_else_does(
    installation: Installation, http: httpx.AsyncClient, visitor: Visitor
) -> None:
    assert (await visitor.say("how do I freeze it, I am Jane Canary")).status_code == 200
    assert (await visitor.say("my card was stolen")).status_code == 200
    key, _ = make_key(
        installation.store,
        StaffRole.EVALUATOR,
        now=installation.clock(),
        scope=KeyScope.READ,
    )
    for headers in ({}, visitor.headers):
        assert (await http.get("/metrics", headers=headers)).status_code == 401
    answered = await http.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert answered.status_code == 200
    assert answered.headers["content-type"].startswith("text/plain")
    told = answered.text
    assert 'firstline_decisions_total{kind="answer",reason=""} 1.0' in told
    assert 'firstline_decisions_total{kind="handoff",reason="high_risk"} 1.0' in told
    assert "firstline_turn_seconds_count 2.0" in told
    assert 'route="/v1/conversations/{conversation_id}/messages",status="200"} 2.0' in told
    assert visitor.id not in told
    assert "Canary" not in told
