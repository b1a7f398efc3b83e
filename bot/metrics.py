"""Figures for Prometheus: counts, times and ages. No label holds anything of a customer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
_METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it is now.

    Attributes:
        name: With its unit at the end, as Prometheus names it.
        told: What it says.
        value: Now.
    """

    name: str
    told: str
    value: float


class _Now(Collector):
    """Asks for figures when they are collected."""

    def __init__(self, figures: Callable[[], Iterable[Figure]]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for each in self._figures():
            yield GaugeMetricFamily(each.name, each.told, value=each.value)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: else they would be asked for when the server is put together."""
        yield from ()


class Metrics:
    """The figures of one server.

    Args:
        figures: Further ones, asked for at each collection.
    """

    def __init__(self, figures: Callable[[], Iterable[Figure]] | None = None) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        if figures is not None:
            self._registry.register(_Now(figures))
        self._requests = Counter(
            "firstline_http_requests",
            "Requests by route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "firstline_http_request_seconds",
            "Time until a response was sent whole.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._decisions = Counter(
            "firstline_decisions",
            "Customers' messages by what was decided; silent while an agent has the conversation.",
            ("kind", "reason"),
            registry=self._registry,
        )
        self._turn_seconds = Histogram(
            "firstline_turn_seconds",
            "Time from a customer's message to its reply, both kept.",
            buckets=_SECONDS,
            registry=self._registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request by the template of its route."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def turn(self, kind: str, reason: str, seconds: float) -> None:
        """Counts a message and its reply."""
        self._decisions.labels(kind, reason).inc()
        self._turn_seconds.observe(seconds)

    def exposed(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)
