"""Masks personal data in imported text, and says where what was found stands.

An article is published text, which a customer's message is not: a word such as "passcode" that
stands where a password could is reported and left, and so are the kinds that somebody names.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bot.gate import TextRedactor
from redaction.findings import Finding

_SECRETS = frozenset({"PASSWORD", "PIN", "CODE", "API_KEY", "CVV"})
_TARGET = re.compile(r"\]\((https?://[^()\s@]*)\)")
_ASIDE = re.compile(r"\]\(#(\d+)\)")
_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data that was found.

    Attributes:
        line: Line of the body, counted from 1; 0 is the title.
        kind: Such as ``EMAIL``.
        masked: Whether a placeholder stands in its place now.
    """

    line: int
    kind: str
    masked: bool


class Masker:
    """Masks texts line by line, so that the end of one line is no part of the next.

    Addresses that links lead to are left, as long as they name nobody by mail.

    Args:
        redactor: Opens what finds and replaces; called when the first text is masked, since that
            loads a model.
        leave: Kinds that are reported and left.
        keep: Patterns of phone numbers that stay. In a message, one that is told as a phone number
            is masked whatever is kept; in an article it may be the company's own.
    """

    def __init__(
        self,
        redactor: Callable[[], TextRedactor],
        leave: Collection[str] = (),
        keep: Sequence[re.Pattern[str]] = (),
    ) -> None:
        self._open = redactor
        self._keep = keep
        self._redactor: TextRedactor | None = None
        self._leave = frozenset(leave)

    def mask(self, title: str, body: str, locale: str) -> tuple[str, str, tuple[Personal, ...]]:
        """Title and body, masked, and what was found.

        Args:
            title: Plain text.
            body: Markdown.
            locale: Their language, may be empty.
        """
        known: dict[str, str] = {}
        found: list[Personal] = []
        lines = []
        for number, line in enumerate([title, *body.split("\n")]):
            bare, targets = _set_aside(line)
            masked, known, personal = self._line(bare, known, locale or "en")
            found += [Personal(number, kind, done) for kind, done in personal]
            lines.append(_brought_back(masked, targets))
        return lines[0], "\n".join(lines[1:]), tuple(found)

    def _line(
        self, line: str, known: dict[str, str], locale: str
    ) -> tuple[str, dict[str, str], list[tuple[str, bool]]]:
        if not line.strip() or _FENCE.match(line):
            return line, known, []
        if self._redactor is None:
            self._redactor = self._open()
        redaction = self._redactor.redact(line, known, locale)
        own = [match.span() for pattern in self._keep for match in pattern.finditer(line)]
        findings = [each for each in redaction.findings if not _is_own(each, own)]
        if not findings:
            return line, known, []
        told = [(each.kind, self._is_masked(line, each)) for each in findings]
        if len(findings) == len(redaction.findings) and all(masked for _, masked in told):
            return _unlinked(str(redaction.text)), redaction.placeholders, told
        text, numbers = line, dict(known)
        for finding, (kind, masked) in reversed(list(zip(findings, told, strict=True))):
            if masked:
                value = line[finding.start : finding.end]
                placeholder = numbers.setdefault(f"{kind} {value.casefold()}", _next(kind, numbers))
                text = text[: finding.start] + placeholder + text[finding.end :]
        return _unlinked(text), numbers, told

    def _is_masked(self, line: str, finding: Finding) -> bool:
        if finding.kind in self._leave:
            return False
        value = line[finding.start : finding.end]
        return finding.kind not in _SECRETS or any(map(str.isdigit, value))


def _is_own(finding: Finding, own: Sequence[tuple[int, int]]) -> bool:
    inside = any(start <= finding.start and finding.end <= end for start, end in own)
    return inside and finding.kind == "PHONE"


def _set_aside(line: str) -> tuple[str, list[str]]:
    """The line with numbers in place of the addresses of links, and those addresses."""
    targets = [match[1] for match in _TARGET.finditer(line)]
    numbers = iter(range(len(targets)))
    return _TARGET.sub(lambda _match: f"](#{next(numbers)})", line), targets


def _brought_back(line: str, targets: list[str]) -> str:
    return _ASIDE.sub(lambda match: f"]({targets[int(match[1])]})", line) if targets else line


def _next(kind: str, known: dict[str, str]) -> str:
    alike = [each for each in known.values() if each.startswith(f"[{kind}_")]
    numbers = [int(each.rpartition("_")[2].rstrip("]")) for each in alike]
    return f"[{kind}_{max(numbers, default=0) + 1}]"


def _unlinked(line: str) -> str:
    """Links whose address was masked keep their words."""
    return re.sub(
        r"\[((?:[^\[\]\\]|\\.|\[[A-Z_]+_\d+\])*)\]\(([^()\s]*\[[A-Z_]+_\d+\][^()\s]*)\)",
        r"\1",
        line,
    )
