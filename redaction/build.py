"""Puts a redactor together; imports the vendor's detector only when it is asked for."""

from redaction.config import RedactionSettings
from redaction.detector import Detector
from redaction.detector_rules import RuleDetector
from redaction.keep import build_keep
from redaction.redactor import Redactor


def build_redactor(settings: RedactionSettings, key: bytes) -> Redactor:
    """The redactor for these settings.

    Args:
        settings: What is masked and what is kept.
        key: At least 16 secret bytes that fingerprint values for their placeholders.

    Raises:
        redaction.keep.KeepFileError: The file of what is kept cannot be used.
        redaction.name_model.ModelMissingError: The language model is not installed.
        redaction.name_model.ModelHashError: Its files are not the pinned ones.
    """
    keep = build_keep(settings)
    detectors: list[Detector] = [RuleDetector(settings.phone_regions, settings.id_countries)]
    if settings.named_entities:
        # Here, not above: it loads spaCy, which takes seconds and which rules alone don't need.
        from redaction.detector_presidio import PresidioDetector

        detectors.append(PresidioDetector(keep.names))
    return Redactor(detectors, key, settings, keep)
