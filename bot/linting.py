"""``firstline kb lint``: what a content owner should put right, with file and line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bot.config import Settings
from bot.errors import ConfigurationError
from bot.intents import (
    IntentCatalogue,
    lint_examples,
    lint_intents,
    parse_intents,
    placed,
)
from bot.knowledge import INTENTS_FILE, POLICY_FILE
from bot.policy import parse_policy
from bot.site import SITE_FILE, parse_site
from bot.wiring import knowledge_base
from bot.yaml_places import Places, schema_problems
from retrieval.references import check_links
from retrieval.source import Library, Severity, read_folder

_ERROR = Severity.ERROR.value


@dataclass(frozen=True, slots=True)
class LintReport:
    """What ``kb lint`` found.

    Attributes:
        lines: ``path:line: error|warning: message``, sorted.
        errors: Number of errors.
        warnings: Number of warnings.
        articles: Articles that could be read.
    """

    lines: tuple[str, ...]
    errors: int
    warnings: int
    articles: int


def lint(settings: Settings) -> LintReport:
    """Check a knowledge base: articles, links, intents, policy, site."""
    folder = knowledge_base(settings)
    library = read_folder(folder)
    found = [
        (problem.path, problem.line, problem.severity.value, problem.message)
        for problem in (*library.problems, *check_links(library))
    ]
    if not library.files:
        found.append((str(folder), 0, _ERROR, "holds no Markdown (.md) articles"))
    catalogue = None
    if (folder / INTENTS_FILE).is_file():
        catalogue, problems = _lint_intents(folder, library)
        found += problems
    if (folder / POLICY_FILE).is_file():
        found += _lint_policy(folder, catalogue)
    if (folder / SITE_FILE).is_file():
        found += _lint_site(folder)
    errors = sum(severity == _ERROR for _, _, severity, _ in found)
    return LintReport(
        tuple(
            f"{path}:{line}: {severity}: {message}"
            for path, line, severity, message in sorted(found)
        ),
        errors,
        len(found) - errors,
        len(library.articles),
    )


_Problem = tuple[str, int, str, str]
"""Path, line, severity, message."""


def _lint_intents(folder: Path, library: Library) -> tuple[IntentCatalogue | None, list[_Problem]]:
    text = (folder / INTENTS_FILE).read_text(encoding="utf-8", errors="replace")
    try:
        catalogue = parse_intents(text, INTENTS_FILE)
    except ConfigurationError as error:
        wrong = schema_problems(error, text)
        return None, [(INTENTS_FILE, line, _ERROR, message) for line, message in wrong]
    errors = placed(lint_intents(catalogue, library.articles, text, INTENTS_FILE), folder)
    few = lint_examples(catalogue, text, INTENTS_FILE)
    return catalogue, [
        *((p.path, p.line, _ERROR, p.message) for p in errors),
        *((p.path, p.line, Severity.WARNING.value, p.message) for p in few),
    ]


def _lint_policy(folder: Path, catalogue: IntentCatalogue | None) -> Iterator[_Problem]:
    """Problems of the policy; its intents are compared where the catalogue can be read."""
    text = (folder / POLICY_FILE).read_text(encoding="utf-8", errors="replace")
    try:
        policy = parse_policy(text, POLICY_FILE)
    except ConfigurationError as error:
        for line, message in schema_problems(error, text):
            yield POLICY_FILE, line, _ERROR, message
        return
    places = Places(text)
    for intent in policy.intents if catalogue is not None else ():
        if catalogue is not None and intent not in catalogue.intents:
            near = get_close_matches(intent, catalogue.intents, n=1)
            hint = f": did you mean {near[0]}?" if near else ""
            line = places.line_of(("intents", intent))
            yield POLICY_FILE, line, _ERROR, f"intents: {intent} does not exist{hint}"


def _lint_site(folder: Path) -> Iterator[_Problem]:
    text = (folder / SITE_FILE).read_text(encoding="utf-8", errors="replace")
    try:
        parse_site(text, SITE_FILE)
    except ConfigurationError as error:
        for line, message in schema_problems(error, text):
            yield SITE_FILE, line, _ERROR, message
