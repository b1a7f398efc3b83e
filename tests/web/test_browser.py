"""The widget, the help site and the inbox in headless Chromium, with axe."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Request, expect
from starlette.applications import Starlette
from starlette.requests import Request as HostRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.web.accessibility import accessible
from tests.web.installation import Installation, install, served

pytestmark = pytest.mark.browser

CARD = "4111 1111 1111 1111"


def listen(page: Page) -> list[str]:
    """Errors of the page and of its policies, collected as they come."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda line: heard.append(line.text) if "Security Policy" in line.text else None,
    )
    return heard


def open_chat(page: Page) -> Frame:
    page.get_by_role("button", name="Open chat").click()
    return opened_chat(page)


def opened_chat(page: Page) -> Frame:
    element = page.wait_for_selector("firstline-chat iframe")
    frame = element.content_frame() if element else None
    assert frame is not None
    frame.wait_for_selector("#text")
    expect(frame.locator("#text")).to_be_focused()
    return frame


def say(frame: Frame, text: str) -> None:
    frame.locator("#text").fill(text)
    frame.locator("#text").press("Enter")


def test_every_state_of_the_chat_is_accessible(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    heard = listen(page)
    page.goto(address)
    accessible(page, "closed")
    chat = open_chat(page)
    expect(chat.get_by_text("This is an automated assistant.")).to_be_visible()
    accessible(chat, "open")
    accessible(page, "host page")
    say(chat, "How do I freeze my card?")
    expect(chat.get_by_role("link", name="How to freeze your card")).to_be_visible()
    expect(chat.get_by_role("group", name="Did this answer help?")).to_be_visible()
    accessible(chat, "answer")
    chat.get_by_role("button", name="No", exact=True).click()
    expect(chat.get_by_label("What was missing? (optional)")).to_be_visible()
    accessible(chat, "feedback")
    say(chat, "which")
    expect(chat.get_by_role("button", name="How to replace your card")).to_be_visible()
    accessible(chat, "clarify")
    chat.get_by_role("button", name="Menu").click()
    accessible(chat, "menu")
    page.keyboard.press("Escape")
    context.set_offline(True)
    say(chat, "Is my account safe?")
    expect(chat.get_by_role("button", name="Try again")).to_be_visible()
    accessible(chat, "failed")
    context.set_offline(False)  # and it goes by itself
    expect(chat.get_by_role("button", name="Pass this to a person")).to_be_visible()
    accessible(chat, "offer")
    say(chat, "It was stolen")
    expect(chat.get_by_text("A person takes over")).to_be_visible()
    expect(chat.get_by_role("button", name="Waiting for a person")).to_be_visible()
    accessible(chat, "handoff")
    assert heard == []


def test_the_whole_task_by_keyboard(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/articles/freeze-card")
    full = page.viewport_size is not None and page.viewport_size["width"] < 480
    page.evaluate("document.querySelector('footer a:last-of-type').focus()")
    for _ in range(6):
        if page.evaluate("document.activeElement.tagName") == "FIRSTLINE-CHAT":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chat = opened_chat(page)
    page.keyboard.type("which one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("is it?")
    page.keyboard.press("Enter")
    option = chat.get_by_role("button", name="How to freeze your card")
    expect(option).to_be_visible()
    for _ in range(8):
        if option.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    expect(option).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.get_by_role("link", name="How to freeze your card")).to_be_visible()
    if full:  # Tab stays inside: the page behind can't be seen
        for _ in range(25):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") == "FIRSTLINE-CHAT"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open chat")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.locator("#text")).to_be_focused()
    expect(chat.locator(".turn.customer")).to_have_count(2)


def test_a_card_number_never_leaves_the_browser(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(f"{request.url} {request.post_data or ''}")

    context.on("request", note)
    page = context.new_page()
    page.goto(f"{address}/widget")
    for text in (
        f"My card {CARD} is gone",
        "5555-5555-5555-4444, exp 12/27",
        "４１１１１１１１１１１１１１１１",
        "378282246310005",
    ):
        say(page.main_frame, text)
        expect(page.get_by_text("Card number removed before sending.")).to_be_visible()
    expect(page.locator(".turn.assistant:not(.thinking)")).to_have_count(4)
    expect(page.get_by_text("card number hidden").first).to_be_visible()
    say(page.main_frame, "Order 4111 1111 1111 1112 came")  # wrong check digit: no card
    expect(page.locator(".turn.assistant:not(.thinking)")).to_have_count(5)
    log = re.sub(r"[^\d\n]", "", "\n".join(sent))
    for digits in ("4111111111111111", "5555555555554444", "378282246310005"):
        assert digits not in log
        assert digits not in page.content().replace(" ", "")
    assert not any("４" in line for line in sent)
    assert len(installation.assistant.seen) == 5


def test_a_reload_keeps_the_conversation_and_shows_nothing_twice(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}/widget")
    say(page.main_frame, "How do I freeze my card? Mail: a@b.de")
    expect(page.get_by_text("e-mail address hidden")).to_be_visible()
    say(page.main_frame, "which")
    expect(page.get_by_role("button", name="How to replace your card")).to_be_visible()
    before = page.locator(".turn > .text").all_inner_texts()
    page.reload()
    expect(page.locator(".turn")).to_have_count(4)
    assert page.locator(".turn > .text").all_inner_texts() == before
    expect(page.get_by_role("link", name="How to freeze your card")).to_be_visible()
    expect(page.get_by_role("button", name="How to replace your card")).to_be_visible()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="End chat").click()
    page.reload()
    expect(page.get_by_text("Hello! What can we help you with?")).to_be_visible()


def test_a_retry_after_a_lost_reply_keeps_its_client_id(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    page = context.new_page()
    page.goto(f"{address}/widget")
    bodies: list[str] = []

    def lose_first(route: Any) -> None:  # Any: playwright's route
        bodies.append(route.request.post_data or "")
        if len(bodies) == 1:
            route.fetch()  # the server takes it, the reply is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose_first)
    page.route("**/events", lambda route: route.abort())
    say(page.main_frame, "How do I freeze my card?")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="How to freeze your card")).to_be_visible()
    assert bodies[0] == bodies[1]
    expect(page.locator(".turn")).to_have_count(2)
    assert len(installation.assistant.seen) == 1


def test_nothing_is_kept_in_the_browser_before_the_first_message(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(address) else foreign.append(r.url))
    page.goto(address)
    page.goto(f"{address}/widget")
    page.get_by_role("button", name="Menu").click()
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert context.cookies() == []
    assert foreign == []


def test_the_chat_works_without_storage(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('no'); }})"
    )
    page.goto(f"{address}/widget")
    say(page.main_frame, "How do I freeze my card?")
    expect(page.get_by_role("link", name="How to freeze your card")).to_be_visible()


def test_what_the_assistant_writes_is_never_markup(context: BrowserContext, address: str) -> None:
    attacks = [
        "<img src=x onerror=document.title='owned'>",
        "<script>document.title='owned'</script>",
        "[x](javascript:document.title='owned')",
        "![x](https://evil.example/pixel.png)",
        "[x](data:text/html,<script>1</script>)",
        "| a | <svg onload=document.title='owned'> |\n|---|---|\n| [x](vbscript:1) | b |",
        "**<b onmouseover=1>x</b>** `<i>` [<u>](https://e.example/<script>)",
    ]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/widget")

    def scripted(route: Any) -> None:  # Any: playwright's route
        body = {"turn_id": "t", "decision": "answer", "reason": None, "options": [],
                "citations": [{"article_id": "x", "passage_id": "x#0", "title": attacks[0],
                               "anchor": "", "quote": "", "url": "javascript:alert(1)"}],
                "text": "\n\n".join(attacks), "offers_agent": False, "notice": attacks[0],
                "handoff": None}  # fmt: skip
        route.fulfill(json=body)

    page.route("**/messages", scripted)
    say(page.main_frame, attacks[0])
    expect(page.locator(".turn.assistant .table")).to_be_visible()
    assert page.title() != "owned"
    made = page.locator(".log :is(img, script, svg, b, u, i, iframe)")
    assert made.count() == 0
    for link in page.locator(".log a").all():
        assert re.match("https?://", link.get_attribute("href") or "")
    assert not [url for url in asked if "evil.example" in url]


def test_two_parts_of_one_article_are_one_source(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/widget")
    cited = [
        {"article_id": of, "passage_id": f"{of}#{n}", "title": of, "anchor": anchor, "quote": "",
         "url": f"/articles/{of}#{anchor}"}
        for of, n, anchor in (("pin", 1, "steps"), ("pin", 0, ""), ("fees", 2, "cash"))
    ]  # fmt: skip
    body = {"turn_id": "t", "decision": "answer", "reason": None, "options": [], "text": "Yes.",
            "citations": cited, "offers_agent": False, "notice": None, "handoff": None}  # fmt: skip
    page.route("**/messages", lambda route: route.fulfill(json=body))
    say(page.main_frame, "pin and fees")
    sources = page.locator(".sources a")
    expect(sources).to_have_count(2)
    assert [str(one.get_attribute("href")).removeprefix(address) for one in sources.all()] == [
        "/articles/pin#steps",
        "/articles/fees#cash",
    ]


HOSTILE = """<!doctype html><html lang="en"><head><title>Shop</title>
<link rel="stylesheet" href="/host.css"></head><body><h1>A shop</h1>
<script src="{address}/widget.js"></script></body></html>"""
HOSTILE_CSS = """
* { all: unset !important; display: none !important; font-size: 40px !important; }
html, body, h1 { display: block !important; }
body { transform: rotate(3deg) !important; }
iframe, button, firstline-chat, div { width: 3px !important; height: 3px !important;
  position: static !important; opacity: 0 !important; visibility: hidden !important; }
"""


def test_a_hostile_host_page_cannot_break_the_widget(browser: Browser, tmp_path: Path) -> None:
    ports: dict[str, str] = {}

    def page_of(_request: HostRequest) -> Response:
        chat = ports["chat"]
        policy = f"default-src 'none'; style-src 'self'; script-src {chat}; frame-src {chat}"
        return HTMLResponse(
            HOSTILE.format(address=chat), headers={"Content-Security-Policy": policy}
        )

    def style(_request: HostRequest) -> Response:
        return Response(HOSTILE_CSS, media_type="text/css")

    host_app = Starlette(routes=[Route("/", page_of), Route("/host.css", style)])
    with served(host_app) as host:
        made = install(tmp_path, embed_origins=(host,))
        with served(made.app) as chat_address:
            ports["chat"] = chat_address
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            heard = listen(page)
            page.goto(host)
            chat = open_chat(page)
            box = page.get_by_role("button", name="Close chat").first.bounding_box()
            assert box is not None
            assert (box["width"], box["height"]) == pytest.approx((56, 56), abs=3)  # hovered
            assert chat.evaluate("innerWidth") == 398
            say(chat, "How do I freeze my card?")
            expect(chat.get_by_role("link", name="How to freeze your card")).to_be_visible()
            chat.get_by_role("button", name="Close chat").click()
            expect(page.get_by_role("button", name="Open chat")).to_be_focused()
            page.reload()
            chat = open_chat(page)
            expect(chat.locator(".turn")).to_have_count(2)
            assert heard == []
            page.close()


def test_a_site_that_is_not_allowed_cannot_frame_the_chat(browser: Browser, tmp_path: Path) -> None:
    made = install(tmp_path)
    with served(made.app) as chat_address:

        def page_of(_request: HostRequest) -> Response:
            return HTMLResponse(f'<iframe title="x" src="{chat_address}/widget"></iframe>')

        with served(Starlette(routes=[Route("/", page_of)])) as host:
            page = browser.new_page()
            page.goto(host)
            assert page.frame_locator("iframe").locator("#text").count() == 0
            page.close()


def test_search_shows_results_as_one_types(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Search the help articles").fill("freeze card")
    first = page.locator(".live a").first
    expect(first).to_be_visible()
    accessible(page, "results")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".live")).to_be_hidden()
    expect(page.get_by_label("Search the help articles")).to_be_focused()


@pytest.mark.parametrize(
    "path", ["/articles/freeze-card", "/domains/cards", "/search?q=card", "/privacy", "/nothing"]
)
def test_every_page_is_accessible(context: BrowserContext, address: str, path: str) -> None:
    page = context.new_page()
    page.goto(address + path)
    accessible(page, path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_article_vote_is_kept(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/articles/freeze-card")
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_label("What was missing?").fill("The web page")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We'll use it to make the article better.")).to_be_visible()


def test_an_agent_takes_over_and_the_customer_reads_it_once(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    customer = context.new_page()
    customer.goto(f"{address}/widget")
    customer.get_by_role("button", name="Talk to a person").click()
    expect(customer.get_by_text("A person takes over")).to_be_visible()
    agent = context.new_page()
    agent.goto(address + installation.sign_in_path())
    agent.wait_for_url("**/staff")
    accessible(agent, "inbox")
    agent.locator("body").press("j")
    agent.keyboard.press("Enter")
    agent.get_by_role("heading", name="Asked for a person").wait_for()
    accessible(agent, "ticket")
    agent.keyboard.press("c")
    agent.get_by_label("Reply to the customer").fill("Hello, Sam here.")
    agent.get_by_role("button", name="Send reply").click()
    expect(agent.locator(".said.agent")).to_have_text(re.compile("Hello, Sam here."))
    customer.bring_to_front()
    expect(customer.get_by_text("Hello, Sam here.")).to_be_visible(timeout=20_000)
    say(customer.main_frame, "Thanks, Sam")
    expect(customer.locator(".turn.customer .foot", has_text="Delivered")).to_have_count(1)
    expect(customer.get_by_text("Hello, Sam here.")).to_have_count(1)
    accessible(customer, "with an agent")
    agent.get_by_role("button", name="Resolve").click()
    expect(agent.get_by_text("Resolved by Sam")).to_be_visible()
