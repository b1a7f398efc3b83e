"""Mail handed to a mail server by SMTP: bounded in time and in what the server says.

The only home of smtplib.
"""

import io
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum

from bot.helpdesk.helpdesk import HelpdeskRefused, HelpdeskUnavailable
from bot.threaded import threaded

SECONDS = 12.0
MOST_BYTES = 64 * 1024
_NEVER = frozenset(range(550, 557))
"""What a server will not change its mind about: receiver unknown, mail too big, not allowed."""


class Encryption(StrEnum):
    """How the way to the mail server is encrypted. A password never goes unencrypted."""

    AUTO = "auto"
    """STARTTLS where the server offers it."""
    REQUIRED = "required"
    """STARTTLS, or nothing is sent."""
    IMPLICIT = "implicit"
    """TLS from the start, as on port 465."""
    OFF = "off"
    """None, for a server on this machine."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Takes mail.

    Attributes:
        host: Its name; certificates are checked for it.
        port: Where it listens.
        user: Signs in where it is set.
        password: Belongs to ``user``.
        encryption: How the way there is encrypted.
        hello: What we call ourselves.
        seconds: For handing over one mail.
        context: Makes what certificates are checked by.
    """

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    encryption: Encryption = Encryption.AUTO
    hello: str = "localhost"
    seconds: float = SECONDS
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    async def send(self, mail: EmailMessage) -> None:
        """Hands a mail over.

        Raises:
            HelpdeskUnavailable: Not now, or not with these settings.
            HelpdeskRefused: The server will never take this mail, or a receiver of it.
        """
        await threaded(self._send, mail)

    def _send(self, mail: EmailMessage) -> None:
        try:
            self._hand_over(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            raise _refusal(min(codes), "the receiver") from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, "the mail") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise HelpdeskUnavailable(f"mail server {self.host}: {type(error).__name__}") from None

    def _hand_over(self, mail: EmailMessage) -> None:
        until = time.monotonic() + self.seconds
        tls = self.context() if self.encryption is Encryption.IMPLICIT else None
        session = _Session(self.host, self.hello, until, tls)
        try:
            code, words = session.connect(self.host, self.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, words)
            self._prepare(session)
            session.send_message(mail)
            with suppress(smtplib.SMTPException):  # it is theirs by now, whatever they say next
                session.putcmd("QUIT")
        finally:
            session.close()

    def _prepare(self, session: smtplib.SMTP) -> None:
        session.ehlo_or_helo_if_needed()
        encrypted = self.encryption is Encryption.IMPLICIT
        offered = session.has_extn("starttls")
        if self.encryption is Encryption.REQUIRED and not offered:
            raise HelpdeskUnavailable(f"mail server {self.host} offers no STARTTLS")
        if offered and self.encryption in {Encryption.AUTO, Encryption.REQUIRED}:
            session.starttls(context=self.context())
            session.ehlo_or_helo_if_needed()
            encrypted = True
        if self.user:
            if not encrypted:
                raise HelpdeskUnavailable("the way is not encrypted, so no password was sent")
            session.login(self.user, self.password)


def _refusal(code: int, what: str) -> HelpdeskRefused | HelpdeskUnavailable:
    if code in _NEVER:
        return HelpdeskRefused(f"the mail server refuses {what}: {code}")
    return HelpdeskUnavailable(f"the mail server does not take {what}: {code}")


class _Session(smtplib.SMTP):
    """A session that ends at a time of the monotonic clock, however slowly the server speaks."""

    def __init__(self, host: str, hello: str, until: float, tls: ssl.SSLContext | None) -> None:
        self._until = until
        self._tls = tls
        super().__init__(local_hostname=hello, timeout=max(0.1, until - time.monotonic()))
        self._host = host  # what starttls checks the certificate for

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        return plain if self._tls is None else self._tls.wrap_socket(plain, server_hostname=host)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Meter(self.sock, self._until))
        return super().getreply()


class _Meter(io.RawIOBase):
    """Reads from a socket up to a time and a number of bytes."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._until = until
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any buffer will do
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._sock.settimeout(seconds)
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OSError("the mail server says too much")
        return count
