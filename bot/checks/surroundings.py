"""What lies around: language models, the helpdesk, traces, the pages that show it."""

from collections.abc import Iterator

from bot.branding import branded
from bot.checks.finding import Finding
from bot.config import Settings
from bot.delivery import open_alerting, open_helpdesk, open_post, open_tracer, whereabouts
from bot.errors import ConfigurationError
from bot.model_settings import Task, served_at
from bot.site import SITE_FILE, Site, parse_site
from bot.wiring_models import open_models
from retrieval.errors import RetrievalError
from retrieval.manifest import generation_folder


def check_language_model(settings: Settings) -> Iterator[Finding]:
    """Which models word what, and within which budget; nothing is sent."""
    llm = settings.llm
    if not llm.tasks:
        yield Finding("ok", "language model: off, answers quote the articles")
        return
    open_models(settings)  # finds its package and its key; nothing is sent
    for task, name in llm.tasks.items():
        at = served_at(llm, name)
        yield Finding("ok", f"language model {name}{f' at {at}' if at else ''} {_WORK[task]}")
    budget = settings.budget
    money = f", {budget.day_money:g} {budget.currency}" if budget.day_money else ""
    yield Finding("ok", f"budget of a day: {budget.day_tokens or 'unlimited'} tokens{money}")
    if not (llm.provider and llm.region):
        yield Finding(
            "note",
            "tell customers who runs the model and where: FIRSTLINE_LLM__PROVIDER and "
            "FIRSTLINE_LLM__REGION",
        )


_WORK = {
    Task.ANSWER: "words answers",
    Task.REWRITE: "reads follow-up questions",
    Task.SUMMARISE: "sums up handoffs",
    Task.DRAFT: "drafts articles",
}


def check_helpdesk(settings: Settings) -> Iterator[Finding]:
    """Whom tickets, mail and alerts go to; nothing is sent."""
    open_helpdesk(settings)  # nothing is sent
    yield Finding("ok", f"helpdesk: {whereabouts(settings)}")
    alerting = open_alerting(settings)
    if settings.mail.server:
        open_post(settings.mail)
        yield Finding("ok", f"mail: handed to {settings.mail.server}")
    if alerting.to or alerting.webhook:
        yield Finding("ok", f"alerts: {', '.join(sorted(alerting.causes))} tickets")


def check_traces(settings: Settings) -> Iterator[Finding]:
    """Where traces go."""
    tracer = open_tracer(settings.traces)
    if tracer is not None:
        tracer.close()
        yield Finding("ok", f"traces go to {settings.traces.url}")


def check_brand(settings: Settings) -> Iterator[Finding]:
    """What pages call the company."""
    try:
        brand = branded(settings.brand, _site(settings))
    except ConfigurationError as error:
        yield Finding("wrong", str(error))
        return
    yield Finding("ok", f"brand {brand.name or 'without a name'}, accent colour {brand.accent}")
    if not brand.name:
        yield Finding(
            "note",
            'pages say "Help centre": set FIRSTLINE_BRAND__NAME, or name in the knowledge base\'s '
            f"{SITE_FILE}",
        )


def _site(settings: Settings) -> Site:
    """What the served knowledge base says of itself, nothing before the first index."""
    try:
        text = (generation_folder(settings.data) / SITE_FILE).read_text(encoding="utf-8")
        return parse_site(text, SITE_FILE)
    except (RetrievalError, OSError, ValueError, ConfigurationError):
        return Site()  # the probe of the index says what is wrong with it


def check_embedding(settings: Settings) -> Iterator[Finding]:
    """Who may embed the chat."""
    if "*" in settings.web.embed_origins:
        yield Finding(
            "note",
            "any site may embed the chat; name yours: "
            'FIRSTLINE_WEB__EMBED_ORIGINS=["https://www.example.com"]',
        )
