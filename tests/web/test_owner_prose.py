"""The draft of an article with prose by a language model, on the page of its gap."""

import json
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, expect

from bot.accounts import StaffRole
from bot.conversation import Speaker, Turn
from bot.insights.prose import ProseWriter
from bot.insights.snapshot import SnapshotFile
from bot.llm.chat_model import ModelFailedError, Prompt
from bot.llm.scripted import Reply, ScriptedModel
from bot.staff import add_account, make_sign_in
from bot.store import new_id
from bot.store_gaps import GapCase
from redaction.redactor import RedactedText
from tests.bot.small_knowledge import holder, index_small, write_small
from tests.web.accessibility import accessible
from tests.web.installation import Installation, PatternRedactor, install, served
from tests.web.test_owner_pages import HOSTILE, NOW, send, sign_in, snapshot, talk

PATH = "/insights/gaps/gap-1"
FIELDS = {"title": "Top up by cheque", "notes": "Ask at the desk.", "prose": "1"}
SAID = "Cheques are taken at the desk in the hall, write to ann@example.com."
BODY = (
    "You top up by card or by bank transfer [1]. It costs 90 euros [1].\n\n"
    "<script>alert(1)</script> <img src=//evil.example> [Go](https://evil.example)\n\n"
    "## By cheque\n\nCheques are taken at the desk in the hall [3]."
)


class Scripted:
    """A model that a test breaks; it notes what it was asked."""

    def __init__(self) -> None:
        self.model = ScriptedModel(self._say, name="<i>some</i> model")
        self.broken = False
        self.calls = 0

    def _say(self, prompt: Prompt) -> Reply:
        del prompt
        self.calls += 1
        return (
            ModelFailedError("the server is down")
            if self.broken
            else json.dumps({"title": "x", "body": BODY})
        )


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def installation(tmp_path: Path, scripted: Scripted) -> Installation:
    """With a model for drafts, and a gap of one conversation that an agent answered."""
    index_small(write_small(tmp_path / "help"), tmp_path / "data")
    current = holder(tmp_path / "data").current
    made = install(
        tmp_path,
        prose=lambda store: ProseWriter(
            scripted.model, current, store, SnapshotFile(tmp_path / "insights"), PatternRedactor()
        ),
    )
    client = TestClient(made.app, headers={"Accept": "text/html"})
    asked = made.store.load(talk(client, HOSTILE))
    said = Turn(new_id(), NOW, Speaker.AGENT, RedactedText(SAID), author="Ana")
    made.store.append(said, before=asked, after=asked)
    SnapshotFile(tmp_path / "insights").write(snapshot(made, asked))
    made.store.gaps.confirm("gap-1", [GapCase("Can I top up by cheque?")], "Ana", NOW)
    return made


def test_a_draft_is_worded_checked_and_downloaded_as_it_was_shown(
    client: TestClient, installation: Installation, scripted: Scripted
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    assert "With prose by &lt;i&gt;some&lt;/i&gt; model" in client.get(PATH).text
    page = send(client, f"{PATH}/draft", **FIELDS, **{"as": "show"}).text
    assert "<i>some" not in page
    shown = unescape(page)
    assert "1 sentence that the sources support, 1 to check, 2 left out" in shown
    assert "\n\nYou top up by card or by bank transfer.\n" in shown
    assert "Cheques are taken at the desk in the hall. [to check]" in shown
    assert "- [Top up your account](../top-up.md)\n- what agents answered customers" in shown
    assert "evil.example" not in shown
    assert "90" not in shown.split('id="made"')[1].split("</pre>")[0]
    (prompt,) = scripted.model.prompts
    assert "Can I top up by cheque?" in prompt.user
    assert "write to [EMAIL_1]" in prompt.user
    assert not [each for each in ("ann@", "umbrella", "gap-1", "Secret") if each in prompt.user]

    patch = send(client, f"{PATH}/draft", **FIELDS, **{"as": "patch"})
    assert "+You top up by card or by bank transfer.\n" in patch.text
    assert scripted.calls == 1  # what was read is what is downloaded


def test_a_model_that_fails_leaves_the_outline_and_says_so(
    client: TestClient, installation: Installation, scripted: Scripted
) -> None:
    scripted.broken = True
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    for wanted in ("show", "patch"):
        page = unescape(send(client, f"{PATH}/draft", **FIELDS, **{"as": wanted}).text)
        assert "No prose: the server is down. This is the outline alone." in page
        assert "# Top up by cheque\nAsk at the desk." in page
        assert 'value="Top up by cheque"' in page
    plain = send(client, f"{PATH}/draft", title="Top up by cheque", **{"as": "patch"})
    assert plain.text.startswith("diff --git a/cards/new.md")
    assert scripted.calls == 2


def test_without_a_model_nothing_is_offered_and_asking_is_refused(tmp_path: Path) -> None:
    made = install(tmp_path)
    client = TestClient(made.app, headers={"Accept": "text/html"})
    SnapshotFile(tmp_path / "insights").write(
        snapshot(made, made.store.load(talk(client, "hello")))
    )
    made.store.gaps.confirm("gap-1", [GapCase("Can I top up by cheque?")], "Ana", NOW)
    sign_in(client, made, StaffRole.CONTENT_OWNER)
    assert 'name="prose"' not in client.get(PATH).text
    refused = send(client, f"{PATH}/draft", **FIELDS, **{"as": "show"})
    assert refused.status_code == 422
    assert "FIRSTLINE_LLM__DRAFT_MODEL" in refused.text


def test_the_form_and_the_worded_draft_are_for_everybody(
    context: BrowserContext, installation: Installation
) -> None:
    account = add_account(installation.store, "Olga", roles=[StaffRole.CONTENT_OWNER])
    with served(installation.app) as address:
        page = context.new_page()
        page.goto(f"{address}/staff/sign-in?token={make_sign_in(installation.store, account)}")
        page.goto(f"{address}{PATH}")
        page.get_by_label("Title").fill("Top up by cheque")
        page.get_by_label("With prose by").check()
        page.get_by_role("button", name="Show the draft").click()
        expect(page.get_by_role("status").filter(has_text="Worded by")).to_be_visible()
        accessible(page, "a draft in prose")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
