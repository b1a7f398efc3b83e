import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.api.transport import BoundedProtocol

BIG = 8_000_000


class Hasty(BoundedProtocol):
    head_seconds = 0.4
    stalled_seconds = 0.5


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def big(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(b"x" * BIG)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), Route("/big", big)])
    server = uvicorn.Server(
        uvicorn.Config(app, http=Hasty, log_config=None, lifespan="off", timeout_keep_alive=5)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(5)
    listener.close()


def closes_within(connection: socket.socket, seconds: float) -> bool:
    connection.settimeout(seconds)
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize(
    "pieces", [[], [b"G"], [b"GET / HTTP/1.1\r\n", b"Host: a\r\n", *[b"X: y\r\n"] * 20]]
)
def test_a_head_that_never_ends_is_cut_off(port: int, pieces: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        began = time.monotonic()
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.05)
        except OSError:
            return
        assert closes_within(connection, 2)
        assert time.monotonic() - began < 2


def test_a_slow_body_and_a_second_request_are_served(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(2):
            connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n")
            for letter in (b"a", b"b", b"c", b"d"):
                time.sleep(0.15)
                connection.sendall(letter)
            connection.settimeout(2)
            answer = b""
            while not answer.endswith(b"abcd"):
                answer += connection.recv(1000)
            time.sleep(0.6)  # between requests the server's own, longer patience holds


def test_the_second_request_is_watched_as_well(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.settimeout(2)
        assert b"200 OK" in connection.recv(1000)
        connection.sendall(b"GET / HT")
        assert closes_within(connection, 2)


def asks_for_much(port: int) -> socket.socket:
    connection = socket.socket()
    connection.connect(("127.0.0.1", port))
    connection.settimeout(10)
    connection.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
    return connection


def received(connection: socket.socket, at_once: int, pause: float = 0.0) -> int:
    got = 0
    while got < BIG:
        try:
            piece = connection.recv(at_once)
        except ConnectionResetError:
            break
        if not piece:
            break
        got += len(piece)
        time.sleep(pause)
    return got


def test_a_reader_that_takes_nothing_is_cut_off(port: int) -> None:
    with asks_for_much(port) as connection:
        time.sleep(1.5)
        assert received(connection, 1_000_000) < BIG


def test_a_slow_reader_gets_all_however_long_it_takes(port: int) -> None:
    with asks_for_much(port) as connection:
        began = time.monotonic()
        assert received(connection, 400_000, 0.05) >= BIG
        assert time.monotonic() - began > 0.5
