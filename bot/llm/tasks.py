"""Which language model does what."""

from dataclasses import dataclass

from bot.llm.chat_model import ChatModel


@dataclass(frozen=True, slots=True)
class TaskModels:
    """The model of each task, ``None`` where none is used.

    Attributes:
        answer: Words answers and clarifying questions.
        rewrite: Words a follow-up as a question of its own.
        summarise: Words the summary that an agent reads first.
        draft: Drafts articles for content owners.
    """

    answer: ChatModel | None = None
    rewrite: ChatModel | None = None
    summarise: ChatModel | None = None
    draft: ChatModel | None = None
