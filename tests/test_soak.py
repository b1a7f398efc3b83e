from pathlib import Path

from tests.soak import Plan, Soak


async def test_a_short_soak_loses_doubles_and_halves_nothing(url: str, tmp_path: Path) -> None:
    report = await Soak(Plan(messages=50, kills=3), url, tmp_path).run()
    assert report.clean, report
    assert report.messages == report.acknowledged == 50
    assert report.kills == 3
    assert report.delivered_after_seconds < 60
