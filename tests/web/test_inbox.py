"""The agents' inbox: its page, and an agent's whole work by keyboard."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, expect

from bot.deliveries import DeliveryState
from tests.web.accessibility import accessible
from tests.web.installation import Installation

expect.set_options(timeout=15_000)  # the machine that tests is often busy


def customer(client: TestClient, text: str) -> tuple[str, dict[str, str]]:
    """A conversation that was handed over; gives its ticket and the customer's header."""
    made = client.post("/v1/conversations", json={}).json()
    header = {"Authorization": f"Bearer {made['token']}"}
    path = f"/v1/conversations/{made['id']}"
    sent = client.post(f"{path}/messages", json={"text": text}, headers=header).json()
    left = {"email": "jane@example.com"}
    assert client.post(f"{path}/contact", json=left, headers=header).status_code == 204
    return str(sent["handoff"]["ticket_id"]), header


def test_the_inbox_is_at_agent_and_filters_the_queue(
    client: TestClient, installation: Installation
) -> None:
    assert client.get("/agent").status_code == 401
    client.get(installation.sign_in_path())
    ticket, _ = customer(client, "It was stolen")
    for query in ("", "?state=waiting", "?queue=general", "?state=waiting&queue=nowhere"):
        assert ticket in client.get(f"/agent{query}").text
    for query in ("?state=claimed", "?mine=1"):
        page = client.get(f"/agent{query}").text
        assert ticket not in page
        assert "No ticket fits this filter" in page
    page = client.get(f"/agent?ticket={ticket}").text
    for words in ("Customer wants", "Tracking id", "Next update due", "left; for the agent who"):
        assert words in page
    assert "jane@example.com" not in page


@pytest.mark.browser
def test_an_agent_works_by_keyboard(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    with TestClient(installation.app) as client:
        ticket, _ = customer(client, "My card was stolen, freeze your card in the app")
    page = context.new_page()
    page.goto(address + installation.sign_in_path())
    page.wait_for_url("**/staff")
    page.goto(f"{address}/agent")
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="High-risk question").wait_for()
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    accessible(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Called jane@example.com")
    page.keyboard.press("Enter")
    expect(page.locator(".notes")).to_contain_text("Called [EMAIL_1]")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.get_by_label("Reply to the customer")).to_be_visible()
    page.get_by_role("button", name="Cite").press("Enter")
    expect(page.get_by_label("Reply to the customer")).to_have_value(
        f"Freeze your card in the app: Cards → Freeze.\n"
        f"[How to freeze your card]({address}/articles/freeze-card)"
    )
    page.get_by_role("button", name="Resolve").press("Enter")
    expect(page.get_by_text("There is an unsent reply.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said.agent")).to_contain_text("How to freeze your card")
    page.get_by_role("button", name="Show them").press("Enter")
    expect(page.get_by_text("jane@example.com")).to_be_visible()
    accessible(page, "claimed ticket")
    page.get_by_label("Closing words").select_option(index=1)
    page.get_by_label("Ends as").select_option("Passed on to another team")
    page.get_by_role("button", name="Resolve").press("Enter")
    expect(page.get_by_text("Resolved by Sam: passed on")).to_be_visible()
    expect(page.locator(".said.agent")).to_have_count(2)
    accessible(page, "resolved ticket")
    assert ticket in page.url


@pytest.mark.browser
def test_a_notice_shows_on_site_and_chat_at_once(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = context.new_page()
    page.goto(address + installation.sign_in_path())
    page.wait_for_url("**/staff")
    page.wait_for_selector("body[data-ready]")
    page.get_by_role("button", name="Notice").click()
    page.get_by_label("What everybody should know").fill("Card payments fail <at times>.")
    accessible(page, "notice form")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Notice is up")).to_be_visible()
    for path in ("/", "/articles/freeze-card", "/widget"):
        page.goto(address + path)
        expect(page.get_by_text("Card payments fail <at times>.")).to_be_visible()
        accessible(page, path)


@pytest.mark.browser
def test_what_was_not_delivered_is_shown_and_tried_again(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    with TestClient(installation.app) as client:
        ticket, _ = customer(client, "It was stolen")
    outbox = installation.store.outbox
    (delivery,) = outbox.take(datetime.now(UTC) + timedelta(hours=1), timedelta(seconds=30))
    outbox.bury(delivery, "desk.example.com answered 422")
    page = context.new_page()
    page.goto(address + installation.sign_in_path())
    page.wait_for_url("**/staff")
    page.wait_for_selector("body[data-ready]")
    expect(page.get_by_text("1 not delivered to other systems")).to_be_visible()
    expect(page.get_by_text("desk.example.com answered 422")).to_be_visible()
    accessible(page, "not delivered")
    page.get_by_role("button", name=f"Try {ticket} again").press("Enter")
    expect(page.get_by_text("Being tried")).to_be_visible()
    assert outbox.count(DeliveryState.WAITING) == 1
    page.reload()
    expect(page.get_by_text("not delivered")).to_have_count(0)


@pytest.mark.browser
def test_a_new_ticket_is_told_without_a_reload(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = context.new_page()
    page.goto(address + installation.sign_in_path())
    page.wait_for_url("**/staff")
    page.get_by_role("button", name="Alert me").click()
    expect(page.get_by_role("button", name="Alerts")).to_have_attribute("aria-pressed", "true")
    with TestClient(installation.app) as client:
        ticket, _ = customer(client, "It was stolen")
    expect(page.locator("[data-news]")).to_have_text(f"Urgent ticket {ticket}.")
    expect(page).to_have_title(re.compile(r"^\(1\) Inbox"))
