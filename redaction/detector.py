"""The seam for anything that finds personal data."""

from typing import Protocol, runtime_checkable

from redaction.findings import Finding


class Detector(Protocol):
    """Finds personal data in a text."""

    def detect(self, text: str, locale: str) -> list[Finding]:
        """Spans of personal data; they may overlap.

        Args:
            text: The message. What is masked already stands in it as one private-use character
                each (``redaction.kinds.mask_of``), which no finding may contain.
            locale: Language of the conversation, such as ``en`` or ``de-AT``.
        """
        ...


@runtime_checkable
class Remembering(Detector, Protocol):
    """A detector that saves work when it sees one text again with masks."""

    def afresh(self) -> Detector:
        """A detector for one text, which forgets everything with it."""
        ...
