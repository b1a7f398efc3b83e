import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.api.app import create_app
from bot.assistant import Assistant
from bot.compose.extractive import ExtractiveComposer
from bot.config import Settings
from bot.delivery import open_tracer
from bot.errors import ConfigurationError
from bot.gate import Gate
from bot.helpdesk.inbox import InboxHelpdesk
from bot.keys import load_or_create
from bot.lines import load_lines
from bot.outbox import OutboxWorker
from bot.service import ConversationService
from bot.spans import Tracer, span, traced
from bot.staff import StaffAccess
from bot.store import Store
from bot.telemetry import OpenTelemetryTracer
from bot.tokens import VisitorTokens
from bot.tone import shipped_phrases
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from tests.bot.helpdesk.receivers import Asked, Received, http_receiver
from tests.bot.small_knowledge import holder, index_small, write_small
from tests.soak_server import NoLibrary


@pytest.fixture
def ended() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(ended: InMemorySpanExporter) -> Iterator[OpenTelemetryTracer]:
    made = OpenTelemetryTracer(SimpleSpanProcessor(ended))
    yield made
    made.close()


class Parts:
    """What the application asks for."""

    def __init__(self, data: Path) -> None:
        index_small(write_small(data / "kb"), data)
        keys, lines = load_or_create(data), load_lines("Kestrel")
        self.store = Store.in_folder(data)
        self.store.upgrade()
        self.gate = Gate(build_redactor(RedactionSettings(named_entities=False), keys.redaction))
        assistant = Assistant(holder(data), ExtractiveComposer(), lines, shipped_phrases())
        self.service = ConversationService(
            self.store, self.gate, assistant, lines, key=keys.redaction
        )
        self.tokens = VisitorTokens(keys.visitor)
        self.staff = StaffAccess(self.store, keys.session)
        self.library = NoLibrary()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = Parts(tmp_path)
    yield made
    made.store.close()


async def talk(parts: Parts, tracer: Tracer | None, *texts: str) -> dict[str, Any]:
    transport = httpx.ASGITransport(app=create_app(parts, tracer=tracer))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        made: dict[str, Any] = (await http.post("/v1/conversations", json={})).json()
        headers = {"Authorization": f"Bearer {made['token']}"}
        for text in texts:
            path = f"/v1/conversations/{made['id']}/messages"
            (await http.post(path, json={"text": text}, headers=headers)).raise_for_status()
        await http.get(f"/v1/conversations/{made['id']}", headers=headers)
    return made


def tree(spans: tuple[ReadableSpan, ...]) -> dict[str, set[str]]:
    """Names of the spans inside each span."""
    names = {each.context.span_id: each.name for each in spans if each.context}
    inside: dict[str, set[str]] = {}
    for each in spans:
        outer = names[each.parent.span_id] if each.parent else ""
        inside.setdefault(outer, set()).add(each.name)
    return inside


async def test_a_turn_is_traced_from_the_gate_to_the_store(
    parts: Parts, tracer: OpenTelemetryTracer, ended: InMemorySpanExporter
) -> None:
    made = await talk(parts, tracer, "How do I top up, my card is 4111 1111 1111 1111?")
    spans = ended.get_finished_spans()
    inside = tree(spans)
    message = "POST /v1/conversations/{conversation_id}/messages"
    assert inside[""] == {"POST /v1/conversations", message}
    assert inside[message] == {"turn"}
    assert inside["turn"] == {"gate", "decide", "store"}
    assert inside["decide"] >= {"tone", "look"}
    assert {"embed", "search", "intent"} <= inside["look"]
    by_name = {each.name: dict(each.attributes or {}) for each in spans}
    assert by_name["turn"]["firstline.conversation_id"] == made["id"]
    assert by_name["gate"]["firstline.findings"] == 1
    assert by_name["decide"]["firstline.decision"] in {"answer", "clarify"}
    assert by_name[message]["firstline.status"] == 200


async def test_no_span_holds_anybodys_words(
    parts: Parts, tracer: OpenTelemetryTracer, ended: InMemorySpanExporter
) -> None:
    await talk(parts, tracer, "How do I top up with zanzibar money?", "a thief stole my card")
    written = "".join(each.to_json() for each in ended.get_finished_spans())
    assert "turn" in written
    for word in ("zanzibar", "thief", "Freeze a stolen"):
        assert word not in written


async def test_an_error_is_told_by_its_type_alone(
    tracer: OpenTelemetryTracer, ended: InMemorySpanExporter
) -> None:
    with pytest.raises(ValueError, match="secret"), traced(tracer), span("turn"):
        raise ValueError("a secret of the customer")
    (only,) = ended.get_finished_spans()
    assert only.status.description == "ValueError"
    assert "secret" not in only.to_json()


async def test_deliveries_are_traced(
    parts: Parts, tracer: OpenTelemetryTracer, ended: InMemorySpanExporter
) -> None:
    await talk(parts, None, "somebody stole my card")
    assert not ended.get_finished_spans()
    assert await OutboxWorker(parts.store, InboxHelpdesk(), tracer=tracer).deliver_due() == 1
    (only,) = ended.get_finished_spans()
    assert dict(only.attributes or {})["firstline.kind"] == "opened"


def test_without_a_tracer_nothing_is_made() -> None:
    assert open_tracer(Settings().traces) is None
    assert span("turn") is span("gate")


class Collector(Received):
    """Takes traces as a collector does."""

    def answer(self, asked: Asked) -> tuple[int, Any]:
        del asked
        return 200, {}


def test_spans_reach_a_collector_with_the_headers_that_are_set() -> None:
    with http_receiver(Collector()) as collector:
        given = {"url": f"{collector.url}/v1/traces", "headers": {"x-key": "k1"}}
        sending = open_tracer(Settings.model_validate({"traces": given}).traces)
        assert sending is not None
        with traced(sending), span("turn") as seen:
            seen.note(conversation_id="c1", reason=None)
        sending.close()
    (raw,) = collector.raw
    head, _, body = raw.partition(b"\n\n")
    assert head.startswith(b"/v1/traces\n")
    assert b"x-key: k1" in head
    told = ExportTraceServiceRequest.FromString(gzip.decompress(body))
    (only,) = told.resource_spans[0].scope_spans[0].spans
    assert only.name == "turn"
    assert [each.key for each in only.attributes] == ["firstline.conversation_id"]
    assert told.resource_spans[0].resource.attributes[0].value.string_value == "firstline"


@pytest.mark.parametrize("url", ["collector:4318", "file:///tmp/x", "https://"])
def test_an_address_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError, match="TRACES__URL must be such as"):
        open_tracer(Settings.model_validate({"traces": {"url": url}}).traces)
