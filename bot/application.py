"""The web application over an installation: its pages, interface and background work."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI

from bot.api.app import create_app
from bot.api.lifetime import delivering
from bot.api.options import ApiOptions, Rates
from bot.api.pages import PagePolicy, Pages
from bot.api.printing import PageSources
from bot.api.rates import SharedRates
from bot.api.refusal_pages import install_refusal_pages
from bot.background import workers
from bot.branding import branded
from bot.config import ProviderSettings, WebSettings
from bot.content_desk import ContentDesk
from bot.conversation import Conversation
from bot.data_folder import INSIGHTS, PREVIEWS
from bot.dialogue import Exchange, exchange
from bot.drafting import draft_for
from bot.figures import figures
from bot.identity import CustomerIdentity
from bot.insights.board_desk import BoardDesk, BoardsFile
from bot.insights.preview_jobs import PreviewJobs, PreviewRunner, preview_command
from bot.insights.snapshot import SnapshotFile
from bot.installation import Services
from bot.metrics import Metrics
from bot.model_settings import LanguageModelSettings, Task, provider_of, served_at
from bot.oidc import Provider, ProviderConfig
from bot.prose import prose_writer
from bot.reckoner import Reckoner, ReckoningFolder, reckoning_command
from bot.reporting import digest
from bot.viewing import ViewCounter
from bot.web.brand import Brand
from bot.web.catalogue import Catalogue
from bot.wiring import Offline, knowledge_base
from redaction.redactor import RedactedText
from retrieval.article import Audience, Passage
from retrieval.hit import Hit, Query

MESSAGES_WAITING_FOR_A_MODEL = 16

_VISITORS_BEHIND_ONE_ADDRESS = 20
"""An office or a mobile network shares an address among many visitors."""


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
            viewed=ViewCounter(services.store, lambda: datetime.now(UTC)).count,
            boards=BoardDesk(
                services.store.logged,
                BoardsFile(_insights(services)),
                lambda: datetime.now(UTC),
                settings.insights.told_contact_cost,
            ),
            content=_content(services),
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
            ),
            Reckoner(ReckoningFolder(_insights(services)), reckoning_command(settings.data)),
            PreviewRunner(
                PreviewJobs(_insights(services) / PREVIEWS), preview_command(settings.data)
            ),
        ),
        tracer=services.tracer,
    )
    install_refusal_pages(app, pages)
    return app


def _insights(services: Services) -> Path:
    return services.offline.settings.data / INSIGHTS


def _content(services: Services) -> ContentDesk:
    """What content owners see and do."""
    folder = _insights(services)
    return ContentDesk(
        services.store,
        SnapshotFile(folder),
        ReckoningFolder(folder),
        partial(draft_for, services.offline, services.store),
        digest,
        knowledge_base(services.offline.settings),
        lambda: datetime.now(UTC),
        prose_writer(services.offline, services.store),
    )


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
    seen = set(llm.tasks.values())
    if not seen:
        return ""
    whose = llm.provider or " and ".join(sorted({_whose(llm, name) for name in seen}))
    where = f" in {llm.region}" if llm.region else ""
    does = " and ".join(_WORK[task] for task in llm.tasks if task in _WORK)
    sent = {
        "what our staff answered" if task is Task.DRAFT else "what you write" for task in llm.tasks
    }
    said = " and ".join(sorted(sent, reverse=True))
    return (
        f"A language model at {whose}{where} {does}. It is sent {said} with personal data "
        "removed, and the articles."
    )


_WORK = {
    Task.ANSWER: "words the answers",
    Task.REWRITE: "reads follow-up questions",
    Task.SUMMARISE: "sums up for our staff",
    Task.DRAFT: "helps our staff to draft articles",
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
