"""What is wrong with an intents file: problems for `kb lint`, with file and line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.intents import EXAMPLES_WANTED, MAX_INTENTS_PER_ARTICLE, Intent, IntentCatalogue
from bot.yaml_places import Places
from retrieval.article import Article


@dataclass(frozen=True, slots=True)
class IntentProblem:
    """Something in the intents file that doesn't fit the articles.

    Attributes:
        path: The article's path, or the name of the intents file.
        line: Line in the intents file, 0 where the article is to blame; ``placed`` finds it.
        message: What is wrong and the way out.
        intent: The intent that it is about.
    """

    path: str
    line: int
    message: str
    intent: str = ""


def lint_intents(
    catalogue: IntentCatalogue, articles: Iterable[Article], text: str, name: str
) -> list[IntentProblem]:
    """Check that articles and intents agree; front matter leads.

    Args:
        catalogue: Parsed from ``text``.
        articles: Every article of the knowledge base.
        text: The intents file, for line numbers.
        name: Its file name.
    """
    places = Places(text)
    by_id = {article.id: article for article in articles}
    problems = [
        IntentProblem(name, places.line_of(("intents", intent.id, *where)), message, intent.id)
        for intent in catalogue.intents.values()
        for where, message in _lint_intent(intent, by_id)
    ]
    for article in by_id.values():
        problems += _lint_article(catalogue, article)
    return problems


def _lint_intent(
    intent: Intent, by_id: Mapping[str, Article]
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Where below the intent something is wrong, and what."""
    if not intent.articles:
        yield ("articles",), f"intent {intent.id} has no article: name one under articles"
    if not intent.examples:
        yield (
            ("examples",),
            f"intent {intent.id} has no example messages: write at least {EXAMPLES_WANTED}",
        )
    for place, article_id in enumerate(intent.articles):
        article = by_id.get(article_id)
        if article is None:
            yield (
                ("articles", place),
                f"intent {intent.id} names article {article_id}, which does not exist",
            )
        elif intent.id not in article.intents:
            yield (
                ("articles", place),
                f"intent {intent.id} names article {article_id}, whose front matter does not "
                "list that intent: add it there or remove it here",
            )


def lint_examples(catalogue: IntentCatalogue, text: str, name: str) -> list[IntentProblem]:
    """Intents with some example messages, but too few to be told apart well."""
    places = Places(text)
    return [
        IntentProblem(
            name,
            places.line_of(("intents", intent.id, "examples")),
            f"intent {intent.id} has {len(intent.examples)} example messages: write at least "
            f"{EXAMPLES_WANTED}",
            intent.id,
        )
        for intent in catalogue.intents.values()
        if 0 < len(intent.examples) < EXAMPLES_WANTED
    ]


def _lint_article(catalogue: IntentCatalogue, article: Article) -> list[IntentProblem]:
    found = []
    if len(article.intents) > MAX_INTENTS_PER_ARTICLE:
        message = (
            f"article {article.id} serves {len(article.intents)} intents; at most "
            f"{MAX_INTENTS_PER_ARTICLE} are allowed: split it"
        )
        found.append(IntentProblem(article.path, 0, message))
    for label in article.intents:
        intent = catalogue.intents.get(label)
        if intent is None:
            message = f"article {article.id} lists intent {label}, which does not exist"
        elif article.id not in intent.articles:
            message = (
                f"article {article.id} lists intent {label}, which does not name it: add it under "
                "articles of that intent"
            )
        else:
            continue
        found.append(IntentProblem(article.path, 0, message, label))
    return found


def placed(problems: Iterable[IntentProblem], folder: Path) -> Iterator[IntentProblem]:
    """The problems with the line of the front matter that names the intent.

    Args:
        problems: From ``lint_intents``.
        folder: The knowledge base that holds the articles.
    """
    for problem in problems:
        yield (
            problem if problem.line else replace(problem, line=_front_matter_line(problem, folder))
        )


def _front_matter_line(problem: IntentProblem, folder: Path) -> int:
    name = re.compile(rf"(?<![\w-]){re.escape(problem.intent)}(?![\w-])")
    field = 1
    try:
        lines = (folder / problem.path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return field
    for number, line in enumerate(lines, 1):
        if line.startswith("intents:"):
            field = number
        if field > 1 and (not problem.intent or name.search(line)):
            return number
    return field
