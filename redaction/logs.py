"""The second lock: a filter that redacts whatever reaches the log in spite of the first."""

import logging
import sys
import threading
import traceback
from types import TracebackType

from redaction.config import RedactionSettings
from redaction.detector_rules import RuleDetector
from redaction.redactor import WITHHELD, Redactor


class RedactingFilter(logging.Filter):
    """Redacts message, arguments, exception and stack of every record.

    It belongs on the handlers of the root logger: a filter on a logger does not see the records of
    its children. Only the rules run, no language model.

    Args:
        key: The redaction key, at least 16 bytes.
        settings: What is masked; named entities are ignored here.
    """

    def __init__(self, key: bytes, settings: RedactionSettings | None = None) -> None:
        super().__init__()
        settings = settings or RedactionSettings()
        self._redactor = Redactor(
            [RuleDetector(settings.phone_regions, settings.id_countries)], key, settings
        )

    def crashed(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """Prints what nobody caught, redacted; in place of ``sys.excepthook``."""
        told = "".join(traceback.format_exception(kind, error, trace))
        print(self._clean(told), file=sys.stderr, end="")  # noqa: T201  as the hook does

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - arguments that don't fit must not stop or leak
            message = f"{WITHHELD} (log arguments do not fit the message)"
        record.msg, record.args = self._clean(message), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self._clean("".join(traceback.format_exception(*record.exc_info)))
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        return True

    def _clean(self, text: str) -> str:
        try:
            return self._redactor.redact(text).text
        except Exception:  # noqa: BLE001 - fail closed: better no line than a leak
            return WITHHELD


def protect_root(key: bytes, settings: RedactionSettings | None = None) -> RedactingFilter:
    """Put one filter on every handler the root logger has now; call it after they are set up.

    What nobody catches, in any thread, and what Python warns of is redacted from now on, too.
    """
    lock = RedactingFilter(key, settings)
    for handler in logging.getLogger().handlers:
        handler.addFilter(lock)
    logging.captureWarnings(capture=True)
    sys.excepthook = lock.crashed
    threading.excepthook = lambda each: lock.crashed(
        each.exc_type, each.exc_value, each.exc_traceback
    )
    sys.unraisablehook = lambda each: lock.crashed(
        each.exc_type, each.exc_value, each.exc_traceback
    )
    return lock
