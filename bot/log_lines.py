"""Log lines as JSON, one object each, for those who gather logs."""

import json
import logging
import re
from datetime import UTC, datetime

_PAIR = re.compile(r"(?<!\S)([a-z_]+)=(\S+)")
_OURS = frozenset({"at", "level", "logger", "message", "exception"})


class JsonLines(logging.Formatter):
    """Time, level, logger and message; ``name=value`` pairs of the message as fields, too.

    It writes what the redacting filter of the handler leaves.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        message = record.getMessage()
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
        }
        pairs = _PAIR.findall(message)
        line |= {name: value for name, value in pairs if name not in _OURS}
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)
