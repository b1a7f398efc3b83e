"""Articles of Intercom, as ``GET /articles`` gives them, with those of their translations.

Collections (``GET /help_center/collections``, in the same file or folder) name the topic.
"""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from bot.sources.export import Export, Record, page_of, words
from bot.sources.source import Item, Page, Skipped, Validators


class Intercom:
    """An export of articles.

    Args:
        export: What the files hold.
    """

    requests = 0

    def __init__(self, export: Export) -> None:
        self._export = export
        listed = [*export.records("articles", "data")]
        self._articles = {key: each for each in listed if (key := words(each.get("id")))}
        self._collections = {
            key: each for key, each in self._articles.items() if each.get("type") == "collection"
        }
        for key in self._collections:
            del self._articles[key]
        self.total = len(self._articles)

    @property
    def name(self) -> str:
        """``intercom-help.example.com``, or ``intercom`` where no article has an address."""
        hosts = {urlsplit(words(a.get("url"))).hostname for a in self._articles.values()} - {None}
        return f"intercom-{hosts.pop()}" if len(hosts) == 1 else "intercom"

    def missing(self) -> str:
        """Whether the interface counted more articles than are here."""
        counts = [
            answer["total_count"]
            for answer in self._export.answers
            if isinstance(answer.get("total_count"), int) and not _of_collections(answer)
        ]
        if max(counts, default=0) > self.total:
            return f"Intercom counted {max(counts)} articles and {self.total} are here: get all"
        return ""

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        """Published articles, each translation as one of its own."""
        for number, article in self._articles.items():
            default = words(article.get("default_locale"))
            translated = article.get("translated_content")
            others = translated if isinstance(translated, dict) else {}
            versions = {number: (article, default)}
            for locale, content in others.items():
                if isinstance(content, dict) and locale != default:
                    versions[f"{number}:{locale}"] = (content, locale)
            for key, (content, locale) in versions.items():
                if key not in done:
                    yield self._item(key, article, content, locale)

    def _item(self, key: str, article: Record, content: Record, locale: str) -> Item:
        if content.get("state") not in {None, "published"}:
            return Skipped(key, f"is {words(content.get('state')) or 'not published'}")
        parent = self._collections.get(words(article.get("parent_id")), {})
        fields = Page(
            key=key,
            title=words(content.get("title")),
            body="",
            url=words(content.get("url")),
            section=words(parent.get("name")),
            locale=locale,
        )
        return page_of(fields, content.get("body"))


def is_intercom(export: Export) -> bool:
    """Whether articles look as those of Intercom."""
    return any(
        each.get("type") == "article" or "workspace_id" in each
        for each in export.records("articles", "data")
    )


def _of_collections(answer: Record) -> bool:
    listed = answer.get("data")
    return isinstance(listed, list) and any(
        isinstance(each, dict) and each.get("type") == "collection" for each in listed
    )
