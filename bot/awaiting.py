"""What is said while a person is awaited: an answer where one helps, else one line."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import Conversation
from bot.decision import Answer, Handoff, HandoffReason, Reply, ReplyReason, Risk
from bot.dialogue import Decider, Judgement, decision_text
from bot.evidence import Evidence
from bot.handoff import risky_intent
from bot.standing import Standings
from bot.ticket import NewTicket, Ticket, is_graver
from redaction.redactor import RedactedText


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A decider for a conversation that waits: it never hands over again.

    A handoff becomes a line, and its reason raises the ticket.

    Attributes:
        decider: Decides as ever.
        standings: Says where the customer stands, told after each line.
        ticket: The ticket that waits.
        now: The time.
    """

    decider: Decider
    standings: Standings
    ticket: Ticket
    now: datetime

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        """Judge a message of somebody who waits."""
        judged = await self.decider.decide(conversation, text, withheld=withheld)
        decision, evidence = judged.decision, judged.evidence
        if isinstance(decision, Answer):
            return judged
        if isinstance(decision, Handoff):
            evidence = replace(evidence, raises=evidence.raises or decision.reason)
        line = f"{decision_text(decision)} {self._where(evidence)}"
        return Judgement(Reply(ReplyReason.WAITING, line), evidence)

    def _where(self, evidence: Evidence) -> str:
        """Where the ticket stands; of one that this message raises, where it then will."""
        reason = evidence.raises
        if reason is None:
            return self.standings.of(self.ticket, self.now).place
        score = risky_intent(evidence) if reason is HandoffReason.HIGH_RISK else None
        new = NewTicket(
            reason=reason,
            summary="",
            at=self.now,
            intent=self.ticket.intent if score is None else score.intent,
            risk=Risk.HIGH if reason is HandoffReason.HIGH_RISK else None,
            language=self.ticket.language,
        )
        if not is_graver(new.reason, new.risk, (self.ticket.reason, self.ticket.risk)):
            return self.standings.of(self.ticket, self.now).place
        return self.standings.raised(self.ticket, new).message
