import ssl
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigurationError
from bot.helpdesk.helpdesk import HelpdeskRefused, HelpdeskUnavailable
from bot.helpdesk.mail import Post, read_address, receiver
from bot.helpdesk.smtp import Encryption, MailServer
from tests.bot.helpdesk.certificates import tls
from tests.bot.helpdesk.receivers import Fault, Mail, authenticator, mail_receiver

SENDER = read_address("Kestrel <help@kestrel.example>", "sender")
TO = read_address("desk@example.com", "to")


def post(got: Mail, **options: Any) -> Post:
    return Post(
        MailServer(**{"host": "127.0.0.1", "port": got.port, "seconds": 1.0, **options}), SENDER
    )


async def hand_over(got: Mail, key: str = "k", thread: str | None = None, **options: Any) -> None:
    text = "Größe\n.\nwith a lone dot, and a line of " + "x" * 2000
    await post(got, **options).send([TO], "A\r\nsubject", text, key=key, thread=thread)


async def test_mail_arrives_whole_from_a_machine_that_expects_no_answer() -> None:
    with mail_receiver(Mail()) as got:
        await hand_over(got)
    (mail,) = got.mails
    assert mail["From"] == "Kestrel <help@kestrel.example>"
    assert mail["Subject"] == "A subject"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"]
    text = mail.get_content().replace("\r\n", "\n")
    assert "Größe\n.\nwith a lone dot" in text
    assert "x" * 2000 in text


async def test_the_same_mail_has_the_same_id_and_others_thread() -> None:
    with mail_receiver(Mail()) as got:
        for _ in range(2):
            await hand_over(got)
        await hand_over(got, "later", "k")
    assert len(got.mails) == 3
    assert len(got.tickets) == 1
    assert len(got.messages) == 1


async def test_starttls_is_used_where_it_is_offered(tmp_path: Path) -> None:
    server, client = tls(tmp_path, "localhost")
    with mail_receiver(Mail(), tls_context=server) as got:
        await hand_over(got, host="localhost", context=lambda: client)
        await hand_over(got, "off", host="localhost", encryption=Encryption.OFF)
    assert got.encrypted == [True, False]


async def test_tls_from_the_start(tmp_path: Path) -> None:
    server, client = tls(tmp_path, "localhost")
    with mail_receiver(Mail(), ssl_context=server) as got:
        await hand_over(
            got, host="localhost", encryption=Encryption.IMPLICIT, context=lambda: client
        )
    assert len(got.mails) == 1


@pytest.mark.parametrize("names", [["elsewhere.example"], ["localhost"]])
async def test_a_certificate_of_another_name_or_of_nobody_gets_no_mail(
    tmp_path: Path, names: list[str]
) -> None:
    server, client = tls(tmp_path, *names)
    trust = (lambda: client) if names != ["localhost"] else ssl.create_default_context
    with mail_receiver(Mail(), tls_context=server) as got, pytest.raises(HelpdeskUnavailable):
        await hand_over(got, host="localhost", context=trust)
    assert got.mails == []


async def test_encryption_can_be_demanded() -> None:
    with mail_receiver(Mail()) as got, pytest.raises(HelpdeskUnavailable, match="STARTTLS"):
        await hand_over(got, encryption=Encryption.REQUIRED)
    assert got.mails == []


async def test_a_password_goes_encrypted_or_not_at_all(tmp_path: Path) -> None:
    server, client = tls(tmp_path, "localhost")
    signed: dict[str, Any] = {
        "user": "ana",
        "password": "right",
        "host": "localhost",
        "context": lambda: client,
    }
    options: dict[str, Any] = {
        "authenticator": authenticator("ana", "right"),
        "auth_required": True,
    }
    with mail_receiver(Mail(), tls_context=server, **options) as got:
        await hand_over(got, **signed)
        with pytest.raises(HelpdeskUnavailable, match="535") as caught:
            await hand_over(got, **{**signed, "password": "wrong-one"})
        assert "wrong-one" not in str(caught.value)
    with mail_receiver(Mail()) as got, pytest.raises(HelpdeskUnavailable, match="not encrypted"):
        await hand_over(got, **signed)


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.DRIP, Fault.HUGE])
async def test_a_server_that_speaks_without_end_is_left(fault: Fault) -> None:
    with mail_receiver(Mail()) as got:
        got.faults.append(fault)
        began = time.monotonic()
        with pytest.raises(HelpdeskUnavailable):
            await hand_over(got)
        assert time.monotonic() - began < 2.0


async def test_a_mail_that_is_refused_for_good_is_put_aside() -> None:
    with mail_receiver(Mail()) as got:
        got.faults.append(Fault.REFUSED)
        with pytest.raises(HelpdeskRefused, match="554"):
            await hand_over(got)
        got.faults.append(Fault.BUSY)
        with pytest.raises(HelpdeskUnavailable, match="451"):
            await hand_over(got)


@pytest.mark.parametrize(
    "text", ["", "ana", "@example.com", "ana@", "a\nb@example.com", "<>", "a b"]
)
def test_what_is_no_address_stops_the_start(text: str) -> None:
    with pytest.raises(ConfigurationError, match="the sender"):
        read_address(text, "the sender")


@pytest.mark.parametrize("text", ["ana@example.com\nBcc: eve@example.com", "ana", "a@b@c", ""])
def test_an_address_that_a_customer_left_cannot_add_headers(text: str) -> None:
    with pytest.raises(HelpdeskRefused):
        receiver(text)


def test_a_subject_cannot_add_headers() -> None:
    mail = EmailMessage()
    mail["Subject"] = " ".join("one\r\nBcc: eve@example.com".split())
    assert mail["Bcc"] is None
