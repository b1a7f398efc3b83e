import gzip
from collections.abc import Iterator, Sequence

import pytest

from bot.helpdesk.network import Networks
from bot.sources.opening import PRIVATE
from bot.sources.source import (
    Failed,
    Gone,
    Item,
    Page,
    Skipped,
    SourceError,
    Unchanged,
    Validators,
)
from bot.sources.web import Bounds, Web, WebError
from bot.sources.website import Choice, Website
from tests.bot.sources.site import Answer, Site, page, serving

FAST = Bounds(rate=1000)
TEXT = "You can pay abroad with your card in more than forty countries, and it costs nothing."


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def web(site: Site, waits: list[float]) -> Iterator[Web]:
    def sleep(seconds: float) -> None:
        if seconds > 0.1:  # the rest keeps the distance between requests
            waits.append(seconds)

    with Web(site.host, Networks(PRIVATE), FAST, sleep) as opened:
        yield opened


def _items(site: Site, web: Web, **known: str) -> dict[str, Item]:
    said = {f"{site.address}/{name}": Validators(etag) for name, etag in known.items()}
    found = Website(site.address, web).items(said, ())
    return {item.key.removeprefix(site.address): item for item in found}


def test_every_page_of_the_sitemap_is_read_once(site: Site, web: Web) -> None:
    site.pages = {
        "/en/cards/abroad": page("Pay abroad", TEXT),
        "/b%20c": page("B", TEXT),
        "/gone": Answer(410),
        "/missing.pdf": Answer(200, b"%PDF", "application/pdf"),
        "/noindex": "<meta name=robots content=noindex>" + page("N", TEXT),
        "/copy": "<link rel=canonical href='/en/cards/abroad'>" + page("C", TEXT),
        "/moved": Answer(301, headers=(("Location", "/b%20c"),)),
        "/broken": Answer(200, b"\xff\xfe\xfd", "text/html; charset=utf-8"),
        "/denied": Answer(403),
        "/private/a": page("A", TEXT),
    }
    site.robots = "User-agent: *\nDisallow: /private/"
    found = _items(site, web)
    kinds = {path: type(item) for path, item in found.items()}
    assert kinds == {
        "/en/cards/abroad": Page,
        "/b%20c": Page,
        "/gone": Gone,
        "/missing.pdf": Skipped,
        "/noindex": Skipped,
        "/copy": Skipped,
        "/moved": Skipped,
        "/broken": Skipped,
        "/denied": Failed,
        "/private/a": Skipped,
    }
    abroad = found["/en/cards/abroad"]
    assert isinstance(abroad, Page)
    assert (abroad.title, abroad.body, abroad.section) == ("Pay abroad", TEXT, "cards")
    assert site.asked["/private/a"] == 0
    again = _items(site, web, **{"en/cards/abroad": abroad.validators.etag})
    assert again["/en/cards/abroad"] == Unchanged(abroad.key)


def test_indexes_of_sitemaps_and_packed_ones_are_followed(site: Site, web: Web) -> None:
    site.pages = {f"/{n}": page(f"Page {n}", TEXT) for n in range(3)}
    urls = [f"<url><loc>{site.address}/{n}</loc></url>" for n in range(3)]
    site.pages["/one.xml"] = Answer(200, f"<urlset>{urls[0]}</urlset>".encode(), "text/xml")
    packed = gzip.compress(f"<urlset>{urls[1]}{urls[2]}{urls[1]}</urlset>".encode())
    site.pages["/two.xml.gz"] = Answer(200, packed, "application/gzip")
    index = "".join(
        f"<sitemap><loc>{site.address}/{name}</loc></sitemap>"
        for name in ("one.xml", "two.xml.gz", "one.xml")
    )
    site.sitemap = f"<sitemapindex>{index}</sitemapindex>".encode()
    source = Website(site.address, web)
    assert len([i for i in source.items({}, ()) if isinstance(i, Page)]) == 3
    assert source.missing() == ""
    site.sitemap += b"damage"
    with pytest.raises(SourceError, match="Give the address of a sitemap"):
        list(source.items({}, ()))
    del site.pages["/two.xml.gz"]
    site.sitemap = site.sitemap.removesuffix(b"damage")
    assert len(list(source.items({}, ()))) == 1
    assert "two.xml.gz answered 404" in source.missing()


def test_pages_elsewhere_are_not_read(site: Site, web: Web) -> None:
    other = "http://169.254.169.254/latest"
    site.sitemap = f"<urlset><url><loc>{other}</loc></url></urlset>".encode()
    assert list(Website(site.address, web).items({}, ())) == []
    for target in (other, "https://example.com/", "file:///etc/passwd", "http://[", "//evil/"):
        site.pages["/out"] = Answer(302, headers=(("Location", target),))
        with pytest.raises(WebError, match=r"leads elsewhere|no address"):
            web.get(f"{site.address}/out")
    site.pages["/round"] = Answer(302, headers=(("Location", "/round"),))
    with pytest.raises(WebError, match="more than 5 times"):
        web.get(f"{site.address}/round")


NEVER = """
169.254.169.254 ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe fe80::1 fec0::1 0.0.0.0 100.64.0.1
168.63.129.16 192.0.0.192 224.0.0.1 255.255.255.255 ff02::1 2001:db8::1
""".split()
PRIVATE_ONES = (
    "127.0.0.1 ::1 10.0.0.1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: fd00::1".split()
)


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [((), NEVER + PRIVATE_ONES), (PRIVATE, NEVER)],
    ids=["public", "private"],
)
def test_a_name_that_leads_to_no_allowed_address_is_not_called(
    site: Site, allowed: tuple[str, ...], refused: list[str]
) -> None:
    answers: list[str] = []

    async def lookup(_host: str, _port: int) -> Sequence[str]:
        return answers

    port = site.host.rpartition(":")[2]
    with Web(f"help.example.com:{port}", Networks(allowed, lookup), FAST) as web:
        for address in refused:
            for scheme in ("http", "https"):
                answers[:] = [address]
                with pytest.raises(WebError, match="can't be called"):
                    web.get(f"{scheme}://help.example.com:{port}/")
                answers[:] = ["93.184.215.14", address]  # one that is refused spoils the rest
                with pytest.raises(WebError, match="can't be called"):
                    web.get(f"{scheme}://help.example.com:{port}/")
    assert not site.asked


def test_a_name_that_leads_elsewhere_the_second_time_is_not_called(site: Site) -> None:
    port = site.host.rpartition(":")[2]
    answers = [["127.0.0.1"], ["169.254.169.254"]]

    async def lookup(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0)

    site.pages["/"] = page("T", TEXT)
    with Web(f"help.example.com:{port}", Networks(PRIVATE, lookup), FAST) as web:
        assert web.get(f"http://help.example.com:{port}/").status == 200
        with pytest.raises(WebError, match="must not be called"):
            web.get(f"http://help.example.com:{port}/")
    assert site.asked["/"] == 1


def test_public_sites_are_read_by_https_alone() -> None:
    async def lookup(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.215.14"]

    with (
        Web("help.example.com", Networks((), lookup), FAST) as web,
        pytest.raises(WebError, match="must be called by https"),
    ):
        web.get("http://help.example.com/")


def test_a_busy_server_is_asked_again_when_it_says(
    site: Site, web: Web, waits: list[float]
) -> None:
    site.pages["/busy"] = Answer(503, headers=(("Retry-After", "7"),))
    with pytest.raises(WebError, match="answered 503, after 3 tries"):
        web.get(f"{site.address}/busy")
    assert waits == [7, 7]
    site.pages["/busy"] = Answer(429, headers=(("Retry-After", "86400"),))
    with pytest.raises(WebError, match="answered 429, after 1 try"):
        web.get(f"{site.address}/busy")


def test_answers_are_bounded(site: Site, web: Web) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    site.pages["/bomb"] = Answer(200, bomb, headers=(("Content-Encoding", "gzip"),))
    site.pages["/large"] = Answer(200, bytes(2_000_001))
    site.pages["/packed"] = Answer(200, b"x", headers=(("Content-Encoding", "br"),))
    site.pages["/damaged"] = Answer(200, b"x" * 20, headers=(("Content-Encoding", "gzip"),))
    site.pages["/fine"] = Answer(200, gzip.compress(b"y"), headers=(("Content-Encoding", "gzip"),))
    for path, why in {
        "/bomb": "larger than 2.0 MB",
        "/large": "larger than 2.0 MB",
        "/packed": "packed as br",
        "/damaged": "can't be unpacked",
    }.items():
        with pytest.raises(WebError, match=why):
            web.get(f"{site.address}{path}", most=2_000_000)
    assert web.get(f"{site.address}/fine").body == b"y"


def test_a_bound_that_is_reached_leaves_the_rest_for_the_next_time(site: Site) -> None:
    site.pages = {f"/{n}": page(f"Page {n}", TEXT) for n in range(5)}
    with Web(site.host, Networks(PRIVATE), Bounds(rate=1000, total_bytes=1)) as web:
        source = Website(site.address, web)
        assert len(list(source.items({}, ()))) == 0
        assert "run it again" in source.missing()
    with Web(site.host, Networks(PRIVATE), FAST) as web:
        few = Website(site.address, web, Choice(most=2))
        assert len(list(few.items({}, ()))) == 2
        assert "5 pages are listed and 2 read" in few.missing()
        chosen = Website(site.address, web, Choice(under="/4"))
        assert [item.key for item in chosen.items({}, ())] == [f"{site.address}/4"]
        site.pages = {path: page("P", TEXT) for path in ("/help", "/help/a", "/helpful", "/")}
        part = Website(f"{site.address}/help/", web)
        assert [item.key for item in part.items({}, ())] == [
            f"{site.address}/help",
            f"{site.address}/help/a",
        ]


@pytest.mark.parametrize(
    ("address", "under", "name"),
    [
        ("https://Help.example.com/", "", "website-help.example.com"),
        ("https://help.example.com/sitemap.xml", "", "website-help.example.com"),
        ("https://help.example.com:8443", "", "website-help.example.com-8443"),
        ("https://help.example.com/", "/hc/de", "website-help.example.com-hc-de"),
        ("https://help.example.com/hc/de/", "", "website-help.example.com-hc-de"),
        ("https://help.example.com/de/map.xml", "", "website-help.example.com-de-map.xml"),
    ],
)
def test_another_part_of_a_site_is_a_source_of_its_own(
    web: Web, address: str, under: str, name: str
) -> None:
    assert Website(address, web, Choice(under)).name == name


def test_a_site_that_is_down_is_left_alone(site: Site, web: Web, waits: list[float]) -> None:
    site.pages = {f"/{n}": Answer(403) for n in range(60)}
    source = Website(site.address, web)
    assert len(list(source.items({}, ()))) == 20
    assert "one after the other" in source.missing()
    site.robots = Answer(500)
    with pytest.raises(SourceError, match=r"robots.txt answered 500"):
        list(source.items({}, ()))
