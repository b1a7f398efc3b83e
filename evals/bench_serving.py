"""Starts ``firstline serve`` as a customer would meet it: how soon it is ready, what it weighs."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from evals.errors import RunError

_PATIENCE = 120.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Serving:
    """A serving process, measured.

    Attributes:
        start_seconds: From the command to the first good ``/readyz``.
        idle_megabytes: Resident memory when it was ready.
        busy_megabytes: Resident memory after the messages.
        http_milliseconds: Time of each message over HTTP, store included.
    """

    start_seconds: float
    idle_megabytes: float
    busy_megabytes: float
    http_milliseconds: tuple[float, ...]


def measure_serving(data: Path, messages: Sequence[str]) -> Serving:
    """Serve the index of a data folder from a folder of its own, and write to it.

    Args:
        data: Its index and models are used; nothing is written to it.
        messages: Each opens a conversation of its own.

    Raises:
        RunError: It does not become ready.
    """
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        here = Path(folder)
        for name in ("index", "models"):
            if (data / name).exists():
                (here / name).symlink_to((data / name).resolve())
        port = _free_port()
        base = f"http://127.0.0.1:{port}"
        started = time.perf_counter()
        with (
            _served(here, port) as process,
            httpx.Client(base_url=base, timeout=30, trust_env=False) as client,
        ):
            _wait(client, process)
            ready = time.perf_counter() - started
            idle = _megabytes(process)
            times = tuple(_write(client, text) for text in messages)
            return Serving(ready, idle, _megabytes(process), times)


@contextmanager
def _served(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "bot.cli", "serve", "--data", str(data), "--port", str(port)]
    limits = {"FIRSTLINE_WEB__MESSAGES_PER_MINUTE": "100000"}
    process = subprocess.Popen(  # noqa: S603  fixed arguments, no shell
        command,
        env={**os.environ, **limits},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RunError(f"firstline serve ended with code {process.returncode}")
        try:
            if client.get("/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.05)
    raise RunError(f"firstline serve was not ready after {_PATIENCE:.0f} s")


def _write(client: httpx.Client, text: str) -> float:
    opened = client.post("/v1/conversations", json={})
    opened.raise_for_status()
    row = opened.json()
    started = time.perf_counter()
    client.post(
        f"/v1/conversations/{row['id']}/messages",
        json={"text": text, "client_id": secrets.token_hex(8)},
        headers={"Authorization": f"Bearer {row['token']}"},
    ).raise_for_status()
    return (time.perf_counter() - started) * 1000


def _megabytes(process: subprocess.Popen[bytes]) -> float:
    resident = psutil.Process(process.pid).memory_info().rss
    return float(resident) / _MEGABYTE


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
