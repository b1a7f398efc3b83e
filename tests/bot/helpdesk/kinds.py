"""Every kind of helpdesk, set up for its receiver on the loopback."""

from collections.abc import Callable

from bot.helpdesk.caller import Caller
from bot.helpdesk.chatwoot import ChatwootHelpdesk
from bot.helpdesk.helpdesk import Helpdesk
from bot.helpdesk.letters import Letters
from bot.helpdesk.mail import MailHelpdesk, Post, read_address
from bot.helpdesk.network import Networks
from bot.helpdesk.smtp import MailServer
from bot.helpdesk.webhook import Webhook, WebhookHelpdesk
from bot.helpdesk.zendesk import ZendeskHelpdesk, authorization
from tests.bot.helpdesk.receivers import (
    SECRET,
    SIGNING_KEY,
    Chatwoot,
    Hook,
    Mail,
    Received,
    Zendesk,
)

SECONDS = 1.0
"""How long each waits for an answer; where faults are many and tried again, less is enough."""
LETTERS = Letters("https://help.example.com")
LOOPBACK = Networks(["127.0.0.0/8"])


def webhook(got: Received, secret: str = SECRET, seconds: float = SECONDS) -> Helpdesk:
    key = SIGNING_KEY if secret == SECRET else bytes(32)
    caller = Caller(f"{got.url}/hook", LOOPBACK, seconds=seconds)
    return WebhookHelpdesk(Webhook(caller, [key]), LETTERS)


def zendesk(got: Received, secret: str = SECRET, seconds: float = SECONDS) -> Helpdesk:
    signed = authorization("ana@example.com", secret)
    return ZendeskHelpdesk(Caller(got.url, LOOPBACK, signed, seconds), LETTERS, ("web",))


def chatwoot(got: Received, secret: str = SECRET, seconds: float = SECONDS) -> Helpdesk:
    caller = Caller(got.url, LOOPBACK, {"api_access_token": secret}, seconds)
    return ChatwootHelpdesk(caller, 3, 5, LETTERS)


def mail(got: Received, secret: str = SECRET, seconds: float = SECONDS) -> Helpdesk:
    del secret
    server = MailServer("127.0.0.1", got.port, seconds=seconds)
    post = Post(server, read_address("Kestrel <help@kestrel.example>", "sender"))
    return MailHelpdesk(post, read_address("desk@example.com", "to"), LETTERS)


KINDS: dict[str, tuple[Callable[..., Helpdesk], type[Received]]] = {
    "webhook": (webhook, Hook),
    "zendesk": (zendesk, Zendesk),
    "chatwoot": (chatwoot, Chatwoot),
    "mail": (mail, Mail),
}
