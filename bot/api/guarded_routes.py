"""Proof that every route names its guard."""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bot.api.access import Role
from bot.errors import ConfigurationError


def guards_of(route: APIRoute) -> list[object]:
    """The guards among a route's dependencies."""
    return [
        each.call
        for each in _flat(route.dependant)
        if isinstance(getattr(each.call, "role", None), Role)
    ]


def require_guards(routers: Iterable[APIRouter]) -> None:
    """Refuses a route without a guard, or with two: nothing is open by oversight.

    Raises:
        ConfigurationError: Naming the route.
    """
    for route in api_routes(each for router in routers for each in router.routes):
        if len(guards_of(route)) != 1:
            raise ConfigurationError(
                f"route {route.path} must declare exactly one guard: see bot/api/access.py"
            )


def api_routes(routes: Iterable[object]) -> Iterator[APIRoute]:
    """All routes of ours, those of routers within routers too.

    Raises:
        ConfigurationError: For a route of another kind, which no guard can protect.
    """
    for route in routes:
        inner = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner, APIRouter):
            yield from api_routes(inner.routes)
        else:
            raise ConfigurationError(f"{route!r} is no route that can declare a guard")


def _flat(dependant: Dependant) -> Iterable[Dependant]:
    for each in dependant.dependencies:
        yield each
        yield from _flat(each)
