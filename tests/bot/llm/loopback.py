"""A server on loopback that speaks the OpenAI protocol, well or badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Asked = dict[str, Any]
Say = Callable[[Asked], str]


@dataclass
class Loopback:
    """What the server does and what it was asked.

    Attributes:
        mode: ``well``, ``hang``, ``half``, ``garbage``, ``endless``, ``endless-line`` or a status.
        say: Makes the reply's text.
        asked: Bodies of the requests.
        raw: Requests as they came over the wire, heads included.
        sent: Bytes that the client took.
    """

    mode: str = "well"
    say: Say = lambda _: "Open Cards and tap Freeze. [1]"
    asked: list[Asked] = field(default_factory=list)
    raw: bytes = b""
    sent: int = 0
    pause: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    base_url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length")
            )
            body = await reader.readexactly(length)
            self.raw += head + body
            self.asked.append(json.loads(body))
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            try:
                await self._answer(self.asked[-1], reader, writer)
            finally:
                self.at_once -= 1
        writer.close()

    async def _answer(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await asyncio.sleep(self.pause)
        if self.mode == "hang":
            await reader.read()  # until the client has gone
        elif self.mode.isdigit():
            await self._send(writer, _head(int(self.mode), "application/json", 2) + b"{}")
        elif self.mode == "garbage":
            await self._send(writer, _head(200, "application/json", 8) + b"\xff\x00 {{[[<")
        elif self.mode.startswith("endless"):
            await self._endless(writer, streams=bool(asked.get("stream")))
        elif asked.get("stream"):
            await self._stream(writer, self.say(asked))
        else:
            text = self.say(asked)
            usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
            whole = json.dumps(
                {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "m",
                    "usage": usage,
                    "choices": [
                        {
                            "index": 0,
                            "finish_reason": "stop",
                            "message": {"role": "assistant", "content": text},
                        }
                    ],
                }
            ).encode()
            half = len(whole) // 2 if self.mode == "half" else len(whole)
            await self._send(writer, _head(200, "application/json", len(whole)) + whole[:half])

    async def _stream(self, writer: asyncio.StreamWriter, text: str) -> None:
        await self._send(writer, _head(200, "text/event-stream", None))
        words = text.split(" ")
        if self.mode == "half":
            words = words[: len(words) // 2]
        for place, word in enumerate(words):
            delta = {"content": word if place == 0 else f" {word}"}
            await self._send(writer, _event({"index": 0, "delta": delta, "finish_reason": None}))
        if self.mode == "half":
            return
        await self._send(writer, _event({"index": 0, "delta": {}, "finish_reason": "stop"}))
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        await self._send(writer, _event(None, usage))
        await self._send(writer, b"data: [DONE]\n\n")

    async def _endless(self, writer: asyncio.StreamWriter, *, streams: bool) -> None:
        """A gigabyte, as long as anybody reads."""
        kind = "text/event-stream" if streams else "application/json"
        await self._send(writer, _head(200, kind, None))
        if not streams or self.mode == "endless-line":
            await self._send(writer, b'data: {"choices": [{"delta": {"content": "')
            block = b"x" * 65536
        else:
            word = {"index": 0, "delta": {"content": "more "}, "finish_reason": None}
            block = _event(word) * 500
        while self.sent < 1_000_000_000:
            await self._send(writer, block)

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        await writer.drain()
        self.sent += len(data)


def _head(status: int, kind: str, length: int | None) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def _event(choice: dict[str, Any] | None, usage: dict[str, int] | None = None) -> bytes:
    body = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [] if choice is None else [choice],
        "usage": usage,
    }
    return f"data: {json.dumps(body)}\n\n".encode()


@asynccontextmanager
async def loopback(mode: str = "well", **more: Any) -> AsyncIterator[Loopback]:
    """A server that runs while the body does."""
    served = Loopback(mode, **more)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    served.base_url = f"http://127.0.0.1:{port}/v1"
    try:
        yield served
    finally:
        server.close()


def number_of(asked: Asked, words: str) -> int:
    """The number of the passage in a prompt that holds some words."""
    user = asked["messages"][-1]["content"]
    for number in range(1, 7):
        passage = user.partition(f"[{number}] ")[2].partition(f"\n\n[{number + 1}] ")[0]
        if words in passage.partition("</passages>")[0]:
            return number
    raise LookupError(words)
