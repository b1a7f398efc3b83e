"""The chat follows its conversation across breaks, reloads, restarts, and shows nothing twice."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.web.installation import Installation, install, served

pytestmark = pytest.mark.browser

AGENT = "Sam"


def chat(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/widget")
    return page


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def turns(page: Page) -> list[str]:
    return page.locator(".turn:not(.thinking) .text").all_inner_texts()


def desk(installation: Installation, act: Callable[[Any], Coroutine[Any, Any, Any]]) -> None:
    """An agent acts, in a thread and a loop of its own: playwright has one running here."""

    def run() -> None:
        asyncio.run(act(installation.service.desk))

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def reply(installation: Installation, ticket: str, text: str) -> None:
    desk(installation, lambda desk: desk.reply(ticket, AGENT, text))


def handed_over(page: Page, installation: Installation) -> str:
    say(page, "My card was stolen")
    expect(page.get_by_text("A person takes over")).to_be_visible()
    (ticket,) = installation.store.handoffs.list()
    return ticket.id


def test_what_an_agent_does_shows_at_once(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = chat(context, address)
    ticket = handed_over(page, installation)
    desk(installation, lambda desk: desk.claim(ticket, AGENT))
    expect(page.get_by_text("A person is with you")).to_be_visible(timeout=5000)
    reply(installation, ticket, "Hello, I am Sam.")
    expect(page.get_by_text("Hello, I am Sam.")).to_be_visible(timeout=5000)
    say(page, "Good to hear")
    expect(page.get_by_text("Delivered")).to_have_count(1)
    desk(installation, lambda desk: desk.resolve(ticket, AGENT))
    expect(page.get_by_text("Automated assistant").first).to_be_visible(timeout=5000)
    shown = turns(page)
    assert len(shown) == len(set(shown)) >= 4


def test_what_came_while_the_line_was_cut_is_shown_once(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = chat(context, address)
    ticket = handed_over(page, installation)
    desk(installation, lambda desk: desk.claim(ticket, AGENT))
    expect(page.get_by_text("A person is with you")).to_be_visible()
    context.set_offline(True)
    for number in range(3):
        reply(installation, ticket, f"Line {number}")
    context.set_offline(False)
    expect(page.get_by_text("Line 2")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Line 2")).to_be_visible()
    reply(installation, ticket, "Line 3")
    expect(page.get_by_text("Line 3")).to_be_visible()
    assert [text for text in turns(page) if text.startswith("Line")] == [
        f"Line {number}" for number in range(4)
    ]


def test_a_server_that_restarts_is_found_again_by_itself(
    context: BrowserContext, tmp_path: Path
) -> None:
    installation = install(tmp_path)
    with served(installation.app) as address:
        page = chat(context, address)
        ticket = handed_over(page, installation)
        port = int(address.rpartition(":")[2])
    desk(installation, lambda desk: desk.claim(ticket, AGENT))
    reply(installation, ticket, "Back again")
    with served(installation.app, port):
        expect(page.get_by_text("Back again")).to_be_visible(timeout=60_000)
        expect(page.locator("[data-connection]")).to_be_hidden()
        say(page, "Good")
        expect(page.get_by_text("Delivered")).to_have_count(1)
    assert [text for text in turns(page) if "Back" in text] == ["Back again"]


def test_a_message_whose_reply_was_lost_heals_without_a_click(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = chat(context, address)
    say(page, "hello")
    expect(page.get_by_text("Ask me anything")).to_be_visible()

    def lose(route: Any) -> None:  # Any: playwright's route
        route.fetch()  # the server takes it, the reply is lost
        route.abort()

    page.route("**/messages", lose)
    say(page, "How do I freeze my card?")
    expect(page.get_by_role("link", name="How to freeze your card")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.locator(".turn:not(.thinking)")).to_have_count(4)
    assert len(installation.assistant.seen) == 2


def test_a_message_that_a_reload_cut_off_is_sent_by_itself_and_once(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = chat(context, address)
    sent: list[str] = []

    def hold(route: Any) -> None:  # Any: playwright's route
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.fetch()  # taken, but the page is left before the reply
        else:
            route.continue_()

    page.route("**/messages", hold)
    say(page, "How do I freeze my card?")
    expect(page.get_by_text("Sending…")).to_be_visible()
    page.wait_for_timeout(300)
    page.reload()
    expect(page.get_by_role("link", name="How to freeze your card")).to_be_visible()
    expect(page.locator(".turn:not(.thinking)")).to_have_count(2)
    assert len(installation.assistant.seen) == 1


def test_nobody_is_followed_before_the_first_message_or_in_a_hidden_tab(
    context: BrowserContext, address: str
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    context.on("request", note)
    page = chat(context, address)
    page.wait_for_timeout(300)
    assert not [url for url in asked if url.endswith("/events")]
    say(page, "hello")
    expect(page.get_by_text("Ask me anything")).to_be_visible()
    page.wait_for_timeout(300)
    assert len([url for url in asked if url.endswith("/events")]) == 1
