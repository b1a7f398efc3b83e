"""Queues: who takes which handoff, when they are there, how soon they reply. ``queues.yaml``.

Without the file there is one queue, and nothing is said of hours or of how soon somebody replies.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.decision import Risk
from bot.errors import ConfigurationError
from bot.hours import Hours, parse_week
from bot.ticket import NewTicket, Urgency, urgency_of

GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue.

    Attributes:
        name: Its id.
        title: Who answers, as it stands in a sentence: “the fraud team”.
        hours: When somebody is there; ``None`` where nothing is known.
        reply_minutes: Open minutes until a first reply is due; ``None`` where nothing is promised.
        urgent_reply_minutes: The same for an urgent ticket.
        intents: Intents that it takes; every one when empty.
        risks: Risks that it takes; every one when empty.
        languages: Languages that it takes, as ISO 639-1; every one when empty.
    """

    name: str = GENERAL
    title: str = "a colleague"
    hours: Hours | None = None
    reply_minutes: float | None = None
    urgent_reply_minutes: float | None = None
    intents: frozenset[str] = frozenset()
    risks: frozenset[Risk] = frozenset()
    languages: frozenset[str] = frozenset()

    def takes(self, new: NewTicket) -> bool:
        """Whether a ticket fits all that the queue names."""
        return (
            (not self.intents or new.intent in self.intents)
            and (not self.risks or new.risk in self.risks)
            and (not self.languages or new.language in self.languages)
        )

    def due(self, at: datetime, urgency: Urgency) -> datetime | None:
        """When the first reply to a ticket opened at a time is due, ``None`` if not promised."""
        minutes = self.reply_minutes
        if urgency is Urgency.URGENT and self.urgent_reply_minutes is not None:
            minutes = self.urgent_reply_minutes
        if minutes is None or self.hours is None:
            return None
        return self.hours.after(at, minutes)


@dataclass(frozen=True, slots=True)
class Queues:
    """The queues in the order in which they are tried; the last one takes what no other does."""

    queues: tuple[Queue, ...] = (Queue(),)

    def place(self, new: NewTicket) -> NewTicket:
        """The ticket with its queue and the time its first reply is due."""
        queue = next((each for each in self.queues if each.takes(new)), self.queues[-1])
        due = queue.due(new.at, urgency_of(new.reason, new.risk))
        return replace(new, queue=queue.name, reply_due=due)

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(each.name for each in self.queues)

    def get(self, name: str) -> Queue:
        """The queue of that name; the last one for a name that went out of the file."""
        return next((each for each in self.queues if each.name == name), self.queues[-1])


class _QueueIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    title: str = Field("a colleague", min_length=1, max_length=60)
    time_zone: str | None = None
    hours: str | dict[str, str] | None = None
    holidays: list[date] | None = None
    reply_minutes: float | None = Field(None, gt=0, le=10_080)
    urgent_reply_minutes: float | None = Field(None, gt=0, le=10_080)
    intents: list[str] = []
    risks: list[Risk] = []
    languages: list[str] = []

    @field_validator("hours")
    @classmethod
    def _readable(cls, hours: str | dict[str, str] | None) -> str | dict[str, str] | None:
        if hours is not None:
            parse_week(hours)
        return hours

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None:
            _zone(name)
        return name

    @field_validator("languages")
    @classmethod
    def _codes(cls, languages: list[str]) -> list[str]:
        for code in languages:
            if len(code) != 2 or not code.islower():
                raise ValueError(f"{code!r} is no ISO 639-1 code such as en")
        return languages


class _File(_QueueIn):
    """What holds for every queue that does not say otherwise, and the queues themselves."""

    name: str = GENERAL
    time_zone: str | None = Field(None, validate_default=True)
    queues: list[_QueueIn] = []

    @model_validator(mode="after")
    def _whole(self) -> "_File":
        if self.intents or self.risks or self.languages:
            raise ValueError("intents, risks and languages belong to a queue under `queues`")
        names = [self.name, *(each.name for each in self.queues)]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise ValueError(f"queue {min(doubled)} is named twice")
        for each in (self, *self.queues):
            if (each.hours or self.hours) and not (each.time_zone or self.time_zone):
                raise ValueError(f"queue {each.name} has hours and no time_zone")
            promised = each.reply_minutes or each.urgent_reply_minutes
            if promised and not (each.hours or self.hours):
                raise ValueError(
                    f"queue {each.name} promises a reply and has no hours; for day and night "
                    "write `hours: always`"
                )
        return self

    def queue(self, each: _QueueIn) -> Queue:
        hours = each.hours if each.hours is not None else self.hours
        holidays = each.holidays if each.holidays is not None else self.holidays
        if each.hours == "always" and each.holidays is None:
            holidays = None  # the others' days off are not those of somebody who is always there
        zone = each.time_zone or self.time_zone
        week = None
        if hours is not None and zone is not None:
            week = Hours(_zone(zone), parse_week(hours), frozenset(holidays or ()))
        return Queue(
            name=each.name,
            title=each.title if "title" in each.model_fields_set else self.title,
            hours=week,
            reply_minutes=each.reply_minutes or self.reply_minutes,
            urgent_reply_minutes=each.urgent_reply_minutes or self.urgent_reply_minutes,
            intents=frozenset(each.intents),
            risks=frozenset(each.risks),
            languages=frozenset(each.languages),
        )


def load_queues(path: Path | None) -> Queues:
    """The queues of a file; one queue without promises where there is no file.

    Raises:
        ConfigurationError: The file cannot be read, or a value in it cannot be used.
    """
    if path is None:
        return Queues()
    try:
        return parse_queues(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise ConfigurationError(f"cannot read the queues in {path}: {error.strerror}") from error


def parse_queues(text: str, name: str = "queues.yaml") -> Queues:
    """The queues that a YAML text describes.

    Raises:
        ConfigurationError: Naming the place and the value that cannot be used.
    """
    try:
        file = _File.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f" line {place.line + 1}" if place is not None else ""
        raise ConfigurationError(f"{name}{where}: is not YAML") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigurationError(f"{name}: {place}: {first['msg']}") from error
    return Queues((*(file.queue(each) for each in file.queues), file.queue(file)))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone such as Europe/London") from None
