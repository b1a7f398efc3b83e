"""A small identity provider on the loopback, whose every answer a test can spoil."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT = "firstline"
SECRET = "a-long-secret-of-the-client-1234567890"  # noqa: S105  of this provider alone


@dataclass
class IdentityProvider:
    """Its state.

    Attributes:
        url: Its address, and its name.
        claims: Put over the right claims of the next ID tokens; ``None`` takes one away.
        header: Put over the right header.
        key: Signs ID tokens.
        published: What the key set shows; the signing key where empty.
        answer: Given in place of an endpoint's answer: ``jwks``, ``token`` or ``discovery``.
    """

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    published: list[Any] = field(default_factory=list)
    answer: dict[str, bytes] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    drip: float = 0.0

    def log_in(self, url: str) -> dict[str, str]:
        """What a person's browser brings back after logging in at ``url``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        )
        if (
            asked is None
            or authorization != f"Basic {basic}"
            or asked["code_challenge"] != challenge.rstrip(b"=").decode()
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, b'{"error": "invalid_grant"}'
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "u1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "ana@example.com",
            "email_verified": True,
            "name": "Ana Gil",
            "groups": ["support"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return 200, json.dumps(
            {"access_token": "at", "token_type": "Bearer", "id_token": self.signed(header, claims)}
        ).encode()

    def signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        if header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) + "."
        key = OctKey.import_key(SECRET) if header["alg"].startswith("HS") else self.key
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])

    def body(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        name = {"/.well-known/openid-configuration": "discovery"}.get(path, path[1:])
        self.asked.append(name)
        if name in self.answer:
            return 200, self.answer[name]
        if name == "discovery":
            names = {"authorization_endpoint": "login", "token_endpoint": "token",
                     "jwks_uri": "jwks"}  # fmt: skip
            urls = {key: f"{self.url}/{page}" for key, page in names.items()}
            return 200, json.dumps({"issuer": self.url, **urls}).encode()
        if name == "jwks":
            keys = [key.as_dict(private=False) for key in self.published or [self.key]]
            return 200, json.dumps({"keys": keys}).encode()
        return self.token(form, authorization)


def new_key(kid: str, *, elliptic: bool = False) -> Any:
    """A fresh signing key."""
    if elliptic:
        return ECKey.generate_key("P-256", {"kid": kid})
    return RSAKey.generate_key(2048, {"kid": kid})


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Runs one until the block ends."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            self._serve({name: values[0] for name, values in form.items()})

        def _serve(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            status, body = provider.body(path, form, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            try:
                for start in range(0, len(body), 4096):
                    self.wfile.write(body[start : start + 4096])
                    if provider.drip:
                        time.sleep(provider.drip)
            except OSError:
                return  # the other side had enough

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
