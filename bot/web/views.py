"""The templates, with autoescape always on, and the words they put things in."""

import re
from datetime import date, datetime
from typing import assert_never

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.decision import Answer, Clarify, Decision, Handoff, HandoffReason, Reply
from bot.web.catalogue import article_url, domain_title
from bot.web.rule_words import rule_words
from retrieval.article import Audience

_REASONS = {
    HandoffReason.CUSTOMER_ASKED: "Asked for a person",
    HandoffReason.HIGH_RISK: "High-risk question",
    HandoffReason.NO_ARTICLE: "No article covers it",
    HandoffReason.LOW_CONFIDENCE: "Assistant wasn't sure",
    HandoffReason.NOT_GROUNDED: "Answer wasn't backed by an article",
    HandoffReason.SENSITIVE: "Upset or in distress",
    HandoffReason.REPEATED: "Asked the same again",
    HandoffReason.OTHER_LANGUAGE: "Other language",
    HandoffReason.FAILURE: "Assistant failed",
    HandoffReason.PAUSED: "Assistant paused",
}
_LABEL = re.compile(r"([A-Z][a-z ]{2,24}): (.*\S)")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def environment() -> Environment:
    """The template environment."""
    templates = Environment(
        loader=PackageLoader("bot.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(internal=Audience.INTERNAL)
    for name, words in {
        "day": day,
        "age": age,
        "domain_title": domain_title,
        "article_url": article_url,
        "reason_words": reason_words,
        "rule_words": rule_words,
        "decision_words": decision_words,
        "first_line": first_line,
        "clock": clock,
        "labelled": labelled,
    }.items():
        templates.filters[name] = words
    return templates


def day(value: date) -> str:
    """A date as people write it: “3 November 2026”."""
    return f"{value.day} {value:%B %Y}"


def age(value: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: “4 min”."""
    seconds = max(0, int((now - value).total_seconds()))
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _DAY} d"


def reason_words(reason: HandoffReason) -> str:
    """Why a person takes over, for agents."""
    return _REASONS[reason]


def decision_words(decision: Decision) -> str:
    """A decision in one line, for staff."""
    match decision:
        case Answer():
            offer = ", offers a person" if decision.offers_agent else ""
            return f"Answer, {decision.confidence:.0%} sure{offer}"
        case Clarify():
            return f"Clarifying question, {decision.confidence:.0%} sure"
        case Handoff():
            return f"Handoff: {reason_words(decision.reason).lower()}"
        case Reply():
            return f"Fixed reply: {decision.reason.value.replace('_', ' ')}"
        case _:
            assert_never(decision)


def first_line(text: str) -> str:
    """The first line that isn't empty, without the label before its colon."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    return line.removeprefix("Problem: ")


def clock(value: datetime) -> str:
    """A time as the server has it; the page turns it into the reader's own."""
    return f"{value:%H:%M} UTC"


def labelled(summary: str) -> list[tuple[str, str]]:
    """The lines of a summary as label and words; the label is empty where a line has none."""
    lines = [_LABEL.match(line) or line.strip() for line in summary.splitlines() if line.strip()]
    return [("", line) if isinstance(line, str) else (line[1], line[2]) for line in lines]
