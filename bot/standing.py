"""Where a customer who waits stands, in words: who comes, when, and what to do meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.decision import HandoffReason, Risk
from bot.hours import Hours, day_words
from bot.lines import LinesSource, fill
from bot.queues import Queue, Queues
from bot.ticket import NewTicket, Ticket, TicketState

Advice = Callable[[str], str | None]
"""What the articles say to do first about an intent, ``None`` where they say nothing."""


def no_advice(intent: str) -> None:
    """For an installation without articles."""
    del intent


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer is told of an open ticket.

    Attributes:
        ticket: The ticket.
        place: Who comes and when, with the reference.
        message: The same with what to do meanwhile.
        next: Who comes and when, and what to do meanwhile; empty where nothing is known of it.
        is_open: Whether somebody is there now; ``None`` where it is not known.
        opens_at: When somebody is there again; ``None`` while open or where it is not known.
    """

    ticket: Ticket
    place: str
    message: str
    next: str
    is_open: bool | None
    opens_at: datetime | None

    @property
    def asks_contact(self) -> bool:
        """Whether contact details would help: nobody may be there."""
        return self.ticket.state is TicketState.WAITING and self.is_open is not True


class Standings:
    """Puts tickets into words for their customers. It promises nothing that is not set.

    Args:
        queues: Who answers, and when.
        lines: The words.
        advice: What to do first about an intent.
    """

    def __init__(self, queues: Queues, lines: LinesSource, advice: Advice = no_advice) -> None:
        self.queues = queues
        self._lines = lines
        self._advice = advice

    def of(self, ticket: Ticket, now: datetime) -> Standing:
        """Where the customer of a ticket stands now."""
        queue = self.queues.get(ticket.queue)
        reference = self._say("reference", id=ticket.id)
        if ticket.state is not TicketState.WAITING:
            who = ticket.claimed_by or self._say("colleague")
            place = f"{self._say('claimed', who=who)} {reference}"
            return Standing(ticket, place, f"{place} {self._say('write')}", "", True, None)
        hours = queue.hours
        is_open = None if hours is None else hours.is_open(now)
        opens_at = hours.opens_at(now) if hours is not None and not is_open else None
        when = self._when(ticket, queue, now, opens_at)
        place = " ".join(filter(None, (self._place(ticket), when, reference)))
        meanwhile = [self._meanwhile(ticket)]
        if is_open is False:
            meanwhile.append(self._say("contact"))
        message = " ".join(filter(None, (place, *meanwhile, self._say("write"))))
        comes = " ".join(filter(None, (when, *meanwhile)))
        return Standing(ticket, place, message, comes, is_open, opens_at)

    def raised(self, ticket: Ticket, new: NewTicket) -> Standing:
        """Where the customer stands once a graver reason has raised the ticket.

        The place in the queue is known only then, so nothing is said of it.
        """
        placed = self.queues.place(new)
        due = min(filter(None, (ticket.reply_due, placed.reply_due)), default=None)
        graver = replace(
            ticket,
            reason=new.reason,
            risk=new.risk,
            intent=new.intent,
            queue=placed.queue,
            reply_due=due,
            position=None,
        )
        return self.of(graver, new.at)

    def _place(self, ticket: Ticket) -> str | None:
        if ticket.position is None:
            return None
        if ticket.position == 1:
            return self._say("first")
        return self._say("place", place=ordinal(ticket.position))

    def _when(
        self, ticket: Ticket, queue: Queue, now: datetime, opens_at: datetime | None
    ) -> str | None:
        if queue.hours is None:
            return None
        who, zone = queue.title, queue.hours.zone
        if opens_at is not None:
            return self._say("closed", who=who, when=_when(opens_at, now, queue.hours))
        if not queue.hours.is_open(now):
            return self._say("shut", who=who)
        if ticket.reply_due is None:
            return self._say("open", who=who, hours=str(queue.hours), zone=zone_words(zone))
        due = _when(ticket.reply_due, now, queue.hours)
        return self._say("overdue" if ticket.is_overdue(now) else "due", who=who, when=due)

    def _meanwhile(self, ticket: Ticket) -> str | None:
        # Steps for what the ticket is not about would do harm, and to distress there are none.
        surely = ticket.reason is HandoffReason.HIGH_RISK and ticket.risk is Risk.HIGH
        if not surely or ticket.intent is None:
            return None
        advice = self._advice(ticket.intent)
        return None if advice is None else self._say("meanwhile", advice=advice)

    def _say(self, name: str, **values: str) -> str:
        line = fill(self._lines.current().queue[name], **values)
        return line[:1].upper() + line[1:]


def ordinal(number: int) -> str:
    """A place as people write it: 1st, 2nd, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in {11, 12, 13} else ending}"


def zone_words(zone: ZoneInfo) -> str:
    """A time zone as customers know it: “London time”."""
    city = zone.key.rpartition("/")[2].replace("_", " ")
    return "UTC" if city in {"UTC", "GMT", "Etc"} else f"{city} time"


def _when(at: datetime, now: datetime, hours: Hours) -> str:
    return f"{day_words(at, now, hours.zone)} ({zone_words(hours.zone)})"
