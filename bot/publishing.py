"""Knowledge base work for the terminal: build, roll back, lint."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.errors import ConfigurationError
from bot.indexing import Indexer, IndexReport, read_content
from bot.intents import lint_intents, parse_intents
from bot.keys import load_or_create
from bot.knowledge import INTENTS_FILE, POLICY_FILE
from bot.policy import parse_policy
from bot.wiring import knowledge_base, open_embedder, open_redactor
from retrieval.build import rollback
from retrieval.references import check_links
from retrieval.source import Severity, read_folder
from retrieval.vector_writer import Progress


def build_index(
    settings: Settings,
    progress: Progress,
    *,
    examples: Path | None = None,
    questions: Path | None = None,
    allow_mass_deletion: bool = False,
) -> list[str]:
    """Build the index and say what was done, a line each."""
    content = read_content(knowledge_base(settings))
    report = indexer(settings, progress).run(
        content, examples, questions, allow_mass_deletion=allow_mass_deletion
    )
    return [*(f"warning: {line}" for line in report.warnings), *_said(report)]


def indexer(settings: Settings, progress: Progress) -> Indexer:
    """An indexer on the settings' data folder."""
    redactor = open_redactor(settings, load_or_create(settings.data), names=False)
    return Indexer(
        data=settings.data,
        settings=settings.retrieval,
        embedder=open_embedder(settings, settings.data),
        redact=lambda text: redactor.redact(text).text,
        progress=progress,
    )


def rebuild(settings: Settings, progress: Progress) -> None:
    """Build the index from the knowledge base folder, at first or after damage."""
    indexer(settings, progress).run(read_content(knowledge_base(settings)))


def roll_back(settings: Settings) -> str:
    """Serve the index before this one; returns its name."""
    return rollback(settings.data).version


def _said(report: IndexReport) -> Iterator[str]:
    changes = report.changes
    yield (
        f"index {report.version}: {len(changes.added)} articles added, "
        f"{len(changes.changed)} changed, {len(changes.removed)} removed, "
        f"{len(changes.unchanged)} unchanged; {report.passages} passages"
    )
    if report.intents:
        intents = report.intents
        kind = "labelled messages" if intents.held_out == "labelled" else "examples in new wording"
        yield (
            f"intents: {intents.accuracy:.1%} of {intents.n} held-out {kind} recognised; "
            f"{report.labelled} labelled messages used"
        )
    support = report.support
    if support.source == "none":
        yield f"answerability: not calibrated, {support.note}"
        return
    error = "unknown" if support.estimated_error is None else f"{support.estimated_error:.1%}"
    yield (
        f"answerability: calibrated from {support.source}, n={support.n}, estimated wrong answers "
        f"{error} (aim {support.target_error:.0%}), estimated coverage "
        f"{support.estimated_coverage or 0:.0%}; {support.note}"
    )


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
    """Check a knowledge base: articles, links, intents, policy."""
    folder = knowledge_base(settings)
    library = read_folder(folder)
    found = [
        (problem.path, problem.line, problem.severity.value, problem.message)
        for problem in (*library.problems, *check_links(library))
    ]
    if not library.files:
        found.append((str(folder), 0, Severity.ERROR.value, "holds no Markdown (.md) articles"))
    intents = folder / INTENTS_FILE
    if intents.is_file():
        text = intents.read_text(encoding="utf-8", errors="replace")
        try:
            problems = lint_intents(
                parse_intents(text, INTENTS_FILE), library.articles, text, INTENTS_FILE
            )
            found += [(p.path, p.line, Severity.ERROR.value, p.message) for p in problems]
        except ConfigurationError as error:
            found.append((INTENTS_FILE, 0, Severity.ERROR.value, str(error)))
    policy = folder / POLICY_FILE
    if policy.is_file():
        try:
            parse_policy(policy.read_text(encoding="utf-8", errors="replace"), POLICY_FILE)
        except ConfigurationError as error:
            found.append((POLICY_FILE, 0, Severity.ERROR.value, str(error)))
    errors = sum(severity == Severity.ERROR.value for _, _, severity, _ in found)
    return LintReport(
        tuple(
            f"{path}:{line}: {severity}: {message}"
            for path, line, severity, message in sorted(found)
        ),
        errors,
        len(found) - errors,
        len(library.articles),
    )
