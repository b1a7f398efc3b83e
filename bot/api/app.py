"""The web application: routes, guards and shields around one set of services."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from bot.api import (
    articles,
    chat,
    deliveries,
    events,
    handoffs,
    health,
    measures,
    notice,
    problems,
    product_changes,
    search,
    sign_on,
    staff,
    values,
)
from bot.api.access import FORM_TOKEN_HEADER
from bot.api.crowd import Crowd, OneByOne
from bot.api.guarded_routes import require_guards
from bot.api.lifetime import Lifetime
from bot.api.options import BODY_BYTES, ApiOptions
from bot.api.rates import RateLimiter, SharedRates
from bot.api.security import BodyLimit, Shield
from bot.api.services import ApiServices
from bot.api.witness import Witness
from bot.metrics import Metrics
from bot.oidc import Provider
from bot.spans import Tracer

MOST_OF_ONE = 100
"""Requests of one conversation in line; only a storm of retries needs more than one."""

VERSION = "0.1.0"
ROUTERS = (
    chat.router,
    events.router,
    search.router,
    articles.router,
    handoffs.router,
    deliveries.router,
    values.router,
    staff.router,
    sign_on.router,
    health.router,
    measures.router,
    notice.router,
    product_changes.router,
)


def create_app(
    services: ApiServices,
    options: ApiOptions | None = None,
    *,
    routers: Sequence[APIRouter] = (),
    provider: Provider | None = None,
    lifetime: Lifetime | None = None,
    shared_rates: SharedRates | None = None,
    metrics: Metrics | None = None,
    tracer: Tracer | None = None,
) -> FastAPI:
    """The application.

    Args:
        services: The parts of the installation.
        options: Addresses, sizes and rates.
        routers: Further routes, such as the pages; each of their routes names its guard.
        provider: Signs staff in, where there is one.
        lifetime: What runs beside it.
        metrics: Figures of this server.
        tracer: Traces requests, where anybody wants to.
        shared_rates: Counts requests for all servers together, where they share a database.
    """
    options = options or ApiOptions()
    app = FastAPI(
        title="Firstline",
        version=VERSION,
        summary="Cited answers from your own knowledge base, and a person when needed.",
        docs_url="/docs" if options.debug else None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifetime,
    )
    app.state.services = services
    services.service.live.stopping = events.server_stops
    app.state.options = options
    app.state.provider = provider
    app.state.limiter = RateLimiter()
    app.state.shared_rates = shared_rates
    app.state.metrics = metrics or Metrics()
    app.state.messages = Crowd(
        options.messages_at_once, line=options.messages_in_line, patience=options.patience_seconds
    )
    app.state.one_by_one = OneByOne(MOST_OF_ONE)
    app.state.witness = Witness()
    app.state.sign_ins = Crowd(2, line=8, patience=2.0)
    require_guards((*ROUTERS, *routers))
    for router in (*ROUTERS, *routers):
        app.include_router(router)
    problems.install(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, size=BODY_BYTES, seconds=options.body_seconds)
    if options.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(options.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Accept",
                "Last-Event-ID",
                FORM_TOKEN_HEADER,
            ],
            expose_headers=["Retry-After"],
            allow_credentials=False,
            max_age=600,
        )
    app.add_middleware(Shield, debug=options.debug, metrics=app.state.metrics, tracer=tracer)
    return app
