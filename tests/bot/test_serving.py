import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


@pytest.mark.model
def test_the_command_serves_says_where_and_stops(kestrel_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(kestrel_data, tmp_path / "data")
    command = [sys.executable, "-u", "-m", "bot.cli", "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603  ours
        try:
            said = [line for line in said_until(server, "sign-in?token=") if "http://" in line]
            address = said[0].rpartition(" ")[2].strip()
            assert "/staff/sign-in?token=" in said[1]
            ready = httpx.get(f"{address}/readyz", timeout=30)
            assert ready.json()["status"] == "ready"
            assert "How can we help?" in httpx.get(address, timeout=30).text
            second = subprocess.run(  # noqa: S603  ours
                [*command[:-1], address.rpartition(":")[2]],
                capture_output=True, text=True, check=False, timeout=120,
            )  # fmt: skip
            assert second.returncode == 2
            assert "choose another with --port" in second.stderr
        finally:
            server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
    assert server.returncode in {0, -signal.SIGTERM}


def said_until(server: subprocess.Popen[str], words: str) -> Iterator[str]:
    """Lines of standard error up to the one with these words."""
    assert server.stderr is not None
    for line in server.stderr:
        yield line
        if words in line:
            return
    raise AssertionError(f"the server ended with {server.wait()}")
