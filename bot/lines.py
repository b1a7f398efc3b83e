"""The fixed lines that the assistant speaks: plain, warm, short; ``lines.yaml`` holds them."""

import re
from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from bot.decision import HandoffReason, ReplyReason
from bot.language import handover_line


class _LinesFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    unnamed: dict[str, str]
    offer: str
    clarify_two: str
    clarify_more: str
    waiting: str
    only_data: str
    small_talk_again: str
    handoff: dict[HandoffReason, str]
    reply: dict[ReplyReason, str]
    removed: dict[str, str]
    queue: dict[str, str]
    ending: dict[str, str]
    closings: list[str]
    notice: dict[str, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines, with the company's name filled in.

    Attributes:
        offer: Offers a person under an answer.
        clarify_two: Asks which of two things is meant.
        clarify_more: Asks which of several things is meant.
        waiting: Takes a message while an agent is awaited.
        only_data: Asks what is wanted where a message held nothing but personal data.
        small_talk_again: Small talk in the middle of a conversation.
        handoffs: What a customer hears by reason of a handoff.
        replies: What a customer hears by reason of a reply.
        removed: Pairs of kinds of personal data and the line that says it was removed.
        queue: Parts of what a customer who waits is told, by name, with fields to fill in.
        ending: What is noted in a conversation when an agent or an episode ends, by name.
        closings: What agents can say at the end with one click.
        notice: What stands around a notice, by its kind.
    """

    offer: str
    clarify_two: str
    clarify_more: str
    waiting: str
    only_data: str
    small_talk_again: str
    handoffs: dict[HandoffReason, str]
    replies: dict[ReplyReason, str]
    removed: tuple[tuple[frozenset[str], str], ...]
    queue: dict[str, str]
    ending: dict[str, str]
    closings: tuple[str, ...]
    notice: dict[str, str]

    def names_person(self, text: str) -> bool:
        """Whether a text names the way to a person in the words of the offer already."""
        return any(way in text for way in re.findall(r"\*\*(.+?)\*\*", self.offer))

    def clarify(self, options: int) -> str:
        """Ask which of ``options`` things is meant."""
        return self.clarify_two if options == 2 else self.clarify_more

    def handoff(self, reason: HandoffReason, language: str = "en") -> str:
        """Say that a person takes over; in the customer's language where that is the reason."""
        if reason is HandoffReason.OTHER_LANGUAGE:
            return handover_line(language)
        return self.handoffs[reason]

    def reply(self, reason: ReplyReason) -> str:
        """Say a fixed friendly line."""
        return self.replies[reason]


def load_lines(company: str) -> Lines:
    """Read the shipped lines.

    Args:
        company: Stands in place of ``{company}``; empty to do without a name.
    """
    text = (files("bot") / "lines.yaml").read_text(encoding="utf-8")
    file = _LinesFile.model_validate(yaml.safe_load(text))

    def named(line: str) -> str:
        for words, without in () if company else file.unnamed.items():
            line = line.replace(words, without)
        return line.replace("{company}", company)

    return Lines(
        offer=named(file.offer),
        clarify_two=named(file.clarify_two),
        clarify_more=named(file.clarify_more),
        waiting=named(file.waiting),
        only_data=named(file.only_data),
        small_talk_again=named(file.small_talk_again),
        handoffs={reason: named(line) for reason, line in file.handoff.items()},
        replies={reason: named(line) for reason, line in file.reply.items()},
        removed=tuple(
            (frozenset(kinds.split()), named(line)) for kinds, line in file.removed.items()
        ),
        queue=file.queue,
        ending=file.ending,
        closings=tuple(named(line) for line in file.closings),
        notice=file.notice,
    )
