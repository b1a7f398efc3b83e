from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.decision import HandoffReason, Risk
from bot.errors import ConfigurationError
from bot.queues import Queues, load_queues, parse_queues
from bot.ticket import NewTicket

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NEW = NewTicket(HandoffReason.NO_ARTICLE, "summary", NOW)
FILE = """
time_zone: Europe/London
hours: {mon-fri: "8-20"}
holidays: [2026-12-25]
reply_minutes: 30
queues:
  - name: fraud
    title: the fraud team
    risks: [high]
    hours: always
    urgent_reply_minutes: 5
  - name: german
    languages: [de]
    time_zone: Europe/Berlin
  - name: cards
    intents: [card_arrival, card_linking]
"""
QUEUES = parse_queues(FILE)


@pytest.mark.parametrize(
    ("new", "queue", "due"),
    [
        (NEW, "general", "10:30"),
        (replace(NEW, risk=Risk.ACCOUNT, intent="top_up"), "general", "10:30"),
        (replace(NEW, intent="card_arrival"), "cards", "10:30"),
        (replace(NEW, language="de"), "german", "10:30"),
        (replace(NEW, language="en"), "general", "10:30"),
        (replace(NEW, reason=HandoffReason.HIGH_RISK, risk=Risk.HIGH), "fraud", "10:05"),
        (replace(NEW, language="de", risk=Risk.HIGH), "fraud", "10:05"),
    ],
)
def test_a_ticket_goes_to_the_first_queue_that_fits(new: NewTicket, queue: str, due: str) -> None:
    placed = QUEUES.place(new)
    assert placed.queue == queue
    assert placed.reply_due is not None
    assert f"{placed.reply_due:%H:%M}" == due


def test_without_a_file_nothing_is_promised() -> None:
    placed = load_queues(None).place(NEW)
    assert (placed.queue, placed.reply_due) == ("general", None)
    assert Queues().get("general").hours is None


def test_who_is_always_there_has_no_days_off_of_others() -> None:
    christmas = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    open_then = {
        queue.name: queue.hours is not None and queue.hours.is_open(christmas)
        for queue in QUEUES.queues
    }
    assert open_then == {"fraud": True, "german": False, "cards": False, "general": False}


def test_a_queue_that_went_out_of_the_file_is_the_last_one() -> None:
    assert QUEUES.get("gone").name == "general"
    assert QUEUES.get("fraud").title == "the fraud team"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time_zone: Mars/Olympus", "no time zone"),
        ("hours: always", "no time_zone"),
        ("reply_minutes: 5", "promises a reply and has no hours"),
        ("reply_minutes: 0", "greater than 0"),
        ("hours: {someday: 8-20}\ntime_zone: UTC", "is no day"),
        ("queues: [{name: a}, {name: a}]", "queue a is named twice"),
        ("queues: [{name: general}]", "queue general is named twice"),
        ("queues: [{name: Fraud Team}]", "queues.0.name"),
        ("queues: [{name: a, risks: [huge]}]", "queues.0.risks.0"),
        ("queues: [{name: a, languages: [german]}]", "ISO 639-1"),
        ("queues: [{name: a, hour: always}]", "queues.0.hour"),
        ("risks: [high]", "belong to a queue"),
        ("holidays: [someday]", "holidays.0"),
        ("- a", "the file"),
        ("a: [", "line 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"desk\.yaml.*{message}"):
        parse_queues(text, "desk.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        load_queues(tmp_path / "nowhere.yaml")
    (tmp_path / "queues.yaml").write_text("", encoding="utf-8")
    assert load_queues(tmp_path / "queues.yaml") == Queues()


def test_the_file_of_the_documentation_can_be_used() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    text = page.split("## Queues and hours")[1].split("```yaml\n")[1].split("```")[0]
    queues = parse_queues(text)
    assert [queue.name for queue in queues.queues] == ["fraud", "german", "general"]
