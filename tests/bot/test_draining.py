import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.store import Store

TURN_SECONDS = 3.0


@contextmanager
def server(url: str, data: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-m", "tests.draining_server", url, str(data), str(TURN_SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        assert running.stdout is not None
        try:
            yield running, f"http://127.0.0.1:{running.stdout.readline().strip()}"
        finally:
            running.kill()


def arrive(http: httpx.Client) -> tuple[str, dict[str, str]]:
    for _ in range(200):
        try:
            made = http.post("/v1/conversations", json={}).raise_for_status().json()
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return made["id"], {"Authorization": f"Bearer {made['token']}"}
    pytest.fail("the server does not answer")


def test_a_server_told_to_stop_finishes_its_turn_and_ends_its_streams(
    tmp_path: Path, sqlite_blank: Path
) -> None:
    shutil.copyfile(sqlite_blank, tmp_path / "firstline.db")
    url = f"sqlite:///{tmp_path / 'firstline.db'}"
    answered: list[httpx.Response] = []
    with server(url, tmp_path) as (running, address):
        assert running.stdout is not None
        with httpx.Client(base_url=address, timeout=60) as http:
            conversation_id, headers = arrive(http)
            path = f"/v1/conversations/{conversation_id}"

            def write() -> None:
                body = {"text": "how do I freeze it", "client_id": "one"}
                answered.append(http.post(f"{path}/messages", json=body, headers=headers))

            with http.stream("GET", f"{path}/events", headers=headers) as stream:
                lines = stream.iter_lines()
                next(lines)
                writing = threading.Thread(target=write)
                writing.start()
                assert running.stdout.readline() == "deciding\n"
                running.send_signal(signal.SIGTERM)
                told = time.monotonic()
                list(lines)  # until the server ends the stream
            writing.join(30)
        running.wait(30)
        took = time.monotonic() - told
    assert [each.status_code for each in answered] == [200]
    assert answered[0].json()["decision"] == "answer"
    assert took < TURN_SECONDS + 25  # far from the half minute after which it is cut off
    assert running.returncode in {0, -signal.SIGTERM}
    store = Store(url)
    turns = store.load(conversation_id).turns
    store.close()
    assert [each.id for each in turns][-1] == answered[0].json()["turn_id"]
    assert [each.client_id for each in turns] == ["one", None]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz")
