from pathlib import Path

from tests.bot.api.fuzz import fuzz, target


def test_no_request_breaks_the_server_or_its_description(tmp_path: Path) -> None:
    with target(tmp_path) as at:
        statuses, broken = fuzz(at, examples=8)
    assert broken == []
    groups = {line.rsplit(" ", 1)[1][0] for line in statuses}
    assert {"2", "4"} <= groups <= {"2", "3", "4"}
