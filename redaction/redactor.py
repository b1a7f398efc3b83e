"""Replaces what detectors find by typed, numbered placeholders."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NewType

from redaction.answers import find_answer
from redaction.config import RedactionSettings
from redaction.detector import Detector, Remembering
from redaction.disjoint import disjoint
from redaction.findings import Finding
from redaction.keep import Keep, build_keep
from redaction.kinds import (
    ALWAYS_MASKED,
    FOREIGN_MASK,
    PLACEHOLDER,
    RESTORABLE,
)
from redaction.normalise import fold
from redaction.pieces import find_appendix, find_pieces
from redaction.precedence import outranks_keep
from redaction.recognisers.passwords import is_told_as_password
from redaction.recognisers.talk import SECRETS
from redaction.restorable import may_be_restored
from redaction.view import View

RedactedText = NewType("RedactedText", str)
"""Text that passed the gate. Only this package makes one."""

WITHHELD = RedactedText("[withheld]")
"""Stands in place of a text that could not be redacted."""

# Each round sees the text with what the last one found as masks. Chat lines need two; more
# takes a hostile text, and a long hostile text must not buy time with it.
_MOST_ROUNDS = 12
_MOST_ROUNDS_LONG = 4
_LONG = 4000

# Kinds beside which a security code or a password is found, even where they themselves are off.
_TELLING = frozenset({"EMAIL", "EXPIRY"})


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted text, the findings in the original, and the conversation's placeholders.

    Attributes:
        text: The text with placeholders such as ``[CARD_1]``.
        findings: Ordered, not overlapping, offsets in the original text.
        placeholders: Keyed digest of a value to its placeholder, earlier ones included.
        recent: The earlier texts that were handed in, pieces of a card number masked in them.
        values: Placeholders and the raw values behind them, of the kinds that may be restored; for
            a vault, which encrypts them at once.
        mistaken: Earlier placeholders whose value turned out to be part of a card number.
    """

    text: RedactedText
    findings: tuple[Finding, ...]
    placeholders: dict[str, str]
    recent: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    mistaken: tuple[str, ...] = ()


class Redactor:
    """Finds and replaces personal data.

    Detectors run by turns until none finds anything more, each seeing what was found before only
    as masks; so redacting a redacted text changes nothing. By turns, not each until it is done: a
    look that finds nothing is the price of being done, and so it is paid once for all.

    Args:
        detectors: What finds.
        key: At least 16 secret bytes that fingerprint values for their placeholders.
        settings: What is masked and what is kept.
        keep: What is kept, where it was read before.

    Raises:
        redaction.keep.KeepFileError: The file of what is kept cannot be used.
    """

    def __init__(
        self,
        detectors: Sequence[Detector],
        key: bytes,
        settings: RedactionSettings,
        keep: Keep | None = None,
    ) -> None:
        if len(key) < 16:
            message = f"redaction key has {len(key)} bytes; give at least 16 random ones"
            raise ValueError(message)
        self._detectors = tuple(detectors)
        self._key = key
        self._settings = settings
        self._keep = (keep or build_keep(settings)).patterns
        self._off = settings.off

    def find(self, text: str, locale: str = "en") -> tuple[Finding, ...]:
        """Personal data in ``text``: ordered, not overlapping. Placeholders are left alone."""
        clean = FOREIGN_MASK.sub("\ufffd", text)
        placeholders = [
            Finding(*match.span(), match.group(1), 1.0) for match in PLACEHOLDER.finditer(clean)
        ]
        found: list[Finding] = []
        shown: set[tuple[int, int]] = set()  # hidden from the detectors only
        detectors = [
            each.afresh() if isinstance(each, Remembering) else each for each in self._detectors
        ]
        seen = [""] * len(detectors)
        place = rounds = quiet = 0
        most = _MOST_ROUNDS if len(text) <= _LONG else _MOST_ROUNDS_LONG
        while quiet < len(detectors) and rounds < most:
            view = View(clean, sorted(placeholders + found))
            now, place = place, (place + 1) % len(detectors)
            quiet += 1
            if seen[now] == view.text:
                continue
            seen[now] = view.text
            fresh = self._settle(view, detectors[now].detect(view.text, locale))
            shown |= {view.original(each.start, each.end) for each in fresh if self._stays(each)}
            found += [
                Finding(*view.original(each.start, each.end), each.kind, each.score)
                for each in fresh
            ]
            rounds += 1
            if fresh:
                quiet = 0
        return tuple(sorted(each for each in found if (each.start, each.end) not in shown))

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        """The text with every finding replaced.

        Args:
            text: What a person typed.
            placeholders: Those of the conversation so far, as the last ``Redaction`` gave them.
            locale: Language of the conversation.
            recent: The customer's last redacted texts, oldest first; digits in them count towards a
                card number that arrives in pieces, and the last may announce a secret sent alone.
            asked: What the customer was told last, if anything; it may ask for a secret.
        """
        findings = self.find(text, locale)
        for before in dict.fromkeys((*recent[-1:], asked)):
            findings = _with_answers(findings, find_answer(before, text))
        known = dict(placeholders or {})
        used = _highest_numbers([*known.values(), text, *recent])
        pieces = find_pieces(recent, text) if recent else None
        whole = self._digest("CARD", pieces.number) if pieces else ""
        appendix = Finding(*pieces.current, "CARD", 1.0) if pieces else find_appendix(recent, text)
        if appendix:
            findings = _with_piece(findings, appendix)
        parts: list[str] = []
        values: dict[str, Finding] = {}
        done = 0
        for finding in findings:
            value = text[finding.start : finding.end]
            digest = whole if finding == appendix and pieces else self._digest(finding.kind, value)
            if digest not in known:
                used[finding.kind] = used.get(finding.kind, 0) + 1
                known[digest] = f"[{finding.kind}_{used[finding.kind]}]"
            values.setdefault(known[digest], finding)
            parts += (text[done : finding.start], known[digest])
            done = finding.end
        parts.append(text[done:])
        earlier = list(recent)
        for place, (start, end) in pieces.earlier if pieces else ():
            earlier[place] = recent[place][:start] + known[whole] + recent[place][end:]
        done_text = "".join(parts)
        return Redaction(
            RedactedText(done_text),
            findings,
            known,
            tuple(earlier),
            tuple(self._restorable(text, done_text, values)),
            pieces.mistaken if pieces else (),
        )

    def _restorable(
        self, text: str, redacted: str, findings: Mapping[str, Finding]
    ) -> Iterator[tuple[str, str]]:
        """Placeholders with the values that a vault may keep."""
        for placeholder, each in findings.items():
            span = (each.start, each.end)
            regions = self._settings.phone_regions
            if may_be_restored(each.kind, text, span, redacted, regions):
                yield placeholder, text[slice(*span)]

    def _digest(self, kind: str, value: str) -> str:
        """A keyed fingerprint of a value, the same however it is spaced, cased or disguised."""
        plain = fold(value).text.casefold()
        if any(map(str.isalnum, plain)):
            plain = "".join(filter(str.isalnum, plain))
        message = f"{kind}\0{plain}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:32]

    def _settle(self, view: View, findings: Iterable[Finding]) -> list[Finding]:
        """Drop what is weak, switched off or to be kept, and make the rest disjoint."""
        named = [_called(view.text, each) for each in findings]
        strong = [each for each in named if self._counts(each) or each.kind in _TELLING]
        if not strong:
            return []
        kept = [match.span() for pattern in self._keep for match in pattern.finditer(view.text)]
        strong = [
            each
            for each in strong
            if not any(start <= each.start and each.end <= end for start, end in kept)
            or outranks_keep(view.text, each, self._settings.phone_regions)
        ]
        return disjoint(view.text, strong)

    def _stays(self, finding: Finding) -> bool:
        """Whether a finding only serves to tell what stands beside it."""
        return finding.kind in _TELLING and not self._counts(finding)

    def _counts(self, finding: Finding) -> bool:
        if finding.kind in ALWAYS_MASKED:
            return True
        if finding.kind in self._off:
            return False
        return finding.score >= self._settings.min_scores.get(
            finding.kind, self._settings.min_score
        )


def _called(text: str, finding: Finding) -> Finding:
    """The finding, as a password where the words before it say so."""
    if finding.kind in RESTORABLE and is_told_as_password(text, finding.start):
        return replace(finding, kind="PASSWORD")
    return finding


def _with_answers(findings: tuple[Finding, ...], answers: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with what only the message before makes a secret, where nothing was found."""
    done = list(findings)
    for each in sorted(answers, key=lambda each: each.start - each.end):
        beside = [other for other in done if each.start < other.end and other.start < each.end]
        # "75011" of "Paris*75011" was found by itself.
        if all(each.start <= other.start and other.end <= each.end for other in beside) and all(
            other.kind in SECRETS and other.end - other.start < each.end - each.start
            for other in beside
        ):
            done = [other for other in done if other not in beside] + [each]
    return tuple(sorted(done))


def _with_piece(findings: Iterable[Finding], piece: Finding) -> tuple[Finding, ...]:
    """The findings with a piece of a card number in place of those it touches."""
    apart = [each for each in findings if each.end <= piece.start or piece.end <= each.start]
    return tuple(sorted([*apart, piece]))


def _highest_numbers(texts: Iterable[str]) -> dict[str, int]:
    """For each kind the highest number that a placeholder in these texts carries."""
    highest: dict[str, int] = {}
    for text in texts:
        for match in PLACEHOLDER.finditer(text):
            kind, number = match.group(1), int(match.group(2))
            highest[kind] = max(highest.get(kind, 0), number)
    return highest
