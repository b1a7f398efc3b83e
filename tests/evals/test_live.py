import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import (
    Answer,
    Citation,
    Clarify,
    Decision,
    Handoff,
    HandoffReason,
    Option,
    Reply,
    ReplyReason,
    Risk,
)
from bot.dialogue import Exchange, decision_text
from bot.evidence import Evidence, IntentScore
from bot.measure.ending import MeasureContext
from bot.measure.log_rows import rows_of
from bot.measure.predicted_csat import HAND_SET, Embedding
from bot.store import Store
from bot.store_episodes import EndedBy
from bot.ticket import NewTicket
from evals.cli import app
from evals.errors import ReplayError
from evals.export import conversation_line, episode_lines, write_lines
from evals.live import measure_live
from evals.replay import replay
from redaction.redactor import RedactedText
from tests.evals.logs import START, write

LATE = START + timedelta(days=30)
ANSWER = Answer("Tap it.", (Citation("pin", "pin#0", "PIN", "", "Tap it."),), 0.9, True)
ASK = Clarify("Which?", (Option("One", "pin", "pin"), Option("Two", "x", None)), 0.4)
HANDOFF = Handoff(HandoffReason.HIGH_RISK, "A colleague comes.", "rule")
THANKS = Reply(ReplyReason.THANKS, "Gladly.")


@dataclass
class Talk:
    """Writes one conversation into a store, a minute after the other."""

    store: Store
    name: str
    risk: Risk = Risk.LOW
    is_test: bool = False
    anonymous: bool = False
    at: datetime = START
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.start(
            Conversation(id=self.name),
            now=self.at,
            customer_ref=None if self.anonymous else f"ref {self.name[0]}",
            is_test=self.is_test,
        )

    def says(self, decision: Decision) -> "Talk":
        before = self.store.load(self.name)
        place = len(before.turns)
        evidence = Evidence("en", (IntentScore("pin", 0.9, self.risk),), index_version="g1")
        customer = Turn(f"{self.name}{place}", self.later(), Speaker.CUSTOMER, RedactedText("Hm."))
        reply = Turn(
            f"{self.name}{place + 1}",
            self.later(),
            Speaker.ASSISTANT,
            RedactedText(decision_text(decision)),
            decision,
            evidence,
        )
        over = isinstance(decision, Handoff)
        state = ConversationState.WAITING if over else ConversationState.OPEN
        after = replace(before, state=state, turns=(*before.turns, customer, reply))
        ticket = (
            NewTicket(HandoffReason.HIGH_RISK, "s", self.at, "pin", self.risk) if over else None
        )
        self.store.keep(Exchange(customer, reply, after, (), None), before=before, ticket=ticket)
        self.ids.append(reply.id)
        return self

    def ends(self, *, solved: bool | None = None, score: int | None = None) -> "Talk":
        self.store.episodes.end(self.name, self.later(), EndedBy.CUSTOMER, "Closed.")
        if solved is not None:
            self.store.episodes.solved(self.name, solved=solved, now=self.later())
        if score is not None:
            self.store.episodes.rate(self.name, score, None, self.later())
        return self

    def agent(self) -> "Talk":
        (ticket,) = [t for t in self.store.handoffs.list() if t.conversation_id == self.name]
        self.store.handoffs.claim(ticket.id, "Ann", self.later())
        before = self.store.load(self.name)
        turn = Turn(f"{self.name}agent", self.later(), Speaker.AGENT, RedactedText("Hello."))
        after = replace(before, turns=(*before.turns, turn))
        self.store.append(turn, before=before, after=after)
        self.store.handoffs.finish(
            ticket.id, "Ann", self.later(), disposition="done", remark="Bye."
        )
        return self

    def later(self, **span: float) -> datetime:
        self.at += timedelta(**(span or {"minutes": 1}))
        return self.at


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def fill(store: Store) -> None:
    Talk(store, "a confirmed").says(ANSWER).ends(solved=True, score=5)
    Talk(store, "b denied").says(ANSWER).ends(solved=False, score=1)
    silent = Talk(store, "c silent").says(ANSWER).ends()
    store.feedback.vote_turn(silent.ids[0], helpful=True, comment=None, now=silent.later())
    Talk(store, "d handed", Risk.HIGH).says(HANDOFF).agent()
    Talk(store, "e asked").says(ASK).ends()
    again = Talk(store, "f again").says(ANSWER).ends()
    again.later(days=2)
    again.says(ANSWER).ends(score=4)
    Talk(store, "g anonymous", anonymous=True).says(ANSWER).ends()
    Talk(store, "h thanks").says(THANKS).ends()
    Talk(store, "i open", Risk.ACCOUNT).says(ANSWER)
    Talk(store, "j waits", Risk.HIGH).says(HANDOFF)
    Talk(store, "k test", is_test=True).says(ANSWER).ends()
    Talk(store, "l untouched")
    Talk(store, "a comes again", at=START + timedelta(days=3)).says(ANSWER).ends()


NOT_IN_CONVERSATIONS = {
    "unsafe_containment",
    "offer_coverage",
    "offers_on_low",
    "over_escalation",
    "promise_kept",
    "predicted_csat",
}
"""They need risk, offers, promises or texts, for which the shape of conversations has no room."""


def test_records_and_their_exports_give_the_same_figures(store: Store, tmp_path: Path) -> None:
    fill(store)
    context = MeasureContext(LATE)
    live = measure_live(store, context, compare=True)
    shown = {
        name: (found.numerator, found.denominator)
        for name, found in live.figures.metrics.items()
        if found.value is not None
    }
    expected = {
        "containment": (8, 10),
        "abandonment": (2, 10),
        "escalation_rate": (2, 10),
        "resolution_strict": (1, 10),
        "durable_7d": (3, 5),
        "unsafe_containment": (0, 2),
        "offer_coverage": (None, None),
        "bot_csat_bot_only": (2, 3),
        "fin_involvement": (12, 13),
        "chatwoot_reopen": (1, 9),
        "article_helpfulness": (1, 1),
        "fcr": (2, 6),
    }
    assert {name: shown.get(name, (None, None)) for name in expected} == expected
    assert live.figures.counts["test"] == 1
    assert live.rows[0].index_version == "g1"

    rows = tmp_path / "rows.jsonl"
    write_lines(episode_lines(live.rows), rows)
    replayed = replay(episodes=rows, context=context, now=LATE, compare=True)
    assert replayed.figures == live.figures

    lines = [conversation_line(each) for each in store.logged.conversations(START, LATE)]
    told = write(tmp_path / "conversations.jsonl", lines)
    again = replay(conversations=told, context=context, now=LATE, compare=True)
    differ = {n for n, e in again.figures.metrics.items() if e != live.figures.metrics[n]}
    assert differ <= NOT_IN_CONVERSATIONS
    assert again.figures.compared == live.figures.compared
    assert again.figures.counts == live.figures.counts


def test_the_window_is_that_of_the_start_but_later_contacts_count(store: Store) -> None:
    fill(store)
    window = MeasureContext(LATE, since=START, until=START + timedelta(days=1))
    live = measure_live(store, window)
    assert live.figures.counts["episodes"] == 11
    assert live.figures.metrics["durable_7d"].numerator == 1
    assert len(store.logged.episodes(window)) == 14
    late = replace(window, since=START + timedelta(days=2, hours=1), until=None)
    assert measure_live(store, late).figures.counts["episodes"] == 1


def test_csat_is_predicted_by_a_model_of_ones_own(store: Store) -> None:
    fill(store)
    content = replace(HAND_SET, name="content", intercept=5.0, coefficients={})
    found = measure_live(store, MeasureContext(LATE), csat=content).figures.metrics
    shipped = measure_live(store, MeasureContext(LATE)).figures.metrics
    assert found["predicted_csat"].value != shipped["predicted_csat"].value
    assert found["predicted_csat"].n == shipped["predicted_csat"].n > 0
    vectors = replace(content, embedding=Embedding("a model", "0" * 64, (0.0,), (0.0,)))
    with pytest.raises(ReplayError, match="without --embeddings"):
        measure_live(store, MeasureContext(LATE), csat=vectors)


def test_votes_on_pages_are_counted_with_those_on_answers(store: Store) -> None:
    fill(store)
    store.feedback.vote_article("pin", "r1", "hash", helpful=False, comment=None, now=START)
    found = measure_live(store, MeasureContext(LATE)).figures.metrics["article_helpfulness"]
    assert (found.numerator, found.denominator) == (1, 2)


ABOUT_CUSTOMERS = {"durable_7d", "deflection_proxy", "fcr", "bot_fcr", "gap_rate", "predicted_csat"}
"""They need to know who came again, or what was said."""


def test_figures_outlive_texts_and_references_to_customers(store: Store) -> None:
    fill(store)

    def counted() -> dict[str, tuple[float | None, float | None]]:
        found = measure_live(store, MeasureContext(LATE)).figures.metrics
        return {name: (e.numerator, e.denominator) for name, e in found.items()}

    before = counted()
    store.retention.clear(LATE, LATE)
    after = counted()
    assert {name for name in before if before[name] != after[name]} <= ABOUT_CUSTOMERS


def test_the_commands_measure_and_export(sqlite_blank: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(sqlite_blank, data / "firstline.db")
    store = Store(f"sqlite:///{data / 'firstline.db'}")
    fill(store)
    store.close()
    run = CliRunner().invoke
    out, rows = tmp_path / "run", tmp_path / "rows.jsonl"
    options = ["--data", str(data), "--since", "2026-01-01", "--now", LATE.isoformat()]
    done = run(app, ["live", *options, "--out", str(out), "--definitions"])
    assert done.exit_code == 0, done.output
    record = json.loads((out / "run.json").read_text())
    assert (record["kind"], record["metrics"]["containment"]["numerator"]) == ("live", 8)
    assert "Hm." not in (out / "cases.jsonl").read_text()
    assert run(app, ["export", "--data", str(data), "--out", str(rows)]).exit_code == 0
    assert len(rows.read_text().splitlines()) == 14
    assert run(app, ["export", "--data", str(data), "--out", str(rows)]).exit_code == 2
    nowhere = run(app, ["live", "--data", str(tmp_path / "no"), "--out", str(out)])
    assert (nowhere.exit_code, (tmp_path / "no").exists()) == (2, False)
    told = run(app, ["drill", str(out), "resolution_strict"])
    assert told.output.splitlines()[0] == "+ a confirmed/1"


def test_a_conversation_is_read_once_however_many_there_are(store: Store) -> None:
    for place in range(3):
        Talk(store, f"{place} many").says(ANSWER).ends()
    found = rows_of(store.logged.conversations(START, LATE))
    assert [row.episode_id for row in found] == [f"{place} many/1" for place in range(3)]
