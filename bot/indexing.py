"""``firstline index``: articles, intents, policy and calibration become one generation."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.answerability import SupportCalibration
from bot.content import Content
from bot.intent import Calibration, IntentModel
from bot.intents import Labelled, read_labelled
from bot.knowledge import INTENTS_FILE, POLICY_FILE
from bot.learning import Learned, Learner, Redact
from bot.probes import read_questions
from bot.salvage import Salvage
from bot.site import SITE_FILE
from retrieval.build import Changes, stage
from retrieval.config import RetrievalSettings
from retrieval.embedder import Embedder
from retrieval.errors import RetrievalError
from retrieval.manifest import generation_folder, index_folder
from retrieval.source import Problem
from retrieval.swap import disk_errors
from retrieval.vector_writer import Progress


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run of ``firstline index`` did.

    Attributes:
        version: Name of the new generation.
        changes: Articles added, changed, unchanged and removed.
        passages: Passages in the index.
        support: How answerability was calibrated.
        intents: How the intent model was calibrated, ``None`` without intents.
        labelled: Labelled messages used.
        warnings: What else should be known.
        problems: What should be put right in the knowledge base.
        published: Whether this is a new generation; without changes the serving one stays.
    """

    version: str
    changes: Changes
    passages: int
    support: SupportCalibration
    intents: Calibration | None
    labelled: int
    warnings: tuple[str, ...] = field(default=())
    problems: tuple[Problem, ...] = ()
    published: bool = True


@dataclass(frozen=True, slots=True)
class Indexer:
    """Builds generations in a data folder.

    Attributes:
        data: The data folder.
        settings: Retrieval settings.
        embedder: The model; without it BM25 searches alone and intents are not recognised.
        redact: Masks personal data in labelled messages before anything else sees them.
        progress: Told of stages and counts.
    """

    data: Path
    settings: RetrievalSettings
    embedder: Embedder | None
    redact: Redact
    progress: Progress

    def run(
        self,
        content: Content,
        examples: Path | None = None,
        questions: Path | None = None,
        *,
        allow_mass_deletion: bool = False,
        keep: Salvage | None = None,
        unless_same: bool = False,
    ) -> IndexReport:
        """Build and publish a generation.

        Args:
            content: What is indexed.
            examples: CSV of labelled messages.
            questions: JSONL of labelled questions.
            allow_mass_deletion: Go on though most known articles are missing.
            keep: A damaged generation whose models are kept where they are sound and still fit.
            unless_same: Publish nothing when the serving generation is whole and the same.
        """
        labelled, warnings = self._labelled(content, examples, keep)
        asked = read_questions(questions) if questions else ()
        with (
            stage(
                content.articles,
                self.data,
                self.embedder,
                self.settings,
                allow_mass_deletion=allow_mass_deletion,
                progress=self.progress,
            ) as staged,
            disk_errors(index_folder(self.data)),
        ):
            for name, text in (
                (INTENTS_FILE, content.intents_text),
                (POLICY_FILE, content.policy_text),
                (SITE_FILE, content.site_text),
                *content.lines_texts.items(),
            ):
                if text:
                    (staged.folder / name).write_text(text, encoding="utf-8")
            learner = Learner(self.settings, self.embedder, self.redact, self.progress)
            learned = learner.intents(staged.folder, content, labelled, keep, self._serving())
            support = learner.support(staged, asked, keep)
            extra = _remembered(content, learned, support)
            same = staged.serving_if_same(extra) if unless_same else None
            manifest = same or staged.publish(extra)
            changes = staged.report
        return IndexReport(
            manifest.version,
            changes,
            manifest.passages,
            support,
            learned.model.calibration if learned.model else None,
            learned.labelled,
            tuple(warnings),
            content.problems,
            published=same is None,
        )

    def _labelled(
        self, content: Content, examples: Path | None, keep: Salvage | None
    ) -> tuple[tuple[Labelled, ...], list[str]]:
        if keep is not None:
            return (), []
        if examples is None:
            serving = self._serving()
            before = serving.manifest.extra.get("labelled", 0) if serving else 0
            if before:
                return (), [
                    f"the index so far was trained on {before} labelled messages, this one on "
                    "none: pass --examples again to keep them"
                ]
            return (), []
        rows, unknown = read_labelled(examples, content.catalogue.intents)
        warnings = [
            f"{examples.name}: {count} rows with label {label!r}, which {INTENTS_FILE} lacks, "
            "were left out"
            for label, count in sorted(unknown.items())
        ]
        return tuple(Labelled(self.redact(r.text), r.intent) for r in rows), warnings

    def _serving(self) -> Salvage | None:
        try:
            return Salvage.of(generation_folder(self.data))
        except RetrievalError:
            return None


def _remembered(
    content: Content, learned: Learned, support: SupportCalibration
) -> dict[str, object]:
    """What the manifest tells about training and calibration."""
    return {
        "training": learned.training,
        "labelled": learned.labelled,
        "policy": content.policy.version,
        "support": {
            "source": support.source,
            "n": support.n,
            "estimated_error": support.estimated_error,
            "estimated_coverage": support.estimated_coverage,
            "orphans_answered": support.orphans_answered,
            "note": support.note,
        },
        "intents": _summary(learned.model),
    }


def _summary(model: IntentModel | None) -> dict[str, object] | None:
    if model is None:
        return None
    fitted = model.calibration
    return {
        "n": fitted.n,
        "accuracy": round(fitted.accuracy, 4),
        "temperature": round(fitted.temperature, 4),
        "held_out": fitted.held_out,
    }
