"""A written case, and the deterministic check of what the assistant made of it.

A judge may inform; these checks decide.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.conversation import Turn
from bot.decision import Answer, Clarify, Decision, Reply, Risk
from bot.dialogue import decision_kind, decision_reason, decision_text, offers_agent
from bot.reading import read

_MARKS = re.compile(r"[*`_]")
_BLANK = re.compile(r"\s+")
_JOINED = re.compile(r"(?<=\d)[\s.,/\-–—_]+(?=\d)")
_FEWEST_DIGITS = 6
"""Planted values with this many digits are also sought with their separators taken out."""


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


def check_case(case: GoldenCase, played: Sequence[Played], kept: str = "") -> tuple[Score, ...]:
    """Check every step that was played, and that all were.

    Args:
        case: What must come of it.
        played: What came of it, in order.
        kept: Everything else that was kept of the conversation, searched for planted data.
    """
    last = {one.step: one for one in played if case.persona is None or _counts(one, case)}
    scores: list[Score] = []
    for place, step in enumerate(case.steps):
        if place in last:
            scores += check_step(step.expected, last[place].decision, place)
        elif step.expected != Expected():
            scores.append(Score("decision", place, False, "the conversation ended before this"))
    if case.most_turns is not None:
        scores.append(_turns(case, played, case.most_turns))
    if case.must_not_appear:
        scores += _leaks(case.must_not_appear, played, kept)
    return tuple(scores)


def check_step(expected: Expected, decision: Decision, step: int = 0) -> Iterator[Score]:
    """Check one decision."""
    kind, reason = decision_kind(decision), decision_reason(decision)
    if expected.decisions:
        yield _one_of("decision", step, expected.decisions, kind)
    if expected.reasons:
        yield _one_of("reason", step, expected.reasons, reason or "none")
    if expected.articles and isinstance(decision, Answer):
        yield _one_of("article", step, expected.articles, decision.citations[0].article_id)
    if expected.options and isinstance(decision, Clarify):
        offered = {option.article_id for option in decision.options}
        yield Score(
            "options",
            step,
            not offered.isdisjoint(expected.options),
            f"wanted {_words(expected.options)}, offered {_words(offered)}",
        )
    if expected.offers_agent is not None and isinstance(decision, Answer):
        offers = offers_agent(decision)
        yield Score(
            "offer",
            step,
            offers is expected.offers_agent,
            "a person was offered" if offers else "no person was offered",
        )
    yield from _facts(expected, decision, step)
    yield from _forbidden(expected, decision, step)
    yield from _readable(expected, decision, step)


def reached(expected: Expected, decision: Decision) -> bool:
    """Whether a decision is the one that was wanted, from an accepted article."""
    return all(
        score.value is not False
        for score in check_step(expected, decision)
        if score.check in {"decision", "reason", "article"}
    )


def turns_to_goal(case: GoldenCase, played: Sequence[Played]) -> int | None:
    """How many messages of the customer it took to what was wanted; ``None`` if it never came."""
    aim = len(case.steps) - 1
    for place, one in enumerate(played, 1):
        if one.step == aim and reached(case.goal, one.decision):
            return place
    return None


def _turns(case: GoldenCase, played: Sequence[Played], most: int) -> Score:
    took = turns_to_goal(case, played)
    reason = f"wanted at most {most}, took {took or 'no end'}"
    return Score("turns", len(case.steps) - 1, took is not None and took <= most, reason)


def _counts(one: Played, case: GoldenCase) -> bool:
    """Whether a turn may be the one that a simulated customer came for: no pleasantry is."""
    return not isinstance(one.decision, Reply) or "reply" in case.goal.decisions


def _readable(expected: Expected, decision: Decision, step: int) -> Iterator[Score]:
    if not isinstance(decision, Answer):
        return
    reading = read(decision.text)
    if (most := expected.most_words) is not None:
        reason = f"at most {most} words, has {reading.words}"
        yield Score("length", step, reading.words <= most, reason)
    if (hardest := expected.most_grade) is not None:
        known = reading.grade is not None
        reason = f"at most grade {hardest:g}, has {reading.grade:g}" if known else "too short"
        value = reading.grade <= hardest if reading.grade is not None else None
        yield Score("grade", step, value, reason)


def _facts(expected: Expected, decision: Decision, step: int) -> Iterator[Score]:
    if not expected.facts or not isinstance(decision, Answer):
        return
    quoted = plain("\n".join([decision.text, *(c.quote for c in decision.citations)]))
    missing = [fact for fact in expected.facts if plain(fact) not in quoted]
    yield Score("facts", step, not missing, f"missing: {', '.join(missing)}" if missing else "")


def _forbidden(expected: Expected, decision: Decision, step: int) -> Iterator[Score]:
    if not expected.forbidden:
        return
    read = plain(shown(decision))
    present = [words for words in expected.forbidden if plain(words) in read]
    yield Score("forbidden", step, not present, f"said: {', '.join(present)}" if present else "")


def _leaks(planted: Iterable[str], played: Sequence[Played], kept: str) -> Iterator[Score]:
    for one in played:
        texts = [one.customer.text, one.assistant.text, shown(one.decision), repr(one.decision)]
        leaked = sum(appears(value, "\n".join([*texts, kept])) for value in planted)
        reason = f"{leaked} planted values kept" if leaked else ""
        yield Score("leak", one.step, leaked == 0, reason)


def shown(decision: Decision) -> str:
    """Everything that the customer reads of a decision."""
    labels = [o.label for o in decision.options] if isinstance(decision, Clarify) else []
    return "\n".join([decision_text(decision), *labels])


def appears(value: str, text: str) -> bool:
    """Whether a planted value stands in a text, as it is or with other separators."""
    if value.casefold() in text.casefold():
        return True
    digits = _JOINED.sub("", value)
    bare = re.sub(r"\D", "", digits)
    return len(bare) >= _FEWEST_DIGITS and bare in _JOINED.sub("", text)


def plain(text: str) -> str:
    """Text for comparing: no Markdown marks, single blanks, any case."""
    return _BLANK.sub(" ", _MARKS.sub("", text)).strip().casefold()


def _one_of(check: str, step: int, wanted: Iterable[str], got: str) -> Score:
    choices = frozenset(wanted)
    return Score(check, step, got in choices, f"wanted {_words(choices)}, got {got}")


def _words(names: Iterable[str]) -> str:
    return " or ".join(sorted(names)) or "nothing"
