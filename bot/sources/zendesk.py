"""Articles of Zendesk Guide, as ``GET /api/v2/help_center/articles.json`` gives them.

Sections and categories side-loaded with them (``?include=sections,categories``) name the topic. All
pages of the answer may be in one file each, in one folder.
"""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from bot.sources.export import Export, Record, page_of, words
from bot.sources.source import Item, Page, Skipped, Validators


class ZendeskGuide:
    """An export of articles.

    Args:
        export: What the files hold.
    """

    requests = 0

    def __init__(self, export: Export) -> None:
        self._export = export
        self._articles = {key: each for each in export.records("articles") if (key := _key(each))}
        self._sections = {_key(each): each for each in export.records("sections")}
        self._categories = {_key(each): each for each in export.records("categories")}
        self.total = len(self._articles)

    @property
    def name(self) -> str:
        """``zendesk-example.zendesk.com``, or ``zendesk`` where no article has an address."""
        hosts = {urlsplit(words(a.get("html_url"))).hostname for a in self._articles.values()}
        named = hosts - {None}
        return f"zendesk-{named.pop()}" if len(named) == 1 else "zendesk"

    def missing(self) -> str:
        """Whether the interface counted more articles than are here."""
        wanted = max((a.get("count", 0) for a in self._export.answers if _counts(a)), default=0)
        if wanted > self.total:
            return f"Zendesk counted {wanted} articles and {self.total} are here: get every page"
        last = self._export.answers[-1] if self._export.answers else {}
        if len(self._export.answers) == 1 and last.get("next_page"):
            return "the answer has a next page that isn't here: get every page"
        return ""

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        """Published articles; drafts are skipped."""
        for key, article in self._articles.items():
            if key in done:
                continue
            if article.get("draft"):
                yield Skipped(key, "is a draft")
            else:
                yield page_of(self._fields(key, article), article.get("body"))

    def _fields(self, key: str, article: Record) -> Page:
        section = self._sections.get(words(article.get("section_id")), {})
        category = self._categories.get(words(section.get("category_id")), {})
        labels = article.get("label_names")
        return Page(
            key=key,
            title=words(article.get("title")) or words(article.get("name")),
            body="",
            url=words(article.get("html_url")),
            section=words(category.get("name")) or words(section.get("name")),
            locale=words(article.get("locale")),
            tags=tuple(filter(None, map(words, labels))) if isinstance(labels, list) else (),
            internal=article.get("user_segment_id") is not None,
        )


def is_zendesk(export: Export) -> bool:
    """Whether articles look as those of Zendesk."""
    return any("section_id" in each or "html_url" in each for each in export.records("articles"))


def _key(record: Record) -> str:
    return words(record.get("id"))


def _counts(answer: Record) -> bool:
    return isinstance(answer.get("count"), int)
