"""Changes of the product, announced by other programs, on SQLite and on PostgreSQL."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.accounts import KeyScope, StaffRole
from bot.api_keys import make_key

PATH = "/v1/product-changes"
CHANGE: dict[str, Any] = {
    "id": "release-2026.11",
    "at": "2026-11-20T10:00:00+01:00",
    "what": "The daily cash limit rises to £600.",
    "articles": ["cards/freeze", "internal/fraud", "cards/freeze"],
}


def key(
    installation: Any,
    role: StaffRole = StaffRole.CONTENT_OWNER,
    scope: KeyScope = KeyScope.WRITE,
) -> dict[str, str]:
    text, _ = make_key(installation.store, role, now=installation.clock(), scope=scope)
    return {"Authorization": f"Bearer {text}"}


async def test_a_change_is_announced_once_listed_and_withdrawn(kit: Any, url: str) -> None:
    async with kit.on(url) as (made, http, _):
        http.headers.update(key(made))
        first = await http.post(PATH, json=CHANGE)
        assert first.status_code == 201
        kept = first.json()
        assert kept["articles"] == ["cards/freeze", "internal/fraud"]
        assert (kept["at"], kept["due"]) == ("2026-11-20T09:00:00Z", "2026-11-22T09:00:00Z")
        assert kept["announced_by"] == "Content owner key"
        again = await http.post(PATH, json={**CHANGE, "at": "2026-11-20T09:00:00"})
        assert (again.status_code, again.json()) == (200, kept)
        other = await http.post(PATH, json={**CHANGE, "what": "Another."})
        assert other.status_code == 409
        assert other.json()["type"].endswith("change-taken")
        assert (await http.get(PATH)).json() == {"changes": [kept]}
        assert (await http.delete(f"{PATH}/{CHANGE['id']}")).status_code == 204
        assert (await http.delete(f"{PATH}/{CHANGE['id']}")).status_code == 404
        assert (await http.get(PATH)).json() == {"changes": []}
        deeds = [(each.action, each.object) for each in made.store.audit.entries(limit=50)]
        mine = f"product_change:{CHANGE['id']}"
        assert deeds.count(("product_change.announce", mine)) == 1
        assert deeds.count(("product_change.withdraw", mine)) == 1
        assert made.store.audit.verify().broken_at is None


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"articles": ["cards/freeze", "cards/freez"]}, "articles.1", "no article has this id"),
        ({"articles": []}, "articles", "at least 1"),
        ({"articles": "cards/freeze"}, "articles", "valid list"),
        ({"articles": [7]}, "articles.0", "valid string"),
        ({"at": 1763625600}, "at", "such as 2026-11-20T09:00:00Z"),
        ({"at": "1763625600"}, "at", "such as 2026-11-20T09:00:00Z"),
        ({"at": "2026-11-20"}, "at", "such as 2026-11-20T09:00:00Z"),
        ({"at": "2026-13-20T09:00:00Z"}, "at", "month"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at", "from 2000 to 2100"),
        ({"id": "a b"}, "id", "pattern"),
        ({"id": 7}, "id", "valid string"),
        ({"id": "call-4111-1111-1111-1111"}, "id", "personal data"),
        ({"what": " \n"}, "what", "more than blanks"),
        ({"what": None}, "what", "valid string"),
        ({"when": "now"}, "when", "not permitted"),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_its_field(
    installation: Any, http: httpx.AsyncClient, changed: dict[str, Any], field: str, words: str
) -> None:
    http.headers.update(key(installation))
    refused = await http.post(PATH, json={**CHANGE, **changed})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["field"] == field
    assert words in error["detail"]
    assert installation.store.changes.every() == []


async def test_what_is_announced_is_redacted(installation: Any, http: httpx.AsyncClient) -> None:
    http.headers.update(key(installation))
    said = {**CHANGE, "what": "Ask ana@example.com,\n about the limit."}
    kept = (await http.post(PATH, json=said)).json()
    assert kept["what"] == "Ask [EMAIL_1], about the limit."
    assert (await http.post(PATH, json=said)).status_code == 200


async def test_a_content_owner_announces_in_the_browser_and_an_evaluator_only_reads(
    installation: Any, kit: Any
) -> None:
    async with kit.browser("192.0.2.7") as http:
        owner = await kit.sign_in(http, "Olu", StaffRole.CONTENT_OWNER)
        headers = {"Origin": "http://test", "X-CSRF-Token": owner.form_token}
        assert (await http.post(PATH, json=CHANGE)).status_code == 403
        assert (await http.post(PATH, json=CHANGE, headers=headers)).status_code == 201
    async with kit.browser("192.0.2.8") as http:
        http.headers.update(key(installation, StaffRole.EVALUATOR))
        assert len((await http.get(PATH)).json()["changes"]) == 1
        assert (await http.post(PATH, json=CHANGE)).status_code == 403
        http.headers.update(key(installation, scope=KeyScope.READ))
        assert (await http.delete(f"{PATH}/{CHANGE['id']}")).status_code == 403


async def test_a_change_may_take_effect_later_and_its_clock_begins_then(
    installation: Any, http: httpx.AsyncClient
) -> None:
    http.headers.update(key(installation))
    at = installation.clock() + timedelta(days=30)
    kept = (await http.post(PATH, json={**CHANGE, "at": at.isoformat()})).json()
    assert kept["at"] > kept["announced_at"]
