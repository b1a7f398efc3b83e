"""What contacts cost by the channel on which they came, and what self-service would save of it.

A record names its channel in words of its own: ``web``, ``Channel::Email``, ``phone call``.
Where it names none, or none that is known here, a contact is priced as a chat and counted as
``unknown``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.config import InsightSettings

_WORD = re.compile(r"[a-z]+")


class Medium(StrEnum):
    """How a person is reached."""

    CHAT = "chat"
    CALL = "call"
    MAIL = "mail"
    UNKNOWN = "unknown"


_WORDS: Mapping[Medium, frozenset[str]] = {
    Medium.CALL: frozenset({"call", "calls", "ivr", "phone", "telephone", "telephony", "voice"}),
    Medium.MAIL: frozenset({"email", "mail", "mailbox"}),
    Medium.CHAT: frozenset(
        {
            "api", "app", "chat", "facebook", "instagram", "line", "livechat", "message",
            "messages", "messaging", "messenger", "mobile", "site", "sms", "telegram", "twilio",
            "twiliosms", "viber", "web", "webchat", "webwidget", "wechat", "whatsapp", "widget",
        }
    ),
}  # fmt: skip
"""Calls and mails come first: ``phone call from the web`` is a call."""


@dataclass(frozen=True, slots=True)
class ContactCosts:
    """What one contact costs.

    Attributes:
        chat: That a person handles in writing at once; also where the channel isn't known.
        call: On the phone.
        mail: By e-mail.
        self_service: That nobody handles.
    """

    chat: float = 4.0
    call: float = 8.0
    mail: float = 6.0
    self_service: float = 0.1

    @classmethod
    def of(cls, settings: InsightSettings) -> "ContactCosts":
        """As the deployer set them."""
        return cls(
            settings.contact_cost,
            settings.call_cost,
            settings.mail_cost,
            settings.self_service_cost,
        )

    def by(self, medium: Medium) -> float:
        """What a contact by this medium costs that a person handles."""
        return {Medium.CALL: self.call, Medium.MAIL: self.mail}.get(medium, self.chat)


@dataclass(frozen=True, slots=True)
class Priced:
    """What some contacts cost.

    Attributes:
        total: Where a person handles each.
        net: Saved where self-service ends each: ``total`` less what self-service costs.
        media: Contacts by medium, those that occur, the most frequent first.
    """

    total: float
    net: float
    media: Mapping[Medium, int]


def medium_of(channel: str | None) -> Medium:
    """The medium that a record's channel names.

    >>> medium_of("Channel::Email"), medium_of("web"), medium_of(None)
    (<Medium.MAIL: 'mail'>, <Medium.CHAT: 'chat'>, <Medium.UNKNOWN: 'unknown'>)
    """
    words = set(_WORD.findall((channel or "").lower().replace("e-mail", "email")))
    return next((medium for medium, known in _WORDS.items() if words & known), Medium.UNKNOWN)


def priced(channels: Iterable[str | None], costs: ContactCosts) -> Priced:
    """What contacts on these channels cost, one entry a contact.

    Gaps and drivers both count with it: divide ``total`` by the days of the window and multiply by
    30 or 365 for a month or a year.
    """
    media = Counter(medium_of(channel) for channel in channels)
    total = sum(count * costs.by(medium) for medium, count in media.items())
    return Priced(total, total - media.total() * costs.self_service, dict(media.most_common()))


def media_words(media: Mapping[Medium, int], costs: ContactCosts, currency: str) -> str:
    """By which media contacts came, and at what price each."""
    return ", ".join(
        f"{count:,} {_BY[medium]} at {currency}{costs.by(medium):,.2f}"
        for medium, count in media.items()
    )


_BY: Mapping[Medium, str] = {
    Medium.CHAT: "by chat",
    Medium.CALL: "by call",
    Medium.MAIL: "by e-mail",
    Medium.UNKNOWN: "without a known channel",
}
