"""``firstline index``: articles, intents, policy and calibration become one generation."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot.answerability import SupportCalibration
from bot.calibration import calibrate_from_itself, calibrate_from_questions
from bot.content import Content
from bot.intent import Calibration, IntentModel
from bot.intent_fit import TrainingSet, fit
from bot.intents import (
    Labelled,
    read_labelled,
)
from bot.knowledge import INTENTS_FILE, POLICY_FILE
from bot.probes import Question, probe_itself, probe_questions, read_questions
from bot.salvage import Salvage
from bot.site import SITE_FILE
from retrieval.build import Changes, StagedIndex, stage
from retrieval.config import RetrievalSettings
from retrieval.embedder import Embedder
from retrieval.errors import RetrievalError
from retrieval.manifest import generation_folder, index_folder
from retrieval.search import SearchIndex
from retrieval.swap import disk_errors
from retrieval.vector_writer import Progress

logger = logging.getLogger(__name__)

Redact = Callable[[str], str]
_MODEL_FILES = ("intent_model.npz", "intent_model.json")
SUPPORT_FILE = "answerability.json"


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
        warnings: Problems that did not stop it.
        published: Whether this is a new generation; without changes the serving one stays.
    """

    version: str
    changes: Changes
    passages: int
    support: SupportCalibration
    intents: Calibration | None
    labelled: int
    warnings: tuple[str, ...] = field(default=())
    published: bool = True


@dataclass(frozen=True, slots=True)
class _Learned:
    """The intent model of a generation, the hash of what it was fitted on, and on how many."""

    model: IntentModel | None
    training: str
    labelled: int


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
            ):
                if text:
                    (staged.folder / name).write_text(text, encoding="utf-8")
            learned = self._learn(staged.folder, content, labelled, keep)
            support = self._kept_support(staged, keep) or self._calibrate(staged.index, asked)
            support.save(staged.folder)
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
            (*content.warnings, *warnings),
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

    def _learn(
        self,
        folder: Path,
        content: Content,
        labelled: Sequence[Labelled],
        keep: Salvage | None,
    ) -> _Learned:
        """The intent model: of a generation that was fitted on the same, or fitted anew."""
        training = self._training_hash(content, labelled)
        if self.embedder is None or not content.catalogue.intents:
            return _Learned(None, training, len(labelled))
        if keep is not None and self._still_fits(keep, content, folder):
            extra = keep.manifest.extra
            return _Learned(IntentModel.load(folder), extra["training"], extra["labelled"])
        if keep is not None and keep.manifest.extra.get("labelled"):
            logger.warning("labelled messages are lost: run `firstline index --examples` again")
        before = self._serving()
        if (
            before is not None
            and before.manifest.extra.get("training") == training
            and before.copy(_MODEL_FILES, folder)
        ):
            return _Learned(IntentModel.load(folder), training, len(labelled))
        return _Learned(self._fit(folder, content, labelled), training, len(labelled))

    def _still_fits(self, keep: Salvage, content: Content, folder: Path) -> bool:
        """Whether the kept intent model knows these intents in this embedder, copied if so."""
        extra = keep.manifest.extra
        return (
            self._same_embedder(keep)
            and keep.had(INTENTS_FILE, content.intents_text)
            and {"training", "labelled"} <= extra.keys()
            and keep.copy(_MODEL_FILES, folder)
        )

    def _same_embedder(self, keep: Salvage) -> bool:
        model = keep.manifest.model
        return (
            model is not None and self.embedder is not None and model.sha256 == self.embedder.sha256
        )

    def _fit(
        self, folder: Path, content: Content, labelled: Sequence[Labelled]
    ) -> IntentModel | None:
        texts = [e for i in content.catalogue.intents.values() for e in i.examples]
        labels = [i.id for i in content.catalogue.intents.values() for _ in i.examples]
        texts += [row.text for row in labelled]
        labels += [row.intent for row in labelled]
        if self.embedder is None or len(set(labels)) < 2:
            return None
        self.progress("intents", 0, len(texts))
        model = fit(
            TrainingSet(
                vectors=self._embed(self.embedder, texts),
                labels=labels,
                labelled=np.arange(len(texts)) >= len(texts) - len(labelled),
                outside=self._embed(self.embedder, content.catalogue.out_of_scope),
                small_talk=self._embed(self.embedder, content.catalogue.small_talk),
                thanks=self._embed(self.embedder, content.catalogue.thanks),
            )
        )
        self.progress("intents", len(texts), len(texts))
        model.save(folder)
        return model

    def _embed(self, embedder: Embedder, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, embedder.dimension), np.float32)
        return embedder.embed(list(texts))

    def _kept_support(self, staged: StagedIndex, keep: Salvage | None) -> SupportCalibration | None:
        """The kept calibration, where it was made on these articles with this embedder."""
        if keep is None or not self._same_embedder(keep):
            return None
        shaped = self.settings.model_dump(mode="json", exclude={"model_path"})
        if shaped != keep.manifest.settings:
            return None
        articles = {article.id: article.revision for article in staged.index.articles.values()}
        if articles != keep.manifest.articles or not keep.copy((SUPPORT_FILE,), staged.folder):
            return None
        return SupportCalibration.load(staged.folder)

    def _calibrate(self, index: SearchIndex, asked: Sequence[Question]) -> SupportCalibration:
        self.progress("calibrate", 0, 1)
        if asked:
            support = calibrate_from_questions(list(probe_questions(index, asked, self.redact)))
            if support.source == "questions":
                self.progress("calibrate", 1, 1)
                return support
            logger.warning(
                "too few labelled questions n=%d, calibrating from the articles", len(asked)
            )
        support = calibrate_from_itself(list(probe_itself(index)) if index.embedder else [])
        self.progress("calibrate", 1, 1)
        return support

    def _training_hash(self, content: Content, labelled: Sequence[Labelled]) -> str:
        digest = hashlib.sha256(content.intents_text.encode())
        digest.update((self.embedder.sha256 if self.embedder else "").encode())
        for row in labelled:
            digest.update(f"\0{row.intent}\0{row.text}".encode(errors="surrogatepass"))
        return digest.hexdigest()

    def _serving(self) -> Salvage | None:
        try:
            return Salvage.of(generation_folder(self.data))
        except RetrievalError:
            return None


def _remembered(
    content: Content, learned: _Learned, support: SupportCalibration
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
