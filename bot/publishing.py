"""Knowledge base work for the terminal: build, roll back, lint."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bot.config import Settings
from bot.content import read_content, read_copies
from bot.errors import ConfigurationError, NotReadyError
from bot.indexing import Indexer, IndexReport
from bot.intents import (
    IntentCatalogue,
    lint_examples,
    lint_intents,
    parse_intents,
    placed,
)
from bot.keys import load_or_create
from bot.knowledge import INTENTS_FILE, POLICY_FILE
from bot.origin import origin_of, read_origin, remember_origin
from bot.policy import parse_policy
from bot.salvage import Salvage
from bot.site import SITE_FILE, parse_site
from bot.wiring import built_in_kb, has_index, knowledge_base, open_embedder, open_redactor
from bot.yaml_places import Places, schema_problems
from retrieval.embedder import Embedder
from retrieval.errors import IndexStoreError, KnowledgeBaseError, RefusedDeletionError
from retrieval.manifest import earlier_generations, generation_folder
from retrieval.references import check_links
from retrieval.source import Library, Severity, read_folder
from retrieval.swap import rollback
from retrieval.vector_writer import Progress

logger = logging.getLogger(__name__)

_ERROR = Severity.ERROR.value


def build_index(
    settings: Settings,
    progress: Progress,
    *,
    examples: Path | None = None,
    questions: Path | None = None,
    allow_mass_deletion: bool = False,
) -> list[str]:
    """Build the index and say what was done, a line each.

    Raises:
        ConfigurationError: The built-in articles would replace those of a folder.
    """
    before = read_origin(settings.data)
    if settings.kb is None and not allow_mass_deletion and before and not before.built_in:
        raise ConfigurationError(
            f"this index was built from {before}: name it with --kb or FIRSTLINE_KB "
            "(--allow-mass-deletion replaces it with the built-in articles)"
        )
    content = read_content(knowledge_base(settings))
    report = indexer(settings, progress).run(
        content,
        examples,
        questions,
        allow_mass_deletion=allow_mass_deletion,
        unless_same=True,
    )
    remember_origin(settings.data, origin_of(settings.kb))
    return [*(f"warning: {line}" for line in report.warnings), *_said(report)]


def indexer(settings: Settings, progress: Progress, embedder: Embedder | None = None) -> Indexer:
    """An indexer on the settings' data folder, with a model that is already open or its own."""
    redactor = open_redactor(settings, load_or_create(settings.data), names=False)
    return Indexer(
        data=settings.data,
        settings=settings.retrieval,
        embedder=embedder or open_embedder(settings, settings.data),
        redact=lambda text: redactor.redact(text).text,
        progress=progress,
    )


def rebuild(settings: Settings, progress: Progress, embedder: Embedder | None = None) -> None:
    """Build the index, at first or after damage.

    From the serving generation's own copies where they are whole; else from the knowledge base
    folder; else from the copies in an earlier generation. What the damaged generation had learned
    is kept where it is sound.

    Raises:
        NotReadyError: There is nothing to build it from.
    """
    work = indexer(settings, progress, embedder)
    serving = _serving(settings.data)
    if work.embedder is None and serving is not None and _whole(serving):
        logger.warning("the index is whole and there is no model: nothing to rebuild")
        return
    if _rebuilt_from(serving, work):
        return
    failed: Exception | None = None
    folder = _folder_it_came_from(settings)
    if folder is not None:
        try:
            work.run(read_content(folder), keep=serving)
        except (ConfigurationError, KnowledgeBaseError, RefusedDeletionError) as error:
            failed = error
        else:
            remember_origin(settings.data, origin_of(settings.kb))
            return
    if any(_rebuilt_from(Salvage.of(f), work) for f in earlier_generations(settings.data)):
        if failed is not None:
            logger.warning("built from the index's own copies, since %s", failed)
        return
    raise failed or NotReadyError(
        f"nothing of the index in {settings.data} can be read: "
        "run `firstline index --kb FOLDER`, or set FIRSTLINE_KB"
    )


def _serving(data: Path) -> Salvage | None:
    try:
        return Salvage.of(generation_folder(data))
    except IndexStoreError:
        return None


def _whole(generation: Salvage) -> bool:
    return generation.sound(*generation.manifest.files)


def _rebuilt_from(generation: Salvage | None, work: Indexer) -> bool:
    """Build from a generation's copies; whether they could be used."""
    if generation is None:
        return False
    try:
        content = read_copies(generation)
    except ConfigurationError:
        return False
    if content is None:
        return False
    work.run(content, keep=generation, allow_mass_deletion=True)
    return True


def _folder_it_came_from(settings: Settings) -> Path | None:
    """The knowledge base folder, ``None`` when only whoever built the index knows it."""
    if settings.kb is not None:
        return settings.kb
    data = settings.data
    never_built = not has_index(data) and not earlier_generations(data)
    return built_in_kb() if never_built or read_origin(data) == origin_of(None) else None


def roll_back(settings: Settings) -> str:
    """Serve the index before this one; returns its name."""
    return rollback(settings.data).version


def _said(report: IndexReport) -> Iterator[str]:
    changes = report.changes
    if not report.published:
        yield f"nothing changed: index {report.version} serves as before"
        return
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
