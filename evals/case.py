"""A case as it stands in a suite file, strict; the catalogue of intents completes it."""

from dataclasses import replace
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.decision import HandoffReason, ReplyReason, Risk
from bot.golden import Expected, GoldenCase, Persona, Step
from bot.intents import IntentCatalogue

DecisionWord = Literal["answer", "clarify", "handoff", "reply"]
Tier = Literal["low", "account", "high", "out_of_scope"]
Given = Literal["paused", "redaction_fails", "search_fails", "nothing_grounded"]
OUT_OF_SCOPE: Tier = "out_of_scope"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Expect(_Strict):
    """What must be true of the assistant's turn. A single word may stand for a list of one."""

    decision: list[DecisionWord] = Field(default_factory=list)
    reason: list[str] = Field(default_factory=list)
    articles: list[str] = Field(default_factory=list)
    options: list[str] = Field(default_factory=list)
    facts: list[str] = Field(default_factory=list)
    forbidden: list[str] = Field(default_factory=list)
    offers_agent: bool | None = None
    most_words: int | None = Field(default=None, ge=1)
    most_grade: float | None = None

    @field_validator(
        "decision", "reason", "articles", "options", "facts", "forbidden", mode="before"
    )
    @classmethod
    def _listed(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("reason")
    @classmethod
    def _known(cls, value: list[str]) -> list[str]:
        known = [*HandoffReason, *ReplyReason]
        for reason in value:
            if reason not in known:
                raise ValueError(f"unknown reason {reason!r}; known: {', '.join(known)}")
        return value

    def expected(self) -> Expected:
        """The same, as the check wants it."""
        return Expected(
            frozenset(self.decision),
            frozenset(self.reason),
            frozenset(self.articles),
            frozenset(self.options),
            tuple(self.facts),
            tuple(self.forbidden),
            self.offers_agent,
            self.most_words,
            self.most_grade,
        )


class CaseTurn(_Strict):
    """One message of the customer.

    Attributes:
        says: What is typed; beside ``chooses`` only if there is nothing to choose.
        chooses: Article of the option that is picked.
        expect: What must come of it.
    """

    says: str = ""
    chooses: str | None = None
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.says.strip() and not self.chooses:
            raise ValueError("a turn needs says or chooses")
        return self


class CasePersona(_Strict):
    """A simulated customer; see ``bot.golden.Persona`` for what each key means."""

    wants: str = Field(min_length=1)
    knows: list[str] = Field(default_factory=list)
    greets: str = ""
    insists: int = Field(default=1, ge=0, le=10)
    unconvinced: bool = False
    then: Literal["ask_person", "give_up"] = "give_up"
    patience: int = Field(default=8, ge=1, le=30)
    pastes: str = ""
    pastes_with: int = Field(default=2, ge=1, le=30)
    thanks: bool = False
    seed: int = 0

    def persona(self) -> Persona:
        """The same, as the player wants it."""
        values = self.model_dump()
        return Persona(**{**values, "knows": tuple(self.knows)})


class EvalCase(_Strict):
    """One conversation. Write ``says`` or ``persona`` (and ``expect``), or ``turns``.

    What ``expect`` of the last turn leaves open is filled in from the intent and its tier: low is
    answered from an article of the intent, account likewise with the offer of a person, high is
    handed over, out_of_scope gets a fixed reply.

    Attributes:
        id: Unique in its suite.
        says: The only message.
        turns: The messages, in order.
        persona: A simulated customer who says what fits.
        expect: What must come of ``says``, or of what the persona is after.
        intent: Label of what the customer is after.
        tier: Its tier, where the catalogue doesn't say or says otherwise.
        needs_human: Whether a person is needed, where the tier doesn't say.
        must_not_appear: Personal data that nothing kept may hold.
        tags: For slices.
        locale: What the page says its language is.
        follows: Whether the customer, asked back at the end, picks the right option.
        expected_ticket: Whether it was a ticket, or would have been one.
        most_turns: Messages of the customer by which the goal must be reached.
        given: In which state of the service it is played; as ever if empty.
    """

    id: str = Field(min_length=1)
    says: str = ""
    turns: list[CaseTurn] = Field(default_factory=list)
    persona: CasePersona | None = None
    expect: Expect = Expect()
    intent: str | None = None
    tier: Tier | None = None
    needs_human: bool | None = None
    must_not_appear: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    locale: str = "en"
    follows: bool = False
    expected_ticket: bool | None = None
    most_turns: int | None = Field(default=None, ge=1)
    given: Given | None = None

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        ways = (bool(self.says.strip()), bool(self.turns), self.persona is not None)
        if sum(ways) != 1:
            raise ValueError("a case needs one of says, turns and persona")
        if self.turns and self.expect != Expect():
            raise ValueError("with turns, expect belongs to a turn")
        return self

    def resolve(self, catalogue: IntentCatalogue) -> GoldenCase:
        """The case with what the catalogue says of its intent."""
        says = self.persona.wants if self.persona else self.says
        rows = self.turns or [CaseTurn(says=says, expect=self.expect)]
        risk = self._risk(catalogue)
        known = catalogue.intents.get(self.intent or "")
        articles = frozenset(known.articles if known else ())
        own = rows[-1].expect.expected()
        goal = self._goal(own, risk, own.articles or articles)
        steps = [Step(row.says, row.chooses, row.expect.expected()) for row in rows[:-1]]
        return GoldenCase(
            id=self.id,
            steps=(*steps, Step(rows[-1].says, rows[-1].chooses, goal)),
            risk=risk,
            intent=self.intent,
            answerable=self._answerable(goal),
            needs_human=self._needs_human(risk, goal),
            must_not_appear=self._planted(),
            tags=tuple(self.tags),
            locale=self.locale,
            follows=self.follows,
            expected_ticket=self.expected_ticket,
            persona=self.persona.persona() if self.persona else None,
            most_turns=self.most_turns,
            given=self.given or "",
        )

    def _planted(self) -> tuple[str, ...]:
        pasted = [self.persona.pastes] if self.persona and self.persona.pastes else []
        return tuple(dict.fromkeys([*self.must_not_appear, *pasted]))

    def _risk(self, catalogue: IntentCatalogue) -> Risk | None:
        if self.tier is not None:
            return None if self.tier == OUT_OF_SCOPE else Risk(self.tier)
        known = catalogue.intents.get(self.intent or "")
        return known.risk if known else None

    def _goal(self, own: Expected, risk: Risk | None, articles: frozenset[str]) -> Expected:
        decisions, offers = own.decisions, own.offers_agent
        if not decisions and self.tier == OUT_OF_SCOPE:
            decisions = frozenset({"reply"})
        elif not decisions and risk is not None:
            decisions = frozenset({"handoff" if risk is Risk.HIGH else "answer"})
        if offers is None and risk is Risk.ACCOUNT:
            offers = True
        return replace(own, decisions=decisions, articles=articles, offers_agent=offers)

    def _answerable(self, goal: Expected) -> bool | None:
        if self.tier == OUT_OF_SCOPE:
            return False
        return True if goal.articles else None

    def _needs_human(self, risk: Risk | None, goal: Expected) -> bool | None:
        if self.needs_human is not None:
            return self.needs_human
        if risk is Risk.HIGH:
            return True
        if goal.decisions:
            return goal.decisions == {"handoff"}
        return None
