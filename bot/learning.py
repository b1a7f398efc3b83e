"""What a generation learns from its own content: intents, and when an article is an answer.

Both are kept from an earlier generation where they were made from the same.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.answerability import SupportCalibration
from bot.calibration import calibrate_from_itself, calibrate_from_questions
from bot.content import Content
from bot.intent import IntentModel
from bot.intent_fit import TrainingSet, fit
from bot.intents import Labelled
from bot.knowledge import INTENTS_FILE
from bot.probes import Question, probe_itself, probe_questions
from bot.salvage import Salvage
from retrieval.build import StagedIndex
from retrieval.config import RetrievalSettings
from retrieval.embedder import Embedder
from retrieval.search import SearchIndex
from retrieval.vector_writer import Progress

logger = logging.getLogger(__name__)

Redact = Callable[[str], str]
_MODEL_FILES = ("intent_model.npz", "intent_model.json")
SUPPORT_FILE = "answerability.json"


@dataclass(frozen=True, slots=True)
class Learned:
    """The intent model of a generation, the hash of what it was fitted on, and on how many."""

    model: IntentModel | None
    training: str
    labelled: int


@dataclass(frozen=True, slots=True)
class Learner:
    """Fits what a generation decides by, and writes it into the generation's folder.

    Attributes:
        settings: Retrieval settings.
        embedder: The model; without it intents are not recognised.
        redact: Masks personal data in labelled questions.
        progress: Told of stages and counts.
    """

    settings: RetrievalSettings
    embedder: Embedder | None
    redact: Redact
    progress: Progress

    def intents(
        self,
        folder: Path,
        content: Content,
        labelled: Sequence[Labelled],
        keep: Salvage | None,
        before: Salvage | None,
    ) -> Learned:
        """The intent model: of a generation that was fitted on the same, or fitted anew.

        Args:
            folder: The generation in the making.
            content: What is indexed.
            labelled: Labelled messages, redacted.
            keep: A damaged generation whose model is kept where it is sound and still fits.
            before: The serving generation.
        """
        training = self._training_hash(content, labelled)
        if self.embedder is None or not content.catalogue.intents:
            return Learned(None, training, len(labelled))
        if keep is not None and self._still_fits(keep, content, folder):
            extra = keep.manifest.extra
            return Learned(IntentModel.load(folder), extra["training"], extra["labelled"])
        if keep is not None and keep.manifest.extra.get("labelled"):
            logger.warning("labelled messages are lost: run `firstline index --examples` again")
        if (
            before is not None
            and before.manifest.extra.get("training") == training
            and before.copy(_MODEL_FILES, folder)
        ):
            return Learned(IntentModel.load(folder), training, len(labelled))
        return Learned(self._fit(folder, content, labelled), training, len(labelled))

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

    def support(
        self, staged: StagedIndex, asked: Sequence[Question], keep: Salvage | None
    ) -> SupportCalibration:
        """When an article is an answer: as a damaged generation knew it, or calibrated anew."""
        support = self._kept_support(staged, keep) or self._calibrate(staged.index, asked)
        support.save(staged.folder)
        return support

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
