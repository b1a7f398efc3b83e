"""Passwords, one-time codes, API keys and tokens."""

from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers import api_keys, assigned_secrets, codes, passwords, told_tokens


def find(text: str) -> Iterator[Finding]:
    """Values of passwords, codes and keys; never the words that name them."""
    yield from passwords.find(text)
    yield from assigned_secrets.find(text)
    yield from told_tokens.find(text)
    yield from codes.find(text)
    yield from api_keys.find(text)
