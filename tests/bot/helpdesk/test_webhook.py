import base64
import hashlib
import hmac
from contextlib import suppress

import pytest

from bot.errors import ConfigurationError
from bot.helpdesk.caller import Caller
from bot.helpdesk.helpdesk import HelpdeskUnavailable
from bot.helpdesk.network import Networks
from bot.helpdesk.webhook import Webhook, read_secret, sign
from tests.bot.helpdesk.receivers import SIGNING_KEY, Hook, http_receiver
from tests.bot.small_store import NOW

OTHER = bytes(32)


def right(key: bytes, message_id: str, at: int, body: bytes) -> str:
    """What a receiver computes by the specification."""
    content = f"{message_id}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_the_signature_is_the_specification_s() -> None:
    # The example of the specification's own libraries.
    key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "secret")
    made = sign([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_sign_side_by_side() -> None:
    assert sign([SIGNING_KEY, OTHER], "k", 1, b"{}").split(" ") == [
        right(SIGNING_KEY, "k", 1, b"{}"),
        right(OTHER, "k", 1, b"{}"),
    ]


@pytest.mark.parametrize(
    ("message_id", "at", "body"), [("other", 1, b"{}"), ("k", 2, b"{}"), ("k", 1, b"{ }")]
)
def test_another_id_time_or_body_has_another_signature(
    message_id: str, at: int, body: bytes
) -> None:
    assert sign([SIGNING_KEY], "k", 1, b"{}") != right(SIGNING_KEY, message_id, at, body)


@pytest.mark.parametrize(("keys", "taken"), [([OTHER, SIGNING_KEY], 1), ([OTHER], 0)])
async def test_a_receiver_that_knows_one_of_the_secrets_takes_it(
    keys: list[bytes], taken: int
) -> None:
    data = {"external_id": "e", "subject": "s", "text": "t"}
    with http_receiver(Hook()) as got:
        webhook = Webhook(Caller(f"{got.url}/hook", Networks(["127.0.0.0/8"])), keys)
        with suppress(HelpdeskUnavailable):
            await webhook.tell("ticket.opened", NOW, data, "opened-K-1")
    assert len(got.tickets) == taken


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", "a" * 200])
def test_a_weak_secret_is_refused_and_not_quoted(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="openssl rand") as caught:
        read_secret(secret, "SETTING")
    assert not secret.removeprefix("whsec_") or secret not in str(caught.value)
