"""One loaded generation of the index with everything that decides on it, and the one in use."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.answerability import SupportCalibration
from bot.candidates import Coverage
from bot.intent import IntentModel
from bot.intents import IntentCatalogue, parse_intents
from bot.policy import Policy, parse_policy
from retrieval.article import Audience
from retrieval.errors import RetrievalError
from retrieval.manifest import current, generation_folder
from retrieval.search import SearchIndex

logger = logging.getLogger(__name__)

INTENTS_FILE = "intents.yaml"
POLICY_FILE = "policy.yaml"
_LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the assistant knows: one generation, immutable.

    Attributes:
        version: Name of the generation.
        index: Articles and search.
        catalogue: Intents; empty where the deployer has none.
        coverage: Which articles serve which intents.
        policy: Thresholds and rules.
        intent_model: ``None`` where there are no intents or no model to embed with.
        support: How retrieval signals become a probability.
        languages: Primary language subtags of the customer articles.
    """

    version: str
    index: SearchIndex
    catalogue: IntentCatalogue
    coverage: Coverage
    policy: Policy
    intent_model: IntentModel | None
    support: SupportCalibration
    languages: frozenset[str]


def assemble(folder: Path, index: SearchIndex) -> Knowledge:
    """Put together what a generation's folder holds.

    Args:
        folder: The generation, already verified.
        index: Loaded from it.
    """
    intents, policy = folder / INTENTS_FILE, folder / POLICY_FILE
    catalogue = (
        parse_intents(intents.read_text(encoding="utf-8"), intents.name)
        if intents.is_file()
        else IntentCatalogue()
    )
    catalogue = _servable(catalogue, index)
    usable = IntentModel.present(folder) and index.embedder is not None
    return Knowledge(
        version=index.version,
        index=index,
        catalogue=catalogue,
        coverage=Coverage.of(catalogue),
        policy=(
            parse_policy(policy.read_text(encoding="utf-8"), policy.name)
            if policy.is_file()
            else Policy()
        ),
        intent_model=IntentModel.load(folder) if usable else None,
        support=SupportCalibration.load(folder),
        languages=frozenset(
            a.locale.split("-")[0].lower()
            for a in index.articles.values()
            if a.audience is Audience.CUSTOMER
        ),
    )


def _servable(catalogue: IntentCatalogue, index: SearchIndex) -> IntentCatalogue:
    """The catalogue without articles that don't exist or that no customer may see."""
    shown = {a.id for a in index.articles.values() if a.audience is Audience.CUSTOMER}
    return replace(
        catalogue,
        intents={
            name: replace(intent, articles=tuple(a for a in intent.articles if a in shown))
            for name, intent in catalogue.intents.items()
        },
    )


class KnowledgeHolder:
    """The generation in use; a new one is taken up without a restart.

    Args:
        data: The data folder.
        load: Loads the index that ``CURRENT`` names.
    """

    def __init__(self, data: Path, load: Callable[[], SearchIndex]) -> None:
        self._data = data
        self._load = load
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._looked = time.monotonic()
        self._knowledge = self._read()

    def current(self) -> Knowledge:
        """The generation in use. Looks at most once a second whether there is a newer one."""
        if time.monotonic() - self._looked >= _LOOK_EVERY and self._loading.acquire(blocking=False):
            self._looked = time.monotonic()
            if self._changed():
                threading.Thread(target=self._reload, daemon=True, name="index-reload").start()
            else:
                self._loading.release()
        with self._lock:
            return self._knowledge

    def reload(self) -> Knowledge:
        """Load the newest generation now and use it."""
        fresh = self._read()
        with self._lock:
            self._knowledge = fresh
        return fresh

    def _changed(self) -> bool:
        name = current(self._data)
        return name is not None and name != self._knowledge.version

    def _reload(self) -> None:
        try:
            fresh = self.reload()
        except (RetrievalError, OSError):
            # The old generation keeps serving; the log says why the new one does not.
            logger.exception("new index not usable, keeping version=%s", self._knowledge.version)
        else:
            logger.info("index reloaded version=%s", fresh.version)
        finally:
            self._loading.release()

    def _read(self) -> Knowledge:
        index = self._load()
        return assemble(generation_folder(self._data), index)
