"""Requests made up from the OpenAPI description, by everybody who may call, against a real server.

``tests/bot/api/test_fuzz.py`` sends a few of each operation, ``make soak`` many:
``python -m tests.bot.api.fuzz --examples 1000``.
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from bot.accounts import StaffRole
from bot.api.app import create_app
from bot.api.options import ApiOptions, Rates
from bot.api_keys import make_key
from tests.web.installation import install, served

STREAM = "/v1/conversations/{conversation_id}/events"
"""It has no end; ``test_events.py`` has its own tests."""

SECONDS = 20
VISITOR, STAFF = 1, 2
"""Places among a target's callers; the first is nobody."""


@dataclass
class Target:
    """A served installation with somebody of every kind in it."""

    address: str
    described: dict[str, Any]
    conversation: str = ""
    callers: list[dict[str, str]] = field(default_factory=list)

    def fresh(self) -> None:
        """A new conversation that waits for a person, its visitor and an agent's key."""
        made = requests.post(f"{self.address}/v1/conversations", json={}, timeout=SECONDS).json()
        visitor = {"Authorization": f"Bearer {made['token']}"}
        self.conversation = made["id"]
        self.callers = [{}, visitor, *self.callers[2:]]

    @property
    def ticket(self) -> str:
        """A ticket of the conversation."""
        url = f"{self.address}/v1/conversations/{self.conversation}/handoff"
        answered = requests.post(url, json={}, headers=self.callers[VISITOR], timeout=SECONDS)
        return str((answered.json().get("handoff") or {}).get("ticket_id", "K-2222"))


@contextmanager
def target(folder: Path) -> Iterator[Target]:
    """Serves an installation whose rates are out of the way."""
    installation = install(folder)
    plenty = Rates(**dict.fromkeys(Rates.__dataclass_fields__, 10**9))
    app = create_app(installation.app.state.services, ApiOptions(rates=plenty))
    key, _ = make_key(installation.store, StaffRole.ADMIN, now=datetime.now(UTC))
    with served(app) as address:
        made = Target(address, app.openapi())
        made.callers = [{}, {}, {"Authorization": f"Bearer {key}"}]
        made.fresh()
        yield made
    installation.store.close()


def fuzz(at: Target, examples: int, number: int = 1) -> tuple[Counter[str], list[str]]:
    """Sends so many requests for each operation.

    Args:
        at: Whom.
        examples: How many of each operation.
        number: Seeds the choice.

    Returns:
        How often each status came, and what broke the description, one line each.
    """
    schema = schemathesis.openapi.from_dict(at.described)
    statuses: Counter[str] = Counter()
    broken: list[str] = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.path == STREAM:
            continue
        at.fresh()
        known = {"conversation_id": at.conversation, "ticket_id": at.ticket}
        welcome = VISITOR if "{conversation_id}" in operation.path else STAFF
        modes = schemathesis.GenerationMode

        @seed(number)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=st.one_of(
                operation.as_strategy(generation_mode=modes.POSITIVE),
                operation.as_strategy(generation_mode=modes.NEGATIVE),
            ),
            caller=st.sampled_from((welcome, welcome, welcome, 0, 1, 2)),
            real=st.sampled_from((True, True, True, False)),
        )
        def send(case: Any, caller: int, real: bool) -> None:
            if real:
                for name, value in known.items():  # noqa: B023  called below, in this turn
                    if name in (case.path_parameters or {}):
                        case.path_parameters[name] = value
            case.headers = {
                name: value
                for name, value in (case.headers or {}).items()
                if name.lower() not in {"authorization", "cookie"}
            }
            answered = case.call(at.address, headers=at.callers[caller], timeout=SECONDS)
            statuses[f"{case.method} {case.path} {answered.status_code}"] += 1
            try:
                case.validate_response(answered, checks=_checks())
            except FailureGroup as group:
                broken.extend(
                    f"{case.method} {case.path} {answered.status_code}: {failure}"
                    for failure in group.exceptions
                )

        send()
    return statuses, broken


def _checks() -> list[Any]:
    from schemathesis.specs.openapi import checks  # noqa: PLC0415  registers itself on import

    return [
        schemathesis.checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder, target(Path(folder)) as at:
        statuses, broken = fuzz(at, chosen.examples, chosen.seed)
    total = Counter(line.rsplit(" ", 1)[1] for line in statuses.elements())
    lines = [
        f"{sum(total.values())} requests of {len(at.described['paths'])} paths",
        "  ".join(f"{status}: {count}" for status, count in sorted(total.items())),
        *(f"{count} × {line}" for line, count in Counter(broken).most_common(40)),
    ]
    print("\n".join(lines))  # noqa: T201  the command's output
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
