from typing import Any

import pytest

from bot.config import Settings
from bot.delivery import open_helpdesk, open_post, whereabouts
from bot.errors import ConfigurationError
from bot.helpdesk.chatwoot import ChatwootHelpdesk
from bot.helpdesk.inbox import InboxHelpdesk
from bot.helpdesk.mail import MailHelpdesk
from bot.helpdesk.webhook import WebhookHelpdesk
from bot.helpdesk.zendesk import ZendeskHelpdesk

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://desk.example.com/hooks/hidden"
MAIL = {"server": "mail.example.com", "sender": "Kestrel <help@example.com>"}
WHOLE: dict[str, tuple[dict[str, Any], type]] = {
    "inbox": ({}, InboxHelpdesk),
    "webhook": ({"url": URL, "secret": KEY, "secret_before": KEY}, WebhookHelpdesk),
    "zendesk": ({"url": URL, "secret": "hidden", "user": "ana@example.com"}, ZendeskHelpdesk),
    "chatwoot": ({"url": URL, "secret": "hidden", "account": 1, "inbox": 2}, ChatwootHelpdesk),
    "mail": ({"to": "desk@example.com"}, MailHelpdesk),
}


def settings(kind: str, **helpdesk: Any) -> Settings:
    return Settings.model_validate({"helpdesk": {"kind": kind, **helpdesk}, "mail": MAIL})


@pytest.mark.parametrize("kind", WHOLE)
def test_each_kind_opens_with_what_it_needs(kind: str) -> None:
    given, made = WHOLE[kind]
    whole = settings(kind, **given)
    assert isinstance(open_helpdesk(whole), made)
    assert "hidden" not in whereabouts(whole)
    for name in set(given) - {"secret_before"}:
        less = {each: value for each, value in given.items() if each != name}
        with pytest.raises(ConfigurationError, match=f"HELPDESK__{name.upper()} is empty: {kind}"):
            open_helpdesk(settings(kind, **less))


@pytest.mark.parametrize("secret", ["hidden", "whsec_", "whsec_aGlkZGVu", "whsec_!!!"])
def test_a_weak_signing_secret_stops_the_start_and_is_not_shown(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="HELPDESK__SECRET must be whsec_") as caught:
        open_helpdesk(settings("webhook", url=URL, secret=secret))
    assert "hidden" not in str(caught.value)


def test_a_token_cannot_add_a_header() -> None:
    with pytest.raises(ConfigurationError, match="SECRET"):
        open_helpdesk(settings("chatwoot", url=URL, secret="a\r\nb: c", account=1, inbox=1))


def test_mail_needs_a_server_and_a_sender() -> None:
    assert open_post(Settings().mail) is None
    with pytest.raises(ConfigurationError, match="MAIL__SERVER is empty"):
        open_helpdesk(
            Settings.model_validate({"helpdesk": {"kind": "mail", "to": "a@example.com"}})
        )
    with pytest.raises(ConfigurationError, match="MAIL__SENDER"):
        open_post(Settings.model_validate({"mail": {"server": "mail.example.com"}}).mail)


@pytest.mark.parametrize(
    ("server", "found"),
    [
        ("mail.example.com", ("mail.example.com", 587)),
        ("mail.example.com:465", ("mail.example.com", 465)),
        ("[::1]:25", ("::1", 25)),
        ("smtp://mail.example.com", None),
        ("mail.example.com:smtp", None),
        ("ana@mail.example.com", None),
        ("mail.example.com/x", None),
        (":25", None),
    ],
)
def test_a_server_is_a_name_and_perhaps_a_port(server: str, found: tuple[str, int] | None) -> None:
    mail = Settings.model_validate({"mail": {**MAIL, "server": server}}).mail
    if found is None:
        with pytest.raises(ConfigurationError, match="MAIL__SERVER"):
            open_post(mail)
    else:
        post = open_post(mail)
        assert post is not None
        assert (post.server.host, post.server.port) == found
