"""One loaded generation of the index with everything that decides on it, and the one in use."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.answerability import PRIOR, SupportCalibration
from bot.candidates import Coverage
from bot.errors import FirstlineError
from bot.intent import IntentModel
from bot.intents import IntentCatalogue, parse_intents
from bot.keywords import Keywords
from bot.line_overrides import Tree, language_of, lines_files, read_overrides
from bot.lines import OwnLines
from bot.policy import Policy, parse_policy
from bot.site import SITE_FILE, Site, parse_site
from bot.spelling import Spelling
from retrieval.article import Audience
from retrieval.errors import IndexDamagedError, IndexMismatchError, RetrievalError
from retrieval.manifest import current, index_folder
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
        keywords: The words of the intents' examples.
        spelling: Puts slips in such words right.
        policy: Thresholds and rules.
        intent_model: ``None`` where there are no intents or no model to embed with.
        support: How retrieval signals become a probability.
        languages: Primary language subtags of the customer articles.
        site: How the knowledge base wants to be presented.
        language: Primary language subtag of most articles.
        lines: What it says in place of the shipped fixed lines.
    """

    version: str
    index: SearchIndex
    catalogue: IntentCatalogue
    coverage: Coverage
    keywords: Keywords
    spelling: Spelling
    policy: Policy
    intent_model: IntentModel | None
    support: SupportCalibration
    languages: frozenset[str]
    site: Site = field(default_factory=Site)
    language: str = "en"
    lines: OwnLines = field(default_factory=OwnLines)


def assemble(folder: Path, index: SearchIndex) -> Knowledge:
    """Put together what a generation's folder holds.

    Args:
        folder: The generation, already verified.
        index: Loaded from it.
    """
    intents, policy, site = (folder / name for name in (INTENTS_FILE, POLICY_FILE, SITE_FILE))
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
        keywords=Keywords(catalogue, _main_language(index)),
        spelling=Spelling(e for intent in catalogue.intents.values() for e in intent.examples),
        policy=(
            parse_policy(policy.read_text(encoding="utf-8"), policy.name)
            if policy.is_file()
            else Policy()
        ),
        intent_model=IntentModel.load(folder) if usable else None,
        support=SupportCalibration.load(folder),
        languages=_languages(index),
        site=parse_site(site.read_text(encoding="utf-8"), site.name) if site.is_file() else Site(),
        language=_main_language(index),
        lines=_own_lines(folder),
    )


def _without_files(index: SearchIndex) -> Knowledge:
    """Knowledge of an index whose intents and policy can't be read."""
    return Knowledge(
        version=index.version,
        index=index,
        catalogue=IntentCatalogue(),
        coverage=Coverage.of(IntentCatalogue()),
        keywords=Keywords(IntentCatalogue(), _main_language(index)),
        spelling=Spelling(()),
        policy=Policy(),
        intent_model=None,
        support=PRIOR,
        languages=_languages(index),
        language=_main_language(index),
    )


def _own_lines(folder: Path) -> OwnLines:
    """The lines of a generation; those that this version can't say are those that ship."""
    own: dict[str, Tree] = {}
    for file in lines_files(folder):
        read = read_overrides(file.read_text(encoding="utf-8"))
        for line, message in read.problems:
            logger.warning("%s:%d: %s; the shipped line is said instead", file.name, line, message)
        own[language_of(file.name) or ""] = read.tree
    return OwnLines(own)


def _languages(index: SearchIndex) -> frozenset[str]:
    return frozenset(
        a.locale.split("-")[0].lower()
        for a in index.articles.values()
        if a.audience is Audience.CUSTOMER
    )


def _main_language(index: SearchIndex) -> str:
    """The language that the examples are taken to be written in: that of most articles."""
    spoken = Counter(article.locale.split("-")[0].lower() for article in index.articles.values())
    return max(sorted(spoken), key=spoken.__getitem__, default="en")


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
        load: Loads the index that ``CURRENT`` names; raises where it is not sound.
        rescue: Loads what it can of an index that is not sound, told why; only for the start,
            since later on the generation before goes on serving.
        policy: Leads over each generation's own.
    """

    def __init__(
        self,
        data: Path,
        load: Callable[[], SearchIndex],
        rescue: Callable[[str], SearchIndex] | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._data = data
        self._policy = policy
        self._load = load
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._looked = time.monotonic()
        self._unusable: str | None = None
        self._knowledge = self._first(rescue)

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

    def _first(self, rescue: Callable[[str], SearchIndex] | None) -> Knowledge:
        try:
            return self._read()
        except (IndexDamagedError, IndexMismatchError) as error:
            if rescue is None:
                raise
            index = rescue(str(error))
        try:
            return self._ruled(assemble(self._folder(index), index))
        except (FirstlineError, OSError, ValueError):
            logger.error(  # noqa: TRY400  the message says it all
                "intents and policy not usable either, going without"
            )
            return self._ruled(_without_files(index))

    def _changed(self) -> bool:
        try:
            name = current(self._data)
        except RetrievalError:
            return False  # a pointer that can't be read: what serves goes on serving
        return name is not None and name not in (self._knowledge.version, self._unusable)

    def _reload(self) -> None:
        name = None
        try:
            name = current(self._data)
            fresh = self.reload()
        except (FirstlineError, RetrievalError, OSError) as error:
            # The old generation keeps serving, and the new one is not tried again.
            self._unusable = name
            logger.error(  # noqa: TRY400  the message says it all
                "new index %s not usable, keeping %s: %s", name, self._knowledge.version, error
            )
        else:
            logger.info("index reloaded version=%s", fresh.version)
        finally:
            self._loading.release()

    def _read(self) -> Knowledge:
        index = self._load()
        return self._ruled(assemble(self._folder(index), index))

    def _ruled(self, knowledge: Knowledge) -> Knowledge:
        return knowledge if self._policy is None else replace(knowledge, policy=self._policy)

    def _folder(self, index: SearchIndex) -> Path:
        """The generation that was loaded, which need not be the newest by now."""
        return index_folder(self._data) / index.version
