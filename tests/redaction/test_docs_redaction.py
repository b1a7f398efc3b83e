from pathlib import Path

from redaction.config import RedactionSettings
from redaction.kinds import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "redaction.md").read_text(encoding="utf-8")


def test_the_page_names_every_kind_and_setting() -> None:
    names = (*KINDS, *RedactionSettings.model_fields)
    assert [name for name in names if f"`{name}`" not in PAGE] == []
