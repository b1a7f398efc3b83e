"""The real ``firstline serve`` in a process of its own, which can be killed and started again."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 300.0
"""Seconds until it has to answer; the first start builds the index."""


class Served:
    """A server on a data folder and a port that stays the same.

    Args:
        data: The data folder.
        settings: Environment variables of the server.
    """

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._command = [
            sys.executable, "-m", "bot.cli", "serve",
            "--data", str(data), "--port", str(self._port),
        ]  # fmt: skip
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "MALLOC_ARENA_MAX": "1",
            "FIRSTLINE_LOG_LEVEL": "error",
            **(settings or {}),
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """Its process."""
        if self._process is None:
            raise RuntimeError("it does not run")
        return self._process.pid

    async def start(self) -> float:
        """Gives the seconds until it is ready."""
        began = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stderr=asyncio.subprocess.DEVNULL
        )
        while time.monotonic() - began < PATIENCE:
            if self._process.returncode is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}")
            if await self._is_ready():
                return time.monotonic() - began
            await asyncio.sleep(0.05)
        raise RuntimeError(f"the server at {self.address} does not answer")

    async def kill(self) -> None:
        """Kills it at once, as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def _is_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        try:
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return b" 200 " in await reader.readline()
        except OSError:
            return False
        finally:
            writer.close()
