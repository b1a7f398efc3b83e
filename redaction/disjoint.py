"""Findings that overlap made disjoint."""

from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import FOREIGN_MASK, RANK


def disjoint(text: str, findings: list[Finding]) -> list[Finding]:
    """Findings without overlap: the higher kind keeps its span, a lower one what is left."""
    taken = bytearray(len(text))
    chosen: list[Finding] = []
    for finding in sorted(
        findings, key=lambda each: (RANK[each.kind], each.start - each.end, each.start)
    ):
        for start, end in _free(taken, finding.start, finding.end):
            chosen += [
                Finding(first, last, _kind_of_rest(text, finding, first, last), finding.score)
                for first, last in _between_masks(text, start, end)
            ]
        taken[finding.start : finding.end] = b"\x01" * (finding.end - finding.start)
    return sorted(chosen)


def _kind_of_rest(text: str, finding: Finding, first: int, last: int) -> str:
    """A few digits left of a phone number that turned out to begin as a card are its code."""
    if finding.kind != "PHONE" or (first, last) == (finding.start, finding.end):
        return finding.kind
    digits = sum(map(str.isdigit, text[first:last]))
    return "CVV" if digits in {3, 4} else "PHONE"


def _free(taken: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a span that no chosen finding covers."""
    while start < end:
        first = taken.find(0, start, end)
        if first == -1:
            return
        last = taken.find(1, first, end)
        last = end if last == -1 else last
        yield first, last
        start = last


def _between_masks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a span between masks that hold a letter or digit, without outer blanks."""
    position = start
    for mask in [*FOREIGN_MASK.finditer(text, start, end), None]:
        stop = end if mask is None else mask.start()
        first, last = position, stop
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if any(map(str.isalnum, text[first:last])):
            yield first, last
        position = stop + 1
