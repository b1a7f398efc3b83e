"""Content owners' pages: who may open them, what they show and refuse, what their forms do."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, expect

from bot.accounts import StaffRole
from bot.conversation import Conversation
from bot.decision import Risk
from bot.estimate import share, unknown
from bot.insights.citations import Citations
from bot.insights.costs import ContactCosts, Medium
from bot.insights.driver_marks import EndsBy
from bot.insights.drivers import Driver, DriverReport
from bot.insights.ends import End
from bot.insights.fates import Fate, Flip, Met, Preview, Turnabout
from bot.insights.file_facts import FileFacts
from bot.insights.gap import Gap
from bot.insights.gaps import Chatter, GapReport
from bot.insights.health import ArticleHealth, Use
from bot.insights.intent_figures import IntentFigures
from bot.insights.issue import Issue, IssueKind
from bot.insights.nearest import Nearest, WhyNot
from bot.insights.outcome import Came, Outcome, case_key
from bot.insights.preview_jobs import PreviewJobs
from bot.insights.product_changes import ProductChange
from bot.insights.rates import change_of
from bot.insights.snapshot import Seen, Snapshot, SnapshotFile
from bot.staff import add_account, make_sign_in
from bot.store_changes import AnnouncedChange
from bot.store_gaps import GapCase, GapState, KnownGap
from tests.web.accessibility import accessible
from tests.web.installation import ARTICLES, Installation

HOSTILE = "<script>alert(1)</script> lend an umbrella?"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ORIGIN = {"Origin": "http://testserver"}
PAGES = (
    "home",
    "gaps",
    "gaps?chatter=1",
    "gaps/gap-1",
    "health",
    "articles/freeze-card",
    "drivers",
)


PLAYED = (
    Outcome("", Came.PASSES, cited="top-up", rule="supported"),
    Outcome("", Came.DECLINED, rule="far_from_every_example"),
)
"""What came of a message whose words are kept, and of one whose words are gone."""


def sign_in(client: TestClient, installation: Installation, role: StaffRole) -> str:
    """Signs in, and gives where that led."""
    account = add_account(installation.store, f"The {role.value}", roles=[role])
    page = client.get(f"/staff/sign-in?token={make_sign_in(installation.store, account)}")
    assert page.status_code == 200
    return page.text


def talk(client: TestClient, text: str) -> str:
    made = client.post("/v1/conversations", json={}).json()
    path, header = f"/v1/conversations/{made['id']}", {"Authorization": f"Bearer {made['token']}"}
    assert client.post(f"{path}/messages", json={"text": text}, headers=header).status_code < 300
    return str(made["id"])


def gap(id_: str, said: str, conversation_ids: tuple[str, ...], **changed: object) -> Gap:
    made = Gap(
        id=id_,
        title=said,
        terms=("umbrella", "lend"),
        contacts=30,
        monthly=214.0,
        cost_month=856.0,
        trend=0.5,
        reasons={"no_article": 30},
        nearest=(Nearest("freeze-card", 0.3, WhyNot.MISSING),),
        owner="cards-team",
        state=GapState.OPEN,
        examples=(said,),
        conversation_ids=conversation_ids,
        worth=856.0,
    )
    return replace(made, **changed)  # type: ignore[arg-type]  # the fields of the test's choice


def snapshot(installation: Installation, *conversations: Conversation) -> Snapshot:
    """One dear gap whose words are kept, one cheap one whose words are gone."""
    ids = tuple(each.id for each in conversations)
    second = gap(
        "gap-2", "", (), worth=1.0, owner="top-ups-team", reasons={"not_helpful": 2}, nearest=()
    )
    told = Issue(IssueKind.PRODUCT_CHANGE, "old: it is told by now; 50 hours ago")
    fees = ProductChange(
        id="fees",
        at=datetime(2026, 11, 10, tzinfo=UTC),
        what="<b>rise</b>",
        articles=("freeze-card",),
    )
    use = Use(12, share(9, 12), share(10, 12))
    counts = {End.ANSWERED: 0, End.ARTICLE: 12, End.PRODUCT: 9, End.AGENT: 6, End.UNKNOWN: 3}
    driver = Driver(
        "=cmd", "cards-team", 30, share(30, 40), {Medium.CHAT: 30}, 120.0, 1200.0, 4800.0, 20, 10,
        change_of(20, 10), share(30, 30), {end: share(n, 30) for end, n in counts.items()},
        1872.0, 1440.0, EndsBy.PRODUCT, "<b>It</b> could tell.", ids,
    )  # fmt: skip
    intent = IntentFigures(
        "intent_freeze-card", Risk.HIGH, 30, {date(2026, 11, 9): 7, date(2026, 11, 16): 23}, 23, 7,
        change_of(23, 7), share(20, 30), share(10, 30), share(5, 20), unknown("nobody rated it"),
        ids,
    )  # fmt: skip
    other = replace(intent, name="top_up", episodes=40, wrong=share(0, 40), week=40, week_before=0)
    for each in ("gap-1", "gap-2"):
        centre = np.zeros(4, np.float32)
        known = KnownGap(each, "live", GapState.OPEN, "", centre, "m", "v", 0.0, 30, NOW, NOW)
        installation.store.gaps.keep([known])
    return Snapshot(
        at=NOW,
        seconds=1.0,
        days=90,
        index_version="v",
        costs=ContactCosts(),
        currency="$",
        conversations=40,
        report=GapReport(
            NOW,
            30.0,
            40,
            32,
            1,
            (gap("gap-1", HOSTILE, ids, outcomes=PLAYED), second),
            (Chatter("weather?", 3),),
        ),
        said={"gap-1": tuple(each.turns[0].id for each in conversations)},
        played={"gap-1": (*(each.turns[0].id for each in conversations), "")},
        chatter_said=("gone",),
        health=(
            ArticleHealth(ARTICLES[0], date(2026, 1, 1), 20, use, (told,)),
            ArticleHealth(ARTICLES[2], None, 0, None, ()),
        ),
        drivers=DriverReport((driver,), NOW - timedelta(days=30)),
        citations={"freeze-card": Citations({date(2026, 11, 9): 7}, ids)},
        intents=(other, intent),
        changes=(fees,),
        revisions={"freeze-card": (Seen("old", date(2026, 10, 1)), Seen("0" * 12, NOW.date()))},
    )


@pytest.fixture
def reckoned(client: TestClient, installation: Installation, tmp_path: Path) -> Snapshot:
    """A snapshot that is written, of one conversation."""
    asked = installation.store.load(talk(client, HOSTILE))
    made = snapshot(installation, asked)
    SnapshotFile(tmp_path / "insights").write(made)
    return made


class Reply(Protocol):
    """What the test client gives, of whichever client library it stands on."""

    @property
    def status_code(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


def send(client: TestClient, path: str, **fields: str) -> Reply:
    """Sends a form as its page does."""
    page = client.get("/insights/gaps").text
    token = re.findall(r'name="csrf-token" content="([^"]+)"', page)[0]
    return client.post(
        path, data={"csrf_token": token, **fields}, headers=ORIGIN, follow_redirects=False
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_are_for_content_owners_and_evaluators(
    client: TestClient, installation: Installation, reckoned: Snapshot, page: str
) -> None:
    assert client.get(f"/insights/{page}").status_code == 401
    sign_in(client, installation, StaffRole.AGENT)
    refused = client.get(f"/insights/{page}")
    assert refused.status_code == 403
    assert "not for your role" in refused.text
    for role in (StaffRole.EVALUATOR, StaffRole.CONTENT_OWNER):
        sign_in(client, installation, role)
        shown = client.get(f"/insights/{page}")
        assert shown.status_code == 200
        assert "script-src 'self'" in shown.headers["content-security-policy"]
        assert "style=" not in shown.text
        assert "<script>alert" not in shown.text
        assert "<b>rise" not in shown.text


def test_a_content_owner_begins_at_what_to_do(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    assert "/insights/home" in sign_in(client, installation, StaffRole.CONTENT_OWNER)
    page = unescape(client.get("/insights").text)
    assert "What to do this week" in page
    assert HOSTILE in page
    assert "Asked 214 times a month, costs about $856: no article is near." in page
    assert "1 article waits" in page
    assert "Product change waiting, cited 12 times" in page


def test_the_first_days_tell_no_figure_of_a_month_and_a_closed_gap_no_reason(
    client: TestClient, installation: Installation, reckoned: Snapshot, tmp_path: Path
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    assert reckoned.report is not None
    few = tuple(replace(each, contacts=6) for each in reckoned.report.gaps)
    young = replace(reckoned.report, days=1.0, gaps=few)
    SnapshotFile(tmp_path / "insights").write(replace(reckoned, report=young))
    for page in ("home", "gaps", "gaps/gap-1", "intents", "articles/freeze-card"):
        shown = unescape(client.get(f"/insights/{page}").text)
        assert not [each for each in ("214", "856") if each in shown], page
        assert "Asked 6 times in 1 day" in shown, page
    SnapshotFile(tmp_path / "insights").write(reckoned)
    installation.store.gaps.move("gap-1", GapState.VERIFIED, "", "", NOW)
    for page in ("gaps?state=closed", "gaps/gap-1", "intents"):
        shown = unescape(client.get(f"/insights/{page}").text)
        told = "Closed on 23 November 2026, was asked 214 times a month and cost about $856."
        assert told in shown, page
    assert "is about something else" not in client.get("/insights/gaps/gap-1").text


@pytest.mark.parametrize("page", ["home", "gaps", "health", "drivers", "intents"])
def test_before_anything_is_reckoned_a_page_says_how_it_will_be(
    client: TestClient, installation: Installation, page: str
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    assert "Nothing is reckoned yet" in client.get(f"/insights/{page}").text
    back = send(client, "/insights/reckon", back=page)
    assert back.headers["location"] == f"/insights/{page}?asked=1"
    assert "is under way" in client.get(f"/insights/{page}").text


def test_an_empty_list_says_why_it_is_empty(
    client: TestClient, installation: Installation, reckoned: Snapshot, tmp_path: Path
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    assert "No gap fits" in client.get("/insights/gaps?state=verified").text
    assert "No article fits" in client.get("/insights/health?kind=stale").text
    assert reckoned.report is not None
    file = SnapshotFile(tmp_path / "insights")
    for made, words in (
        (replace(reckoned, report=None, why_no_gaps="no model"), "Gaps can't be found here"),
        (replace(reckoned, report=replace(reckoned.report, gaps=())), "Nothing is missing"),
        (replace(reckoned, conversations=0, drivers=DriverReport()), "No conversations yet"),
    ):
        file.write(made)
        assert words in unescape(client.get("/insights/gaps").text)
    assert "No conversations yet" in client.get("/insights/drivers").text


def test_filters_stand_in_the_address_and_in_the_form(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    sign_in(client, installation, StaffRole.EVALUATOR)
    both = client.get("/insights/gaps").text
    assert both.index("/insights/gaps/gap-1") < both.index("/insights/gaps/gap-2")
    assert "umbrella, lend" in both  # a title of words, where the message is gone
    for query, shown in (
        ("owner=top-ups-team", "gap-2"),
        ("reason=no_article", "gap-1"),
        ("domain=cards", "gap-1"),
    ):
        page = client.get(f"/insights/gaps?{query}").text
        assert re.findall(r'href="/insights/gaps/(gap-\d)"', page) == [shown]
        name, value = query.split("=")
        assert f'<option value="{value}" selected>' in page
        assert f'name="{name}"' in page
    healthy = client.get("/insights/health?kind=any&owner=cards-team").text
    assert "How to freeze your card" in healthy
    assert "How to top up" not in healthy


def test_one_gap_shows_its_conversations_to_whom_they_are_for(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    (name,) = reckoned.report.gaps[0].conversation_ids if reckoned.report else ("",)
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    page = client.get("/insights/gaps/gap-1").text
    assert "How to freeze your card</a> is about something else" in page
    assert "Answer, 93% sure" in page
    assert f"/insights/{name}" not in page
    sign_in(client, installation, StaffRole.EVALUATOR)
    page = client.get("/insights/gaps/gap-1").text
    assert f"/insights/{name}" in page
    assert 'action="/insights/gaps/gap-1/state"' not in page
    assert client.get("/insights/gaps/gap-9").status_code == 404
    assert send(client, "/insights/gaps/gap-1/state", state="drafting").status_code == 403


def test_a_state_is_changed_on_record_and_with_a_reason(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    path = "/insights/gaps/gap-1/state"
    assert client.post(path, data={"state": "drafting"}, headers=ORIGIN).status_code == 403
    for fields, words in (
        ({"state": "dismissed"}, "Say why you dismiss it"),
        ({"state": "verified"}, "is not a state that can be set"),
        ({"state": "dismissed", "reason": "asked by ana@example.com"}, "holds personal data"),
    ):
        refused = send(client, path, **fields)
        assert refused.status_code == 422
        assert words in unescape(refused.text)
    done = send(client, path, state="dismissed", reason="We don't lend.")
    assert done.status_code == 303
    page = unescape(client.get(done.headers["location"]).text)
    assert "The state is changed." in page
    assert "by The content-owner. “We don't lend.”" in page
    assert re.search(r"Dismissed <span class=\"muted\">by The content-owner", page)
    assert "gap-1" not in client.get("/insights/gaps").text
    assert "gap-1" in client.get("/insights/gaps?state=closed").text


def test_tests_are_an_owners_words_and_a_draft_holds_them(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    path = "/insights/gaps/gap-1"
    assert "Confirm the messages that it must answer first" in client.get(path).text
    typed = "Do you lend umbrellas?\nMail me at ana@example.com"
    refused = send(client, f"{path}/tests", messages=typed)
    assert refused.status_code == 422
    assert "Line 2 holds personal data" in refused.text
    assert "Do you lend umbrellas?" in refused.text  # nothing typed is lost
    assert send(client, f"{path}/tests", messages=" \n").status_code == 422
    done = send(client, f"{path}/tests", messages="Do you lend umbrellas?\n", article="freeze-card")
    assert done.status_code == 303
    (case,) = installation.store.gaps.cases("gap-1")
    assert (case.text, case.article_id) == ("Do you lend umbrellas?", "freeze-card")
    assert "“Do you lend umbrellas?” must be" in client.get("/insights/articles/freeze-card").text

    assert "is indexed yet" not in client.get(path).text
    send(client, f"{path}/tests", messages="Do you lend umbrellas?", article="freze-card")
    told = unescape(client.get(f"{path}?done=tests").text)
    assert "No article freze-card is indexed yet (did you mean freeze-card?)" in told

    fields = {"title": "Lend an umbrella", "notes": "Ask at the desk."}
    shown = send(client, f"{path}/draft", **fields, **{"as": "show"})
    assert "# Lend an umbrella\nAsk at the desk." in shown.text
    patch = send(client, f"{path}/draft", **fields, **{"as": "patch"})
    assert patch.headers["content-disposition"] == 'attachment; filename="draft.patch"'
    assert patch.text.startswith("diff --git a/cards/new.md")
    assert "Being drafted" in client.get(path).text
    assert send(client, f"{path}/draft", title="Ana, ana@example.com").status_code == 422


def test_a_gap_tells_which_test_fails_why_and_what_helps(
    client: TestClient, installation: Installation, reckoned: Snapshot, tmp_path: Path
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    path = "/insights/gaps/gap-1"
    assert "What the assistant does" not in client.get("/insights/gaps/gap-2").text
    page = client.get(path).text
    assert "1 of 2 messages passes" in page
    assert 'verified">Passes</span> <span>&lt;script&gt;alert(1)' in page
    assert "Its words have been cleared" in page
    cases = [GapCase("Lend an umbrella?", "freeze-card"), GapCase("<b>Umbrella</b> loan?")]
    outcomes = (
        Outcome("", Came.OTHER_ARTICLE, True, "freeze-card", "top-up", rule="supported"),
        Outcome("", Came.HANDED_OVER, True, rule="topic_for_people", setting="agent_topics",
                lines=("umbrella loan",)),
    )  # fmt: skip
    assert reckoned.report is not None
    known = reckoned.report
    first, *others = known.gaps

    installation.store.gaps.confirm("gap-1", cases, "ana", NOW)
    page = client.get(path).text
    assert page.count("Not played yet") == 2
    assert "the next one plays them" in page
    report = replace(known, gaps=(replace(first, outcomes=outcomes), *others))
    played = {"gap-1": tuple(map(case_key, cases))}
    SnapshotFile(tmp_path / "insights").write(replace(reckoned, report=report, played=played))
    page = unescape(client.get(path).text)
    assert "0 of 2 tests pass" in page
    assert "instead of “How to freeze your card”." in page
    assert "hands it to people: agent_topics: “umbrella loan”." in page
    assert page.count("No article can close this gap while “umbrella loan” stands") == 1
    assert "&lt;b&gt;Umbrella&lt;/b&gt; loan?" in client.get(path).text
    installation.store.gaps.move("gap-1", GapState.DISMISSED, "people", "ana", NOW)
    assert "What helps" not in client.get(path).text


def test_an_article_has_its_past_beside_it(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    feedback = installation.store.feedback
    feedback.vote_article("freeze-card", "old", "v1", helpful=False, comment=None, now=NOW)
    feedback.vote_article("freeze-card", "0" * 12, "v1", helpful=True, comment=None, now=NOW)
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    page = client.get("/insights/articles/freeze-card").text
    assert page.index(f"<code>{'0' * 12}</code>") < page.index("<code>old</code>")
    assert "100% (21% to 100%, n = 1)" in page
    assert "0% (0% to 79%, n = 1)" in page
    assert "1 October 2026" in page
    assert page.count('class="small-chart"') == 1
    assert '9 November 2026</td><td class="end">7' in page
    assert "/insights/gaps/gap-1" in page
    assert client.get("/insights/articles/nowhere").status_code == 404


def test_what_was_only_imported_is_told_once(
    client: TestClient, installation: Installation, reckoned: Snapshot, tmp_path: Path
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    assert "imported and never reviewed" not in client.get("/insights/health").text
    day = FileFacts(imported_on=date(2026, 11, 1))
    files = tuple(
        replace(each, file=day, article=replace(each.article, reviewed_on=None))
        for each in reckoned.health
    )
    SnapshotFile(tmp_path / "insights").write(replace(reckoned, health=files))
    assert "2 articles were imported and never reviewed" in client.get("/insights/health").text


def test_a_contradiction_that_is_none_is_dismissed_with_a_reason_and_gone_at_once(
    client: TestClient, installation: Installation, reckoned: Snapshot, tmp_path: Path
) -> None:
    here, *others = reckoned.health
    named = replace(here, issues=(Issue(IssueKind.CONTRADICTION, "says “5”", "abc123"),))
    SnapshotFile(tmp_path / "insights").write(replace(reckoned, health=(named, *others)))
    path = "/insights/articles/freeze-card/dismiss"
    sign_in(client, installation, StaffRole.EVALUATOR)
    assert "Dismiss it" not in client.get("/insights/articles/freeze-card").text
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    listed = "/insights/health?kind=contradiction"
    before = client.get(listed).text.count("/insights/articles/freeze-card")
    assert send(client, path, key="abc123").status_code == 422
    assert (
        send(client, path, key="abc123", reason="My card is 4111 1111 1111 1111.").status_code
        == 422
    )
    assert send(client, path, key="nothing", reason="Two matters.").status_code == 404
    assert installation.store.dismissals.every() == []
    done = send(client, path, key="abc123", reason="Two matters.")
    assert (done.status_code, done.headers["location"]) == (303, "/insights/articles/freeze-card")
    assert "says “5”" not in client.get("/insights/articles/freeze-card").text
    assert client.get(listed).text.count("/insights/articles/freeze-card") == before - 1
    (kept,) = installation.store.dismissals.every()
    assert kept.reason == "Two matters."


def test_a_change_that_is_announced_waits_on_the_pages_at_once(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    assert "1 product change waits for an article" in client.get("/insights/health").text
    now = datetime.now(UTC)
    for id_, articles in (("app", ("top-up", "freeze-card")), ("fees", ("top-up",))):
        at = now - timedelta(hours=3)
        installation.store.changes.add(AnnouncedChange(id_, at, "it moves", articles, "key", now))
    page = client.get("/insights/health").text
    assert "3 product changes wait for an article" in page  # that of the file has the id "fees"
    assert "app: it moves; 3 hours ago, within the 48 hours" in page
    assert "told by now" not in page
    assert "2 articles wait" in client.get("/insights/home").text
    installation.store.changes.withdraw("app", "key", now)
    assert "1 product change waits" in client.get("/insights/health").text


def test_drivers_come_as_chart_table_and_safe_csv(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    page = client.get("/insights/drivers").text
    assert "article 40%, the product 30%, an agent 20%, unknown 10%" in page
    assert "30 by chat at $4.00" in page
    assert "An article could save $1,872" in page
    assert page.count('class="small-chart"') == 1
    assert "<strong>$4,800</strong> a year for 1,200 contacts" in page
    assert "20 after 10: +100% (-6% to +327%, may be chance)" in page
    assert "- &lt;script&gt;alert" in page  # in the digest
    csv = client.get("/insights/drivers.csv")
    assert csv.headers["content-disposition"] == 'attachment; filename="drivers.csv"'
    assert csv.text.splitlines()[1].startswith("'=cmd,cards-team,30,30 chat,120.0,1200.0,4800.0,")


def test_intents_are_sorted_by_what_is_wanted_and_lead_to_their_messages(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    names = re.compile(r'href="/insights/intents/([\w-]+)"')
    page = client.get("/insights/intents").text
    assert names.findall(page) == ["top_up", "intent_freeze-card"]
    assert "25% <small>11% to 47%, n = 20</small>" in page
    assert "nobody rated it" in page
    assert page.count('class="sparkline"') == 2
    assert "/insights/gaps/gap-1" in page  # found first within the week
    sorted_ = client.get("/insights/intents?sort=wrong").text
    assert names.findall(sorted_) == ["intent_freeze-card", "top_up"]
    assert '<option value="wrong" selected>' in sorted_
    assert names.findall(client.get("/insights/intents?new=1").text) == ["top_up"]
    one = client.get("/insights/intents/intent_freeze-card").text
    assert "How to freeze your card" in one
    assert "lend an umbrella?" in one
    assert client.get("/insights/intents/none").status_code == 404


def test_an_edit_with_personal_data_is_refused_and_given_back_but_never_kept(
    client: TestClient, installation: Installation, reckoned: Snapshot, tmp_path: Path
) -> None:
    path, card = "/insights/preview/freeze-card", "4111 1111 1111 1111"
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    file = tmp_path / "kb" / ARTICLES[0].path
    file.parent.mkdir(parents=True)
    file.write_text("# Freeze\n\nOld words.\n", encoding="utf-8")
    edited = f"# Freeze\n\nAsk ann@example.com.\nOld words.\n\nPay with {card}.\n"
    for wanted in ("preview", "patch"):
        refused = send(client, path, text=edited, **{"as": wanted})
        assert refused.status_code == 422
        alert = re.findall(r'role="alert"[^>]*>([^<]+)<', refused.text)
        assert [each.split(". ")[0] for each in alert] == [
            "Your edit holds personal data in line 6 (CARD)"
        ]
        assert f"Pay with {card}." in refused.text  # in the form, so that nothing is lost
    kept = (each for each in tmp_path.rglob("*") if each.is_file())
    assert not [each for each in kept if b"4111" in each.read_bytes()]
    assert send(client, path, text=edited.replace(card, "XXXX")).status_code == 303


def test_an_edit_is_previewed_before_it_is_published(
    client: TestClient, installation: Installation, reckoned: Snapshot, tmp_path: Path
) -> None:
    path = "/insights/preview/freeze-card"
    sign_in(client, installation, StaffRole.EVALUATOR)
    assert client.get(path).status_code == 403
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    assert path in client.get("/insights/articles/freeze-card").text
    assert "The file isn't here" in unescape(client.get(path).text)
    assert client.get("/insights/preview/nowhere").status_code == 404
    file = tmp_path / "kb" / ARTICLES[0].path
    file.parent.mkdir(parents=True)
    file.write_text("# Freeze\n\nOld </textarea> words.\n", encoding="utf-8")
    assert "Old &lt;/textarea&gt; words." in client.get(path).text

    edited = "# Freeze\r\n\r\nNew words.\r\n"
    patch = send(client, path, text=edited, **{"as": "patch"})
    assert patch.text.startswith("--- a/cards/freeze.md\n+++ b/cards/freeze.md\n")
    assert "+New words.\n" in patch.text
    assert "Old" in file.read_text(encoding="utf-8")
    asked = send(client, path, text=edited)
    where = asked.headers["location"]
    waiting = client.get(where).text
    assert "is being played" in waiting
    assert "New words." in waiting

    (said,) = reckoned.said["gap-1"]
    jobs = PreviewJobs(tmp_path / "insights" / "previews")
    old, new = Met("handoff"), Met("answer", "freeze-card", "x")
    fate = Fate(said, "", old, new, Turnabout.ANSWERED)
    gone = replace(fate, turn_id="gone")
    flip = Flip("gap-1", "Do you lend?", "freeze-card", passes=False)
    jobs.finish(jobs.waiting(), Preview(NOW, 9.0, ("freeze-card",), 200, (fate, gone), 1, (flip,)))
    shown = unescape(client.get(where).text)
    assert "Would now be answered from it: 1" in shown
    assert HOSTILE in shown
    assert "a person → How to freeze your card" in shown
    assert "would fail" in shown
    assert "New words." in shown
    other = client.get(where.replace("freeze-card", "top-up")).text
    assert "Would now" not in other  # an edit is of its own article


def test_what_is_erased_is_gone_from_the_pages_at_once(
    client: TestClient, installation: Installation, reckoned: Snapshot
) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    installation.store.retention.clear(later, later)
    sign_in(client, installation, StaffRole.CONTENT_OWNER)
    for page in ("gaps", "gaps/gap-1", "home", "drivers"):
        assert "lend an umbrella" not in client.get(f"/insights/{page}").text
    assert "words have been cleared" in client.get("/insights/gaps/gap-1").text


def test_the_pages_are_accessible_and_never_wider_than_the_screen(
    context: BrowserContext, address: str, client: TestClient, installation: Installation,
    reckoned: Snapshot,
) -> None:  # fmt: skip
    account = add_account(installation.store, "Olga", roles=[StaffRole.CONTENT_OWNER])
    page = context.new_page()
    page.goto(f"{address}/staff/sign-in?token={make_sign_in(installation.store, account)}")
    expect(page.get_by_role("heading", name="What to do this week")).to_be_visible()
    for each in PAGES:
        page.goto(f"{address}/insights/{each}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), each
        accessible(page, each)
