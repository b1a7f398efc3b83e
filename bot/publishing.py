"""Building the index and going back, for the terminal and for a server that repairs itself."""

import logging
from collections.abc import Iterator
from pathlib import Path

from bot.config import Settings
from bot.content import read_content, read_copies
from bot.errors import ConfigurationError, NotReadyError
from bot.indexing import Indexer, IndexReport
from bot.keys import load_or_create
from bot.linting import counted, tally, told
from bot.origin import origin_of, read_origin, remember_origin
from bot.salvage import Salvage
from bot.wiring import built_in_kb, has_index, knowledge_base, open_embedder, open_redactor
from retrieval.embedder import Embedder
from retrieval.errors import IndexStoreError, KnowledgeBaseError, RefusedDeletionError
from retrieval.manifest import earlier_generations, generation_folder
from retrieval.swap import rollback
from retrieval.vector_writer import Progress

logger = logging.getLogger(__name__)


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
    return [*_problems(report), *(f"warning: {line}" for line in report.warnings), *_said(report)]


def _problems(report: IndexReport) -> list[str]:
    """What should be put right, in the words of ``kb lint``, and that the index is built anyway."""
    if not report.problems:
        return []
    found = tally(report.problems)
    return [*told(report.problems), f"{found} (see `firstline kb lint`); indexed anyway"]


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
        f"index {report.version}: {counted(len(changes.added), 'article')} added, "
        f"{len(changes.changed)} changed, {len(changes.removed)} removed, "
        f"{len(changes.unchanged)} unchanged; {counted(report.passages, 'passage')}"
    )
    if report.intents:
        intents = report.intents
        kind = "labelled messages" if intents.held_out == "labelled" else "examples in new wording"
        yield (
            f"intents: {intents.accuracy:.1%} of {intents.n} held-out {kind} recognised; "
            f"{counted(report.labelled, 'labelled message')} used"
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
