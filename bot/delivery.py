"""What goes to other systems, put together from the settings: helpdesk, mail, alerts, traces."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.config import PREFIX, HelpdeskSettings, MailSettings, Settings, TraceSettings
from bot.deliveries import AlertCause
from bot.errors import ConfigurationError
from bot.helpdesk.caller import Caller
from bot.helpdesk.chatwoot import ChatwootHelpdesk
from bot.helpdesk.helpdesk import Helpdesk
from bot.helpdesk.inbox import InboxHelpdesk
from bot.helpdesk.letters import Letters
from bot.helpdesk.mail import MailHelpdesk, Post, read_address
from bot.helpdesk.network import Networks
from bot.helpdesk.smtp import Encryption, MailServer
from bot.helpdesk.webhook import Webhook, WebhookHelpdesk, read_secret
from bot.helpdesk.zendesk import ZendeskHelpdesk, authorization

if TYPE_CHECKING:
    from bot.telemetry import OpenTelemetryTracer

_GROUP = f"{PREFIX}HELPDESK__"


def open_helpdesk(settings: Settings) -> Helpdesk:
    """The helpdesk that is set; nothing is sent.

    Raises:
        ConfigurationError: A setting that it needs is missing or cannot be used.
    """
    helpdesk = settings.helpdesk
    letters = Letters(settings.web.public_url)
    match helpdesk.kind:
        case "inbox":
            return InboxHelpdesk()
        case "webhook":
            webhook = Webhook(_caller(helpdesk), _signing_keys(helpdesk))
            return WebhookHelpdesk(webhook, letters)
        case "zendesk":
            user = _given(helpdesk.user, "USER", "zendesk")
            signed = authorization(user, _secret(helpdesk))
            return ZendeskHelpdesk(_caller(helpdesk, signed), letters, helpdesk.tags)
        case "chatwoot":
            account = int(_given(str(helpdesk.account or ""), "ACCOUNT", "chatwoot"))
            inbox = int(_given(str(helpdesk.inbox or ""), "INBOX", "chatwoot"))
            signed = {"api_access_token": _secret(helpdesk)}
            return ChatwootHelpdesk(_caller(helpdesk, signed), account, inbox, letters)
        case "mail":
            to = read_address(_given(helpdesk.to, "TO", "mail"), f"{_GROUP}TO")
            return MailHelpdesk(require_post(settings.mail), to, letters)


@dataclass(frozen=True, slots=True)
class Alerting:
    """How agents are told of tickets outside the inbox.

    Attributes:
        causes: What they are told.
        to: Mail addresses that are told.
        webhook: What is told beside them.
    """

    causes: frozenset[AlertCause]
    to: tuple[Address, ...]
    webhook: Webhook | None


def open_alerting(settings: Settings) -> Alerting:
    """Who is told of tickets; nothing is sent.

    Raises:
        ConfigurationError: A setting cannot be used.
    """
    alerts, group = settings.alerts, f"{PREFIX}ALERTS__"
    to = tuple(read_address(each, f"{group}TO") for each in alerts.to)
    if to:
        require_post(settings.mail)
    webhook = None
    if url := alerts.url.get_secret_value():
        networks = Networks(settings.helpdesk.networks)
        secret = alerts.secret.get_secret_value()
        keys = [read_secret(secret, f"{group}SECRET")] if secret else []
        webhook = Webhook(Caller(networks.require(url, f"{group}URL"), networks), keys)
    return Alerting(frozenset(AlertCause(each) for each in alerts.when), to, webhook)


def whereabouts(settings: Settings) -> str:
    """The helpdesk in words, without its secrets."""
    helpdesk = settings.helpdesk
    match helpdesk.kind:
        case "inbox":
            return "our own inbox"
        case "mail":
            return f"mail to {helpdesk.to}"
        case kind:
            return f"{kind} at {urlsplit(helpdesk.url.get_secret_value()).hostname}"


def open_post(settings: MailSettings) -> Post | None:
    """What sends mail, ``None`` where no mail server is set.

    Raises:
        ConfigurationError: The server is no host, or the sender no address.
    """
    if not settings.server:
        return None
    host, port = _host(settings.server)
    sender = read_address(settings.sender, f"{PREFIX}MAIL__SENDER")
    server = MailServer(
        host,
        port,
        settings.user,
        settings.password.get_secret_value(),
        Encryption(settings.encryption),
        hello=sender.domain,
    )
    return Post(server, sender)


def require_post(settings: MailSettings) -> Post:
    """The same where mail has to be sent.

    Raises:
        ConfigurationError: No mail server is set, or the sender is no address.
    """
    post = open_post(settings)
    if post is None:
        raise ConfigurationError(f"{PREFIX}MAIL__SERVER is empty: no mail can be sent")
    return post


def open_tracer(settings: TraceSettings) -> "OpenTelemetryTracer | None":
    """What sends traces, ``None`` where they go nowhere; nothing is sent yet.

    Raises:
        ConfigurationError: The address is none, or OpenTelemetry is not installed.
    """
    if not settings.url:
        return None
    parts = urlsplit(settings.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            f"{PREFIX}TRACES__URL must be such as http://127.0.0.1:4318/v1/traces"
        )
    try:
        from bot.telemetry import OpenTelemetryTracer  # noqa: PLC0415  an extra that few install
    except ImportError as error:
        raise ConfigurationError(
            f"{PREFIX}TRACES__URL is set, but OpenTelemetry is not installed: "
            "pip install 'firstline[traces]'"
        ) from error
    headers = {name: value.get_secret_value() for name, value in settings.headers.items()}
    return OpenTelemetryTracer.sending(settings.url, headers, settings.share, version("firstline"))


def _host(server: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{server}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.netloc != server or parts.username is not None:
        raise ConfigurationError(f"{PREFIX}MAIL__SERVER must be such as mail.example.com:587")
    return host, 587 if port is None else port


def _caller(helpdesk: HelpdeskSettings, headers: dict[str, str] | None = None) -> Caller:
    networks = Networks(helpdesk.networks)
    url = _given(helpdesk.url.get_secret_value(), "URL", helpdesk.kind)
    return Caller(networks.require(url, f"{_GROUP}URL"), networks, headers)


def _secret(helpdesk: HelpdeskSettings) -> str:
    secret = _given(helpdesk.secret.get_secret_value(), "SECRET", helpdesk.kind)
    if not secret.isascii() or not secret.isprintable():
        raise ConfigurationError(f"{_GROUP}SECRET holds what no such token holds")
    return secret


def _signing_keys(helpdesk: HelpdeskSettings) -> Sequence[bytes]:
    keys = [read_secret(_secret(helpdesk), f"{_GROUP}SECRET")]
    if before := helpdesk.secret_before.get_secret_value():
        keys.append(read_secret(before, f"{_GROUP}SECRET_BEFORE"))
    return keys


def _given(value: str, name: str, kind: str) -> str:
    if not value:
        raise ConfigurationError(f"{_GROUP}{name} is empty: {kind} needs it")
    return value
