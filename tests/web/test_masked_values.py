"""An agent has a masked value shown, where a vault is kept."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, expect

from bot.gate import Gate
from bot.vault import Vault
from bot.vault_keys import VaultKeys
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from tests.web.accessibility import accessible
from tests.web.installation import Installation, install
from tests.web.test_inbox import customer

EMAIL = "kim.vault@example.com"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    redactor = build_redactor(RedactionSettings(named_entities=False), b"a key of 16 bytes")
    return install(tmp_path, gate=Gate(redactor, vault=Vault(VaultKeys(tmp_path))))


@pytest.mark.browser
def test_the_holder_of_a_ticket_has_a_masked_value_shown(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    with TestClient(installation.app) as client:
        ticket, _ = customer(client, f"It was stolen, write to {EMAIL}")
    page = context.new_page()
    page.goto(address + installation.sign_in_path())
    page.wait_for_url("**/staff")
    page.goto(f"{address}/agent?ticket={ticket}")
    page.wait_for_selector("body[data-ready]")
    expect(page.get_by_role("heading", name="Masked values")).to_have_count(0)
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_label("Reply to the customer")).to_be_visible()
    page.goto(f"{address}/agent?ticket={ticket}")
    page.wait_for_selector("body[data-ready]")
    page.get_by_label("Value", exact=True).select_option("[EMAIL_1]")
    page.get_by_label("What you need it for").fill("to send the receipt")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text(f"[EMAIL_1] {EMAIL}")).to_be_focused()
    accessible(page, "a value shown")
    [access] = installation.store.vault.accesses()
    assert (access.placeholder, access.reason) == ("[EMAIL_1]", "to send the receipt")
