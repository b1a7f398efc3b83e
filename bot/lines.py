"""The fixed lines that the assistant speaks: plain, warm, short; ``lines.yaml`` holds them.

A knowledge base may say any of them otherwise, see ``bot.line_overrides``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from pydantic import BaseModel, ConfigDict

from bot.decision import HandoffReason, ReplyReason
from bot.line_overrides import Tree, laid_over, shipped

_FIELD = re.compile(r"\{(\w+)\}")


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
    mail: dict[str, str]
    alert: dict[str, str]
    languages: dict[str, str]


class LinesSource(Protocol):
    """Gives the lines in use; :class:`Lines` give themselves."""

    def current(self, language: str = "") -> "Lines":
        """The lines to speak now.

        Args:
            language: Primary subtag of the customer's language, empty where it is not known.
        """
        ...


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
        mail: Parts of the mail of an agent's answer, by name, with fields to fill in.
        alert: Parts of what agents are told of a ticket, the same way.
        languages: That a person takes over where no article is in the language, by language.
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
    mail: dict[str, str]
    alert: dict[str, str]
    languages: dict[str, str]

    def current(self, language: str = "") -> Self:
        """These lines, whatever the language: a fixed set is its own source."""
        del language
        return self

    def names_person(self, text: str) -> bool:
        """Whether a text names the way to a person in the words of the offer already."""
        return any(way in text for way in re.findall(r"\*\*(.+?)\*\*", self.offer))

    def clarify(self, options: int) -> str:
        """Ask which of ``options`` things is meant."""
        return self.clarify_two if options == 2 else self.clarify_more

    def handoff(self, reason: HandoffReason, language: str = "en") -> str:
        """Say that a person takes over; in the customer's language where that is the reason."""
        if reason is HandoffReason.OTHER_LANGUAGE:
            return self.languages.get(language, self.handoffs[reason])
        return self.handoffs[reason]

    def reply(self, reason: ReplyReason) -> str:
        """Say a fixed friendly line."""
        return self.replies[reason]


@dataclass(frozen=True, slots=True)
class OwnLines:
    """What a knowledge base says in place of the shipped lines.

    Attributes:
        by_language: Lines by the language they are for; under the empty one those for any.
    """

    by_language: Mapping[str, Tree] = field(default_factory=dict)

    def spoken(self, company: str, language: str = "") -> Lines:
        """The lines of a company in a language."""
        wanted = [self.by_language.get(code, {}) for code in dict.fromkeys(("", language))]
        return load_lines(company, *wanted)


def fill(line: str, **values: str) -> str:
    """Put values in place of a line's ``{fields}``; other braces stay as they are."""
    return _FIELD.sub(lambda match: values.get(match[1], match[0]), line)


def load_lines(company: str, *own: Tree) -> Lines:
    """Read the shipped lines, but for those that are said otherwise.

    Args:
        company: Stands in place of ``{company}``; empty to do without a name.
        own: Lines said otherwise; the last one wins.
    """
    tree = shipped()
    for lines in own:
        tree = laid_over(tree, lines)
    file = _LinesFile.model_validate(tree)

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
        queue={name: named(line) for name, line in file.queue.items()},
        ending={name: named(line) for name, line in file.ending.items()},
        closings=tuple(named(line) for line in file.closings),
        notice={kind: named(line) for kind, line in file.notice.items()},
        mail={name: named(line) for name, line in file.mail.items()},
        alert={name: named(line) for name, line in file.alert.items()},
        languages={code: named(line) for code, line in file.languages.items()},
    )
