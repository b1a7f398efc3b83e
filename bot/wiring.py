"""The composition root: the only place where implementations are chosen."""

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

from bot.assistant import Assistant
from bot.branding import BrandedLines
from bot.compose.recall import Recall
from bot.config import Settings
from bot.errors import ConfigurationError, FirstlineError, NotReadyError
from bot.gate import Gate
from bot.keys import Keys, load_or_create
from bot.knowledge import KnowledgeHolder
from bot.lines import LinesSource
from bot.llm.tasks import TaskModels
from bot.policy import Policy, parse_policy
from bot.spend import Books
from bot.tone import shipped_phrases
from bot.vault import Vault
from bot.wiring_models import composer_of, open_models, wordsmiths_of
from redaction.redactor import Redactor
from retrieval.embedder import Embedder
from retrieval.errors import (
    IndexDamagedError,
    IndexStoreError,
    ModelMissingError,
    RetrievalError,
)
from retrieval.load import load, load_earlier, load_lexical
from retrieval.manifest import current
from retrieval.search import SearchIndex

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offline:
    """The assistant with no web, no store and no helpdesk.

    Attributes:
        settings: What it was built from.
        gate: The only door for raw text.
        assistant: Decides.
        knowledge: The knowledge base in use.
        lines: What the assistant says itself.
        redactor: Behind the gate; batch commands use it directly.
        models: The language models, none by default.
        books: What they spend.
        recall: Gives checked answers again; ``None`` by default.
    """

    settings: Settings
    gate: Gate
    assistant: Assistant
    knowledge: KnowledgeHolder
    lines: LinesSource
    redactor: Redactor
    models: TaskModels = field(default_factory=TaskModels)
    books: Books = field(default_factory=Books)
    recall: Recall | None = None

    @property
    def notices(self) -> tuple[tuple[frozenset[str], str], ...]:
        """Pairs of kinds of personal data and the line that says it was removed."""
        return self.lines.current().removed


def built_in_kb() -> Path:
    """Folder of the knowledge base that ships: Kestrel's help centre."""
    packaged = files("bot") / "kestrel"
    with as_file(packaged) as folder:
        if folder.is_dir():
            return folder
    checkout = Path(__file__).parent.parent / "kb_content"
    if checkout.is_dir():
        return checkout
    raise ConfigurationError("the built-in knowledge base is missing: set FIRSTLINE_KB")


def knowledge_base(settings: Settings) -> Path:
    """The folder to index."""
    return settings.kb if settings.kb is not None else built_in_kb()


def open_embedder(settings: Settings, data: Path) -> Embedder | None:
    """The embedding model: exported weights in onnxruntime, else the same in torch, else none."""
    from retrieval.embedder_onnx import OnnxEmbedder  # vendors load only when they are needed

    try:
        return OnnxEmbedder.open(settings.retrieval, data)
    except ModelMissingError:
        logger.exception("no embedding model: BM25 searches alone")
        return None
    except (OSError, RuntimeError):
        from retrieval.embedder_transformer import TransformerEmbedder

        logger.exception("onnxruntime cannot run the model, using sentence-transformers")
        return TransformerEmbedder.open(settings.retrieval)


def open_redactor(settings: Settings, keys: Keys, *, names: bool = True) -> Redactor:
    """The redactor; without ``names`` only the recognisers, which need no model."""
    from redaction.build import build_redactor
    from redaction.keep import KeepFileError

    wanted = settings.redaction
    if not names:
        wanted = wanted.model_copy(update={"named_entities": False})
    try:
        return build_redactor(wanted, keys.redaction)
    except RuntimeError as error:  # the language model for names is missing
        raise ConfigurationError(str(error)) from error
    except KeepFileError as error:
        raise ConfigurationError(f"FIRSTLINE_REDACTION__KEEP_FILE: {error}") from error


def open_vault(settings: Settings) -> Vault | None:
    """The vault, ``None`` where none is kept; its keys are found good or the start is refused."""
    if not settings.vault.enabled:
        return None
    from bot.vault_keys import VaultKeys

    vault = Vault(VaultKeys(settings.data), timedelta(days=settings.vault.days))
    vault.newest_key()
    return vault


def settings_hash(settings: Settings) -> str:
    """First 12 hex digits of the SHA-256 of the settings that steer decisions."""
    steering = {
        "retrieval": settings.retrieval.model_dump(mode="json", exclude={"model_path"}),
        "redaction": settings.redaction.model_dump(mode="json", exclude={"keep_file"}),
        "keep": _contents(settings.redaction.keep_file),
        "model": settings.llm.model,
    }
    if settings.llm.tasks:
        steering["models"] = settings.llm.tasks
    return hashlib.sha256(json.dumps(steering, sort_keys=True).encode()).hexdigest()[:12]


def _contents(path: Path | None) -> str:
    """SHA-256 of a file that may not be there; whoever needs it says so."""
    if path is None or not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def has_index(data: Path) -> bool:
    """Whether an index was ever built here, damaged or not."""
    try:
        return current(data) is not None
    except IndexDamagedError:
        return True


def build_offline(
    settings: Settings,
    embedder: Embedder | None = None,
    rebuild: Callable[[], None] | None = None,
) -> Offline:
    """Put the assistant together over the data folder's index.

    Args:
        settings: What is wanted.
        embedder: A model that is already open.
        rebuild: Builds the index anew; called where nothing of a damaged one can be used.

    Raises:
        NotReadyError: There is no index yet.
    """
    data = settings.data
    if not has_index(data):
        raise NotReadyError(f"no index in {data}: run `firstline index --data {data}` first")
    keys = load_or_create(data)
    redactor = open_redactor(settings, keys)
    opened = embedder if embedder is not None else open_embedder(settings, data)
    holder = KnowledgeHolder(
        data,
        partial(load, data, settings.retrieval, opened),
        partial(_rescue, settings, opened, rebuild),
        _own_policy(settings),
    )
    lines = BrandedLines(settings.brand, holder.current)
    books = Books()
    models = open_models(settings, books)
    wordsmiths = wordsmiths_of(settings, models, settings_hash(settings))
    assistant = Assistant(
        holder,
        composer_of(settings, models, opened),
        lines,
        shipped_phrases(),
        settings_hash(settings),
        wordsmiths,
    )
    gate = Gate(redactor, settings.redaction.timeout_seconds, open_vault(settings))
    return Offline(
        settings, gate, assistant, holder, lines, redactor, models, books, wordsmiths.recall
    )


def _own_policy(settings: Settings) -> Policy | None:
    if settings.policy is None:
        return None
    try:
        return parse_policy(settings.policy.read_text(encoding="utf-8"), str(settings.policy))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"FIRSTLINE_POLICY: {settings.policy}: {error}") from error


def _rescue(
    settings: Settings,
    embedder: Embedder | None,
    rebuild: Callable[[], None] | None,
    reason: str,
) -> SearchIndex:
    """What can answer at once in place of a damaged index: its articles, or an earlier index.

    Where neither can be read, the index is built anew before anything is answered.
    """
    try:
        lexical = load_lexical(settings.data, settings.retrieval, reason)
    except IndexStoreError:
        pass
    else:
        if lexical.articles:
            logger.error("index not usable, BM25 answers meanwhile: %s", reason)
            return lexical
    earlier = load_earlier(settings.data, settings.retrieval, embedder, reason)
    if earlier is not None:
        logger.error("index not usable, %s answers meanwhile: %s", earlier.version, reason)
        return earlier
    if rebuild is None:
        raise IndexDamagedError(reason)
    logger.error("index not usable, building it anew: %s", reason)
    rebuild()
    return load(settings.data, settings.retrieval, embedder)


def repair_in_background(offline: Offline, rebuild: Callable[[], None]) -> threading.Thread | None:
    """Rebuild a damaged index while BM25 answers; the server takes up the new one by itself."""
    if not offline.knowledge.current().index.degraded:
        return None
    logger.warning("index degraded, rebuilding in the background")

    def work() -> None:
        try:
            rebuild()
        except (FirstlineError, RetrievalError, OSError):
            logger.exception("the index could not be rebuilt; run `firstline index`")

    thread = threading.Thread(target=work, daemon=True, name="index-repair")
    thread.start()
    return thread
