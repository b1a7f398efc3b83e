"""A written case: what the customer says, what must come of it, and what came.

``bot.golden_check`` holds one against the other.
"""

from dataclasses import dataclass

from bot.conversation import Turn
from bot.decision import Clarify, Decision, Risk
from bot.dialogue import decision_text


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be true of the assistant's turn; an empty field asks nothing.

    Attributes:
        decisions: Accepted decisions, by their words.
        reasons: Accepted reasons of a handoff or reply.
        articles: Articles of which the first citation must name one.
        options: Articles of which a clarifying question must offer one.
        facts: Words that must stand in the cited passages.
        forbidden: Words that must not stand in what the customer reads.
        offers_agent: Whether a person is offered in so many words.
        most_words: Longest answer, in words.
        most_grade: Hardest answer, as a school grade (``bot.reading``).
    """

    decisions: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    facts: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    offers_agent: bool | None = None
    most_words: int | None = None
    most_grade: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One message of the customer and what must come of it.

    Attributes:
        says: What the customer types; with ``chooses`` only when that can't be chosen.
        chooses: Article whose option of the last clarifying question is clicked.
        expected: What must be true of the assistant's turn.
    """

    says: str
    chooses: str | None = None
    expected: Expected = Expected()


@dataclass(frozen=True, slots=True)
class Persona:
    """What a simulated customer wants and knows, and how they behave.

    Attributes:
        wants: What they write first.
        knows: What else they can tell, in order.
        greets: What they write before anything else; empty for nothing.
        insists: How often they come back after an answer that they can't use.
        unconvinced: Whether no answer is one that they can use.
        then: What they do when they have insisted in vain: ``ask_person`` or ``give_up``.
        patience: Messages after which they give up.
        pastes: Personal data that they paste, empty for none.
        pastes_with: With which of their messages, from 1.
        thanks: Whether they thank for what they can use.
        seed: Of their choice of words.
    """

    wants: str
    knows: tuple[str, ...] = ()
    greets: str = ""
    insists: int = 1
    unconvinced: bool = False
    then: str = "give_up"
    patience: int = 8
    pastes: str = ""
    pastes_with: int = 2
    thanks: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A conversation with what must come of it.

    Attributes:
        id: Unique in its suite.
        steps: The customer's messages, in order.
        risk: Labelled risk, ``None`` when unknown.
        intent: Labelled intent.
        answerable: Whether an article answers it, ``None`` when unknown.
        needs_human: Whether a person is needed, ``None`` when unknown.
        must_not_appear: Planted personal data that nothing kept may hold.
        tags: For slices.
        locale: What the page says its language is.
        follows: Whether the customer, asked back after the last step, picks the right option.
        persona: Plays the customer in place of the steps; what is expected stands in the only one.
        most_turns: Messages of the customer by which the goal must be reached.
        given: State of the service in which it is played; empty for the ordinary one.
        expected_ticket: Whether it was a ticket, or would have been one; ``None`` when unknown.
    """

    id: str
    steps: tuple[Step, ...]
    risk: Risk | None = None
    intent: str | None = None
    answerable: bool | None = None
    needs_human: bool | None = None
    must_not_appear: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    locale: str = "en"
    follows: bool = False
    persona: Persona | None = None
    most_turns: int | None = None
    given: str = ""
    expected_ticket: bool | None = None

    @property
    def goal(self) -> Expected:
        """What the last step must come to."""
        return self.steps[-1].expected


@dataclass(frozen=True, slots=True)
class Played:
    """One step as it was played.

    Attributes:
        step: Place of the step in the case; the last one again when an option was picked for it.
        customer: The customer's redacted turn.
        assistant: The assistant's turn.
    """

    step: int
    customer: Turn
    assistant: Turn

    @property
    def decision(self) -> Decision:
        """What was decided."""
        if self.assistant.decision is None:
            raise ValueError(f"turn {self.assistant.id} of the assistant has no decision")
        return self.assistant.decision


@dataclass(frozen=True, slots=True)
class Score:
    """One check with its reason.

    Attributes:
        check: decision, reason, article, options, offer, facts, forbidden, length, grade, turns
            or leak.
        step: Place of the step.
        value: Passed or not; ``None`` when it can't be told.
        reason: What was wanted and what came, without customer text.
    """

    check: str
    step: int
    value: bool | None
    reason: str = ""


def shown(decision: Decision) -> str:
    """Everything that the customer reads of a decision."""
    labels = [o.label for o in decision.options] if isinstance(decision, Clarify) else []
    return "\n".join([decision_text(decision), *labels])
