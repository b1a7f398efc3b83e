"""A text as detectors see it: what was found before stands there as masks only."""

from bisect import bisect_right
from collections.abc import Sequence

from redaction.findings import Finding
from redaction.kinds import mask_of


class View:
    """A text in which masked spans stand as one private-use character each."""

    def __init__(self, text: str, masked: Sequence[Finding]) -> None:
        parts: list[str] = []
        self._starts: list[int] = []  # of pieces, in the view
        self._pieces: list[tuple[int, int]] = []  # of pieces, in the original
        length = done = 0

        def add(piece: str, start: int, end: int) -> None:
            nonlocal length
            if piece:
                parts.append(piece)
                self._starts.append(length)
                self._pieces.append((start, end))
                length += len(piece)

        for finding in masked:
            add(text[done : finding.start], done, finding.start)
            add(mask_of(finding.kind), finding.start, finding.end)
            done = finding.end
        add(text[done:], done, len(text))
        self.text = "".join(parts)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the view, which must hold no mask, stands in the original."""
        piece = bisect_right(self._starts, start) - 1
        shift = self._pieces[piece][0] - self._starts[piece]
        return start + shift, end + shift
