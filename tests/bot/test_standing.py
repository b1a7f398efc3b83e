from datetime import UTC, datetime, timedelta

import pytest

from bot.decision import HandoffReason, Risk
from bot.lines import load_lines
from bot.queues import Queues, parse_queues
from bot.standing import Standings, ordinal
from bot.ticket import Sentiment, Ticket, TicketState

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
LINES = load_lines("Kestrel")
SET = parse_queues(
    'time_zone: Europe/London\nhours: {mon-fri: "8-20"}\nreply_minutes: 5\ntitle: the card team\n'
)


def ticket(
    state: TicketState = TicketState.WAITING,
    *,
    at: datetime = MONDAY,
    position: int | None = 1,
    risk: Risk | None = None,
    due: datetime | None = None,
    claimed_by: str | None = None,
) -> Ticket:
    reason = HandoffReason.HIGH_RISK if risk is Risk.HIGH else HandoffReason.NO_ARTICLE
    return Ticket(
        "K-7F3Q", "c", reason, "lost_card", risk, "en", Sentiment.NEUTRAL, "Problem: x", "general",
        due, None, state, at, position, claimed_by, None, None, None,
    )  # fmt: skip


def advice(intent: str) -> str | None:
    return "Freeze the card." if intent == "lost_card" else None


def told(of: Ticket, now: datetime = MONDAY, queues: Queues = SET) -> str:
    return Standings(queues, LINES, advice).of(of, now).message


def test_without_hours_nothing_is_said_of_them() -> None:
    assert told(ticket(position=3), queues=Queues()) == (
        "You are 3rd in the queue. Your reference is K-7F3Q. You can keep writing here."
    )


def test_in_hours_the_customer_is_told_who_and_until_when() -> None:
    due = MONDAY + timedelta(minutes=5)
    assert told(ticket(due=due)) == (
        "You are next in the queue. The card team answers today at 10:05 (London time) at the "
        "latest. "
        "Your reference is K-7F3Q. You can keep writing here."
    )


def test_a_broken_promise_is_not_made_again() -> None:
    due = MONDAY + timedelta(minutes=5)
    late = told(ticket(due=due), MONDAY + timedelta(minutes=6))
    assert "It takes longer than it should: the card team was to answer today at 10:05" in late


def test_out_of_hours_the_customer_is_told_when_and_what_to_do_meanwhile() -> None:
    standing = Standings(SET, LINES, advice).of(ticket(risk=Risk.HIGH, at=NIGHT), NIGHT)
    assert standing.message == (
        "You are next in the queue. The card team is back tomorrow at 8:00 (London time). "
        "Your reference is K-7F3Q. Do this until then: Freeze the card. Leave an e-mail address "
        "or a phone number, so that you can be reached there. You can keep writing here."
    )
    assert standing.asks_contact
    assert standing.opens_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert "Freeze" not in standing.place
    assert standing.next.startswith("The card team is back tomorrow")
    assert "K-7F3Q" not in standing.next


def test_emergency_steps_are_for_emergencies() -> None:
    assert "Freeze" not in told(ticket(), NIGHT)
    assert "Do this until then: Freeze the card." in told(ticket(risk=Risk.HIGH))


def test_who_has_it_is_named() -> None:
    claimed = ticket(TicketState.CLAIMED, position=None, claimed_by="Ana")
    standing = Standings(SET, LINES, advice).of(claimed, NIGHT)
    assert standing.message == (
        "Ana is with you now. Your reference is K-7F3Q. You can keep writing here."
    )
    assert not standing.asks_contact


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (22, "22nd")],
)
def test_places_are_written_as_people_write_them(number: int, word: str) -> None:
    assert ordinal(number) == word
