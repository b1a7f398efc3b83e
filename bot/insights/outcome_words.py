"""Outcomes of a gap's messages in words: what the assistant does, why, and what helps."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.decision import HandoffReason
from bot.insights.gap import Gap
from bot.insights.outcome import TIER, Came, Outcome
from bot.store_gaps import CLOSED
from bot.web.rule_words import rule_words

_CAME: Mapping[Came, str] = {
    Came.PASSES: "Passes",
    Came.OTHER_ARTICLE: "Other article",
    Came.ASKED_BACK: "Asks back",
    Came.DECLINED: "Declines",
    Came.HANDED_OVER: "Hands over",
    Came.UNPLAYED: "Not played yet",
}
_REASONS: Mapping[str, str] = {
    # Here the rule had allowed an answer, and what came after it took it back.
    HandoffReason.NOT_GROUNDED: "No article backed the answer",
    HandoffReason.FAILURE: "Something failed just then",
}
_ALWAYS_PEOPLE = frozenset(
    {"person_asked_for", "distress_or_legal_matter", "furious", "high_risk_phrase"}
)
_RISK = frozenset({HandoffReason.HIGH_RISK.value})
_STAYS = "where people are to go on answering, dismiss the gap"


def came_words(outcome: Outcome) -> str:
    """What the assistant does, in a word or two."""
    return _CAME[outcome.came]


def why_words(outcome: Outcome, titles: Mapping[str, str] | None = None) -> str:
    """Why, in a sentence.

    Args:
        outcome: What came of a message.
        titles: Of articles by id; an id stands for itself.
    """
    named = titles or {}
    cited = named.get(outcome.cited, outcome.cited)
    match outcome.came:
        case Came.PASSES:
            return f"Answered from {cited}."
        case Came.OTHER_ARTICLE if outcome.wanted:
            wanted = named.get(outcome.wanted, outcome.wanted)
            return f"Answered from {cited} instead of {wanted}."
        case Came.OTHER_ARTICLE:
            return f"Answered from {cited}, which had not helped these customers."
        case Came.UNPLAYED:
            return "Confirmed after the last run; the next one plays it."
        case _:
            return _ruled(outcome)


def _ruled(outcome: Outcome) -> str:
    if outcome.setting == TIER:
        return f"High risk: the intent {outcome.lines[0]} has “tier: high”, which goes to people."
    if outcome.setting:
        quoted = ", ".join(f"“{line}”" for line in outcome.lines)
        return f"A line in intents.yaml hands it to people: {outcome.setting}: {quoted}."
    return f"{_REASONS.get(outcome.reason) or rule_words(outcome.rule)}."


def way_out(outcome: Outcome, titles: Mapping[str, str] | None = None) -> str:
    """What helps, in a sentence or two; empty where nothing has to be done."""
    if outcome.came in (Came.PASSES, Came.UNPLAYED):
        return ""
    return _lifted(outcome) or _written(outcome, titles or {})


def _lifted(outcome: Outcome) -> str:
    """How to take back a rule by which no article can answer; empty where there is none."""
    if outcome.setting == "agent_topics":
        lines = ", ".join(f"“{line}”" for line in outcome.lines)
        return (
            f"No article can close this gap while {lines} stands under agent_topics in "
            f"intents.yaml. Lift it: take it out there, or apply a new article’s draft, whose "
            f"patch does; {_STAYS}."
        )
    if outcome.setting == TIER:
        return (
            f"High risk stays with people: dismiss the gap. If it is no risk, give "
            f"{outcome.lines[0]} another tier in intents.yaml."
        )
    if outcome.setting:
        return (
            "No article is shown to such a message. Write the test in other words, or take the "
            f"line out of {outcome.setting} in intents.yaml; {_STAYS}."
        )
    if outcome.reason in _RISK or outcome.rule in _ALWAYS_PEOPLE:
        return (
            "Such a message goes to people, whatever is published. Write the test in other words; "
            f"{_STAYS}."
        )
    return ""


def _written(outcome: Outcome, titles: Mapping[str, str]) -> str:
    """What to write so that an article answers."""
    if outcome.not_indexed:
        return (
            f"The index in use holds no article {outcome.wanted}: index it, and the next run plays "
            "the tests again."
        )
    article = titles.get(outcome.wanted, outcome.wanted) or "an article"
    if outcome.came is Came.OTHER_ARTICLE:
        cited = titles.get(outcome.cited, outcome.cited)
        if not outcome.wanted:
            return f"Write into {cited} what it lacks for these customers."
        return (
            f"Say it in {article} in customers’ words; if {cited} is right as well, confirm the "
            "tests with it, or with none."
        )
    if outcome.reason == HandoffReason.FAILURE:
        return "The next run plays it again; the log says what failed."
    if outcome.reason == HandoffReason.OTHER_LANGUAGE:
        return "Write an article in that language, or the test in one that articles have."
    return (
        f"Say it in {article} in customers’ words, and give such messages to its intent as "
        "examples, in intents.yaml."
    )


def ways_out(outcomes: Sequence[Outcome], titles: Mapping[str, str] | None = None) -> list[str]:
    """What helps against all that fail, each once."""
    return list(filter(None, dict.fromkeys(way_out(each, titles) for each in outcomes)))


def outcome_lines(gap: Gap) -> Iterator[str]:
    """The tests of an open gap that fail, or what became of its messages, for a terminal."""
    failing = [each for each in gap.outcomes if not each.passes]
    if gap.state in CLOSED or not failing:
        return
    tested = [each for each in failing if each.confirmed]
    if tested:
        yield f"  {len(tested)} of {len(gap.outcomes)} tests fail:"
        for each in tested:
            yield f"    “{each.text}”: {came_words(each).lower()}. {why_words(each)}"
        yield from (f"    what helps: {way}" for way in ways_out(tested))
        return
    # Ten typical messages that nothing answers are what a gap is: only their number is news.
    why = Counter(f"{came_words(each).lower()}: {why_words(each)}" for each in failing)
    yield f"  {len(failing)} of {len(gap.outcomes)} typical messages aren’t answered:"
    yield from (f"    {count} × {words}" for words, count in why.most_common())
    ruled = [each for each in failing if each.setting]
    yield from (f"    what helps: {way}" for way in ways_out(ruled))
