from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.measure.json_lines import ReplayFileError
from bot.measure.replayed import read_replayed

LEAST = '{"conversation_id": "c1", "started_at": "2026-11-23T09:00:00", "turns": []}'
WHOLE = """{"conversation_id": "c2", "customer_id": "u", "channel": "web", "intent": "pin",
"started_at": "2026-11-23T10:00:00+01:00", "locale": "en", "is_test": true, "mine": 1,
"turns": [{"at": "2026-11-23T09:00:00Z", "speaker": "customer", "text": "hi"},
{"at": "2026-11-23T09:00:01Z", "speaker": "assistant", "text": "Hello."}],
"feedback": [{"at": "2026-11-23T09:00:00Z", "turn": 1, "helpful": true}],
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
        ("{", "log.jsonl:2: not JSON"),
        ("[]", "log.jsonl:2: not a JSON object"),
        (b"\xff".decode("latin-1") * 3, "log.jsonl:2: not JSON"),
        (LEAST.replace("2026", "year"), r'2: started_at: .* \(not "year-11-23T09:00:00"\)'),
        (WHOLE.replace('"score": 5', '"score": 6'), r"2: rating.score: .* \(not 6\)"),
        (WHOLE.replace('"score": 5', '"score": 1e999'), "1e999 is too large a number"),
        (WHOLE.replace('"speaker": "customer"', '"speaker": "me"'), r"2: turns.0.speaker"),
        (WHOLE.replace('"text": "hi"', '"text": 4111111'), "2: turns.0.text: .* string$"),
        (WHOLE.replace('"turn": 1', '"turn": 0'), "2: feedback on turn 0, which is the customer's"),
        (WHOLE.replace("T09:00:01Z", "T08:59:59Z"), "2: turn 1 at .* is before turn 0 at .*"),
        (
            WHOLE.replace('"mine": 1', '"closed_at": "2026-11-23T01:00Z"'),
            "2: closed_at .* is before",
        ),
        (LEAST.replace("2026-11-23T09:00:00", "0001-01-01T00:00:00+14:00"), "beyond the calendar"),
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


def test_a_torn_last_line_is_left_out_where_somebody_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    file = written(tmp_path, LEAST, WHOLE[:30])
    assert len(list(read_replayed(file, torn=told.append))) == 1
    assert told
    assert told[0].startswith("log.jsonl:2: ")
    with pytest.raises(ReplayFileError, match=r"log\.jsonl:1"):
        list(read_replayed(written(tmp_path, WHOLE[:30], LEAST), torn=told.append))
