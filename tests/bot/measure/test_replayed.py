from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.measure.replayed import ReplayFileError, read_replayed

LEAST = '{"conversation_id": "c1", "started_at": "2026-11-23T09:00:00", "turns": []}'
WHOLE = """{"conversation_id": "c2", "customer_id": "u", "channel": "web", "intent": "pin",
"started_at": "2026-11-23T10:00:00+01:00", "locale": "en", "is_test": true, "mine": 1,
"turns": [{"at": "2026-11-23T09:00:00Z", "speaker": "customer", "text": "hi"}],
"feedback": [{"at": "2026-11-23T09:00:00Z", "turn": 0, "helpful": true}],
"rating": {"at": "2026-11-23T09:00:00Z", "score": 5},
"handoff": {"at": "2026-11-23T09:00:00Z", "ticket_id": null}}""".replace("\n", " ")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "log.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_conversations_are_read_line_by_line_in_utc(tmp_path: Path) -> None:
    bare, whole = read_replayed(written(tmp_path, LEAST, "", WHOLE))
    assert bare.started_at == whole.started_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert (whole.is_test, whole.customer_id, whole.turns[0].text) == (True, "u", "hi")
    assert whole.handoff is not None
    assert whole.handoff.ticket_id is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not a JSON object"),
        ("[]", "line 2: the whole line"),
        (LEAST.replace("2026", "year"), "line 2: started_at"),
        (WHOLE.replace('"score": 5', '"score": 6'), "line 2: rating.score"),
        (WHOLE.replace('"speaker": "customer"', '"speaker": "me"'), "line 2: turns.0.speaker"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong_and_no_text(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(ReplayFileError, match=said):
        list(read_replayed(written(tmp_path, LEAST, line)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReplayFileError, match=r"log\.jsonl"):
        list(read_replayed(tmp_path / "log.jsonl"))
