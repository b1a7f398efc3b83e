"""Opens what words drafts of articles, where the settings name a model for it."""

from bot.config import Settings
from bot.data_folder import INSIGHTS
from bot.errors import ConfigurationError
from bot.insights.prose import ProseWriter
from bot.insights.snapshot import SnapshotFile
from bot.model_settings import Task
from bot.store import Store
from bot.wiring import Offline


def prose_writer(offline: Offline, store: Store) -> ProseWriter | None:
    """What words drafts; ``None`` where no model does.

    Args:
        offline: The assistant, whose books are kept in the store.
        store: The records.
    """
    model = offline.models.draft
    if model is None:
        return None
    settings = offline.settings
    return ProseWriter(
        model,
        offline.knowledge.current,
        store,
        SnapshotFile(settings.data / INSIGHTS),
        offline.redactor,
        frozenset({settings.brand.name} - {""}),
    )


def require_draft_model(settings: Settings) -> None:
    """Refuse where no model words drafts.

    Raises:
        ConfigurationError: None does; names the setting.
    """
    if Task.DRAFT not in settings.llm.tasks:
        raise ConfigurationError(
            "no language model drafts articles: set FIRSTLINE_LLM__DRAFT_MODEL (or "
            "FIRSTLINE_LLM__MODEL), or leave out --prose"
        )
