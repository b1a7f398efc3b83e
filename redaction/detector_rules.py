"""The detector made of our own recognisers: no model, well under a millisecond a message."""

import re
from collections.abc import Callable, Iterator

from redaction.findings import Finding
from redaction.normalise import Canonical, fold, spell_digits
from redaction.recognisers import (
    accounts,
    address,
    birth,
    card_secrets,
    cards,
    devices,
    email,
    iban,
    identity,
    known_names,
    names,
    phone,
    secrets,
    weighed,
)
from redaction.recognisers.identity_shapes import COUNTRIES
from redaction.recognisers.talk import SECRETS

Family = Callable[[str], Iterator[Finding]]

# What a rule takes for one of these may be a secret, and those two are never restored.
_VAGUE = frozenset({"PHONE", "POSTCODE", "PLATE", "NAME"})
_DIGIT = re.compile(r"\d")
_LETTER_FAMILIES: tuple[Family, ...] = (
    email.find,
    secrets.find,
    names.find,
    known_names.find,
    address.find,
)
_DIGIT_FAMILIES: tuple[Family, ...] = (
    card_secrets.find,
    iban.find,
    accounts.find,
    birth.find,
    devices.find,
)
_SPELLED_FAMILIES: tuple[Family, ...] = (
    cards.find,
    card_secrets.find,
    secrets.find,
    accounts.find,
)


class RuleDetector:
    """Runs every family over the canonical views of a text and maps what they find back.

    Args:
        phone_regions: Whose national telephone numbers are found.
        id_countries: Whose ids are found by their shape alone.
    """

    def __init__(
        self,
        phone_regions: tuple[str, ...] = phone.DEFAULT_REGIONS,
        id_countries: tuple[str, ...] = COUNTRIES,
    ) -> None:
        def phones(text: str) -> Iterator[Finding]:
            return phone.find(text, phone_regions)

        def ids(text: str) -> Iterator[Finding]:
            return identity.find(text, id_countries)

        self._digit_families = (cards.find, *_DIGIT_FAMILIES, ids, phones)
        self._spelled_families = (*_SPELLED_FAMILIES, phones)

    def detect(self, text: str, locale: str) -> list[Finding]:
        """Everything the families find; cues of all languages are always read."""
        del locale
        view = fold(text)
        found = list(_run(_LETTER_FAMILIES, view))
        if _DIGIT.search(view.text):
            found += _run(self._digit_families, view)
        elif len(view.text) >= cards.SHORTEST_ENCODED:
            found += _run((cards.find,), view)
        spelled = spell_digits(view)
        if spelled is not None:
            found += _run(self._spelled_families, spelled)
            found += _beside(found, _run((weighed.find,), spelled))
        return [*found, *_beside(found, _run((weighed.find,), view))]


def _beside(found: list[Finding], more: Iterator[Finding]) -> list[Finding]:
    """What is weighed, where no rule has said what it is."""
    return [
        each
        for each in more
        if not any(
            other.start < each.end and each.start < other.end
            for other in found
            if other.end - other.start >= each.end - each.start
            or not (
                other.kind in _VAGUE
                or (other.kind in SECRETS and each.start <= other.start and other.end <= each.end)
            )
        )
    ]


def _run(families: tuple[Family, ...], view: Canonical) -> Iterator[Finding]:
    for family in families:
        for finding in family(view.text):
            start, end = view.original(finding.start, finding.end)
            yield Finding(start, end, finding.kind, finding.score)
