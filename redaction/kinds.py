"""The kinds of personal data, in the order in which one wins over another."""

import re

KINDS = (
    "IBAN",  # its tail can look like a card
    "CARD",
    "CRYPTO",
    "API_KEY",
    "EMAIL",
    "PASSWORD",
    "CVV",
    "PIN",
    "CODE",
    "EXPIRY",
    "SSN",
    "NATIONAL_ID",
    "PASSPORT",
    "LICENCE",
    "HEALTH_ID",
    "DEVICE",
    "IP",
    "DOB",
    "ACCOUNT",
    "PHONE",
    "ADDRESS",
    "POSTCODE",
    "PLATE",
    "NAME",
)
"""Every kind a finding may carry; where two findings overlap, the earlier kind wins."""

RANK = {kind: place for place, kind in enumerate(KINDS)}

ALWAYS_MASKED = frozenset({"CARD", "CVV", "PIN", "PASSWORD", "API_KEY", "CODE"})
"""Kinds that no setting can uncover: no keep pattern, no smallest score, not ``off``."""

RESTORABLE = frozenset({"EMAIL", "PHONE", "NAME", "ADDRESS", "POSTCODE"})
"""Kinds whose values a vault may keep, encrypted, for agents. All others are gone for good."""

PLACEHOLDER = re.compile(rf"\[({'|'.join(KINDS)})_([1-9][0-9]{{0,3}})\]")
"""A placeholder as it stands in a redacted text."""

# What was masked stands in the detectors' view as one private-use character, one for each kind:
# neither letter, digit, space nor separator, so no pattern reaches across it.
_FIRST_MASK = 0xE000
FOREIGN_MASK = re.compile(f"[{chr(_FIRST_MASK)}-{chr(_FIRST_MASK + len(KINDS) - 1)}]")
"""The mask characters, for cleaning them out of a customer's own text."""


def mask_of(kind: str) -> str:
    """The private-use character that stands for a masked value of this kind."""
    return chr(_FIRST_MASK + RANK[kind])
