from pathlib import Path

import pytest
from pydantic import ValidationError

from retrieval import errors
from retrieval.config import RetrievalSettings


def test_every_setting_says_what_it_does() -> None:
    assert all(field.description for field in RetrievalSettings.model_fields.values())


@pytest.mark.parametrize(
    "wrong",
    [{"dense_weight": 1.1}, {"threads": 0}, {"model_sha256": "abc"}, {"colour": "red"}, {"b": -1}],
)
def test_nonsense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RetrievalSettings.model_validate(wrong)


def test_every_setting_and_error_is_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "retrieval.md").read_text("utf-8")
    for name, field in RetrievalSettings.model_fields.items():
        assert f"| `{name}` |" in page
        assert str(field.description) in page
    for name, member in vars(errors).items():
        if isinstance(member, type) and issubclass(member, errors.RetrievalError):
            assert f"`{name}`" in page
