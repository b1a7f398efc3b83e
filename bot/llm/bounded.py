"""HTTP clients for providers' packages that stop reading what is too long.

A package reads a whole reply, or a whole line of a stream, into memory before anybody can look at
it. So the bound stands under it, where bytes come in.
"""

from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

MOST_BYTES = 2_000_000
"""Bytes of a reply as sent: a stream needs some hundred bytes of wrapping a word."""


class ReplyTooLongError(OSError):
    """A reply went on and on."""


def bounded_transport(httpx: ModuleType, most: int = MOST_BYTES) -> Any:  # noqa: ANN401  of either httpx
    """A transport that breaks off a reply of more than ``most`` bytes.

    Args:
        httpx: httpx or its successor, whichever the provider's package works with.
        most: Bytes of a body, which may not be compressed: a little would become a lot.
    """

    class _Body(httpx.AsyncByteStream):  # type: ignore[misc, name-defined]  # of either httpx
        def __init__(self, stream: Any) -> None:  # noqa: ANN401
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in self._stream:
                read += len(chunk)
                if read > most:
                    raise ReplyTooLongError(f"a reply of more than {most} bytes")
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    class _Bounded(httpx.AsyncHTTPTransport):  # type: ignore[misc, name-defined]  # of either httpx
        async def handle_async_request(self, request: Any) -> Any:  # noqa: ANN401
            request.headers["accept-encoding"] = "identity"
            response = await super().handle_async_request(request)
            if response.headers.get("content-encoding", "identity") != "identity":
                await response.aclose()
                raise ReplyTooLongError("a compressed reply, which was not asked for")
            return httpx.Response(
                response.status_code,
                headers=response.headers,
                stream=_Body(response.stream),
                extensions=response.extensions,
            )

    # No connection outlives its call: the next one may come from another event loop.
    return _Bounded(retries=0, limits=httpx.Limits(max_keepalive_connections=0))
