"""Named features of a conversation from which satisfaction is predicted.

Every customer's message has a row that knows only what was said up to it. The row of a whole
conversation is the mean over its messages, later ones weighing more, together with how it ended.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from math import log, log1p

from bot.measure import predicted_csat_words as words

Features = Mapping[str, float]

CUSTOMER = "customer"
REPLIERS = frozenset({"assistant", "agent"})

_WORD = re.compile(r"[a-z']+|\d[\d:.,]*")
_LOOK_BACK = 6
_LATER = 1.3
"""How much more each message weighs than the one before: the end is what people rate."""

_FAILING_REASONS = frozenset(
    {"no_article", "low_confidence", "not_grounded", "failure", "out_of_scope", "repeated"}
)

TURN_FEATURES: Mapping[str, str] = {
    "pleased": "the customer uses a word of approval",
    "thanks": "the customer thanks",
    "positive": "share of positive words in the message (VADER)",
    "negative": "share of negative words in the message (VADER)",
    "feeling": "VADER's compound score of the message, -1 to 1",
    "exclaims": "the message has an exclamation mark",
    "refuses": "the message begins with a no, and not to an offer of more help",
    "negates": "negations in the message, at most 3",
    "dislikes": "the customer uses a word of disapproval",
    "corrects": "the customer corrects, insists or asks for something else instead",
    "unsure": "the customer hesitates",
    "asks": "the customer asks a question",
    "wants_other": "the customer asks for another one",
    "closes": "the customer takes leave",
    "length": "logarithm of the number of words",
    "brief": "the message has one or two words",
    "repeats": "greatest overlap with one of the customer's last six messages, 0 to 1",
    "reply_failed": "the reply before says that something could not be done or found",
    "reply_failed_again": "the same, and the customer corrects, asks on or wants another",
    "reply_done": "the reply before says that something was done",
    "reply_asks": "the reply before asks something",
    "reply_length": "logarithm of the number of words of the reply before",
    "reply_repeats": "greatest overlap of the reply before with one of the six before it",
    "feeling_before": "VADER's compound score of the message before this one",
    "feeling_so_far": "mean of VADER's compound score over the messages before",
    "failures_so_far": "logarithm of one more than the replies so far that failed",
    "turns_so_far": "logarithm of one more than the customer's messages before this one",
}
"""What is told of a customer's message, and in what words."""

CLOSING_FEATURES: Mapping[str, str] = {
    "confirmed": "the customer said that it was solved",
    "vote_up": "the last vote was up",
    "vote_down": "the last vote was down",
    "handed_off": "a person took over",
    "unmet_handoff": "a person was promised, and none came",
    "handoff_wait": "logarithm of one more than the minutes until the agent's first reply",
    "unanswered": "it ended without an answer, or with a question that was asked back",
}
"""What is told of how a conversation ended."""

NAMES = (*TURN_FEATURES, *CLOSING_FEATURES)


@dataclass(frozen=True, slots=True)
class Line:
    """One message, redacted.

    Attributes:
        speaker: ``customer``, ``assistant`` or ``agent``; anything else is passed over.
        text: What it says.
        decision: The assistant's decision in a word, where it is known.
        reason: Reason of that decision.
        at: When, where it is known.
    """

    speaker: str
    text: str
    decision: str | None = None
    reason: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a conversation ended, as far as its record tells.

    Attributes:
        confirmed: The customer said that it was solved.
        last_feedback: ``positive``, ``negative`` or ``None``, after the last answer.
        handed_off: A person took over.
        unmet: A person was promised, and none came.
        wait_minutes: From the handoff to the agent's first reply.
        unanswered: No answer, or a question asked back at the end.
    """

    confirmed: bool = False
    last_feedback: str | None = None
    handed_off: bool = False
    unmet: bool = False
    wait_minutes: float | None = None
    unanswered: bool = False


def turn_rows(lines: Iterable[Line]) -> list[Features]:
    """The features of each of the customer's messages, in order; each looks back only."""
    path = _Path()
    return [path.customer(line) for line in lines if path.takes(line)]


def closing_row(closing: Closing) -> Features:
    """The features of how a conversation ended."""
    return {
        "confirmed": float(closing.confirmed),
        "vote_up": float(closing.last_feedback == "positive"),
        "vote_down": float(closing.last_feedback == "negative"),
        "handed_off": float(closing.handed_off),
        "unmet_handoff": float(closing.unmet),
        "handoff_wait": log1p(max(0.0, closing.wait_minutes or 0.0)),
        "unanswered": float(closing.unanswered),
    }


def weights(count: int) -> list[float]:
    """What each of so many messages weighs in the whole; they add up to 1."""
    raw = [_LATER ** min(place, 40) for place in range(count)]
    return [each / sum(raw) for each in raw]


def conversation_row(rows: Sequence[Features], closing: Closing) -> Features:
    """The features of a whole conversation; empty where the customer said nothing."""
    if not rows:
        return {}
    shares = weights(len(rows))
    mean = {
        name: sum(share * row[name] for share, row in zip(shares, rows, strict=True))
        for name in TURN_FEATURES
    }
    return {**mean, **closing_row(closing)}


@dataclass(slots=True)
class _Path:
    """What was said so far."""

    said: list[frozenset[str]] = field(default_factory=list)
    replies: list[frozenset[str]] = field(default_factory=list)
    feelings: list[float] = field(default_factory=list)
    reply: str = ""
    failed: bool = False
    failures: int = 0
    fresh: bool = False

    def takes(self, line: Line) -> bool:
        """Whether a line is the customer's; a reply is remembered."""
        if line.speaker in REPLIERS:
            self._remember(line)
        return line.speaker == CUSTOMER

    def _remember(self, line: Line) -> None:
        text = _plain(line.text)
        failed = line.reason in _FAILING_REASONS or words.FAILED.search(text) is not None
        # Several messages in a row are one reply.
        self.reply = f"{self.reply} {text}" if self.fresh else text
        self.failed = failed or (self.failed and self.fresh)
        self.failures += failed
        self.replies.append(_bag(text))
        self.fresh = True

    def customer(self, line: Line) -> Features:
        """The row of a customer's message, which is remembered."""
        text = _plain(line.text)
        feeling = _feeling(line.text)
        bag = _bag(text)
        row = {**_mood(text, line.text, feeling), **self._context(text, bag)}
        row["refuses"] *= not words.ANYTHING_MORE.search(self.reply)
        row["repeats"] = max((_overlap(bag, old) for old in self.said[-_LOOK_BACK:]), default=0.0)
        self.said.append(bag)
        self.feelings.append(feeling["compound"])
        self.fresh = False
        return row

    def _context(self, text: str, bag: frozenset[str]) -> dict[str, float]:
        last = self.replies[-1] if self.replies else frozenset[str]()
        before = self.replies[-1 - _LOOK_BACK : -1]
        goes_on = bool(words.CORRECTS.search(text) or words.OTHER.search(text) or "?" in text)
        felt = self.feelings
        return {
            "reply_failed": float(self.failed),
            "reply_failed_again": float(self.failed and goes_on),
            "reply_done": _has(words.DONE, self.reply),
            "reply_asks": float("?" in self.reply),
            "reply_length": log1p(len(_WORD.findall(self.reply))),
            "reply_repeats": max((_overlap(last, old) for old in before), default=0.0),
            "feeling_before": felt[-1] if felt else 0.0,
            "feeling_so_far": sum(felt) / len(felt) if felt else 0.0,
            "failures_so_far": log1p(self.failures),
            "turns_so_far": log1p(len(self.said)),
        }


def _mood(text: str, raw: str, feeling: Mapping[str, float]) -> dict[str, float]:
    count = max(1, len(_WORD.findall(text)))
    polite = words.THANKS.search(text) or words.CLOSES.search(text)
    return {
        "pleased": _has(words.PLEASED, text),
        "thanks": _has(words.THANKS, text),
        "positive": feeling["pos"],
        "negative": feeling["neg"],
        "feeling": feeling["compound"],
        "exclaims": float("!" in raw),
        "refuses": 0.0 if polite else _has(words.REFUSES, text),
        "negates": float(min(3, len(words.NEGATES.findall(text)))),
        "dislikes": _has(words.DISLIKES, text),
        "corrects": _has(words.CORRECTS, text),
        "unsure": _has(words.UNSURE, text),
        "asks": float("?" in text),
        "wants_other": _has(words.OTHER, text),
        "closes": _has(words.CLOSES, text),
        "length": log(count),
        "brief": float(count <= 2),
    }


def _has(pattern: re.Pattern[str], text: str) -> float:
    return float(pattern.search(text) is not None)


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


def _bag(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's share of common words."""
    return len(one & other) / len(one | other) if one and other else 0.0


@cache
def _scorer() -> Callable[[str], Mapping[str, float]]:
    # Reads a lexicon of 7,500 words, so only when something is predicted.
    from vaderSentiment.vaderSentiment import (  # noqa: PLC0415
        SentimentIntensityAnalyzer,
    )

    scores: Callable[[str], Mapping[str, float]] = SentimentIntensityAnalyzer().polarity_scores
    return scores


def _feeling(text: str) -> Mapping[str, float]:
    return _scorer()(text[:2000])
