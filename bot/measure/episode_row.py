"""One row of the episode table: an attempt by one customer to get one thing done.

``None`` means unknown. A count or a yes that a source leaves out stands at nothing only where the
formulas read it so (``docs/metrics.md``); everything that a reviewer, a judge or a cost sheet would
have to say stays unknown.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.decision import Risk


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article that an answer of the episode cites.

    Attributes:
        turn: Place of the answer in the conversation, from 0.
        article_id: The article.
        revision: Its revision then.
        opened: Whether the customer opened it.
    """

    turn: int
    article_id: str
    revision: str | None = None
    opened: bool | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """What a customer thought of an article. The last one per customer and revision counts.

    Attributes:
        article_id: The article.
        revision: Its revision then.
        customer_key: Who voted; without one, the episode's customer or conversation.
        up: Whether it helped.
        at: When.
        is_test: Whether it is test traffic.
    """

    article_id: str
    up: bool
    at: datetime
    revision: str | None = None
    customer_key: str | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class CaseChecks:
    """What only a written case knows: how its first message was met, and from which article.

    Attributes:
        first: First decision on the message that states the request, ``reply`` included.
        right_article: The first citation of the first answer names an accepted article;
            ``None`` where nothing was answered or no article is known to be right.
        right_option: The first clarifying question offered an accepted article;
            ``None`` where none was asked.
        facts_present: Every required fact stands in the cited passages of the last answer.
    """

    first: str
    right_article: bool | None = None
    right_option: bool | None = None
    facts_present: bool | None = None


Feedback = Literal["positive", "negative"]
Blocked = Literal["usage_limit", "outage", "no_consent"]
HandoffBy = Literal["policy", "customer", "agent", "system"]
DecisionWord = Literal["answer", "clarify", "handoff", "reply"]


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One episode. Times are UTC, money is in the currency of the deployer.

    Attributes:
        episode_id: Unique in its table.
        conversation_id: The conversation that holds it.
        seq: Counts from 1 in its conversation.
        site: Which of several sites.
        channel: Such as ``web``.
        locale: Such as ``en``.
        customer_key: Keyed digest of the customer; ``None`` for anonymous ones.
        is_test: Test traffic, which no number counts unless asked to.
        arm: Side of a hold-out trial.
        started_at: The first message of it; the row belongs to the window that holds this.
        first_customer_at: When the customer first wrote.
        first_reply_at: First answer, question back or handoff message; a greeting is no reply.
        last_answer_at: When the last answer was given.
        last_turn_at: When anybody last wrote.
        closed_at: When it closed; ``None`` while it is open.
        in_hours: Whether agents were there.
        engaged: A real request was stated.
        intent: What the customer was after.
        risk: Of the intent.
        driver_id: What made the customer write, for the list of drivers.
        issue_id: Customer and driver: the same matter across conversations.
        involved: The assistant took part.
        blocked_by: Why the assistant could not.
        customer_turns: Messages of the customer.
        assistant_turns: Messages of the assistant.
        agent_turns: Messages of agents.
        answers: Decisions ``answer`` with at least one citation.
        offered_agent: Every answer offered a person.
        default_replies: Replies that the matter is none of ours.
        clarifications: Questions back.
        last_decision: The last decision other than a reply.
        confidence: Of the last decision.
        confirmed_at: When the customer said that it is solved.
        last_feedback: What the customer thought after the last answer.
        rating: From 1 to 5.
        rating_asked_at: When a rating was asked for.
        handoff_at: When a handoff was decided.
        handoff_reason: Why.
        handoff_by: Who decided it.
        ticket_id: The ticket that came of it; offline a made-up one.
        ticket_due_at: When the first reply was promised.
        ticket_updated_at: When it was first updated.
        first_agent_at: When an agent first wrote.
        agent_resolved_at: When an agent resolved it.
        left_queue: The customer left before an agent came.
        tier2: It went on to specialists.
        note_complete: The note had owner, next update, tracking id, status and workaround.
        reopened_at: When the customer wrote again in the closed conversation.
        recontact_at: When the customer came again with the same issue, elsewhere or later.
        ticket_after_at: When a ticket by this customer on this driver was opened afterwards.
        unclear_contact_at: When the customer came again and the log doesn't name both matters.
        sampled: Drawn for review.
        needs_human: A person was needed.
        answerable: An article answers it.
        correct: Expected decision, accepted article, every fact, nothing forbidden.
        judged_relevant: A judge's word, like the next three.
        judged_grounded: Every claim stands in what is cited.
        judged_safe: Nothing harmful was said.
        judged_accurate: Nothing false was said.
        expected_ticket: Without the assistant this would have been a ticket.
        predicted_csat: Predicted probability of a rating of 4 or 5.
        scored_by: Who reviewed it.
        unscored: Why a reviewer's column is unknown.
        cost_model: Of the language model.
        cost_infra: Its share of everything else that runs.
        agent_minutes: Time of agents.
        release: Version of the software.
        index_version: Generation of the index.
        policy_version: Version of the policy.
        model: Name of the model.
        citations: Articles that were cited, in order.
        votes: Votes on articles that were given in this episode.
        checks: What only a written case knows.
        unsure: Whether the intent was taken with a probability below a half. Metrics count it as
            they always did; lists of intents don't, and it is no column.
    """

    episode_id: str
    conversation_id: str | None = None
    seq: int | None = None
    site: str | None = None
    channel: str | None = None
    locale: str | None = None
    customer_key: str | None = None
    is_test: bool = False
    arm: Literal["on", "off"] | None = None

    started_at: datetime | None = None
    first_customer_at: datetime | None = None
    first_reply_at: datetime | None = None
    last_answer_at: datetime | None = None
    last_turn_at: datetime | None = None
    closed_at: datetime | None = None
    in_hours: bool | None = None

    engaged: bool = False
    intent: str | None = None
    risk: Risk | None = None
    driver_id: str | None = None
    issue_id: str | None = None

    involved: bool = False
    blocked_by: Blocked | None = None
    customer_turns: int | None = None
    assistant_turns: int | None = None
    agent_turns: int = 0
    answers: int = 0
    offered_agent: bool | None = None
    default_replies: int | None = None
    clarifications: int | None = None
    last_decision: DecisionWord | None = None
    confidence: float | None = None

    confirmed_at: datetime | None = None
    last_feedback: Feedback | None = None
    rating: int | None = None
    rating_asked_at: datetime | None = None

    handoff_at: datetime | None = None
    handoff_reason: str | None = None
    handoff_by: HandoffBy | None = None
    ticket_id: str | None = None
    ticket_due_at: datetime | None = None
    ticket_updated_at: datetime | None = None
    first_agent_at: datetime | None = None
    agent_resolved_at: datetime | None = None
    left_queue: bool | None = None
    tier2: bool | None = None
    note_complete: bool | None = None

    reopened_at: datetime | None = None
    recontact_at: datetime | None = None
    ticket_after_at: datetime | None = None
    unclear_contact_at: datetime | None = None

    sampled: bool | None = None
    needs_human: bool | None = None
    answerable: bool | None = None
    correct: bool | None = None
    judged_relevant: bool | None = None
    judged_grounded: bool | None = None
    judged_safe: bool | None = None
    judged_accurate: bool | None = None
    expected_ticket: bool | None = None
    predicted_csat: float | None = None
    scored_by: str | None = None
    unscored: str | None = None

    cost_model: float | None = None
    cost_infra: float | None = None
    agent_minutes: float | None = None

    release: str | None = None
    index_version: str | None = None
    policy_version: str | None = None
    model: str | None = None

    citations: tuple[CitedArticle, ...] = ()
    votes: tuple[Vote, ...] = ()
    checks: CaseChecks | None = None
    unsure: bool = False

    @property
    def unit(self) -> str:
        """What is resampled as a whole: the customer, or the conversation of an anonymous one."""
        if self.customer_key is not None:
            return f"customer {self.customer_key}"
        return f"conversation {self.conversation_id or self.episode_id}"

    @property
    def has_agent(self) -> bool:
        """Whether an agent has written."""
        return self.agent_turns > 0 or self.first_agent_at is not None

    @property
    def handoff_decided(self) -> bool:
        """Whether a handoff was decided, whatever came of it."""
        return (
            self.handoff_at is not None
            or self.handoff_reason is not None
            or self.last_decision == "handoff"
        )

    @property
    def cited_articles(self) -> tuple[str, ...]:
        """Ids of the articles that were cited, each once, in the order of their first citation."""
        return tuple(dict.fromkeys(cited.article_id for cited in self.citations))
