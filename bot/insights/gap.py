"""A gap: what customers ask and nothing answers, with what it costs and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.insights.nearest import Nearest
from bot.insights.outcome import Outcome
from bot.store_gaps import GapState

DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap as it is today.

    Attributes:
        id: Stays the same from week to week.
        title: Its most typical message, redacted.
        terms: Words that set it apart.
        contacts: Conversations in the window.
        monthly: Contacts in thirty days at this rate.
        cost_month: What they cost where each reaches a person.
        trend: Contacts of the last seven days against the seven before, as a share of these;
            0 where the window is shorter than two weeks.
        reasons: Contacts by why they count.
        nearest: Nearest articles and why they did not answer.
        owner: Who keeps the domain.
        state: Where it stands.
        examples: Messages, redacted, the most typical first.
        conversation_ids: The conversations behind it, the most typical first.
        worth: What it is sorted by.
        told: What people answered these customers, redacted; what an article has to say.
        outcomes: What came of each of its tests in the run, or of its typical messages.
    """

    id: str
    title: str
    terms: tuple[str, ...]
    contacts: int
    monthly: float
    cost_month: float
    trend: float
    reasons: Mapping[str, int]
    nearest: tuple[Nearest, ...]
    owner: str
    state: GapState
    examples: tuple[str, ...]
    conversation_ids: tuple[str, ...]
    worth: float
    told: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    def record(self) -> dict[str, object]:
        """The gap as JSON; other tools rely on these keys."""
        return {
            "id": self.id,
            "title": self.title,
            "terms": list(self.terms),
            "contacts": self.contacts,
            "monthly": round(self.monthly, 1),
            "cost_month": round(self.cost_month, 2),
            "trend": round(self.trend, 3),
            "reasons": dict(self.reasons),
            "nearest": [
                {"article_id": n.article_id, "score": n.score, "why": n.why.value}
                for n in self.nearest
            ],
            "owner": self.owner,
            "state": self.state.value,
            "examples": list(self.examples),
            "conversation_ids": list(self.conversation_ids),
            "outcomes": [each.record() for each in self.outcomes],
        }
