from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.tombstones import add_tombstones, merge_tombstones, read_tombstones

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AT = "2026-11-23T09:00:00+00:00"


def test_ids_are_kept_once_and_by_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "erased.jsonl"
    assert read_tombstones(path) == {}
    add_tombstones(path, ["a", "b"], NOW)
    merge_tombstones(path, {"b": "later", "c": AT})
    assert read_tombstones(path) == {"a": AT, "b": AT, "c": AT}
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().count("\n") == 3


@pytest.mark.parametrize("rest", ['{"conv', '{"conversation": "z", "at": "t"}'])
def test_a_line_that_was_cut_off_is_left_out_and_written_over(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "erased.jsonl"
    add_tombstones(path, ["a"], NOW)
    path.write_text(path.read_text() + rest)
    assert read_tombstones(path) == {"a": AT}
    add_tombstones(path, ["b"], NOW)
    assert read_tombstones(path) == {"a": AT, "b": AT}


def test_a_damaged_line_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "erased.jsonl"
    path.write_text('{"conversation": "a", "at": "t"}\nno\n{"conversation": "b", "at": "t"}\n')
    with pytest.raises(ConfigurationError, match="line 2 cannot be read"):
        read_tombstones(path)
