"""Traces by OpenTelemetry, sent by OTLP over HTTP. The only home of its SDK, loaded when wanted.

Nothing is taken from OpenTelemetry's own environment variables but what its SDK reads unasked.
Errors are noted by type: their messages could quote a customer.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Self

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span as OpenSpan
from opentelemetry.trace import Status, StatusCode

from bot.spans import Attribute, Span

NAMESPACE = "firstline."
EXPORT_SECONDS = 5.0
_MOST_WAITING = 2048
_AT_ONCE = 512
_EVERY_MILLISECONDS = 2000.0


class _Noted:
    def __init__(self, span: OpenSpan) -> None:
        self._span = span

    def note(self, **attributes: Attribute | None) -> None:
        for name, value in attributes.items():
            if value is not None:
                self._span.set_attribute(NAMESPACE + name, value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)


class OpenTelemetryTracer:
    """Makes spans and hands them to a processor.

    Args:
        processor: Takes ended spans.
        share: Share of traces that is kept, from 0 to 1.
        version: Of this software, as the traces name it.
    """

    def __init__(self, processor: SpanProcessor, share: float = 1.0, version: str = "") -> None:
        self._provider = TracerProvider(
            resource=Resource({"service.name": "firstline", "service.version": version}),
            sampler=ParentBased(TraceIdRatioBased(share)),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("firstline", version)

    @classmethod
    def sending(
        cls, url: str, headers: Mapping[str, str], share: float = 1.0, version: str = ""
    ) -> Self:
        """One that sends to a collector in the background; what it can't take in time is dropped.

        Args:
            url: The whole address, such as ``http://127.0.0.1:4318/v1/traces``.
            headers: Sent along, such as a key.
            share: Share of traces that is kept.
            version: Of this software.
        """
        exporter = OTLPSpanExporter(
            endpoint=url,
            headers=dict(headers),
            timeout=EXPORT_SECONDS,
            compression=Compression.Gzip,
        )
        processor = BatchSpanProcessor(
            exporter,
            max_queue_size=_MOST_WAITING,
            max_export_batch_size=_AT_ONCE,
            schedule_delay_millis=_EVERY_MILLISECONDS,
            export_timeout_millis=EXPORT_SECONDS * 1000,
        )
        return cls(processor, share, version)

    @contextmanager
    def span(self, name: str) -> Iterator[Span]:
        """A span around the body, inside the one that is open."""
        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as opened:
            try:
                yield _Noted(opened)
            except Exception as error:
                opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def close(self) -> None:
        """Sends what waits, and stops."""
        self._provider.shutdown()
