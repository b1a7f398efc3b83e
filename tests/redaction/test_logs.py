import io
import logging
from collections.abc import Iterator

import pytest

from redaction.logs import RedactingFilter, protect_root

CARD = "4111 1111 1111 1111"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter(b"k" * 16))
    logger = logging.getLogger("test.redaction.logs")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)


def test_message_and_arguments_are_redacted(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.info("got %s from %s", CARD, "joe@mail.com")
    assert stream.getvalue() == "got [CARD_1] from [EMAIL_1]\n"


def test_exceptions_are_redacted(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    try:
        int(CARD)
    except ValueError:
        logger.exception("failed")
    assert "1111" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()


def test_arguments_that_do_not_fit_leak_nothing(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.info("one %s", CARD, CARD)  # noqa: PLE1205 - the mistake under test
    assert "1111" not in stream.getvalue()
    assert "[withheld]" in stream.getvalue()


def test_the_root_handlers_get_the_lock() -> None:
    handler = logging.NullHandler()
    root = logging.getLogger()
    root.addHandler(handler)
    before = {id(each): list(each.filters) for each in root.handlers}
    lock = protect_root(b"k" * 16)
    try:
        assert all(lock in each.filters for each in root.handlers)
    finally:
        for each in root.handlers:
            each.filters = before[id(each)]
        root.removeHandler(handler)
