"""What wins over a keep pattern, however it is written."""

from redaction.findings import Finding
from redaction.kinds import ALWAYS_MASKED
from redaction.recognisers import identity, phone

_NEVER_KEPT = ALWAYS_MASKED | {"EXPIRY", "IBAN", "SSN", "DOB"}
_IDS = frozenset({"NATIONAL_ID", "PASSPORT", "LICENCE", "HEALTH_ID"})


def outranks_keep(text: str, finding: Finding, phone_regions: tuple[str, ...]) -> bool:
    """Whether a finding is masked inside a keep pattern's match too.

    Secrets, IBANs, social security numbers and dates of birth are; so are other ids of the state
    whose form and check digits fit, and phone numbers that are called so and are valid. A bare
    number that only could be one stays: far more of them are order numbers.
    """
    if finding.kind in _NEVER_KEPT:
        return True
    value = text[finding.start : finding.end]
    if finding.kind in _IDS:
        return identity.is_shaped(value)
    told = finding.kind == "PHONE" and finding.score >= phone.TOLD
    return told and phone.is_valid(value, phone_regions)
