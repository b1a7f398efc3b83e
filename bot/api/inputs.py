"""Bodies of requests: what a client may send. An unknown field is refused."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.api.options import COMMENT_CHARACTERS, MESSAGE_CHARACTERS


def _not_blank(text: str) -> str:
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise ValueError("must hold more than blanks")
    return text


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


def _no_number(word: str) -> str:
    if sum(map(str.isdigit, word)) > 4:
        raise ValueError("must be a word with at most 4 digits")
    return word


Cleaned = AfterValidator(_without_nul)
NotBlank = AfterValidator(_not_blank)
NoNumber = AfterValidator(_no_number)
Message = Annotated[
    str,
    Field(min_length=1, max_length=MESSAGE_CHARACTERS),
    Cleaned,
    NotBlank,
]
Comment = Annotated[str, Field(max_length=COMMENT_CHARACTERS), Cleaned]
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
PHONE = r"^\+?[0-9][0-9 ()./-]{4,30}$"


class Input(BaseModel):
    """A request's body: only the named fields."""

    model_config = ConfigDict(extra="forbid")


class StartIn(Input):
    """Opens a conversation."""

    locale: Annotated[str, NoNumber] = Field(
        "en", max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
    )
    channel: Annotated[str, NoNumber] = Field("web", pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    customer_ref: Annotated[str, Cleaned] | None = Field(None, min_length=1, max_length=2048)


class MessageIn(Input):
    """A customer's message. The same ``client_id`` again gives the same reply."""

    text: Message
    client_id: ClientId | None = None


class HandoffIn(Input):
    """Asks for a person."""

    note: Annotated[str, Field(max_length=MESSAGE_CHARACTERS), Cleaned] | None = None


class TurnFeedbackIn(Input):
    """A vote on a reply."""

    turn_id: str = Field(min_length=1, max_length=64)
    helpful: bool
    comment: Comment | None = None


class RatingIn(Input):
    """How it was, from 1 to 5."""

    score: int = Field(ge=1, le=5)
    comment: Comment | None = None


class ResolutionIn(Input):
    """Whether that solved it."""

    solved: bool


class ContactIn(Input):
    """How to reach a customer who leaves: an e-mail address, a phone number, or both."""

    email: Annotated[str, Field(max_length=254, pattern=EMAIL)] | None = None
    phone: Annotated[str, Field(max_length=32, pattern=PHONE)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=100), Cleaned] | None = None

    @model_validator(mode="after")
    def _some(self) -> "ContactIn":
        if self.email is None and self.phone is None:
            raise ValueError("give an email or a phone")
        return self


class ArticleFeedbackIn(Input):
    """A vote on an article."""

    helpful: bool
    comment: Comment | None = None


class AgentReplyIn(Input):
    """An agent's message."""

    text: Message
    client_id: ClientId | None = None


class ResolveIn(Input):
    """Ends a ticket."""

    disposition: Annotated[str, NoNumber] = Field("solved", pattern=r"^[a-z][a-z0-9_-]{0,31}$")


class NoteIn(Input):
    """An internal note on a ticket."""

    text: Message
