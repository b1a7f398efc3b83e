import ipaddress
from collections.abc import Sequence

import pytest

from bot.errors import ConfigurationError
from bot.helpdesk.caller import Caller
from bot.helpdesk.helpdesk import HelpdeskUnavailable
from bot.helpdesk.network import Networks
from tests.bot.helpdesk.receivers import Received, http_receiver

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
REFUSED = """
127.0.0.1 127.9.9.9 0.0.0.0 0.1.2.3 10.0.0.5 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
100.64.0.1 100.100.100.200 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1
240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254
fe80::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 2001:0:7f00:1::80ff:fffe 100::1
""".split()
SPELLINGS = """
http://127.0.0.1 https://127.0.0.1 https://127.1 https://127.0.1 https://2130706433 https://0x7f000001
https://0x7f.0.0.1 https://0177.0.0.1 https://017700000001 https://0 https://0.0.0.0 https://[::1]
https://[::] https://[::ffff:127.0.0.1] https://[::ffff:7f00:1] https://[0:0:0:0:0:0:0:1]
https://[::127.0.0.1] https://localhost https://LOCALHOST https://localhost. https://①②⑦.⓪.⓪.①
https://127。0。0。1 https://[fe80::1] https://[fd00::1] https://169.254.169.254 https://2852039166
https://0xa9fea9fe https://[::ffff:a9fe:a9fe] https://10.0.0.1 https://192.168.0.1
https://example.com@127.0.0.1 https://127.0.0.1#@example.com https://127.0.0.1?example.com
https://127.0.0.1%2f.example.com https://[64:ff9b::7f00:1] https://[2002:7f00:1::] ftp://127.0.0.1
file:///etc/passwd gopher://127.0.0.1 https:// https://127.0.0.1\\@example.com https:127.0.0.1
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_called(address: str) -> None:
    assert Networks().admits(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", REFUSED)
def test_others_may_not_in_whatever_wrapping(address: str) -> None:
    assert not Networks().admits(ipaddress.ip_address(address))


def test_a_private_network_can_be_allowed_and_its_neighbours_stay_refused() -> None:
    networks = Networks(["10.1.0.0/16", "169.254.0.0/16"])
    assert networks.admits(ipaddress.ip_address("10.1.2.3"))
    assert networks.admits(ipaddress.ip_address("::ffff:10.1.2.3"))
    assert not networks.admits(ipaddress.ip_address("10.2.0.1"))
    assert not networks.admits(ipaddress.ip_address("127.0.0.1"))
    assert not networks.admits(ipaddress.ip_address("169.254.169.254"))


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_however_it_is_spelt_nothing_of_our_own_is_called(spelling: str) -> None:
    got = Received()
    with http_receiver(got):
        head, _, tail = spelling.partition("://")
        host, mark, rest = tail.partition("#") if "#" in tail else tail.partition("?")
        url = f"{head}://{host}:{got.port}{mark}{rest}" if tail else spelling
        with pytest.raises(HelpdeskUnavailable):
            await Caller(url, Networks(), seconds=3.0).send("POST", "/hook", {})
        assert got.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost"])
async def test_the_same_spellings_reach_it_where_its_network_is_allowed(host: str) -> None:
    got = Received()
    with http_receiver(got):
        caller = Caller(f"http://{host}:{got.port}", Networks(["127.0.0.0/8", "::1/128"]))
        with pytest.raises(HelpdeskUnavailable):  # the bare receiver answers nothing
            await caller.send("POST", "/hook", {})
    assert got.asked == ["POST /hook"]


def answering(*rounds: Sequence[str]) -> Networks:
    """Networks whose names resolve to other addresses each time they are asked."""
    left = list(rounds)

    async def lookup(host: str, port: int) -> Sequence[str]:
        del host, port
        return left.pop(0) if len(left) > 1 else left[0]

    return Networks(["127.0.0.1/32"], lookup)


async def test_a_name_is_looked_up_once_for_a_call() -> None:
    got = Received()
    asked: list[str] = []

    async def lookup(host: str, port: int) -> Sequence[str]:
        del port
        asked.append(host)
        return ["127.0.0.1"]

    with http_receiver(got):
        caller = Caller(f"http://desk.test:{got.port}", Networks(["127.0.0.1/32"], lookup))
        with pytest.raises(HelpdeskUnavailable):  # the bare receiver answers nothing
            await caller.send("POST", "/hook", {})
    assert asked == ["desk.test"]
    assert got.asked == ["POST /hook"]


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["1.1.1.1"], [], ["fe80::1"]]
)
async def test_one_bad_address_of_a_name_spoils_it(found: list[str]) -> None:
    got = Received()
    with http_receiver(got):
        caller = Caller(f"http://desk.test:{got.port}", answering(found), seconds=2.0)
        with pytest.raises(HelpdeskUnavailable, match=r"desk\.test"):
            await caller.send("POST", "/hook", {})
    assert got.asked == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://ana:secret@example.com/hook", "must not hold a user"),
        ("http://example.com/hook", "must be https"),
        ("https://169.254.169.254/latest", "169.254.169.254 is not public"),
        ("https://example.com:99999", "no web address"),
        ("https://exam\nple.com", "must be an https address"),
        ("example.com", "must be an https address"),
    ],
)
def test_what_can_never_be_called_stops_the_start_and_keeps_its_secrets(
    url: str, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        Networks().require(url, "FIRSTLINE_HELPDESK__URL")
    assert "secret" not in str(caught.value)


def test_a_network_that_is_none_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match="NETWORKS"):
        Networks(["10.1.0.0/99"])
