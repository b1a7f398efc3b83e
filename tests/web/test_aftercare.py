"""What a customer does at the end, or while nobody is there, in the chat."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.accessibility import accessible
from tests.web.installation import Installation

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)  # the machine that tests is often busy


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def test_a_helpful_answer_leads_to_a_rating(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = context.new_page()
    page.goto(f"{address}/widget")
    say(page, "How do I freeze my card?")
    page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_role("button", name="Yes, that's all").click()
    expect(page.get_by_role("group", name="How was it?")).to_be_visible()
    accessible(page, "rating")
    page.get_by_role("radio", name="4").focus()
    page.keyboard.press("Space")
    page.get_by_label("What should we know? (optional)").fill("Quick. 4111 1111 1111 1111")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you for the rating.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("This is marked as done.")).to_be_visible()
    expect(page.get_by_role("group", name="How was it?")).to_have_count(0)
    alone, _ = installation.store.episodes.ratings()
    assert (alone.ended, alone.rated, alone.total) == (1, 1, 4)


def test_contact_details_can_be_left_and_removed(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/widget")
    page.get_by_role("button", name="Talk to a person").click()
    form = page.get_by_role("form", name="How can we reach you?")
    expect(form).to_be_visible()
    accessible(page, "contact form")
    form.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("Write an e-mail address or a phone number.")).to_be_visible()
    form.get_by_label("E-mail address").fill("jane@example.com")
    form.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("We have how to reach you.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("We have how to reach you.")).to_be_visible()
    accessible(page, "contact kept")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("form", name="How can we reach you?")).to_be_visible()
