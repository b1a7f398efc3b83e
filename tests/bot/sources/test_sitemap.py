import gzip

import pytest

from bot.sources.robots import read_robots
from bot.sources.sitemap import Sitemap, SitemapError, read_sitemap, unpacked

BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<urlset><url><loc>&b;</loc></url></urlset>"
)
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>'


def test_pages_and_further_sitemaps_are_read() -> None:
    pages = (
        b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        b'xmlns:i="x"><url><loc> https://x.example/a&amp;b </loc><i:image><i:loc>https://x.example/'
        b"p.png</i:loc></i:image></url></urlset>"
    )
    assert read_sitemap(pages) == Sitemap(("https://x.example/a&b",), ())
    index = b"<sitemapindex><sitemap><loc>https://x.example/1.xml.gz</loc></sitemap></sitemapindex>"
    assert read_sitemap(gzip.compress(index)) == Sitemap((), ("https://x.example/1.xml.gz",))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BOMB.encode(), "document type"),
        (FILE.encode(), "document type"),
        (b"<html></html>", "begins with <html>"),
        (b"not xml", "no XML"),
        (b"", "no XML"),
        (b"<urlset>" + b"<a>" * 20, "within each other"),
        (gzip.compress(b"<urlset/>")[:-12], "no XML"),
        (b"\x1f\x8bxxxxxxxxxxxxxxxxxx", "damaged gzip"),
    ],
)
def test_what_is_no_sitemap_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(SitemapError, match=why):
        read_sitemap(data)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    with pytest.raises(SitemapError, match="more than 1 MB"):
        unpacked(gzip.compress(bytes(5_000_000)), 1_000_000)


ROBOTS = """
User-agent: *
Disallow: /

User-agent: other
User-agent: Firstline   # that's us
Disallow: /private/
Disallow: /*?sort=
Disallow: /*.pdf$
Allow: /private/open
Crawl-delay: 2.5
Sitemap: https://x.example/map.xml
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/a", False),
        ("/private/open/a", True),
        ("/%70rivate/a", False),
        ("/a?sort=up", False),
        ("/a?page=1", True),
        ("/a.pdf", False),
        ("/a.pdf.html", True),
    ],
)
def test_the_longest_rule_of_our_group_counts(path: str, allowed: bool) -> None:
    robots = read_robots(ROBOTS, "firstline")
    assert robots.allows(f"https://x.example{path}") is allowed
    assert (robots.delay, robots.sitemaps) == (2.5, ("https://x.example/map.xml",))


def test_without_a_group_of_our_own_that_of_everybody_counts() -> None:
    assert not read_robots(ROBOTS, "someone").allows("https://x.example/a")
    assert read_robots("User-agent: x\nDisallow: /", "firstline").allows("https://x.example/a")
    assert read_robots("User-agent: *\nDisallow:", "firstline").allows("https://x.example/a")
    slow = read_robots("User-agent: *\nCrawl-delay: 9999\nCrawl-delay: x", "firstline")
    assert slow.delay == 30
