"""The invented log of the definitions' worked example: 1,000 episodes with known counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=20)
CONTEXT = MeasureContext(NOW)


def episode(name: str, **columns: Any) -> EpisodeRow:
    """A closed episode in which the assistant answered, unless the columns say otherwise."""
    usual: dict[str, Any] = {
        "customer_key": f"customer of {name}",
        "started_at": START,
        "first_customer_at": START,
        "first_reply_at": START + timedelta(seconds=2),
        "last_turn_at": START + timedelta(minutes=5),
        "closed_at": START + timedelta(minutes=30),
        "engaged": True,
        "involved": True,
        "assistant_turns": 1,
        "answers": 1,
        "last_decision": "answer",
        "judged_relevant": False,
    }
    return EpisodeRow(name, **{**usual, **columns})


def worked_example() -> list[EpisodeRow]:
    """The rows: 200 human-only, 100 greetings, 700 engaged."""
    resolved = [
        episode(
            f"resolved-{place}",
            confirmed_at=START + timedelta(minutes=10) if place < 90 else None,
            reopened_at=START + timedelta(days=4) if place >= 288 else None,
            judged_relevant=place < 245,
        )
        for place in range(300)
    ]
    return [
        *(
            episode(f"human-{i}", involved=False, answers=0, assistant_turns=0, agent_turns=2)
            for i in range(200)
        ),
        *(
            episode(f"greeting-{i}", engaged=False, answers=0, last_decision=None)
            for i in range(100)
        ),
        *resolved,
        *(episode(f"left-{i}", answers=0, last_decision="clarify") for i in range(100)),
        *(
            episode(
                f"handed-{i}", answers=0, last_decision="handoff", handoff_at=START, ticket_id="K"
            )
            for i in range(270)
        ),
        *(
            episode(f"unmet-{i}", answers=0, last_decision="handoff", handoff_at=START)
            for i in range(10)
        ),
        *(
            episode(f"pending-{i}", closed_at=None, last_turn_at=NOW - timedelta(hours=1))
            for i in range(20)
        ),
    ]
