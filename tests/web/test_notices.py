"""In the browser: what the customer is told about removed data, and what leaves the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from bot.gate import Gate
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from tests.web.installation import Installation, install, served

pytestmark = pytest.mark.browser

CARD = "4111 1111 1111 1111"


@pytest.fixture
def guarded(tmp_path: Path) -> Installation:
    """An installation with the real rules in its gate."""
    settings = RedactionSettings(named_entities=False)
    return install(tmp_path, gate=Gate(build_redactor(settings, b"k" * 32)))


@pytest.fixture
def page(browser: Browser, guarded: Installation) -> Iterator[Page]:
    with served(guarded.app) as address:
        context = browser.new_context(reduced_motion="reduce")
        context.set_default_timeout(10_000)
        made = context.new_page()
        made.goto(f"{address}/widget")
        yield made
        context.close()


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def test_the_notice_stands_under_the_reply(page: Page) -> None:
    say(page, "how do I freeze it? the cvv is 739")
    expect(page.locator(".turn.assistant .notice")).to_contain_text("I removed the card details")
    expect(page.get_by_text("739")).to_have_count(0)


def test_the_notice_is_shown_where_an_agent_has_the_conversation(
    page: Page, guarded: Installation
) -> None:
    say(page, "it was stolen")
    expect(page.locator(".turn.assistant:not(.thinking)")).to_have_count(1)
    [ticket] = guarded.store.handoffs.list()
    guarded.store.handoffs.claim(ticket.id, "Ana", ticket.created_at)
    say(page, "the cvv is 739")
    expect(page.locator("[data-hint]")).to_contain_text("I removed the card details")
    expect(page.locator("[data-hint]")).to_contain_text("Please don't send them here")


def test_a_card_is_masked_on_the_page_before_anything_is_sent(page: Page) -> None:
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(f"{request.url} {request.post_data or ''}")

    page.context.on("request", note)
    say(page, f"my card {CARD} was eaten")
    expect(page.locator("[data-hint]")).to_contain_text("Just say in words what happened.")
    expect(page.locator(".turn.assistant:not(.thinking)")).to_have_count(1)
    [message] = [each for each in sent if "/messages" in each]
    assert "[CARD_1]" in message
    assert "4111" not in "".join(sent)


def test_without_the_pages_own_mask_the_server_still_masks(
    page: Page, guarded: Installation
) -> None:
    page.route(
        "**/static/chat/cards.js",
        lambda route: route.fulfill(
            content_type="text/javascript",
            body="export const withoutCards = (text) => ({ text, removed: 0 });",
        ),
    )
    page.reload()
    say(page, f"my card {CARD} was eaten")
    expect(page.locator(".turn.assistant .notice")).to_contain_text("I removed the card number")
    assert guarded.assistant.seen == ["my card [CARD_1] was eaten"]
