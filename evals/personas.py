"""Simulated customers: a script needs no model and is the same each time; a model may play one too.

A scripted customer knows what they want. Asked back, they pick the option that fits, else they tell
what else they know. An answer that they can't use they reject, in other words each time, until
they ask for a person or give up.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.decision import Clarify, Handoff, Reply
from bot.golden import GoldenCase, Persona, Played, shown
from bot.golden_check import reached
from bot.llm.chat_model import ChatModel
from bot.prompts import PromptTemplate
from evals.prompt_files import read_prompt
from evals.scorers import right_options

NOT_THAT = (
    "That isn't what I asked. {wants}",
    "No, that doesn't answer it. {wants}",
    "You've misunderstood me: {wants}",
    "I read it and I'm none the wiser. {wants}",
    "This doesn't help me at all. Once more: {wants}",
)
NONE_OF_THESE = ("None of those, I'm afraid.", "It's neither of them.", "Not really any of these.")
PERSON = (
    "Can I talk to a real person please?",
    "I'd like to speak to someone from your team.",
    "Let me talk to an agent.",
)
THANKS = ("Great, thank you!", "Lovely, that's all. Thanks!", "Perfect, cheers.")
PASTED = ("Here it is: {data}", "If you need it: {data}", "My details are {data}")

SAYS_NOTHING_MORE = "[END]"
"""What a model replies when its customer leaves."""

_MOST_CHARACTERS = 500


class Customer(Protocol):
    """Writes the next message of a conversation."""

    async def writes(self, played: Sequence[Played]) -> str | None:
        """The next message, ``None`` when the customer leaves.

        Args:
            played: What was said so far.
        """
        ...


Casting = Callable[[GoldenCase, Persona], Customer]
"""Who plays the persona of a case."""


@dataclass(slots=True)
class ScriptedCustomer:
    """Plays a persona by rule.

    Attributes:
        case: What the customer is after.
        persona: What they know and how they behave.
    """

    case: GoldenCase
    persona: Persona
    _told: int = field(default=0, init=False)
    _insisted: int = field(default=0, init=False)
    _asked_person: bool = field(default=False, init=False)
    _thanked: bool = field(default=False, init=False)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.case.id} {self.persona.seed}")  # noqa: S311  no secret

    async def writes(self, played: Sequence[Played]) -> str | None:
        """The next message."""
        if len(played) >= self.persona.patience:
            return None
        message = self._next(played)
        if message and self.persona.pastes and len(played) + 1 == self.persona.pastes_with:
            message += " " + self._chance.choice(PASTED).format(data=self.persona.pastes)
        return message

    def _next(self, played: Sequence[Played]) -> str | None:
        opening = [each for each in (self.persona.greets, self.persona.wants) if each]
        if len(played) < len(opening):
            return opening[len(played)]
        decision = played[-1].decision
        if isinstance(decision, Handoff) or self._thanked:
            return None
        if isinstance(decision, Clarify):
            return self._chooses(decision)
        if isinstance(decision, Reply):
            return self._tells() or self._gives_in()
        if reached(self.case.goal, decision) and not self.persona.unconvinced:
            self._thanked = True
            return self._chance.choice(THANKS) if self.persona.thanks else None
        return self._insists()

    def _chooses(self, question: Clarify) -> str | None:
        fitting = right_options(self.case, question)
        if fitting:
            return fitting[0]
        return self._tells() or (
            self._insists() if self._insisted else self._counted(NONE_OF_THESE)
        )

    def _tells(self) -> str | None:
        """The next thing that the customer knows."""
        if self._told == len(self.persona.knows):
            return None
        self._told += 1
        return self.persona.knows[self._told - 1]

    def _insists(self) -> str | None:
        if self._insisted >= self.persona.insists:
            return self._gives_in()
        return self._tells_or(NOT_THAT)

    def _tells_or(self, ways: Sequence[str]) -> str:
        self._insisted += 1
        known = self._tells()
        return known or self._chance.choice(ways).format(wants=self.persona.wants)

    def _counted(self, ways: Sequence[str]) -> str:
        self._insisted += 1
        return self._chance.choice(ways)

    def _gives_in(self) -> str | None:
        if self.persona.then != "ask_person" or self._asked_person:
            return None
        self._asked_person = True
        return self._chance.choice(PERSON)


def scripted(case: GoldenCase, persona: Persona) -> Customer:
    """The default casting: by rule."""
    return ScriptedCustomer(case, persona)


@dataclass(frozen=True, slots=True)
class ModelCustomer:
    """Has a chat model play a persona. Not reproducible, so such runs are repeated (pass^k).

    Attributes:
        persona: What they know and how they behave.
        model: Writes.
        template: What the model is told.
    """

    persona: Persona
    model: ChatModel
    template: PromptTemplate

    async def writes(self, played: Sequence[Played]) -> str | None:
        """The next message; the first one is the persona's own."""
        if not played:
            return self.persona.greets or self.persona.wants
        if len(played) >= self.persona.patience or isinstance(played[-1].decision, Handoff):
            return None
        prompt = self.template.fill(
            {
                "wants": self.persona.wants,
                "knows": "\n".join(f"- {each}" for each in self.persona.knows) or "- nothing else",
                "transcript": _transcript(played),
            }
        )
        said = (await self.model.complete(prompt)).text.strip()
        return None if SAYS_NOTHING_MORE in said else said[:_MOST_CHARACTERS]


def played_by(model: ChatModel) -> Casting:
    """A casting in which a chat model plays every persona."""
    template = read_prompt("customer")
    return lambda case, persona: ModelCustomer(persona, model, template)


def _transcript(played: Sequence[Played]) -> str:
    return "\n".join(
        f"Customer: {one.customer.text}\nAssistant: {shown(one.decision)}" for one in played
    )
