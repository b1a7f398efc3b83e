"""Measures the redactor that runs live, and default presidio beside it, on labelled texts.

Texts go to each redactor in turn, text by text, so that whatever else the machine does falls on
every side of a comparison of times.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.redaction_score import Found, Scores, score
from evals.redaction_set import KindsByLabel, RedactionSet
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.redactor import Redactor

OURS, RULES, PRESIDIO = "firstline", "rules alone", "default presidio"
_KEY = b"measuring only, nothing is kept"
_WARM_UP = 10
_CHAT_LINE = range(150, 251)
_HOSTILE = (2_000, 20_000)
_HOSTILE_UNITS = (
    "1", "4 ", "4111 ", "a@", "a at b dot ", "password is ", "1.", "GB12", "one ", "4l", "(1",
    "Ab ", "my name is ", "12 High Street, ", "\u200b", "[CARD_1] ", "key: ", "e\u0301",
    "John Smith, ", "123 Ab ", "12 High Street\nAb ", "the corner of ", "Ab and ", "a@b.co / ",
    "one time code ", "sort code 12-34-56 ", "double ", "passport ", "+44 ", "1/", "Flat 3 ",
    "A1-", "AB1-", "Ab cd Ef ", "Ab-str. 1 ", "code ", "text code ", "pin 4402 then ", "wifi key ",
    "changed it from Ab1 ", "Ab1!x in ", "back code 884 ", "aB3- ",
)  # fmt: skip

Taken = tuple[float, float]  # seconds on the wall, of the processor
Find = Callable[[str, str], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A finding of another redactor."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds a text.

    Attributes:
        n: Texts timed.
        p50: Median, by the clock on the wall.
        p95: 95th percentile.
        cpu_p50: Median of the processor's time, which a busy machine does not stretch.
        cpu_p95: 95th percentile of it.
    """

    n: int
    p50: float
    p95: float
    cpu_p50: float
    cpu_p95: float


@dataclass(frozen=True, slots=True)
class Side:
    """One redactor's figures on a set.

    Attributes:
        scores: Quality.
        times: Of all texts.
        chat_line: Of the texts of 150 to 250 characters; None without any.
    """

    scores: Scores
    times: Times
    chat_line: Times | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A set, and each redactor's figures on it."""

    read: RedactionSet
    sides: Mapping[str, Side]


def redactors(
    settings: RedactionSettings, mapping: KindsByLabel, *, presidio: bool
) -> dict[str, Find]:
    """What is measured: ours, its rules alone, and default presidio where asked for.

    Args:
        settings: Of redaction, as the deployer set them.
        mapping: Kind of each label; it also names presidio's entities.
        presidio: Whether to measure presidio too, which takes seconds to load.
    """
    sides: dict[str, Find] = {OURS: build_redactor(settings, _KEY).find}
    if settings.named_entities:
        sides[RULES] = rules_alone(settings).find
    if presidio:
        sides[PRESIDIO] = _presidio(mapping)
    return sides


def rules_alone(settings: RedactionSettings) -> Redactor:
    """The same redactor without the language model."""
    return build_redactor(settings.model_copy(update={"named_entities": False}), _KEY)


def _presidio(mapping: KindsByLabel) -> Find:
    from evals.presidio_reference import default_presidio  # noqa: PLC0415  seconds to load

    analyze = default_presidio()

    def find(text: str, locale: str) -> Sequence[Found]:
        del locale  # its default is English
        return [
            Foreign(each.start, each.end, next(iter(mapping.get(each.entity_type, ())), ""))
            for each in analyze(text)
        ]

    return find


def measure(
    read: RedactionSet,
    sides: Mapping[str, Find],
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Measured:
    """Run every redactor over every text of a set.

    Args:
        read: The set.
        sides: Redactors by name.
        report: Told after each text how many of how many are done.
    """
    found: dict[str, list[Sequence[Found]]] = {name: [] for name in sides}
    times: dict[str, list[Taken]] = {name: [] for name in sides}
    for row in read.rows[:_WARM_UP]:
        for find in sides.values():
            find(row.text, row.locale)
    for done, row in enumerate(read.rows, start=1):
        for name, find in sides.items():
            started, worked = time.perf_counter(), time.process_time()
            each = find(row.text, row.locale)
            taken = (time.perf_counter() - started, time.process_time() - worked)
            times[name].append(taken)
            found[name].append(each)
        report(done, len(read.rows))
    lengths = [len(row.text) for row in read.rows]
    return Measured(
        read,
        {
            name: Side(
                score(list(zip(read.rows, found[name], strict=True))),
                _times(times[name]),
                _chat_line(times[name], lengths),
            )
            for name in sides
        },
    )


def _times(seconds: Sequence[Taken]) -> Times:
    table = np.percentile(np.array(seconds) * 1000, [50, 95], axis=0)
    return Times(len(seconds), *map(float, table.T.reshape(4)))


def _chat_line(seconds: Sequence[Taken], lengths: Sequence[int]) -> Times | None:
    chosen = [t for t, length in zip(seconds, lengths, strict=True) if length in _CHAT_LINE]
    return _times(chosen) if chosen else None


@dataclass(frozen=True, slots=True)
class Growth:
    """How the cost of a hostile text grows with its length.

    Attributes:
        unit: What the text repeats.
        short_ms: At 2,000 characters.
        long_ms: At 20,000 characters.
    """

    unit: str
    short_ms: float
    long_ms: float

    @property
    def ratio(self) -> float:
        """Long over short: about 10 where the cost is linear."""
        return self.long_ms / self.short_ms


def hostile_growth(find: Find) -> tuple[Growth, ...]:
    """The cost of each hostile text at both lengths, the best of three."""
    return tuple(
        Growth(unit, *(_best(find, (unit * length)[:length]) for length in _HOSTILE))
        for unit in _HOSTILE_UNITS
    )


def _best(find: Find, text: str) -> float:
    taken = []
    for _ in range(3):
        started = time.process_time()
        find(text, "en")
        taken.append((time.process_time() - started) * 1000)
    return max(min(taken), 0.05)
