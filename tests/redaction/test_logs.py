import io
import logging
import subprocess
import sys
import threading
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


def test_a_stack_and_a_trace_that_were_written_before_are_redacted() -> None:
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", None, None)
    record.stack_info = f"Stack: {CARD}"
    record.exc_text = f"ValueError: {CARD}"
    assert RedactingFilter(b"k" * 16).filter(record)
    assert (record.stack_info, record.exc_text) == ("Stack: [CARD_1]", "ValueError: [CARD_1]")


@pytest.mark.parametrize(
    "crash",
    [
        "int(card)",
        "import threading; t = threading.Thread(target=int, args=(card,)); t.start(); t.join()",
        "import warnings; warnings.warn(f'odd value {card}')",
        "class Bad:\n    def __del__(self): int(card)\nBad()",
        "logging.getLogger('x').error('got %s', card)",
        "logging.getLogger('x').error('got', extra={'n': 1}, stack_info=True)",
    ],
)
def test_nothing_that_a_process_prints_by_itself_holds_a_card(crash: str) -> None:
    code = (
        "import logging; logging.basicConfig()\n"
        "from redaction.logs import protect_root\n"
        "protect_root(b'k' * 16)\n"
        f"card = ' '.join(['4111'] + ['1111'] * 3)\n{crash}\n"
    )
    ran = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    printed = ran.stdout + ran.stderr
    assert printed
    assert "1111 1111" not in printed
    assert "[CARD_1]" in printed or "stack" in crash


def test_the_root_handlers_get_the_lock() -> None:
    handler = logging.NullHandler()
    root = logging.getLogger()
    root.addHandler(handler)
    before = {id(each): list(each.filters) for each in root.handlers}
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    lock = protect_root(b"k" * 16)
    try:
        assert all(lock in each.filters for each in root.handlers)
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(capture=False)
        for each in root.handlers:
            each.filters = before[id(each)]
        root.removeHandler(handler)
