"""The whole story in two windows, by keyboard alone: answer, handoff, agent, rating."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bot.queues import parse_queues
from tests.web.accessibility import accessible
from tests.web.installation import install, served

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)  # the machine that tests is often busy
QUEUES = parse_queues(
    "time_zone: Europe/London\nhours: always\nreply_minutes: 5\ntitle: the card team\n"
)


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Walks there by the keyboard, as somebody without a mouse does."""
    expect(wanted).to_be_visible()
    for _ in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is out of reach of the keyboard")


def write(page: Page, text: str) -> None:
    reach(page, page.locator("#text"))
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def press(page: Page, name: str, key: str = "Tab") -> None:
    reach(page, page.get_by_role("button", name=name, exact=True), key)
    page.keyboard.press("Enter")


def claim_and_reply(agent: Page) -> None:
    agent.bring_to_front()
    expect(agent.locator("[data-ticket]")).to_have_count(1)
    agent.keyboard.press("j")
    agent.keyboard.press("Enter")
    agent.get_by_role("heading", name="High-risk question").wait_for()
    agent.wait_for_selector("body[data-ready]")
    accessible(agent, "ticket")
    agent.keyboard.press("c")
    expect(agent.get_by_label("Reply to the customer")).to_be_visible()
    agent.keyboard.press("r")
    agent.keyboard.type("Sam here. It is blocked now.")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".said.agent")).to_have_count(1)


def test_a_customer_is_answered_handed_over_helped_and_asked(
    context: BrowserContext, tmp_path: Path
) -> None:
    installation = install(tmp_path, queues=QUEUES)
    with served(installation.app) as address:
        customer, agent = context.new_page(), context.new_page()
        agent.goto(address + installation.sign_in_path())
        agent.wait_for_url("**/staff")
        agent.goto(f"{address}/agent")
        agent.wait_for_selector("body[data-ready]")

        customer.bring_to_front()
        customer.goto(f"{address}/widget")
        write(customer, "How do I freeze my card?")
        expect(customer.get_by_role("link", name="How to freeze your card")).to_be_visible()
        press(customer, "Yes", "Shift+Tab")
        expect(customer.get_by_text("Did that solve it?")).to_be_visible()
        accessible(customer, "answer")

        write(customer, "Someone has stolen it")
        card = customer.locator(".handoff").last
        expect(card).to_contain_text("The card team answers ")
        expect(card).to_contain_text("Place in the queue1st")
        expect(card).to_contain_text(re.compile(r"K-\w{4}"))
        accessible(customer, "handed over")

        claim_and_reply(agent)

        customer.bring_to_front()
        expect(customer.get_by_text("Sam here. It is blocked now.")).to_be_visible()
        expect(customer.get_by_text("A person is with you")).to_be_visible()
        write(customer, "Thank you, Sam")
        accessible(customer, "with an agent")

        agent.bring_to_front()
        expect(agent.get_by_text("Thank you, Sam")).to_be_visible()
        agent.keyboard.press("Escape")
        agent.keyboard.press("e")
        press(agent, "Resolve")
        expect(agent.get_by_text("Resolved by Sam: solved")).to_be_visible()

        customer.bring_to_front()
        marks = customer.get_by_role("group", name="How was it?")
        expect(marks).to_be_visible()
        accessible(customer, "asked for a rating")
        reach(customer, marks.get_by_role("radio", name="5"), "Shift+Tab")
        customer.keyboard.press("Space")
        press(customer, "Send rating")
        expect(customer.get_by_text("Thank you for the rating.")).to_be_visible()
        assert installation.assistant.seen == ["How do I freeze my card?", "Someone has stolen it"]
        _, helped = installation.store.episodes.ratings()
        assert (helped.ended, helped.rated, helped.total) == (1, 1, 5)
