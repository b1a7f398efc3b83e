"""A help-centre website, read by its sitemap."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from bot.sources.html_tree import HtmlError
from bot.sources.main_text import MainText, read_page
from bot.sources.robots import LARGEST as LARGEST_ROBOTS
from bot.sources.robots import Robots, read_robots
from bot.sources.sitemap import LARGEST as LARGEST_SITEMAP
from bot.sources.sitemap import Sitemap, SitemapError, read_sitemap, unpacked
from bot.sources.source import Failed, Gone, Item, Page, Skipped, SourceError, Unchanged, Validators
from bot.sources.web import AGENT, Reply, UnwantedError, Web, WebError, same_host

_MOST_SITEMAPS = 200
_MOST_IN_A_ROW = 20
"""Pages that fail one after the other before the site is taken to be down."""

_SITEMAP = re.compile(r"\.(?:xml|gz)$")
_USUAL_SITEMAP = "/sitemap.xml"
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_LOCALE_PART = re.compile(r"[a-z]{2}(?:-[a-z]{2})?", re.IGNORECASE)
_GENERIC = frozenset("hc help support articles article pages page faq faqs kb docs en html".split())


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pages of a site are read.

    Attributes:
        under: Only pages at or below this path; empty for all.
        most: Pages at most.
    """

    under: str = ""
    most: int = 5000


class Website:
    """A site that is read by its sitemap.

    Attributes:
        total: Pages that it lists, once that is known.

    Args:
        address: Of the site, of a part of it, or of its sitemap (``….xml`` or ``….xml.gz``).
        web: Reads pages of its host.
        choice: Which pages are read.
    """

    def __init__(self, address: str, web: Web, choice: Choice | None = None) -> None:
        self.total = 0
        self._address = address
        self._web = web
        self._choice = choice or Choice()
        path = urlsplit(address).path
        self._under = (self._choice.under or ("" if _SITEMAP.search(path) else path)).rstrip("/")
        self._missing = ""
        self._robots = Robots()

    @property
    def name(self) -> str:
        """``website-help.example.com``, and which part: another part is a source of its own."""
        parts = urlsplit(self._address)
        host = parts.netloc.rpartition("@")[2]
        part = [self._under]
        if _SITEMAP.search(parts.path) and parts.path != _USUAL_SITEMAP:
            part.append(parts.path)
        return re.sub(r"[^a-z0-9.]+", "-", f"website-{host} {' '.join(part)}".lower()).strip("-")

    @property
    def requests(self) -> int:
        """Requests that were sent."""
        return self._web.requests

    def missing(self) -> str:
        """Why not everything was seen."""
        return self._missing

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        """The pages of the sitemap; those that were seen before are asked whether they changed.

        Raises:
            SourceError: There is no sitemap, or ``robots.txt`` can't be read.
        """
        self._robots = self._read_robots()
        self._web.keep_distance(self._robots.delay)
        pages = self._pages()
        self.total = len(pages)
        listed = frozenset(pages)
        in_a_row = 0
        for url in pages:
            if url in done:
                continue
            if reason := self._web.spent():
                self._missing = f"{reason}: run it again to go on"
                return
            item = self._item(url, known.get(url, Validators()), listed)
            in_a_row = in_a_row + 1 if isinstance(item, Failed) else 0
            yield item
            if in_a_row >= _MOST_IN_A_ROW:
                self._missing = f"{in_a_row} pages failed one after the other: {item}"
                return

    def _item(self, url: str, validators: Validators, listed: frozenset[str]) -> Item:
        try:
            reply = self._web.get(url, validators, self._robots.allows)
        except UnwantedError as error:
            return Skipped(url, str(error))
        except WebError as error:
            return Failed(url, str(error))
        if reply.status == 304:
            return Unchanged(url)
        if reply.status == 200:
            return self._page(url, reply, listed)
        gone = reply.status in {404, 410}
        return Gone(url) if gone else Failed(url, f"answered {reply.status}")

    def _page(self, url: str, reply: Reply, listed: frozenset[str]) -> Item:
        if reply.kind not in _HTML:
            return Skipped(url, f"is {reply.kind or 'of no kind'}, no HTML", reply.validators)
        if reply.url != url and _normal(reply.url) in listed:
            return Skipped(url, f"leads to {reply.url}, which is read itself")
        try:
            text = read_page(_decoded(reply), reply.url)
        except (HtmlError, UnicodeError, LookupError) as error:
            return Skipped(url, f"can't be read: {error}", reply.validators)
        if text.noindex:
            return Skipped(url, "asks not to be indexed", reply.validators)
        own = _normal(urljoin(reply.url, text.canonical)) if text.canonical else url
        if own not in {url, _normal(reply.url)} and own in listed:
            return Skipped(url, f"is the same page as {own}", reply.validators)
        return Page(
            key=url,
            title=text.title or _from_path(url),
            body=text.body,
            url=url,
            section=_section(url),
            locale=_locale(text, url),
            addresses=tuple({reply.url, own} - {url}),
            validators=reply.validators,
        )

    def _read_robots(self) -> Robots:
        address = urljoin(self._address, "/robots.txt")
        try:
            reply = self._web.get(address, most=LARGEST_SITEMAP)
        except WebError as error:
            raise SourceError(f"{address} {error}") from None
        if reply.status == 200:
            return read_robots(reply.body[:LARGEST_ROBOTS].decode("utf-8", "replace"), AGENT)
        if 400 <= reply.status < 500:
            return Robots()  # RFC 9309: where there is none, everything may be read
        raise SourceError(
            f"{address} answered {reply.status}: without it nothing may be read; try again later"
        )

    def _pages(self) -> Sequence[str]:
        """Addresses of the sitemap and of those it names, in their order, each once."""
        waiting = list(self._sitemaps())
        seen = set(waiting)
        pages: dict[str, None] = {}
        for number, address in enumerate(waiting):
            if number >= _MOST_SITEMAPS:
                self._missing = f"there are more than {_MOST_SITEMAPS} sitemaps"
                break
            try:
                found = self._sitemap(address)
            except (WebError, SitemapError) as error:
                if len(waiting) == 1:
                    raise SourceError(
                        f"{address} {error}. Give the address of a sitemap: it ends in .xml or "
                        ".gz, and robots.txt often names it"
                    ) from None
                self._missing = f"{address} {error}"
                continue
            pages.update((_normal(page), None) for page in found.pages if self._wants(page))
            fresh = [each for each in found.sitemaps if each not in seen]
            seen.update(fresh)
            waiting += fresh  # the loop goes on with them
        if len(pages) > self._choice.most:
            self._missing = (
                f"{len(pages):,} pages are listed and {self._choice.most:,} read: see --max-pages"
            )
        return list(pages)[: self._choice.most]

    def _sitemaps(self) -> Sequence[str]:
        if _SITEMAP.search(urlsplit(self._address).path):
            return [self._address]
        named = [each for each in self._robots.sitemaps if self._is_here(each)]
        return list(dict.fromkeys(named)) or [urljoin(self._address, _USUAL_SITEMAP)]

    def _sitemap(self, address: str) -> Sitemap:
        reply = self._web.get(address, allows=self._robots.allows, most=LARGEST_SITEMAP)
        if reply.status != 200:
            raise WebError(f"answered {reply.status}")
        return read_sitemap(unpacked(reply.body, LARGEST_SITEMAP))

    def _wants(self, page: str) -> bool:
        return self._is_here(page) and f"{urlsplit(page).path}/".startswith(f"{self._under}/")

    def _is_here(self, url: str) -> bool:
        try:
            return same_host(url, urlsplit(self._address).netloc)
        except ValueError:
            return False


def _normal(url: str) -> str:
    """An address without its fragment, with nothing in its path that needs an escape."""
    parts = urlsplit(url)._replace(fragment="")
    return parts._replace(path=quote(parts.path, safe="%/~:@!$&'()*+,;=") or "/").geturl()


def _decoded(reply: Reply) -> str:
    """The text, by byte order mark, header, or what the page says of itself; else UTF-8."""
    if reply.body[:3] == b"\xef\xbb\xbf":
        return reply.body.decode("utf-8-sig")
    told = _CHARSET.search(reply.body[:4096])
    charset = reply.charset or (told[1].decode("ascii") if told else "") or "utf-8"
    try:
        return reply.body.decode(charset)
    except UnicodeDecodeError:
        raise UnicodeError(f"its bytes are not {charset}") from None
    except LookupError:
        raise LookupError(f"its encoding {charset!r} is not known") from None


def _section(url: str) -> str:
    """The first telling folder of a path."""
    folders = [unquote(part) for part in urlsplit(url).path.split("/")[:-1] if part]
    telling = [f for f in folders if f.lower() not in _GENERIC and not _LOCALE_PART.fullmatch(f)]
    return telling[0] if telling else ""


def _locale(text: MainText, url: str) -> str:
    if text.locale:
        return text.locale
    return next((p for p in urlsplit(url).path.split("/") if _LOCALE_PART.fullmatch(p)), "")


def _from_path(url: str) -> str:
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return re.sub(r"[-_+]+", " ", last.rsplit(".", 1)[0]).strip().capitalize()
