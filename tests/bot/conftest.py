"""Fixtures for the tests of the assistant and its service."""

from collections.abc import Iterator

import pytest

from bot.store import Store


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The records of an installation, on SQLite and on PostgreSQL."""
    store = Store(url)
    yield store
    store.close()
