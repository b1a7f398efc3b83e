"""Which addresses may be called. A name is looked up once, and only what was judged is called.

Addresses of private networks, of this machine, of clouds' own services and all that are not for
everybody are refused, however they are written: otherwise whoever may set an address, or answers
for its name, could have the server call its neighbours.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from bot.errors import ConfigurationError
from bot.helpdesk.helpdesk import HelpdeskUnavailable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

MOST_ADDRESSES = 4
"""Addresses of one name that are tried."""

_NOT_PUBLIC = tuple(
    ipaddress.ip_network(each)
    for each in (
        "168.63.129.16/32",  # public by number, but Azure's own service
        "192.0.0.0/24",  # of protocols, and Oracle's own service
        "fec0::/10",  # private networks of old
    )
)
"""What the standard library's list of public addresses holds by mistake, in some version."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


async def _look_up(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class NotAdmitted(HelpdeskUnavailable):
    """An address that is private, or would be called without encryption."""


class Networks:
    """Judges addresses before they are called.

    Args:
        allowed: Networks that may be called although they are private, such as ``10.1.0.0/16``;
            there plain http is allowed, too. Link-local addresses never are.
        lookup: Finds the addresses of a name.

    Raises:
        ConfigurationError: A network cannot be read.
    """

    def __init__(self, allowed: Sequence[str] = (), lookup: Lookup = _look_up) -> None:
        try:
            self._allowed = tuple(ipaddress.ip_network(each) for each in allowed)
        except ValueError as error:
            raise ConfigurationError(f"FIRSTLINE_HELPDESK__NETWORKS: {error}") from None
        self._lookup = lookup

    @property
    def is_public(self) -> bool:
        """Whether no private network may be called."""
        return not self._allowed

    def require(self, url: str, what: str) -> str:
        """The address as it was given, where it can be called at all.

        Raises:
            ConfigurationError: It has no host, holds a password, or is refused as it stands.
        """
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            raise ConfigurationError(f"{what} is no web address") from None
        if parts.scheme not in {"https", "http"} or not host or not url.isprintable():
            raise ConfigurationError(f"{what} must be an https address")
        if parts.username is not None or parts.password is not None:
            raise ConfigurationError(f"{what} must not hold a user or a password")
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            literal = None
        if literal is not None and not self.admits(literal):
            raise ConfigurationError(
                f"{what}: {host} is not public; FIRSTLINE_HELPDESK__NETWORKS can allow its network"
            )
        if parts.scheme == "http" and not self._allowed:
            raise ConfigurationError(
                f"{what} must be https; http is for networks in FIRSTLINE_HELPDESK__NETWORKS"
            )
        return url

    async def addresses(self, host: str, port: int, *, encrypted: bool) -> Sequence[str]:
        """The addresses of a host, each of them judged.

        Raises:
            HelpdeskUnavailable: It has none.
            NotAdmitted: It has one that must not be called.
        """
        try:
            found = list(dict.fromkeys(await self._lookup(host, port)))
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise HelpdeskUnavailable(f"{host} has no address")
        for each in found:
            address = ipaddress.ip_address(each)
            if not self.admits(address):
                raise NotAdmitted(f"{host} leads to an address that must not be called")
            if not encrypted and not self._is_named(address):
                raise NotAdmitted(f"{host} must be called by https")
        return found[:MOST_ADDRESSES]

    def admits(self, address: IPAddress) -> bool:
        """Whether an address may be called."""
        plain = _embedded(address)
        if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
            return False
        if self._is_named(plain):
            return True
        return plain.is_global and not plain.is_reserved and not _is_in(plain, _NOT_PUBLIC)

    def _is_named(self, address: IPAddress) -> bool:
        return _is_in(_embedded(address), self._allowed)


def _is_in(address: IPAddress, networks: Sequence[IPNetwork]) -> bool:
    return any(address.version == each.version and address in each for each in networks)


def _embedded(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 one stands for, where it stands for one."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
