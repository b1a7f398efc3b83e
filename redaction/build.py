"""Puts a redactor together. The one place that imports the vendor's detector, and only when asked."""

from redaction.config import RedactionSettings
from redaction.detector import Detector
from redaction.detector_rules import RuleDetector
from redaction.redactor import Redactor


def build_redactor(settings: RedactionSettings, key: bytes) -> Redactor:
    """The redactor for these settings.

    Args:
        settings: What is masked and what is kept.
        key: At least 16 secret bytes that fingerprint values for their placeholders.

    Raises:
        redaction.detector_presidio.ModelMissingError: The language model for names is not installed.
    """
    detectors: list[Detector] = [RuleDetector(settings.phone_regions)]
    if settings.named_entities:
        from redaction.detector_presidio import PresidioDetector  # loads spaCy: seconds

        detectors.append(PresidioDetector(settings.keep_names))
    return Redactor(detectors, key, settings)
