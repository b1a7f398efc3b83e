"""What is said while a person is awaited: an answer where one helps, else one line."""

from dataclasses import dataclass, replace

from bot.conversation import Conversation
from bot.decision import Answer, Handoff, Reply, ReplyReason
from bot.dialogue import Decider, Judgement, decision_text
from redaction.redactor import RedactedText


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A decider for a conversation that waits: it never hands over again.

    A handoff becomes a line, and its reason raises the ticket.

    Attributes:
        decider: Decides as ever.
        where: Place in the queue and what happens next, told after each line.
    """

    decider: Decider
    where: str

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
        line = f"{decision_text(decision)} {self.where}".strip()
        return Judgement(Reply(ReplyReason.WAITING, line), evidence)
