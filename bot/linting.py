"""``firstline kb lint``: what a content owner should put right, each with file and line.

``firstline index`` says the same of the same mistake. An error is a
reference that leads nowhere, or a file that can't be used; the index is built without it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from bot.content_problems import in_changes, in_drafts
from bot.errors import ConfigurationError
from bot.insights.driver_marks import DRIVERS_FILE, parse_marks
from bot.intent_problems import lint_examples, lint_intents, placed
from bot.intents import IntentCatalogue, parse_intents
from bot.knowledge import INTENTS_FILE, POLICY_FILE
from bot.line_overrides import lines_files, read_overrides
from bot.policy import parse_policy
from bot.site import SITE_FILE, parse_site
from bot.yaml_places import Places, schema_problems
from retrieval.references import check_links
from retrieval.source import Library, Problem, Severity, read_folder

MOST_ALIKE = 5
"""Problems of one kind that are named; of more, the number is told."""

_NAMED = re.compile(r"`[^`]*`|'[^']*'|#\S+|\b\d+\b")


@dataclass(frozen=True, slots=True)
class LintReport:
    """What ``kb lint`` found.

    Attributes:
        problems: Sorted by file and line.
        articles: Articles that could be read.
    """

    problems: tuple[Problem, ...]
    articles: int

    @property
    def errors(self) -> int:
        """Number of errors."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        """Number of warnings."""
        return len(self.problems) - self.errors

    @property
    def summary(self) -> str:
        """The numbers in words."""
        return f"{counted(self.articles, 'article')}, {tally(self.problems)}"


def lint(folder: Path) -> LintReport:
    """Check a knowledge base folder: articles, links, intents, policy, site, lines, changes.

    Raises:
        retrieval.errors.KnowledgeBaseError: There is no such folder.
    """
    library = read_folder(folder)
    problems = problems_in(folder, library)
    if not library.files:
        nothing = Problem(str(folder), 1, "holds no Markdown (.md) articles")
        problems = (nothing, *problems)
    return LintReport(problems, len(library.articles))


def problems_in(folder: Path, library: Library) -> tuple[Problem, ...]:
    """Everything that is wrong in a folder, sorted by file and line.

    Args:
        folder: The knowledge base.
        library: Read from it.
    """
    found = [*library.problems, *check_links(library)]
    catalogue = None
    if (folder / INTENTS_FILE).is_file():
        catalogue, of_intents = _in_intents(folder, library)
        found += of_intents
    found += _in_policy(folder, catalogue)
    found += _in_site(folder)
    found += _in_drivers(folder, catalogue)
    found += _in_lines(folder)
    found += in_changes(folder, library)
    found += in_drafts(folder, library)
    # What concerns a whole file is told of its first line, where editors open it.
    return tuple(sorted(replace(problem, line=max(problem.line, 1)) for problem in found))


def told(problems: Sequence[Problem], most_alike: int | None = MOST_ALIKE) -> Iterator[str]:
    """A line for each problem; of a kind that comes in numbers the first ones and how many more.

    Args:
        problems: What was found.
        most_alike: How many of a kind are named; all where this is ``None``.
    """
    kinds = [(problem.severity, _NAMED.sub("…", problem.message)) for problem in problems]
    numbers = Counter(kinds)
    named: Counter[tuple[Severity, str]] = Counter()
    for problem, kind in zip(problems, kinds, strict=True):
        named[kind] += 1
        if most_alike is None or named[kind] <= most_alike:
            yield str(problem)
        if most_alike is not None and named[kind] == numbers[kind] > most_alike:
            yield f"… and {numbers[kind] - most_alike} more like it ({kind[0]}: {kind[1]})"


def tally(problems: Sequence[Problem]) -> str:
    """How many errors and warnings, in words."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"


def counted(number: int, thing: str) -> str:
    """``1 article``, ``2 articles``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _in_intents(folder: Path, library: Library) -> tuple[IntentCatalogue | None, list[Problem]]:
    text = _text(folder / INTENTS_FILE)
    try:
        catalogue = parse_intents(text, INTENTS_FILE)
    except ConfigurationError as error:
        return None, _of_schema(error, text, INTENTS_FILE)
    wrong = placed(lint_intents(catalogue, library.articles, text, INTENTS_FILE), folder)
    few = lint_examples(catalogue, text, INTENTS_FILE)
    return catalogue, [
        *(Problem(p.path, p.line, p.message) for p in wrong),
        *(Problem(p.path, p.line, p.message, Severity.WARNING) for p in few),
    ]


def _in_policy(folder: Path, catalogue: IntentCatalogue | None) -> list[Problem]:
    """Problems of the policy; its intents are compared where the catalogue can be read."""
    text = _text(folder / POLICY_FILE)
    try:
        policy = parse_policy(text, POLICY_FILE)
    except ConfigurationError as error:
        return _of_schema(error, text, POLICY_FILE)
    if catalogue is None:
        return []
    places = Places(text)
    return [
        Problem(POLICY_FILE, places.line_of(("intents", intent)), _unknown(intent, catalogue))
        for intent in policy.intents
        if intent not in catalogue.intents
    ]


def _unknown(intent: str, catalogue: IntentCatalogue) -> str:
    near = get_close_matches(intent, catalogue.intents, n=1)
    hint = f": did you mean {near[0]}?" if near else ""
    return f"intents: {intent} does not exist{hint}"


def _in_site(folder: Path) -> list[Problem]:
    text = _text(folder / SITE_FILE)
    try:
        parse_site(text, SITE_FILE)
    except ConfigurationError as error:
        return _of_schema(error, text, SITE_FILE)
    return []


def _in_lines(folder: Path) -> Iterator[Problem]:
    read = lines_files(folder)
    for file in read:
        for line, message in read_overrides(_text(file)).problems:
            yield Problem(file.name, line, message)
    for file in sorted({*folder.glob("lines.*yaml"), *folder.glob("lines.*yml")} - set(read)):
        yield Problem(
            file.name, 1, "is not read: name it lines.yaml, or lines.de.yaml for a language"
        )


def _in_drivers(folder: Path, catalogue: IntentCatalogue | None) -> list[Problem]:
    text = _text(folder / DRIVERS_FILE)
    try:
        marks = parse_marks(text)
    except ConfigurationError as error:
        return _of_schema(error, text, DRIVERS_FILE)
    places = Places(text)
    return [
        Problem(DRIVERS_FILE, places.line_of(("intents", intent)), _unknown(intent, catalogue))
        for intent in marks.intents
        if catalogue is not None and intent not in catalogue.intents
    ]


def _of_schema(error: ConfigurationError, text: str, name: str) -> list[Problem]:
    return [Problem(name, line, message) for line, message in schema_problems(error, text)]


def _text(file: Path) -> str:
    """What a file holds; nothing where there is none."""
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
