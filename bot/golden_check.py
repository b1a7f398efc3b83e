"""The deterministic check of what the assistant made of a written case.

A judge may inform; these checks decide.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.decision import Answer, Clarify, Decision, Reply
from bot.dialogue import decision_kind, decision_reason, offers_agent
from bot.golden import Expected, GoldenCase, Played, Score, shown
from bot.reading import read

_MARKS = re.compile(r"[*`_]")
_BLANK = re.compile(r"\s+")
_JOINED = re.compile(r"(?<=\d)[\s.,/\-–—_]+(?=\d)")
_FEWEST_DIGITS = 6
"""Planted values with this many digits are also sought with their separators taken out."""


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
