import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.web.brand import Brand
from tests.web.installation import ARTICLES, Installation, article, install

INTERNAL_WORD = "heliotrope"
OWN = {"Origin": "http://testserver"}


@pytest.fixture
def staff(installation: Installation, client: TestClient) -> TestClient:
    assert client.get(installation.sign_in_path()).status_code == 200
    return client


def form_token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "How can we help?"),
        ("/articles/freeze-card", "How to freeze your card"),
        ("/domains/cards", "How to replace your card"),
        ("/search?q=freeze", "Freeze your card in the app"),
        ("/search", "Type a few words"),
        ("/search?q=zzzz", "Nothing found for “zzzz”"),
        ("/privacy", "automated assistant"),
        ("/widget", "Automated assistant"),
    ],
)
def test_pages_come_without_script(client: TestClient, path: str, words: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert words in page.text


@pytest.mark.parametrize("path", ["/", "/articles/freeze-card", "/widget", "/privacy", "/nothing"])
def test_pages_hold_nothing_inline_and_nothing_foreign(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.text)
    assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', page.text)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_only_the_chat_may_be_framed_and_only_where_allowed(tmp_path: object) -> None:
    made = install(tmp_path, embed_origins=("https://shop.example",))  # type: ignore[arg-type]
    client = TestClient(made.app)
    framed = client.get("/widget").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example" in framed
    for path in ("/", "/articles/freeze-card", "/staff"):
        assert "frame-ancestors 'none'" in client.get(path).headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=heliotrope+caller", "/articles/desk-freeze", "/domains/cards", "/staff",
     "/staff/articles/desk-freeze", "/staff/articles?q=caller", "/v1/search?q=heliotrope+caller"],
)  # fmt: skip
def test_customers_never_see_an_internal_article(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert INTERNAL_WORD not in page.text.replace("heliotrope caller", "")
    assert "Freezing for a caller" not in page.text


def test_an_unknown_address_shows_a_way_on_but_the_api_answers_in_its_own_way(
    client: TestClient,
) -> None:
    for path in ("/nothing", "/articles/nothing", "/domains/nothing", "/static/nothing.js"):
        page = client.get(path)
        assert page.status_code == 404
        assert "This page isn't here" in page.text
    assert client.get("/v1/nothing").headers["content-type"] == "application/problem+json"
    plain = client.get("/nothing", headers={"Accept": "application/json"})
    assert plain.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=freeze", "/articles/freeze-card", "/domains/cards", "/privacy", "/widget",
     "/widget.js", "/theme.css", "/icon.svg", "/static/site.css", "/articles/nothing"],
)  # fmt: skip
def test_what_can_be_read_can_be_asked_about(client: TestClient, path: str) -> None:
    read, asked = client.get(path), client.head(path)
    assert asked.status_code == read.status_code
    for header in ("content-type", "content-length", "etag", "content-security-policy"):
        assert asked.headers.get(header) == read.headers.get(header)


def test_staff_pages_can_be_asked_about(staff: TestClient) -> None:
    for path in ("/staff", "/staff/articles", "/staff/articles/desk-freeze", "/staff/try"):
        assert staff.head(path).status_code == 200


def test_a_browser_is_refused_in_words_and_the_api_in_its_own_way(
    client: TestClient, staff: TestClient
) -> None:
    assert "<h1>This page can only be read</h1>" in client.post("/privacy").text
    refused = staff.post("/staff/try", data={"text": "x"}, headers=OWN)
    assert refused.status_code == 403
    assert "Load the page again and retry." in refused.text
    assert refused.headers["content-type"] == "text/html; charset=utf-8"
    for path, headers in (("/v1/search?limit=x", {}), ("/privacy", {"Accept": "*/*"})):
        plain = client.get(path) if "v1" in path else client.post(path, headers=headers)
        assert plain.headers["content-type"] == "application/problem+json"


def test_too_many_searches_say_how_long_to_wait(tmp_path: Path) -> None:
    client = TestClient(install(tmp_path, searches=1).app, headers={"Accept": "text/html"})
    assert client.get("/search?q=freeze").status_code == 200
    page = client.get("/search?q=freeze")
    assert page.status_code == 429
    assert f"Wait {page.headers['retry-after']} seconds" in page.text


def test_a_long_query_is_cut_not_refused(client: TestClient) -> None:
    page = client.get("/search?q=" + "freeze " * 200)
    assert page.status_code == 200
    assert "How to freeze your card" in page.text


def test_staff_see_all_articles_before_they_search(staff: TestClient) -> None:
    page = staff.get("/staff/articles").text
    for words in (
        "Freezing for a caller",
        "How to top up",
        "internal</span>",
        "5 October 2026",
    ):
        assert words in page


def test_a_review_date_that_nobody_recorded_is_the_staffs_to_know(tmp_path: Path) -> None:
    bare = replace(ARTICLES[0], reviewed_on=None)
    installation = install(tmp_path, articles=[bare])
    client = TestClient(installation.app, headers={"Accept": "text/html"})
    assert "eview" not in client.get("/articles/freeze-card").text
    client.get(installation.sign_in_path())
    assert "review date not recorded" in client.get("/staff/articles/freeze-card").text


def test_a_method_that_does_not_exist_keeps_its_own_answer(client: TestClient) -> None:
    assert client.post("/privacy").status_code == 405


def test_files_are_checked_again_by_their_hash(client: TestClient) -> None:
    first = client.get("/static/site.css")
    again = client.get("/static/site.css", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert client.get("/favicon.ico", follow_redirects=False).headers["location"] == "/icon.svg"


@pytest.mark.parametrize("path", ["/static/../brand.py", "/static/%2e%2e/brand.py", "/static/"])
def test_nothing_but_listed_files_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_brand_is_in_the_files_that_need_it(tmp_path: object) -> None:
    brand = Brand(name='A "B" </script>', accent="#123456")
    client = TestClient(install(tmp_path, brand=brand).app)  # type: ignore[arg-type]
    assert '"title": "A \\"B\\" </script> chat"' in client.get("/widget.js").text
    assert "#123456" in client.get("/theme.css").text
    assert 'fill="#123456"' in client.get("/icon.svg").text
    assert "</script> Help" not in client.get("/").text


def test_titles_and_names_are_escaped(tmp_path: object) -> None:
    nasty = article('x"><b>', "<img src=x onerror=alert(1)>", "Hi.", domain='"><i>')
    client = TestClient(install(tmp_path, articles=[*ARTICLES, nasty]).app)  # type: ignore[arg-type]
    for path in ("/", "/search?q=src+onerror+%3Cscript%3E", "/articles/x%22%3E%3Cb%3E"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<img" not in page.text
        assert "<script>" not in page.text
        assert '"><i>' not in page.text


@pytest.mark.parametrize("path", ["/staff", "/staff/articles", "/staff/try"])
def test_staff_pages_say_how_to_sign_in(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 401
    assert "firstline staff link" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_staff_find_and_read_internal_articles(staff: TestClient) -> None:
    found = staff.get("/staff/articles?q=caller")
    assert "Freezing for a caller" in found.text
    assert "internal</span>" in found.text
    assert INTERNAL_WORD in staff.get("/staff/articles/desk-freeze").text
    assert staff.get("/staff/articles/nothing").status_code == 404


def test_the_inbox_shows_queue_conversation_and_evidence(staff: TestClient) -> None:
    assert "Nobody is waiting" in staff.get("/staff").text
    made = staff.post("/v1/conversations", json={}).json()
    sent = staff.post(
        f"/v1/conversations/{made['id']}/messages",
        json={"text": "My card was stolen <script>", "client_id": "1"},
        headers={"Authorization": f"Bearer {made['token']}"},
    ).json()
    ticket = sent["handoff"]["ticket_id"]
    page = staff.get(f"/staff?ticket={ticket}").text
    for words in (
        "High-risk question",
        "My card was stolen &lt;script&gt;",
        "93%",
    ):
        assert words in page
    token = form_token(page)
    claimed = staff.post(f"/v1/handoffs/{ticket}/claim", headers={"X-CSRF-Token": token, **OWN})
    assert claimed.status_code == 200
    assert "Reply to the customer" in staff.get(f"/staff?ticket={ticket}&state=claimed").text
    assert "Nobody is waiting" in staff.get("/staff?state=waiting").text
    assert "This ticket doesn&#39;t exist" in staff.get("/staff?ticket=K-NONE").text


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("how do I freeze it", "Answer, 93% sure"),
        ("which one", "Clarifying question"),
        ("stolen", "Handoff: high-risk question"),
        ("hello a@b.de", "Fixed reply: small talk"),
    ],
)
def test_a_trial_shows_the_decision_and_why(staff: TestClient, message: str, words: str) -> None:
    token = form_token(staff.get("/staff/try").text)
    page = staff.post("/staff/try", data={"text": message, "csrf_token": token}, headers=OWN)
    assert page.status_code == 200
    assert words in page.text
    assert "a@b.de" not in page.text
    assert "score 0.91" in page.text


def test_a_trial_needs_the_form_token_and_a_sign_in(
    staff: TestClient, installation: Installation
) -> None:
    assert staff.post("/staff/try", data={"text": "x"}, headers=OWN).status_code == 403
    stranger = TestClient(installation.app)
    assert stranger.post("/staff/try", data={"text": "x"}, headers=OWN).status_code == 401
    assert installation.assistant.seen == []


def test_a_language_model_is_named_where_customers_decide_to_write(tmp_path: Path) -> None:
    note = "A language model at llm.example.com words the answers."
    for installed, named in (
        (install(tmp_path, models_note=note), True),
        (install(tmp_path), False),
    ):
        client = TestClient(installed.app)
        assert (note in client.get("/privacy").text) is named
        assert (note in client.get("/widget").text) is named
        assert ("No message goes to" in client.get("/privacy").text) is not named
