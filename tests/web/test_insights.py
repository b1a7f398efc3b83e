"""The evaluator's page: figures, and the conversations behind each."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.accounts import StaffRole
from bot.insights.board_desk import BoardsFile, draw_all
from bot.measure.ending import MeasureContext
from bot.staff import add_account, make_sign_in
from tests.web.installation import Installation, install


def in_two_days() -> datetime:
    return datetime.now(UTC) + timedelta(days=2)


@pytest.fixture
def later(tmp_path: Path) -> Installation:
    """An installation whose figures are looked at two days from now."""
    return install(tmp_path, boards_clock=in_two_days)


def sign_in(client: TestClient, installation: Installation, role: StaffRole) -> None:
    account = add_account(installation.store, f"The {role.value}", roles=[role])
    token = make_sign_in(installation.store, account)
    assert client.get(f"/staff/sign-in?token={token}").status_code == 200


def talk(client: TestClient, text: str) -> str:
    made = client.post("/v1/conversations", json={}).json()
    path, header = f"/v1/conversations/{made['id']}", {"Authorization": f"Bearer {made['token']}"}
    assert client.post(f"{path}/messages", json={"text": text}, headers=header).status_code < 300
    return str(made["id"])


def test_the_page_is_for_evaluators_and_admins(
    client: TestClient, installation: Installation
) -> None:
    assert client.get("/insights").status_code == 401
    sign_in(client, installation, StaffRole.AGENT)
    assert client.get("/insights").status_code == 403
    assert "/insights" not in client.get("/staff/articles").text
    sign_in(client, installation, StaffRole.ADMIN)
    assert client.get("/insights").status_code == 200


def test_without_conversations_it_says_what_to_do(
    client: TestClient, installation: Installation
) -> None:
    sign_in(client, installation, StaffRole.EVALUATOR)
    page = client.get("/insights?days=12").text
    assert "No conversations in this time" in page
    assert 'href="/insights?days=30" aria-current="page"' in page
    assert 'href="/insights"' in client.get("/staff/articles").text


def test_every_number_leads_to_the_episodes_that_it_counts(later: Installation) -> None:
    installation, client = later, TestClient(later.app, headers={"Accept": "text/html"})
    names = {talk(client, "How do I change my PIN?"), talk(client, "I want to talk to a person")}
    sign_in(client, installation, StaffRole.EVALUATOR)
    page = client.get("/insights?days=7")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.text.count('class="chart"') == 2
    assert "style=" not in page.text
    links = re.findall(r'href="(/insights\?[^"]*metric=[^"]*)" aria-label="[^"]*: (\d+)', page.text)
    assert links
    for link, count in links[:12]:
        listed = client.get(link.replace("&amp;", "&")).text
        assert len(re.findall(r'<th scope="row"><a href="/insights/', listed)) == int(count)
    involved = client.get("/insights?days=7&metric=fin_involvement&part=denominator").text
    assert {name for name in names if f"/insights/{name}" in involved} == names
    name = names.pop()
    shown = client.get(f"/insights/{name}").text
    assert "Customer" in shown
    assert "rule" in shown
    assert client.get("/insights/none").status_code == 404


def test_on_the_first_day_it_is_too_early_to_tell_how_conversations_end(
    client: TestClient, installation: Installation
) -> None:
    talk(client, "I want to talk to a person")
    sign_in(client, installation, StaffRole.EVALUATOR)
    page = client.get("/insights").text
    assert "<strong>Too early.</strong>" in page
    assert 'class="chart"' not in page
    row = re.findall(r'<th scope="row">Containment<.*?</tr>', page, re.DOTALL)[0]
    assert "<td>too early</td>" in row


def test_figures_of_many_conversations_are_reckoned_beforehand(tmp_path: Path) -> None:
    many = install(tmp_path, boards_at_once=0, boards_clock=in_two_days)
    client = TestClient(many.app, headers={"Accept": "text/html"})
    name = talk(client, "How do I change my PIN?")
    sign_in(client, many, StaffRole.EVALUATOR)
    page = client.get("/insights").text
    assert "Nothing is reckoned yet" in page
    assert "Reckon now" in page
    context = MeasureContext(now=in_two_days(), since=datetime.now(UTC) - timedelta(days=90))
    logged = many.store.logged
    boards = draw_all(logged.episodes(context), context, logged, 90)
    BoardsFile(tmp_path / "insights").write(boards)
    assert [each.days for each in boards] == [7, 30, 90]
    assert "PIN" not in (tmp_path / "insights" / "boards.json").read_text(encoding="utf-8")
    page = client.get("/insights").text
    assert "1 episode began" in page
    assert "Reckon again" in page
    listed = client.get("/insights?metric=fin_involvement&part=denominator").text
    assert f"/insights/{name}" in listed


def test_a_metric_that_is_not_there_shows_the_page(
    client: TestClient, installation: Installation
) -> None:
    sign_in(client, installation, StaffRole.EVALUATOR)
    assert "<h1>Insights</h1>" in client.get("/insights?metric=happiness").text
