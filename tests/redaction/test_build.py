import subprocess
import sys

import pytest
from pydantic import ValidationError

from redaction.build import build_redactor
from redaction.config import RedactionSettings


def test_rules_alone_load_no_language_model() -> None:
    code = (
        "import sys; from redaction.build import build_redactor;"
        "from redaction.config import RedactionSettings;"
        "build_redactor(RedactionSettings(named_entities=False), b'k' * 16).redact('hi 1');"
        "print([each for each in ('presidio_analyzer', 'spacy') if each in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "options",
    [{"phone_regions": ("UK",)}, {"keep": ("(",)}, {"off": {"CARDS"}},
     {"min_scores": {"X": 1}}, {"x": 1}],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RedactionSettings.model_validate(options)


def test_named_entities_can_be_off() -> None:
    redactor = build_redactor(RedactionSettings(named_entities=False), b"k" * 16)
    assert redactor.redact("ask Torvik Haldane").text == "ask Torvik Haldane"
