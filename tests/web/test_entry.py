"""Signing in by password and changing it, in the browser, by keyboard."""

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, expect

from bot.accounts import StaffRole
from bot.staff import StaffAccess, add_account, make_sign_in
from tests.web.accessibility import accessible
from tests.web.installation import KEY, Installation

PASSWORD = "four unrelated green boats"  # noqa: S105  made up


def test_who_is_not_signed_in_is_led_to_the_form(client: TestClient) -> None:
    page = client.get("/staff")
    assert page.status_code == 401
    assert 'content="0;url=/staff/enter"' in page.text
    form = client.get("/staff/enter").text
    for piece in (
        'autocomplete="username"',
        'autocomplete="current-password"',
        'action="/staff/sign-in"',
    ):
        assert piece in form
    assert "oidc" not in form


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("wrong", "The login or the password is wrong"),
        ("wait&seconds=7", "Wait 7 seconds"),
        ("<script>", ""),
    ],
)
def test_the_form_says_why_it_is_back(client: TestClient, why: str, words: str) -> None:
    page = client.get(f"/staff/enter?why={why}").text
    assert words in page
    assert "<script>" not in page


def test_somebody_with_another_role_is_told_so(
    client: TestClient, installation: Installation
) -> None:
    eve = add_account(installation.store, "Eve", roles=[StaffRole.EVALUATOR])
    token = make_sign_in(installation.store, eve)
    assert "url=/staff/articles" in client.get(f"/staff/sign-in?token={token}").text
    refused = client.get("/agent")
    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("text/html")
    assert "/agent" not in client.get("/staff/articles").text


@pytest.mark.browser
def test_signing_in_and_changing_the_password_by_keyboard(
    context: BrowserContext, address: str, installation: Installation
) -> None:
    sam = add_account(installation.store, "Sam", login="sam@example.com")
    StaffAccess(installation.store, KEY).set_password(sam, PASSWORD)
    page = context.new_page()
    page.goto(f"{address}/staff")
    page.wait_for_url("**/staff/enter")
    accessible(page, "sign in")
    for attempt in ("a wrong password", PASSWORD):
        page.get_by_label("Login or e-mail").focus()
        page.keyboard.type("sam@example.com")
        page.keyboard.press("Tab")
        page.keyboard.type(attempt)
        page.keyboard.press("Enter")
        if attempt != PASSWORD:
            expect(page.get_by_role("alert")).to_contain_text("is wrong")
            accessible(page, "wrong password")
    page.wait_for_url("**/staff")
    page.get_by_role("link", name="Sam").click()
    page.wait_for_url("**/staff/account")
    accessible(page, "account")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill("five other unrelated boats")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your password is set")
    accessible(page, "changed")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/staff/enter")
