"""How the HTTP layer is set: addresses, sizes, rates. ``bot.wiring`` fills it from settings."""

from dataclasses import dataclass, field

from bot.errors import ConfigurationError
from bot.identity import CustomerIdentity

BODY_BYTES = 64 * 1024
MESSAGE_CHARACTERS = 4000
COMMENT_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Rates:
    """How many requests a minute. A repeated ``client_id`` does not count.

    Attributes:
        starts: New conversations from one address.
        messages: Messages in one conversation.
        address_messages: Messages from one address, all conversations together.
        handoffs: Presses of "Talk to a person" in one conversation.
        address_handoffs: Such presses from one address.
        votes: Votes from one address.
        searches: Searches from one address.
        reads: Other requests from one address.
    """

    starts: int = 120
    messages: int = 60
    address_messages: int = 1200
    handoffs: int = 10
    address_handoffs: int = 60
    votes: int = 60
    searches: int = 300
    reads: int = 1200


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """The HTTP layer's settings.

    Attributes:
        origins: Other sites whose pages may call the API, exactly as browsers send them.
        public_url: The address that visitors use, without a path; empty to take the request's.
        debug: Whether the interactive API pages are served.
        rates: Requests a minute.
        body_seconds: How long a request's body may take to arrive.
        messages_at_once: Messages decided on at once.
        messages_in_line: Most that wait for that.
        patience_seconds: How long one of them waits before it is sent away.
        turn_seconds: How long a message may take.
        heartbeat_seconds: Longest silence on a stream of events.
        identity: Reads who a customer is; without, a reference is taken as it comes.
        passwords: Whether staff may sign in with a password.
        single_sign_on: What the button of the identity provider says; empty without one.
    """

    origins: tuple[str, ...] = ()
    public_url: str = ""
    debug: bool = False
    rates: Rates = field(default_factory=Rates)
    body_seconds: float = 10.0
    messages_at_once: int = 4
    messages_in_line: int = 16
    patience_seconds: float = 2.0
    turn_seconds: float = 25.0
    heartbeat_seconds: float = 15.0
    identity: CustomerIdentity | None = None
    passwords: bool = True
    single_sign_on: str = ""

    def __post_init__(self) -> None:
        for origin in self.origins:
            scheme, _, host = origin.partition("://")
            if scheme not in {"http", "https"} or not host or set(host) & set("*/?#@ "):
                raise ConfigurationError(
                    f"allowed origin {origin!r} is not one exact origin; write it like "
                    "https://www.example.com, without a path or wildcard"
                )
