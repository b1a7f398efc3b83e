"""What a knowledge base folder holds, read and parsed: articles, intents, policy, site, lines."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ConfigurationError
from bot.intents import IntentCatalogue, parse_intents
from bot.knowledge import INTENTS_FILE, POLICY_FILE
from bot.language import identify
from bot.line_overrides import language_of, lines_files, parse_overrides
from bot.linting import problems_in
from bot.policy import Policy, parse_policy
from bot.salvage import Salvage
from bot.site import SITE_FILE, parse_site
from retrieval.article import Article
from retrieval.errors import KnowledgeBaseError
from retrieval.markdown import plain_text
from retrieval.source import Library, Problem, read_folder

_LANGUAGE_SHOWS = 500
"""Characters of an article that are enough to tell its language."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is indexed, read and parsed.

    Attributes:
        articles: Every readable article.
        intents_text: The intents file, empty when there is none.
        policy_text: The policy file, empty when there is none.
        site_text: The site file, empty when there is none.
        lines_texts: Files of the assistant's own lines by name.
        catalogue: Parsed intents.
        policy: Parsed policy.
        problems: What should be put right; none of it stops indexing.
    """

    articles: tuple[Article, ...]
    intents_text: str
    policy_text: str
    site_text: str
    lines_texts: Mapping[str, str]
    catalogue: IntentCatalogue
    policy: Policy
    problems: tuple[Problem, ...]


def read_content(kb: Path) -> Content:
    """Read a knowledge base folder.

    Raises:
        ConfigurationError: The intents, policy, site or lines file is malformed.
        retrieval.errors.KnowledgeBaseError: The folder can't be read, or holds no article.
    """
    library = read_folder(kb)
    if not library.articles:
        raise KnowledgeBaseError(_nothing_in(kb, library))
    articles = tuple(
        article if article.id in library.locale_given else _in_its_language(article)
        for article in library.articles
    )
    lines = {file.name: _read(file) for file in lines_files(kb)}
    for name, text in lines.items():
        parse_overrides(text, name)
    content = _parsed(
        articles, lines, *(_read(kb / name) for name in (INTENTS_FILE, POLICY_FILE, SITE_FILE))
    )
    return replace(content, problems=problems_in(kb, library))


def read_copies(generation: Salvage) -> Content | None:
    """What a generation was built from, by its own copies; ``None`` when one is damaged.

    Raises:
        ConfigurationError: The intents, policy or site file is malformed.
    """
    articles = generation.articles()
    intents, policy = generation.text(INTENTS_FILE), generation.text(POLICY_FILE)
    site = generation.text(SITE_FILE)
    named = sorted(name for name in generation.manifest.files if language_of(name) is not None)
    texts = {name: generation.text(name) for name in named}
    lines = {name: text for name, text in texts.items() if text is not None}
    if not articles or intents is None or policy is None or site is None or len(lines) < len(named):
        return None
    return _parsed(articles, lines, intents, policy, site)


def _parsed(
    articles: tuple[Article, ...],
    lines_texts: Mapping[str, str],
    intents_text: str,
    policy_text: str,
    site_text: str,
) -> Content:
    parse_site(site_text, SITE_FILE)
    return Content(
        articles,
        intents_text,
        policy_text,
        site_text,
        lines_texts,
        parse_intents(intents_text, INTENTS_FILE),
        parse_policy(policy_text, POLICY_FILE),
        (),
    )


def _nothing_in(kb: Path, library: Library) -> str:
    """Why there is nothing to index, and the way out."""
    if library.problems:
        return f"no article in {kb} can be read; the first problem: {library.problems[0]}"
    return f"no articles in {kb}: name the folder that holds the help articles as Markdown (.md)"


def _in_its_language(article: Article) -> Article:
    """The article under the language that its beginning is surely in, else as it is."""
    language = identify(f"{article.title}\n{plain_text(article.body)[:_LANGUAGE_SHOWS]}")
    return replace(article, locale=language.code) if language.sure else article


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name}: is not UTF-8; save it as UTF-8") from error
