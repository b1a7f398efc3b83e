"""From what was played to scores and to the row that the formulas count."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.decision import Answer, Clarify, Decision, Handoff, HandoffReason, Reply, ReplyReason
from bot.dialogue import decision_kind
from bot.golden import GoldenCase, Played, Score
from bot.golden_check import check_case, turns_to_goal
from bot.outcome import CaseOutcome
from bot.reading import read

_NOT_CORRECTNESS = frozenset({"offer", "turns", "length", "grade"})  # how well, not whether right


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case, what came of it, and what that is worth.

    Attributes:
        case: What was asked.
        played: What came, in order.
        scores: Every check.
        outcome: The row that the formulas count; ``None`` when the case crashed.
        error: Why it crashed, without customer text; empty when it didn't.
        milliseconds: Time it took.
    """

    case: GoldenCase
    played: tuple[Played, ...]
    scores: tuple[Score, ...]
    outcome: CaseOutcome | None
    error: str = ""
    milliseconds: float = 0.0

    @property
    def passed(self) -> bool | None:
        """Whether every check passed; ``None`` when nothing could be checked."""
        values = [score.value for score in self.scores if score.value is not None]
        return all(values) if values and self.outcome is not None else None

    @property
    def failures(self) -> tuple[Score, ...]:
        """The checks that did not pass."""
        return tuple(score for score in self.scores if score.value is False)


@dataclass(frozen=True, slots=True)
class Measures:
    """What is told of a case apart from right and wrong.

    Attributes:
        turns_to_goal: The customer's messages to what was wanted; ``None`` if it never came.
        words: Of the last answer; ``None`` without one.
        grade: School grade of the last answer; ``None`` without one, or where it is too short.
    """

    turns_to_goal: int | None
    words: int | None
    grade: float | None


def measures_of(result: CaseResult) -> Measures:
    """How long it took and how the last answer reads."""
    answers = [one.decision for one in result.played if isinstance(one.decision, Answer)]
    reading = read(answers[-1].text) if answers else None
    wanted = result.case.goal.decisions != frozenset()
    return Measures(
        turns_to_goal(result.case, result.played) if wanted else None,
        reading.words if reading else None,
        reading.grade if reading else None,
    )


def score_case(case: GoldenCase, played: Sequence[Played], milliseconds: float = 0.0) -> CaseResult:
    """Check a played case and make its row."""
    scores = check_case(case, played, _kept(played))
    error = _failure(case, played)
    outcome = None if error else outcome_of(case, played, scores)
    return CaseResult(case, tuple(played), scores, outcome, error, milliseconds)


def crashed(case: GoldenCase, error: Exception, milliseconds: float = 0.0) -> CaseResult:
    """A case that could not be played; it is unscored and fails the run's health."""
    return CaseResult(case, (), (), None, type(error).__name__, milliseconds)


def outcome_of(case: GoldenCase, played: Sequence[Played], scores: Sequence[Score]) -> CaseOutcome:
    """The row that the formulas count."""
    decisions = [one.decision for one in played]
    kinds = [decision_kind(decision) for decision in decisions]
    aim = len(case.steps) - 1
    at_goal = _at_goal(case, played) or decisions[-1:]
    answers = [decision for decision in decisions if isinstance(decision, Answer)]
    judged = case.goal.decisions != frozenset()
    only_reply = case.goal.decisions == {"reply"} and set(kinds) == {"reply"}
    return CaseOutcome(
        case_id=case.id,
        risk=case.risk,
        intent=case.intent,
        engaged=not only_reply,
        answerable=case.answerable,
        needs_human=case.needs_human,
        first=decision_kind(at_goal[0]),
        last=next((kind for kind in reversed(kinds) if kind != "reply"), kinds[-1]),
        answers=len(answers),
        handed_off="handoff" in kinds,
        offered_agent=bool(answers) and all(answer.offers_agent for answer in answers),
        right_article=_right_article(case, at_goal),
        right_option=_right_option(case, at_goal),
        facts_present=_of_check("facts", aim, scores),
        correct=_correct(scores) if judged else None,
        unscored="" if judged else "no decision is expected: its label has no tier (--labels)",
        locale=case.locale,
        cited=tuple(cited.article_id for answer in answers for cited in answer.citations),
        handoff_reason=next((d.reason.value for d in decisions if isinstance(d, Handoff)), None),
        default_replies=sum(
            isinstance(d, Reply) and d.reason is ReplyReason.OUT_OF_SCOPE for d in decisions
        ),
        expected_ticket=case.expected_ticket,
    )


def right_options(case: GoldenCase, question: Clarify) -> list[str]:
    """Labels of the options that serve the case, in the order shown."""
    accepted = case.goal.articles | case.goal.options
    return [
        option.label
        for option in question.options
        if option.article_id in accepted
        or (case.intent is not None and option.intent == case.intent)
    ]


def _at_goal(case: GoldenCase, played: Sequence[Played]) -> list[Decision]:
    """What came of the last step; a simulated customer's pleasantries are passed over."""
    found = [one.decision for one in played if one.step == len(case.steps) - 1]
    meant: list[Decision] = [each for each in found if not isinstance(each, Reply)]
    return (meant or found) if case.persona is not None else found


def _right_article(case: GoldenCase, decisions: Sequence[object]) -> bool | None:
    answer = next((each for each in decisions if isinstance(each, Answer)), None)
    if answer is None or not case.goal.articles:
        return None
    return answer.citations[0].article_id in case.goal.articles


def _right_option(case: GoldenCase, decisions: Sequence[object]) -> bool | None:
    question = next((each for each in decisions if isinstance(each, Clarify)), None)
    if question is None or not case.goal.articles | case.goal.options:
        return None
    return any(o.article_id in case.goal.articles | case.goal.options for o in question.options)


def _of_check(check: str, step: int, scores: Sequence[Score]) -> bool | None:
    return next((s.value for s in scores if s.check == check and s.step == step), None)


def _correct(scores: Sequence[Score]) -> bool:
    return not any(s.value is False for s in scores if s.check not in _NOT_CORRECTNESS)


def _failure(case: GoldenCase, played: Sequence[Played]) -> str:
    """The rule by which a broken part made a handoff, unless that was what the case wants."""
    wanted = {reason for step in case.steps for reason in step.expected.reasons}
    for one in played:
        decision = one.decision
        if isinstance(decision, Handoff) and decision.reason is HandoffReason.FAILURE:
            return "" if HandoffReason.FAILURE in wanted else decision.note
    return ""


def _kept(played: Sequence[Played]) -> str:
    return "\n".join(repr(one.assistant.evidence) for one in played)
