"""API keys, tokens and private keys: by their shapes, and by the words right beside them."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued

_KEY_SHAPES = re.compile(
    r"""\b(?:
      (?:sk|pk|rk)[-_](?:live_|test_|proj-|ant-|or-)?[A-Za-z0-9_\-]{16,200}
    | gh[pousr]_[A-Za-z0-9]{20,255} | github_pat_[A-Za-z0-9_]{20,255} | glpat-[A-Za-z0-9_\-]{16,64}
    | xox[abeoprs]-[A-Za-z0-9\-]{10,255} | (?:AKIA|ASIA|AGPA|AIDA)[A-Z0-9]{16} | AIza[A-Za-z0-9_\-]{30,40}
    | npm_[A-Za-z0-9]{30,40} | pypi-[A-Za-z0-9_\-]{16,255} | hf_[A-Za-z0-9]{20,64} | ya29\.[A-Za-z0-9_\-]{20,255}
    | SG\.[A-Za-z0-9_\-]{16,64}\.[A-Za-z0-9_\-]{16,64} | whsec_[A-Za-z0-9]{16,64}
    | eyJ[A-Za-z0-9_\-]{8,2000}\.eyJ[A-Za-z0-9_\-]{4,4000}(?:\.[A-Za-z0-9_\-]{0,1000})?
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
)
# "postgres://anna:secret@db.example.com": user, password and host at once, whatever they look like.
_CREDENTIALS = re.compile(
    r"(?<=://)[^\s:/@\ue000-\uf8ff]{0,64}:[^\s/\ue000-\uf8ff]{1,128}@[\w.\-\[\]]{1,128}"
)
_KEY_CUE = Cued(
    "api|key|token|secret|session|bearer|seed",
    r"\b(?:api[ _-]?(?:key|token|secret)|secret[ _-]?(?:key|access key)|access[ _-]?(?:key|token)(?:[ _-]id)?"
    r"|api[ _-]?(?:schl[uü](?:e)?ssel|sleutel)|cl[eé] (?:d'?)?api|clave (?:de )?api|chiave api|client[ _-]?secret|auth(?:entication|orization)?[ _-]?(?:token|key)|private key|bearer|refresh token"
    r"|session (?:token|id)|webhook secret|token|seed phrase)\b"
    r"[\s:=\"'`]{0,4}(?:(?:is|was|here)\b[\s:=\"'`]{0,3})?([A-Za-z0-9_\-.+/=~]{12,4000})",
)


def find(text: str) -> Iterator[Finding]:
    """Keys and tokens; a link with user and password whole up to its host."""
    lower = text.lower()
    for match in _KEY_SHAPES.finditer(text):
        if any(map(str.isdigit, match.group())) or len(match.group()) > 30:
            yield Finding(*match.span(), "API_KEY", 0.99)
    if "://" in lower and "@" in lower:
        for match in _CREDENTIALS.finditer(text):
            yield Finding(*match.span(), "API_KEY", 1.0)
    if "private key" in lower:
        for match in _PRIVATE_KEY.finditer(text):
            yield Finding(*match.span(), "API_KEY", 1.0)
    if (
        "key" in lower
        or "secret" in lower
        or "token" in lower
        or "bearer" in lower
        or "session" in lower
        or "api" in lower
    ):
        for match in _KEY_CUE.finditer(text):
            value = match.group(1).rstrip(".")
            if any(map(str.isdigit, value)) and any(map(str.isalpha, value)):
                yield Finding(match.start(1), match.start(1) + len(value), "API_KEY", 0.9)
