from datetime import UTC, datetime, timedelta

import pytest

from bot.measure.replayed import ReplayedConversation

START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


class Said:
    """Makes conversations in the replay format, a minute apart."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(
        self,
        *turns: tuple[str, ...],
        customer: str | None = None,
        unhelpful: int | None = None,
        is_test: bool = False,
        days: float = 0.0,
    ) -> ReplayedConversation:
        """Turns are ("c", text) or ("a", decision, reason or article)."""
        self.number += 1
        at = START + timedelta(minutes=self.number, days=days)
        rows = []
        for turn in turns:
            if turn[0] == "c":
                rows.append({"at": at, "speaker": "customer", "text": turn[1]})
                continue
            answer = turn[1] == "answer"
            rows.append(
                {
                    "at": at,
                    "speaker": "assistant",
                    "text": "…",
                    "decision": turn[1],
                    "reason": None if answer or len(turn) < 3 else turn[2],
                    "articles": [turn[2]] if answer else [],
                }
            )
        return ReplayedConversation.model_validate(
            {
                "conversation_id": f"c{self.number}",
                "customer_id": customer,
                "channel": "web",
                "started_at": at,
                "turns": rows,
                "feedback": []
                if unhelpful is None
                else [{"at": at, "turn": unhelpful, "helpful": False}],
                "is_test": is_test,
            }
        )


@pytest.fixture
def said() -> Said:
    return Said()
