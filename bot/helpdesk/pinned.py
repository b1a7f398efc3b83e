"""Sends a request to an address that was judged, so that a name can't lead elsewhere meanwhile."""

import ssl

import httpx

from bot.helpdesk.network import Networks


class Pinned(httpx.AsyncBaseTransport):
    """Sends a request to an address that was judged; certificates are checked for the name."""

    def __init__(self, networks: Networks, context: ssl.SSLContext) -> None:
        self._networks = networks
        self._inner = httpx.AsyncHTTPTransport(verify=context, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Try the addresses of a host in turn, each of them judged."""
        url = request.url
        encrypted = url.scheme == "https"
        port = url.port or (443 if encrypted else 80)
        *others, last = await self._networks.addresses(url.host, port, encrypted=encrypted)
        for address in others:
            try:
                return await self._send(request, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._send(request, last)

    async def _send(self, request: httpx.Request, address: str) -> httpx.Response:
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,  # with the name as host
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._inner.aclose()
