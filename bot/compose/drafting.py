"""Drafts an article for a content owner. Nothing of it is published: a person reads it first."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.compose.assisted import SentenceCheck
from bot.compose.composer import Source
from bot.compose.draft_reader import NOTES, DraftReader, IsPersonal, told_passage
from bot.grounding.check import GroundingCheck
from bot.llm.chat_model import ChatModel
from bot.llm.replies import read_fields, schema_of
from bot.prompts import fenced, load_template
from bot.threaded import threaded
from redaction.redactor import RedactedText
from retrieval.article import Passage

_MOST_QUESTIONS = 20
_MOST_PASSAGES = 8
_MOST_TOLD = 5
_TOLD_CHARACTERS = 500
_SCHEMA = schema_of("article", ["title", "body"])


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article to be finished.

    Attributes:
        body: Markdown without links or HTML, markers of passages left out; what no article and
            no note supports ends with "[to check]", what is to be found out starts with
            "To confirm:".
        kept: Number of sentences that passages of articles and notes support.
        to_check: Number of the others that stand in the body.
        left_out: Number of those that don't: sources say something else, or say no such number,
            name or link.
        rests_on: Ids of the passages that something in it is from, and ``NOTES``.
        worded_by: Prompt and model.
    """

    body: str
    kept: int
    to_check: int
    left_out: int
    rests_on: tuple[str, ...]
    worded_by: str

    def told(self) -> str:
        """In words what became of what the model wrote."""
        return (
            f"{self.kept} {_sentences(self.kept)} that the sources support, {self.to_check} to "
            f"check, {self.left_out} left out"
        )


async def draft(
    model: ChatModel,
    questions: Sequence[RedactedText],
    sources: Sequence[Source] = (),
    notes: RedactedText = RedactedText(""),  # noqa: B008  a string
    told: Sequence[RedactedText] = (),
    check: SentenceCheck | None = None,
    is_personal: IsPersonal = lambda _: False,
) -> ArticleDraft:
    """Draft the article that customers missed.

    Args:
        model: Words it.
        questions: What customers asked, in an owner's words.
        sources: Articles for customers that stand near, the nearest first.
        notes: What the content owner knows, redacted.
        told: What agents answered customers, redacted. What only they say is marked.
        check: Says which sentences the passages and notes support.
        is_personal: Whether a sentence that no article supports holds personal data, and goes.

    Raises:
        ChatModelError: The model failed, or its reply cannot be read.
    """
    passages = [p for source in sources for p in source.passages[:2]][:_MOST_PASSAGES]
    heard = [
        told_passage(number, text[:_TOLD_CHARACTERS])
        for number, text in enumerate(told[:_MOST_TOLD])
    ]
    known = [Passage(NOTES, NOTES, "", "", notes), *passages, *heard]
    shown = "\n\n".join(f"[{n}] {p.heading}\n{p.text}" for n, p in enumerate(known[1:], 1))
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
    reader = DraftReader(
        known,
        check or GroundingCheck(),
        {source.article.id: source.article.title for source in sources},
        is_personal,
    )
    body = await threaded(reader.read, said["body"])
    return ArticleDraft(
        body=body,
        kept=reader.kept,
        to_check=reader.to_check,
        left_out=reader.left_out,
        rests_on=tuple(dict.fromkeys(reader.rests_on)),
        worded_by=f"{prompt.name} {completion.model}",
    )


def _sentences(count: int) -> str:
    return "sentence" if count == 1 else "sentences"
