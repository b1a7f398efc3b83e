"""Drafts an article for a content owner. Nothing of it is published: a person reads it first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.compose.assisted import SentenceCheck
from bot.compose.cited import cited_sentences
from bot.compose.composer import Source
from bot.grounding.check import GroundingCheck
from bot.llm.chat_model import ChatModel
from bot.llm.replies import read_fields, schema_of
from bot.prompts import fenced, load_template
from redaction.redactor import RedactedText
from retrieval.article import Passage

_MOST_QUESTIONS = 20
_MOST_PASSAGES = 8
_SCHEMA = schema_of("article", ["title", "body"])
_NOTES = "notes"
_UNSAFE = re.compile(r"<[a-z!/?][^>]*>?|!?\[([^\]]*)\]\([^)]*\)", re.IGNORECASE)
_TO_CONFIRM = "To confirm:"
_BLOCK = re.compile(r"\s*(?:#{1,6}\s|$)")


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article to be finished.

    Attributes:
        title: In the words of customers.
        body: Markdown without links or HTML, markers of passages left out; what nothing supports
            starts with "To confirm:".
        unconfirmed: Those sentences, as they stand in the body without that start.
        rests_on: Ids of the passages that the rest is from.
        worded_by: Prompt and model.
    """

    title: str
    body: str
    unconfirmed: tuple[str, ...]
    rests_on: tuple[str, ...]
    worded_by: str


async def draft(
    model: ChatModel,
    questions: Sequence[RedactedText],
    sources: Sequence[Source] = (),
    notes: RedactedText = RedactedText(""),  # noqa: B008  a string
    check: SentenceCheck | None = None,
) -> ArticleDraft:
    """Draft the article that customers missed.

    Args:
        model: Words it.
        questions: What customers asked, redacted.
        sources: Articles that stand near, the nearest first; also internal ones, since staff read
            the draft.
        notes: What the content owner knows, redacted.
        check: Says which sentences the passages and notes support.

    Raises:
        ChatModelError: The model failed, or its reply cannot be read.
    """
    passages = [p for source in sources for p in source.passages[:2]][:_MOST_PASSAGES]
    known = [Passage(_NOTES, _NOTES, "", "", notes), *passages]
    shown = "\n\n".join(f"[{n}] {p.heading}\n{p.text}" for n, p in enumerate(passages, 1))
    prompt = load_template("draft").fill(
        {
            "questions": fenced("\n".join(f"- {each}" for each in questions[:_MOST_QUESTIONS])),
            "passages": fenced(shown) or "none",
            "notes": fenced(notes) or "none",
        },
        _SCHEMA,
    )
    completion = await model.complete(prompt)
    said = read_fields(completion.text, ["title", "body"])
    reader = _Reader(known, check or GroundingCheck())
    body = "\n".join(reader.line(line) for line in _plain(said["body"]).splitlines())
    return ArticleDraft(
        title=" ".join(_plain(said["title"]).split()),
        body=body,
        unconfirmed=tuple(reader.unconfirmed),
        rests_on=tuple(dict.fromkeys(reader.rests_on)),
        worded_by=f"{prompt.name} {completion.model}",
    )


class _Reader:
    """Reads a draft line by line and marks what nothing supports."""

    def __init__(self, known: Sequence[Passage], check: SentenceCheck) -> None:
        self.unconfirmed: list[str] = []
        self.rests_on: list[str] = []
        self._known = known
        self._check = check

    def line(self, line: str) -> str:
        if _BLOCK.match(line):
            return line.rstrip()
        start = re.match(r"\s*(?:[-*+]\s+|\d+[.)]\s+)?", line)
        lead = start.group() if start else ""
        return lead + " ".join(self._sentences(line[len(lead) :]))

    def _sentences(self, text: str) -> list[str]:
        found = []
        for sentence in cited_sentences(text):
            said = sentence.raw.removeprefix(_TO_CONFIRM).strip()
            cited = [self._known[n] for n in sentence.cites if n < len(self._known)]
            asked = said != sentence.raw
            if not asked and cited and self._check.check(said, cited).supported:
                self.rests_on += [each.id for each in cited if each.id != _NOTES]
                found.append(said)
            else:
                self.unconfirmed.append(said)
                found.append(f"{_TO_CONFIRM} {said}")
        return found


def _plain(text: str) -> str:
    """Markdown without HTML, and links as their words."""
    return _UNSAFE.sub(lambda found: found.group(1) or "", text)
