"""The only door for raw text: redaction within a time limit, failing closed."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.spans import span
from bot.vault import Sealed, Vault, is_restorable
from redaction.findings import Finding
from redaction.redactor import WITHHELD, RedactedText, Redaction

logger = logging.getLogger(__name__)


_TELLING_DIGITS = 7  # the shortest phone number


class TextRedactor(Protocol):
    """What the gate needs of a redactor."""

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] = ...,
        locale: str = ...,
        recent: Sequence[str] = ...,
        asked: str = ...,
    ) -> Redaction:
        """Replace personal data by placeholders, continuing the given ones."""
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """A text that passed the gate.

    Attributes:
        text: Redacted text, or ``[withheld]``.
        findings: What was found, offsets in the raw text; empty when withheld.
        placeholders: The conversation's placeholders, the new ones included.
        withheld: Whether redaction failed or was late, so that nothing may go on.
        recent: The earlier texts handed in, pieces of a value that this text completed masked.
        sealed: Values that an agent may need, encrypted; none where no vault is kept.
        mistaken: Earlier placeholders whose value turned out to be part of a card number.
    """

    text: RedactedText
    findings: tuple[Finding, ...]
    placeholders: dict[str, str]
    withheld: bool
    recent: tuple[RedactedText, ...] = ()
    sealed: tuple[Sealed, ...] = ()
    mistaken: tuple[str, ...] = ()


class Gate:
    """Admits raw text as redacted text, or withholds it.

    Attributes:
        vault: Seals the values that an agent may need; ``None`` where none are kept.

    Args:
        redactor: Does the finding and replacing.
        timeout: Seconds after which a text is withheld.
        vault: Seals the values that an agent may need.
    """

    def __init__(
        self, redactor: TextRedactor, timeout: float = 2.0, vault: Vault | None = None
    ) -> None:
        self._redactor = redactor
        self._timeout = timeout
        self.vault = vault

    async def admit(
        self,
        raw: str,
        placeholders: Mapping[str, str] | None = None,
        recent: Sequence[str] = (),
        locale: str = "en",
        *,
        owner: str | None = None,
        asked: str = "",
    ) -> Admission:
        """Redact ``raw``; a redactor that fails or is late withholds it.

        Args:
            raw: What somebody typed. It is not kept.
            placeholders: The conversation's placeholders so far.
            recent: The customer's last redacted turns, for values sent in pieces.
            locale: Language of the text.
            owner: The conversation for which values may be sealed; none are without it.
            asked: What the customer was told last: it may ask for a secret, then sent alone.
        """
        known = dict(placeholders or {})
        before = [RedactedText(each) for each in recent]
        work = asyncio.to_thread(self._redactor.redact, raw, known, locale, recent, asked)
        try:
            with span("gate") as seen:
                redaction = await asyncio.wait_for(work, self._timeout)
                seen.note(findings=len(redaction.findings))
        except Exception as error:  # noqa: BLE001  any failure of the redactor must fail closed
            # The message of the error may quote the text, so only its type is logged.
            logger.error(  # noqa: TRY400  a trace could quote the text
                "redaction failed error=%s", type(error).__name__
            )
            return Admission(WITHHELD, (), known, withheld=True, recent=tuple(before))
        return Admission(
            redaction.text,
            redaction.findings,
            dict(redaction.placeholders),
            withheld=False,
            recent=tuple(RedactedText(each) for each in redaction.recent),
            sealed=self._sealed(owner, redaction),
            mistaken=redaction.mistaken,
        )

    async def safe_id(self, raw: str) -> str | None:
        """An id that a sender chose, fit to be kept: itself, or a keyed digest where it tells.

        Args:
            raw: The id; the same one gives the same result.

        Returns:
            ``None`` where it was withheld.
        """
        if "@" not in raw and sum(map(str.isdigit, raw)) < _TELLING_DIGITS:
            return raw
        admission = await self.admit(raw)
        if admission.withheld:
            return None
        if admission.text == raw:
            return raw
        parts = (admission.text, *sorted(admission.placeholders))  # their keys are keyed digests
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def _sealed(self, owner: str | None, redaction: Redaction) -> tuple[Sealed, ...]:
        """The values worth keeping. A vault that fails keeps none; the message goes on."""
        if self.vault is None or owner is None:
            return ()
        try:
            return tuple(
                self.vault.seal(owner, placeholder, value)
                for placeholder, value in redaction.values
                if is_restorable(placeholder)
            )
        except Exception as error:  # noqa: BLE001  its message could quote the value
            logger.error(  # noqa: TRY400  a trace could quote the value
                "vault failed error=%s", type(error).__name__
            )
            return ()
