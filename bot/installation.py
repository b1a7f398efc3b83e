"""The parts of a running installation, put together from its settings."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.advice import first_steps
from bot.api.library import KnowledgeLibrary
from bot.compose.summing_up import Summariser
from bot.config import Settings
from bot.delivery import open_tracer
from bot.erasure import replay
from bot.gate import Gate
from bot.keys import Keys, load_or_create
from bot.opening import open_store
from bot.queues import load_queues
from bot.service import Care, ConversationService
from bot.staff import StaffAccess
from bot.standing import Advice, Standings
from bot.store import Store
from bot.tokens import VisitorTokens
from bot.wiring import Offline, build_offline

if TYPE_CHECKING:
    from bot.telemetry import OpenTelemetryTracer


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running installation.

    Attributes:
        offline: The assistant.
        store: The records.
        service: Conversations.
        gate: The only door for raw text.
        tokens: Visitors' tokens.
        staff: Staff sessions.
        library: The knowledge base as customers may see it.
        keys: The installation's secrets.
        tracer: Sends traces; ``None`` where nobody wants any.
    """

    offline: Offline
    store: Store
    service: ConversationService
    gate: Gate
    tokens: VisitorTokens
    staff: StaffAccess
    library: KnowledgeLibrary
    keys: Keys
    tracer: "OpenTelemetryTracer | None" = None

    def close(self) -> None:
        """Sends the traces that wait, and gives the database back."""
        if self.tracer is not None:
            self.tracer.close()
        self.store.close()


def build_services(settings: Settings, offline: Offline | None = None) -> Services:
    """Put a running installation together.

    Args:
        settings: What is wanted.
        offline: An assistant that is already built.
    """
    offline = offline if offline is not None else build_offline(settings)
    keys = load_or_create(settings.data)
    store = open_store(settings)
    replay(store, settings.data, datetime.now(UTC))  # the database may be an older copy
    offline.books.keep_in(store.spend)
    if offline.recall is not None:
        offline.recall.keep_in(store.answers)
    return Services(
        offline=offline,
        store=store,
        service=ConversationService(
            store,
            offline.gate,
            offline.assistant,
            offline.lines,
            key=keys.redaction,
            care=Care(
                Standings(load_queues(settings.desk.queues), offline.lines, _advice(offline)),
                keys.contact,
                timedelta(minutes=settings.desk.silence_minutes),
                _summariser(offline),
                settings.llm.timeout,
            ),
        ),
        gate=offline.gate,
        tokens=VisitorTokens(
            keys.visitor,
            previous=[] if keys.visitor_before is None else [keys.visitor_before],
            lifetime=timedelta(minutes=settings.web.token_minutes),
        ),
        staff=StaffAccess(store, keys.session),
        library=KnowledgeLibrary(offline.knowledge),
        keys=keys,
        tracer=open_tracer(settings.traces),
    )


def _summariser(offline: Offline) -> Summariser | None:
    model = offline.models.summarise
    return None if model is None else Summariser(model)


def _advice(offline: Offline) -> Advice:
    """Reads what to do first from the articles in use."""

    def advice(intent: str) -> str | None:
        return first_steps(offline.knowledge.current().index.articles.values(), intent)

    return advice
