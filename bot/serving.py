"""``firstline serve``: the installation put together and served."""

import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from bot.advice import first_steps
from bot.api.app import create_app
from bot.api.library import KnowledgeLibrary
from bot.api.lifetime import delivering
from bot.api.options import ApiOptions, Rates
from bot.api.pages import PagePolicy, Pages
from bot.api.printing import PageSources
from bot.api.rates import SharedRates
from bot.api.refusal_pages import install_refusal_pages
from bot.api.transport import BoundedProtocol
from bot.background import workers
from bot.branding import branded
from bot.compose.summing_up import Summariser
from bot.config import ProviderSettings, Settings, WebSettings
from bot.conversation import Conversation
from bot.delivery import open_tracer
from bot.dialogue import Exchange, exchange
from bot.erasure import replay
from bot.errors import ConfigurationError
from bot.figures import figures
from bot.gate import Gate
from bot.identity import CustomerIdentity
from bot.keys import Keys, load_or_create
from bot.metrics import Metrics
from bot.model_settings import LanguageModelSettings, Task, provider_of, served_at
from bot.oidc import Provider, ProviderConfig
from bot.people import address_of, first_link, open_store
from bot.queues import load_queues
from bot.service import Care, ConversationService
from bot.staff import StaffAccess
from bot.standing import Advice, Standings
from bot.store import Store
from bot.tokens import VisitorTokens
from bot.web.brand import Brand
from bot.web.catalogue import Catalogue
from bot.wiring import (
    Offline,
    build_offline,
    has_index,
    knowledge_base,
    repair_in_background,
)
from redaction.logs import protect_root
from redaction.redactor import RedactedText
from retrieval.article import Audience, Passage
from retrieval.hit import Hit, Query
from retrieval.vector_writer import Progress

if TYPE_CHECKING:
    from bot.telemetry import OpenTelemetryTracer

logger = logging.getLogger(__name__)

DRAINING_SECONDS = 28
"""How long a server that was told to stop finishes: longer than any turn may take (25 seconds)."""

SWITCH_SECONDS = 0.001
"""After which a thread that computes lets others go on; Python's own 5 ms delay the event loop."""

MESSAGES_WAITING_FOR_A_MODEL = 16

_VISITORS_BEHIND_ONE_ADDRESS = 20
"""An office or a mobile network shares an address among many visitors."""


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


def build_app(services: Services) -> FastAPI:
    """The web application over a set of services."""
    settings = services.offline.settings
    web = settings.web
    days = settings.retention.days
    policy = PagePolicy(
        web.embed_origins,
        kept_for="for one day" if days == 1 else f"for {days} days",
        models_note=models_note(settings.llm),
    )
    pages = Pages(
        replace(
            _sources(services.offline),
            notice=services.service.notices.current,
            measured=services.store.logged.measured,
            agent_contact_cost=settings.insights.told_contact_cost,
        ),
        policy,
    )
    provider = _provider(settings.oidc)
    options = ApiOptions(
        identity=_identity(web),
        messages_at_once=web.messages_at_once
        or messages_at_once(waits_for_a_model=bool(settings.llm.tasks)),
        passwords=provider is None or settings.oidc.passwords,
        single_sign_on="" if provider is None else settings.oidc.button,
        origins=web.cors_origins,
        debug=web.interactive_docs,
        public_url=web.public_url,
        rates=Rates(
            messages=web.messages_per_minute,
            address_messages=web.messages_per_minute * _VISITORS_BEHIND_ONE_ADDRESS,
        ),
    )
    app = create_app(
        services,
        options,
        routers=[pages.router],
        provider=provider,
        shared_rates=_shared_rates(services),
        metrics=Metrics(figures(services.store, settings.data, lambda: datetime.now(UTC))),
        lifetime=delivering(
            *workers(
                settings,
                services.store,
                services.service,
                services.offline.lines,
                services.tracer,
            )
        ),
        tracer=services.tracer,
    )
    install_refusal_pages(app, pages)
    return app


def _shared_rates(services: Services) -> SharedRates | None:
    rates = services.store.rates
    return SharedRates(rates, services.keys.redaction) if rates.is_shared else None


def _identity(web: WebSettings) -> CustomerIdentity | None:
    named = (web.identity_secret, web.identity_secret_before)
    secrets = [secret for each in named if (secret := each.get_secret_value())]
    return CustomerIdentity(secrets) if secrets else None


def _provider(settings: ProviderSettings) -> Provider | None:
    if not settings.issuer:
        return None
    return Provider(
        ProviderConfig(
            issuer=settings.issuer,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            roles={group: frozenset(roles) for group, roles in settings.roles.items()},
            groups_claim=settings.groups_claim,
            scopes=settings.scopes,
        )
    )


def messages_at_once(*, waits_for_a_model: bool) -> int:
    """How many messages one server decides on at once, where that is not set.

    Deciding is work for processors: more at once makes each one later, and no more are answered.
    """
    return MESSAGES_WAITING_FOR_A_MODEL if waits_for_a_model else min(os.cpu_count() or 1, 3) + 1


def models_note(llm: LanguageModelSettings) -> str:
    """What customers are told about the language model; empty when there is none."""
    seen = {name for task, name in llm.tasks.items() if task is not Task.DRAFT}
    if not seen:
        return ""
    whose = llm.provider or " and ".join(sorted({_whose(llm, name) for name in seen}))
    where = f" in {llm.region}" if llm.region else ""
    does = " and ".join(_WORK[task] for task in llm.tasks if task in _WORK)
    return (
        f"A language model at {whose}{where} {does}. It is sent what you write with personal data "
        "removed, and the articles."
    )


_WORK = {
    Task.ANSWER: "words the answers",
    Task.REWRITE: "reads follow-up questions",
    Task.SUMMARISE: "sums up for our staff",
}


def _whose(llm: LanguageModelSettings, name: str) -> str:
    host = urlsplit(served_at(llm, name)).hostname
    return host or f"the provider {provider_of(name, llm.base_url)}"


def _sources(offline: Offline) -> PageSources:
    shown: dict[str, tuple[Catalogue, Brand]] = {}

    def show() -> tuple[Catalogue, Brand]:
        knowledge = offline.knowledge.current()
        if knowledge.version not in shown:
            catalogue = Catalogue(knowledge.index.articles.values())
            brand = branded(offline.settings.brand, knowledge.site, catalogue)
            shown.clear()
            shown[knowledge.version] = catalogue, brand
            return catalogue, brand
        return shown[knowledge.version]

    show()  # a setting that can't be used stops the start, not the first visitor

    def staff_search(text: RedactedText, limit: int) -> Sequence[Hit]:
        query = Query(text, audience=Audience.INTERNAL, limit=limit)
        return offline.knowledge.current().index.search(query)

    def passage(passage_id: str) -> Passage | None:
        index = offline.knowledge.current().index
        article_id = passage_id.rpartition("#")[0]
        if article_id not in index.articles:
            return None
        return next((p for p in index.passages_of(article_id) if p.id == passage_id), None)

    async def explain(raw: str) -> Exchange:
        return await exchange(
            offline.gate, offline.assistant, Conversation("trial"), raw, notices=offline.notices
        )

    return PageSources(
        catalogue=lambda: show()[0],
        staff_search=staff_search,
        passage=passage,
        explain=explain,
        brand=lambda: show()[1],
    )


def run_server(
    settings: Settings, progress: Progress, say: Callable[[str], None]
) -> Callable[[], None]:
    """Get everything ready and return what serves until it is stopped.

    Builds the index first where there is none. Prints the address, and a one-time sign-in link
    while nobody but the first person has access to the staff pages.
    """
    listener = _listen(settings.web.host, settings.web.port)  # before the work of starting
    if not has_index(settings.data):
        say(f"no index yet: building one from {knowledge_base(settings)}")
        _build(settings, progress)
    services = build_services(
        settings, build_offline(settings, rebuild=lambda: _build(settings, progress))
    )
    protect_root(services.keys.redaction, settings.redaction)
    repair_in_background(services.offline, lambda: _build(settings, _quiet))
    host, port = listener.getsockname()[:2]
    address = address_of(host, port)
    server = http_server(build_app(services))

    def serve() -> None:
        say(f"help site and chat: {address}")
        link = first_link(services.store, address)
        if link is None:
            say(f"staff pages: {address}/staff (firstline staff link makes a one-time link)")
        else:
            say(f"staff pages (one-time link): {link}")
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            server.run(sockets=[listener])
        finally:
            services.close()

    return serve


def http_server(app: FastAPI) -> uvicorn.Server:
    """Serves an application until SIGTERM or SIGINT, and then finishes the turns under way."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=DRAINING_SECONDS,
        )
    )


def _build(settings: Settings, progress: Progress) -> None:
    # Indexing brings scikit-learn and scipy along, a second that a start with an index is spared.
    from bot.publishing import rebuild  # noqa: PLC0415  slow to load

    rebuild(settings, progress)


def _quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


_WAITING = 2048
"""Connections that the system holds until they are served."""


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; else replies wait 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Who comes while the rest starts waits in the line, and no second server gets the port.
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror}): choose another with --port"
        ) from error
    return listener
