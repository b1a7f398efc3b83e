import pytest
from pydantic import ValidationError

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
