import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.accounts import StaffRole
from bot.store_vault import Outcome
from bot.vault import Vault
from bot.vault_keys import VaultKeys

EMAIL = "jane.vault@example.com"
PHONE = "07700 900123"
SECRETS = ("4111 1111 1111 1111", "cvv 739", "my pin is 4821", "password: Hunter2!x")
REASON = {"placeholder": "[EMAIL_1]", "reason": "to send the receipt"}


@pytest.fixture
def vault(installation: Any) -> Vault:
    installation.gate.vault = Vault(VaultKeys(installation.data))
    return installation.gate.vault  # type: ignore[no-any-return]


async def held(visitor: Any, agent: Any, text: str = f"stolen! write to {EMAIL} or {PHONE}") -> str:
    """Hands over and claims; the id of the ticket."""
    ticket = str((await visitor.say(text)).json()["handoff"]["ticket_id"])
    await agent.post(f"/{ticket}/claim")
    return ticket


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_without_a_vault_nothing_is_kept_and_nothing_can_be_asked_for(
    visitor: Any, agent: Any, installation: Any
) -> None:
    ticket = await held(visitor, agent)
    assert (await agent.http.get(f"/v1/handoffs/{ticket}/values")).json() == {"placeholders": []}
    assert (await agent.post(f"/{ticket}/values", REASON)).status_code == 404
    assert installation.store.vault.placeholders(visitor.id) == ()
    assert not (installation.data / "keys" / "vault.keys").exists()


async def test_an_agent_who_holds_the_ticket_gets_the_value_and_that_is_on_record(
    visitor: Any, agent: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    known = (await agent.http.get(f"/v1/handoffs/{ticket}/values")).json()
    assert known == {"placeholders": ["[EMAIL_1]", "[PHONE_1]"]}
    given = await agent.post(f"/{ticket}/values", REASON)
    assert given.json() == {"placeholder": "[EMAIL_1]", "value": EMAIL}
    assert given.headers["Cache-Control"] == "no-store"
    [access] = installation.store.vault.accesses()
    assert (access.agent, access.conversation_id) == ("Ana", visitor.id)
    assert (access.placeholder, access.reason) == ("[EMAIL_1]", "to send the receipt")
    assert access.outcome is Outcome.RESTORED
    deed = installation.store.audit.entries()[-1]
    assert (deed.actor, deed.action, deed.object) == (
        "Ana",
        "value.restore",
        f"conversation:{visitor.id}",
    )
    assert deed.detail == {"placeholder": "[EMAIL_1]", "outcome": "restored"}
    assert installation.store.audit.verify().broken_at is None


async def test_no_file_holds_a_plain_value_after_keeping_and_restoring(
    visitor: Any, agent: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    reason = {"placeholder": "[EMAIL_1]", "reason": f"she said {EMAIL} and {SECRETS[0]}"}
    assert (await agent.post(f"/{ticket}/values", reason)).status_code == 200
    found = files(installation.data)
    for plain in (EMAIL, "jane.vault", PHONE, "900123", "4111"):
        assert plain.encode() not in found
    assert installation.store.vault.accesses()[0].reason == "she said [EMAIL_1] and [CARD_1]"


async def test_cards_codes_and_passwords_are_gone_for_good(
    visitor: Any, agent: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent, f"stolen: {', '.join(SECRETS)}, expiry 12/29, code 481516")
    shown = (await visitor.read()).json()["turns"][0]["text"]
    assert "[CARD_1]" in shown
    assert installation.store.vault.placeholders(visitor.id) == ()
    for kind in ("CARD", "CVV", "PIN", "PASSWORD", "EXPIRY", "CODE"):
        body = {"placeholder": f"[{kind}_1]", "reason": "to check it"}
        assert (await agent.post(f"/{ticket}/values", body)).status_code == 404
    outcomes = [each.outcome for each in installation.store.vault.accesses()]
    assert outcomes == [Outcome.UNKNOWN] * 6


async def test_a_phone_that_was_part_of_a_card_is_dropped(
    visitor: Any, installation: Any, vault: Vault
) -> None:
    for part in ("40", "07911123456"):
        await visitor.say(part)
    assert installation.store.vault.placeholders(visitor.id) == ("[PHONE_1]",)
    await visitor.say("009")
    assert installation.store.vault.placeholders(visitor.id) == ()


async def test_nobody_else_gets_a_value(
    visitor: Any, agent: Any, kit: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    path = f"/v1/handoffs/{ticket}/values"
    assert (await visitor.http.post(path, json=REASON)).status_code == 401
    assert (await visitor.http.post(path, json=REASON, headers=visitor.headers)).status_code == 401
    async with kit.browser("192.0.2.3") as http:
        colleague = await kit.sign_in(http, "Ben")
        assert (await colleague.post(f"/{ticket}/values", REASON)).status_code == 403
        assert (await http.get(path)).status_code == 403
        assert (await colleague.post("/K-NONE/values", REASON)).status_code == 404
    async with kit.browser("192.0.2.4") as http:
        writer = await kit.sign_in(http, "Wim", StaffRole.CONTENT_OWNER)
        assert (await writer.post(f"/{ticket}/values", REASON)).status_code == 403
    assert installation.store.vault.accesses() == ()
    await agent.post(f"/{ticket}/resolve")
    assert (await agent.post(f"/{ticket}/values", REASON)).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"placeholder": "[EMAIL_1]"},
        {"placeholder": "[EMAIL_1]", "reason": "  \n "},
        {"placeholder": EMAIL, "reason": "to look"},
        {"placeholder": "[EMAIL_1]", "reason": "x" * 501},
        {"placeholder": "[EMAIL_1]", "reason": "to look", "agent": "Ben"},
    ],
)
async def test_a_request_without_a_placeholder_or_a_reason_is_refused(
    body: dict[str, str], visitor: Any, agent: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    refused = await agent.post(f"/{ticket}/values", body)
    assert refused.status_code == 422
    assert EMAIL not in refused.text
    assert installation.store.vault.accesses() == ()


async def test_a_value_that_was_changed_in_the_database_is_refused_and_that_is_on_record(
    visitor: Any, agent: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    with sqlite3.connect(installation.data / "firstline.db") as connection:
        connection.execute("UPDATE vault SET box = zeroblob(40) WHERE placeholder = '[EMAIL_1]'")
    refused = await agent.post(f"/{ticket}/values", REASON)
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:firstline:problem:value-damaged",
    )
    assert installation.store.vault.accesses()[0].outcome is Outcome.DAMAGED


async def test_a_lost_key_is_told_and_not_a_crash(
    visitor: Any, agent: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    (installation.data / "keys" / "vault.keys").unlink()
    refused = await agent.post(f"/{ticket}/values", REASON)
    assert (refused.status_code, refused.json()["type"]) == (
        503,
        "urn:firstline:problem:vault-key",
    )
    assert installation.store.vault.accesses()[0].outcome is Outcome.KEY_MISSING
    (installation.data / "keys" / "vault.keys").write_text("damaged", "ascii")
    assert (await visitor.say(f"I am also at other{EMAIL}")).status_code == 200
    assert "[EMAIL_2]" in (await visitor.read()).json()["turns"][-1]["text"]


async def test_a_value_is_deleted_when_its_time_is_over(
    visitor: Any, agent: Any, installation: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    with sqlite3.connect(installation.data / "firstline.db") as connection:
        connection.execute("UPDATE vault SET at = datetime('now', '-31 days')")
    assert (await agent.post(f"/{ticket}/values", REASON)).status_code == 404
    assert installation.store.vault.placeholders(visitor.id) == ()
    assert EMAIL.encode() not in files(installation.data)


async def test_an_agent_cannot_read_values_without_end(
    visitor: Any, agent: Any, vault: Vault
) -> None:
    ticket = await held(visitor, agent)
    codes = [(await agent.post(f"/{ticket}/values", REASON)).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
