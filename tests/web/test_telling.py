"""Sentences that a language model words appear as they are checked, and go when they don't hold."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.web.installation import Installation

pytestmark = pytest.mark.browser


def test_a_sentence_that_is_taken_back_goes_and_the_answer_stands_once(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    installation.assistant.tells = ["You can wait a week.", None]
    page = context.new_page()
    page.goto(f"{address}/widget")
    page.locator("#text").fill("How do I freeze my card?")
    page.locator("#text").press("Enter")
    expect(page.locator(".turn.thinking .text")).to_have_text("You can wait a week.")
    installation.assistant.go.release()
    expect(page.get_by_text("You can wait a week.")).to_have_count(0)
    expect(page.locator(".turn.thinking .dots")).to_be_visible()
    installation.assistant.go.release()
    expect(page.get_by_text("Freeze your card in the app")).to_have_count(1)
    expect(page.locator(".thinking")).to_have_count(0)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
