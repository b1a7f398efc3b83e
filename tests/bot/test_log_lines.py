import io
import json
import logging

from bot.log_lines import JsonLines
from redaction.logs import RedactingFilter


def logger() -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    handler.addFilter(RedactingFilter(b"k" * 32))
    made = logging.Logger("bot.api.access")
    made.addHandler(handler)
    return made, out


def test_a_line_is_one_object_with_the_pairs_as_fields() -> None:
    log, out = logger()
    log.info("method=%s route=%s status=%d level=x", "GET", "/v1/handoffs", 200)
    log.warning("two\nlines")
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["method"], first["route"], first["status"]) == ("GET", "/v1/handoffs", "200")
    assert (first["level"], first["logger"]) == ("info", "bot.api.access")
    assert first["at"].endswith("+00:00")
    assert second["message"] == "two\nlines"


def test_what_the_filter_masks_is_masked_everywhere() -> None:
    log, out = logger()
    try:
        int("jane@example.com")
    except ValueError:
        log.exception("failed for=jane@example.com")
    line = json.loads(out.getvalue())
    assert "jane" not in out.getvalue()
    assert "ValueError" in line["exception"]
