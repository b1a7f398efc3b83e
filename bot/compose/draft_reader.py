"""Reads a model's draft of an article line by line: what stands, what is marked, what goes."""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.compose.assisted import SentenceCheck
from bot.compose.cited import CitedSentence, cited_sentences
from bot.grounding.markup import unfit
from bot.grounding.verdict import Fault
from redaction.redactor import WITHHELD
from retrieval.article import Passage

IsPersonal = Callable[[str], bool]

NOTES = "notes"
"""Id of the owner's notes among the passages, the first of them."""
_TOLD = "told"

TO_CHECK = "[to check]"
_TO_CONFIRM = "To confirm:"
_SOFT = frozenset({Fault.WORDS, Fault.NO_PASSAGE})
"""Faults of a sentence that may be right: nothing in the sources gainsays it. All others are a
number, name, link, denial … of the model's own."""

_UNSAFE = re.compile(r"<[a-z!/?][^>]*>?|!?\[([^\]]*)\]\([^)]*\)", re.IGNORECASE)
_BLANK = re.compile(r"\s*$")
_HEADING = re.compile(r"\s*(#{1,6})\s+(.*)$")
_LEAD = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+)?")
_END = re.compile(r"[.!?…][\"'”’)*_]*$")
_FIGURE = re.compile(r"\d+")
_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]*\d*\]|" + re.escape(WITHHELD))
_LONGEST_HEADING = 100


def told_passage(number: int, text: str) -> Passage:
    """What an agent wrote, as a passage."""
    return Passage(f"{_TOLD}#{number}", _TOLD, "An agent wrote to one customer:", "", text)


def is_told(passage_id: str) -> bool:
    """Whether a passage is what an agent wrote."""
    return passage_id.startswith(f"{_TOLD}#")


class DraftReader:
    """Reads one draft.

    Attributes:
        kept: Sentences that cite what supports them.
        to_check: Sentences that are marked.
        left_out: Sentences and headings that are gone.
        rests_on: Ids of passages that support a sentence.

    Args:
        known: What the model was shown, the notes first, by the number it was to cite.
        check: Says which sentences they support.
        titles: Of the articles.
        is_personal: Whether a sentence holds personal data.
    """

    def __init__(
        self,
        known: Sequence[Passage],
        check: SentenceCheck,
        titles: Mapping[str, str],
        is_personal: IsPersonal,
    ) -> None:
        self.kept = 0
        self.to_check = 0
        self.left_out = 0
        self.rests_on: list[str] = []
        self._known = known
        self._check = check
        self._titles = titles
        self._is_personal = is_personal
        said = "\n".join(f"{p.heading}\n{p.text}" for p in known)
        self._figures = set(_FIGURE.findall(said))

    def read(self, body: str) -> str:
        """The body as it goes into the draft, empty where nothing of it does."""
        plain = _UNSAFE.sub(lambda found: found.group(1) or "", body)
        lines = [self._line(line) for line in plain.splitlines()]
        text = "\n".join(line for line in lines if line is not None)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _line(self, line: str) -> str | None:
        if _BLANK.match(line):
            return ""
        heading = _HEADING.match(line)
        if heading is not None:
            words = " ".join(heading.group(2).split())
            if words and len(words) <= _LONGEST_HEADING and self._is_plain(words):
                return f"\n## {words}\n"
            self.left_out += 1
            return None
        lead = _LEAD.match(line)
        start = "" if lead is None else lead.group()
        found = [self._sentence(each) for each in cited_sentences(line[len(start) :])]
        kept = " ".join(each for each in found if each)
        return f"{start.strip()} {kept}".strip() if kept else None

    def _sentence(self, sentence: CitedSentence) -> str:
        said = sentence.raw.removeprefix(_TO_CONFIRM).strip()
        if said != sentence.raw:
            return self._marked(f"{_TO_CONFIRM} {said}") if self._is_plain(said) else self._gone()
        whole = said if _END.search(said) else f"{said.rstrip(':;,')}."
        cited = [self._known[n] for n in sentence.cites if n < len(self._known)]
        verdict = self._check.check(whole, cited, titles=self._titles)
        if verdict.supported:
            self.rests_on += verdict.passages
            if all(is_told(each) for each in verdict.passages):
                return (
                    self._marked(f"{whole} {TO_CHECK}") if self._is_plain(whole) else self._gone()
                )
            self.kept += 1
            return whole
        verdict = self._check.check(whole, self._known, titles=self._titles)
        if {reason.fault for reason in verdict.reasons} <= _SOFT and self._is_plain(whole):
            self.rests_on += verdict.passages
            return self._marked(f"{whole} {TO_CHECK}")
        return self._gone()

    def _marked(self, text: str) -> str:
        self.to_check += 1
        return text

    def _gone(self) -> str:
        self.left_out += 1
        return ""

    def _is_plain(self, text: str) -> bool:
        """Whether words lead nowhere, name no new figure and nobody."""
        return (
            not any(unfit(text, "", frozenset()))
            and set(_FIGURE.findall(text)) <= self._figures
            and not _PLACEHOLDER.search(text)
            and not self._is_personal(text)
        )
